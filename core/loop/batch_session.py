"""A session that asks through the batch API: a wave of proposals, critics, then the judge."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from core.critique.verdict import JUDGE
from core.errors import Cancelled
from core.generation.generator import PromptedGenerator
from core.generation.replies import EndpointRefusedError
from core.loop.asking import LostError, StoppedError
from core.loop.batched import BatchCaller
from core.loop.budget import BudgetSpentError
from core.loop.judging import Judging, unjudged
from core.loop.signals import on_signals
from core.loop.standing import Todo
from core.loop.stops import Settled
from core.loop.surroundings import Surroundings
from core.records import Candidate, Critique, StopReason

_SPARE = 1.25
"""How many more candidates a wave has than the acceptance rate so far asks for."""


@dataclass(slots=True)
class _Part:
    """A candidate of a wave, and what critics said of it."""

    todo: Todo
    candidate: Candidate | None
    said: tuple[Critique, ...]


class BatchSession:
    """One session of a run whose questions are answered in batches."""

    def __init__(
        self, around: Surroundings, generator: PromptedGenerator, batches: BatchCaller
    ) -> None:
        """Carry every candidate of ``around.todo`` through."""
        self._a, self._generator, self._batches = around, generator, batches
        self.stopped: StopReason = "done"
        self.why = around.stops.why

    async def carry_out(self) -> None:
        """Work wave by wave until everything is settled or something stops the run."""
        rest = list(self._a.todo)
        with on_signals(self._cancel):
            while rest and not self._a.stops.why and not self._a.stopping.is_set():
                size = self._wave(len(rest))
                wave, rest = rest[:size], rest[size:]
                try:
                    await self._carry(wave)
                except StoppedError:
                    break
                except BudgetSpentError:
                    self.stopped, self.why = "budget", "another batch could pass the budget"
                    break
                except EndpointRefusedError as error:
                    self.stopped, self.why = "failed", str(error)
                    break
        await self._a.commits.settled()
        if self.stopped == "done":
            self.why = self._a.stops.why

    def _cancel(self) -> None:
        if self._a.stopping.is_set():
            raise KeyboardInterrupt
        self.stopped, self.why = "cancelled", "stopped by the user; batches go on at the endpoint"
        self._a.stopping.set()

    def _wave(self, left: int) -> int:
        """How many candidates to ask for at once."""
        stops = self._a.stops
        if stops.wanted is None:
            return left
        missing = max(1, stops.wanted - stops.accepted)
        return min(left, max(1, round(_SPARE * missing / stops.rate)))

    async def _carry(self, wave: Sequence[Todo]) -> None:
        """One wave; what was answered before an error is settled all the same."""
        parts = [_Part(todo, todo.candidate, todo.critiques) for todo in wave]
        error: Exception | None = None
        try:
            await self._propose(parts)
        except (BudgetSpentError, StoppedError, EndpointRefusedError) as found:
            error = found
        await self._score(parts)
        if error is None:
            try:
                await self._judge(parts)
            except (BudgetSpentError, StoppedError, EndpointRefusedError) as found:
                error = found
        for part in parts:
            self._settle(part)
        if error is not None:
            raise error

    async def _propose(self, parts: Sequence[_Part]) -> None:
        open_ones = [part for part in parts if part.candidate is None]
        proposing, generator = self._a.proposing, self._generator
        asked = [
            (proposing.question(part.todo.index, generator), generator.read) for part in open_ones
        ]
        async for place, found in self._batches.ask_all(asked):
            if not isinstance(found, LostError):
                part = open_ones[place]
                part.candidate = await proposing.recorded(part.todo.index, generator, found)

    async def _score(self, parts: Sequence[_Part]) -> None:
        """Ask the critics that need no model."""
        free = set(self._a.run.critics) - {JUDGE}
        fresh = [p for p in parts if p.candidate and {c.critic for c in p.said} < free]
        candidates = [p.candidate for p in fresh if p.candidate]
        said = await asyncio.to_thread(self._a.panel.critiques, candidates)
        await self._a.commits.append([critique for each in said for critique in each])
        for part, each in zip(fresh, said, strict=True):
            part.said = tuple(each)

    async def _judge(self, parts: Sequence[_Part]) -> None:
        judging = self._a.judging
        if judging is None:
            return
        open_ones = []
        for part in parts:
            candidate = part.candidate
            if candidate is None or JUDGE in {c.critic for c in part.said}:
                continue
            verdict = judging.foregone(candidate, part.said)
            if verdict is None:
                open_ones.append((part, candidate))
            else:
                await self._a.commits.append([verdict])
                part.said = (*part.said, verdict)
        while open_ones:
            answered = await self._vote(judging, open_ones)
            open_ones = [each for each in answered if judging.next_vote(each[0].said) is not None]

    async def _vote(
        self, judging: Judging, parts: Sequence[tuple[_Part, Candidate]]
    ) -> list[tuple[_Part, Candidate]]:
        """Ask for the next vote on each candidate, all together; those that were answered for.

        Who lost a vote to an outage is left for a later session.
        """
        answered = []
        votes = [judging.next_vote(part.said) or 0 for part, _ in parts]
        asked = [
            (judging.question(candidate, vote), judging.reader(candidate, vote))
            for (_, candidate), vote in zip(parts, votes, strict=True)
        ]
        async for place, found in self._batches.ask_all(asked):
            part, candidate = parts[place]
            if not isinstance(found, LostError):
                facts = judging.facts(candidate, found, votes[place], part.said)
            elif found.is_outage:
                continue
            else:
                facts = [unjudged(candidate, None, f"not judged: {found}")]
            await self._a.commits.append(facts)
            part.said = (*part.said, *(f for f in facts if isinstance(f, Critique)))
            answered.append(parts[place])
        return answered

    def _settle(self, part: _Part) -> None:
        around = self._a
        if part.candidate is None or {c.critic for c in part.said} < set(around.run.critics):
            return
        settled = Settled(part.todo.index, part.candidate, part.said)
        around.stops.saw(settled)
        if around.lessons is not None:
            around.lessons.saw(settled, accepted=around.stops.is_accepted(settled))
        around.live.settled()
        self.tell(around.live.words())

    def tell(self, what: str) -> None:
        """Say how far it is; stop when that is wanted."""
        live = self._a.live
        try:
            self._a.progress(live.done, live.wanted, what)
        except Cancelled:
            if not self._a.stopping.is_set():
                self._cancel()
