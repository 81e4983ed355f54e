"""Tasks that carry candidates from proposal to judgement, side by side.

Calls end in any order; critics hear candidates in the order of their indices,
and so do the stop rules. What is judged and where a run stops is therefore the
same however fast each call was.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from core.critique.verdict import JUDGE
from core.errors import Cancelled
from core.formats import money
from core.generation.replies import EndpointRefusedError
from core.loop.budget import BudgetSpentError
from core.loop.caller import LostError, StoppedError
from core.loop.judging import Judging
from core.loop.lessons import Lessons
from core.loop.order import Bell, InOrder
from core.loop.signals import on_signals
from core.loop.stops import Settled
from core.loop.surroundings import Surroundings
from core.records import Candidate, Critique, StopReason

GRACE_SECONDS = 8.0
"""How long a stopped run waits for answers that are already paid for."""

_MOST_LOST_IN_A_ROW, _MOST_OUTAGES_IN_A_ROW = 10, 3
_MOST_AHEAD = 4_000
"""Candidates that may wait for an earlier one before nothing more is proposed."""

Job = Callable[[], Awaitable[None]]


class Session:
    """One session of a run that asks an endpoint."""

    def __init__(self, around: Surroundings) -> None:
        """Carry every candidate of ``around.todo`` through."""
        self._a = around
        self._todo, self._next = around.todo, 0
        self._proposed: InOrder[tuple[Candidate, tuple[Critique, ...]] | None] = InOrder()
        self._settled: InOrder[Settled] = InOrder()
        self._to_score: list[tuple[int, Candidate, tuple[Critique, ...]]] = []
        self._to_judge: deque[Job] = deque()
        self._bell = Bell()
        self._under_way = 0
        self._scoring: asyncio.Task[None] | None = None
        self._broken: BaseException | None = None
        self._lost_in_a_row, self._outages_in_a_row, self._got_any = 0, 0, False
        self.stopped: StopReason = "done"
        self.why = around.stops.why

    async def carry_out(self, concurrency: int) -> None:
        """Work until everything is settled or something stops the run."""
        watching = asyncio.create_task(self._a.live.watch(self._bell.ring_all))
        with on_signals(self._cancel):
            workers = [
                asyncio.create_task(self._worker())
                for _ in range(min(concurrency, max(1, len(self._todo))))
            ]
            try:
                await self._finished(workers)
            finally:
                for task in (*workers, watching):
                    task.cancel()
                await asyncio.gather(*workers, watching, return_exceptions=True)
        if self._scoring is not None:
            await self._scoring
        await self._a.commits.settled()
        if self._broken is not None:
            raise self._broken

    async def _finished(self, workers: Sequence[asyncio.Task[None]]) -> None:
        running = set(workers)
        stop = asyncio.create_task(self._a.caller.stopping.wait())
        try:
            while running:
                patience = GRACE_SECONDS if stop.done() else None
                waiting = running if stop.done() else {*running, stop}
                ended, _ = await asyncio.wait(
                    waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended & running:
                    task.result()  # Raises what no one expected.
                running -= ended
                if stop.done() and not ended:
                    return
        finally:
            stop.cancel()

    def _cancel(self) -> None:
        if self._a.caller.stopping.is_set():  # Asked twice: do not wait for open answers.
            raise KeyboardInterrupt
        self._stop("cancelled", "stopped by the user")

    def _stop(self, stopped: StopReason, why: str) -> None:
        if not self._a.caller.stopping.is_set():
            self.stopped, self.why = stopped, why
        self._a.caller.stop()
        self._bell.ring_all()

    async def _worker(self) -> None:
        while (job := await self._job()) is not None:
            try:
                await job()
            except StoppedError:
                return
            except EndpointRefusedError as error:
                self._stop("failed", str(error))
                return

    async def _job(self) -> Job | None:
        """The next thing to do: a judgement, else a proposal; None when all is done."""
        while not self._a.caller.stopping.is_set():
            if not self._a.live.paused:
                if self._to_judge:
                    return self._to_judge.popleft()
                place = self._place()
                if place is not None:
                    return lambda: self._propose(place)
                if not self._under_way:
                    break
            await self._bell.wait()
        self._bell.ring_all()
        return None

    @property
    def _open(self) -> int:
        """Candidates that the stop rules have not seen: some wait for one before them."""
        return self._under_way + self._settled.waiting

    def _place(self) -> int | None:
        """The place of the next candidate to propose, unless it has to wait."""
        if self._next >= len(self._todo) or not self._a.stops.may_propose(self._open):
            return None
        place = self._next
        is_far_ahead = place - self._proposed.next > _MOST_AHEAD
        if is_far_ahead or not self._may_learn(self._todo[place].index):
            return None
        self._next += 1
        self._under_way += 1
        return place

    def _may_learn(self, index: int) -> bool:
        """Whether all candidates that it learns from are settled."""
        if self._a.lessons is None:
            return True
        first_open = self._settled.next
        return self._todo[first_open].index >= Lessons.needed(index)

    async def _propose(self, place: int) -> None:
        """One candidate, from where it stands, up to the critics that need no model."""
        todo = self._todo[place]
        try:
            candidate = todo.candidate or await self._a.proposing.candidate(todo.index)
        except LostError as error:
            self._pass_on(place, None)
            self._settle(place, Settled(todo.index, None))
            self._lose(error)
            return
        except BudgetSpentError:
            self._pass_on(place, None)
            self._settle(place, Settled(todo.index, None))
            self._spent()
            return
        self._lost_in_a_row = self._outages_in_a_row = 0
        self._got_any = True
        self._pass_on(place, (candidate, todo.critiques))

    def _pass_on(self, place: int, item: tuple[Candidate, tuple[Critique, ...]] | None) -> None:
        """Hand candidates to the critics in the order of their places."""
        first = self._proposed.next
        for n, ready in enumerate(self._proposed.put(place, item)):
            if ready is not None:
                self._to_score.append((first + n, *ready))
        if self._to_score and (self._scoring is None or self._scoring.done()):
            self._scoring = asyncio.create_task(self._score())

    async def _score(self) -> None:
        """Ask the critics that need no model, a batch at a time, off the event loop."""
        around, free = self._a, set(self._a.run.critics) - {JUDGE}
        try:
            while self._to_score:
                batch, self._to_score = self._to_score, []
                fresh = [(p, c) for p, c, said in batch if {q.critic for q in said} < free]
                new: list[list[Critique]] = []
                if fresh:
                    new = await asyncio.to_thread(around.panel.critiques, [c for _, c in fresh])
                    await around.commits.append([q for said in new for q in said])
                found = {p: tuple(said) for (p, _), said in zip(fresh, new, strict=True)}
                for place, candidate, said in batch:
                    self._scored(place, candidate, found.get(place, said))
        except BaseException as error:
            self._broken = error
            self._stop("failed", str(error))

    def _scored(self, place: int, candidate: Candidate, said: tuple[Critique, ...]) -> None:
        judging = self._a.judging
        if judging is None or JUDGE in {c.critic for c in said}:
            self._settle(place, Settled(candidate.index, candidate, said))
            return
        verdict = judging.foregone(candidate, said)
        if verdict is not None:
            self._to_judge.append(lambda: self._conclude(place, candidate, said, verdict))
        else:
            self._to_judge.append(lambda: self._judge(place, candidate, said, judging))
        self._bell.ring()

    async def _judge(
        self, place: int, candidate: Candidate, said: tuple[Critique, ...], judging: Judging
    ) -> None:
        try:
            async for facts in judging.verdicts(candidate, said, self._a.caller):
                await self._a.commits.append(facts)
                said = (*said, *(fact for fact in facts if isinstance(fact, Critique)))
        except LostError as error:
            self._settle(place, Settled(candidate.index, None))
            self._lose(error)
            return
        except BudgetSpentError:
            self._settle(place, Settled(candidate.index, None))
            self._spent()
            return
        self._lost_in_a_row = self._outages_in_a_row = 0
        self._settle(place, Settled(candidate.index, candidate, said))

    async def _conclude(
        self, place: int, candidate: Candidate, said: tuple[Critique, ...], verdict: Critique
    ) -> None:
        await self._a.commits.append([verdict])
        self._settle(place, Settled(candidate.index, candidate, (*said, verdict)))

    def _settle(self, place: int, settled: Settled) -> None:
        around = self._a
        for ready in self._settled.put(place, settled):
            around.stops.saw(ready)
            if around.lessons is not None:
                around.lessons.saw(ready, accepted=around.stops.is_accepted(ready))
        if settled.candidate is not None:
            around.live.settled()
        self._under_way -= 1
        if around.stops.why and self.stopped == "done":
            self.why = around.stops.why
        if around.lessons is not None or not self._under_way:
            self._bell.ring_all()
        else:
            self._bell.ring(2)
        self._tell()

    def _tell(self) -> None:
        live = self._a.live
        try:
            self._a.progress(live.done, live.wanted, live.words())
        except Cancelled:
            self._stop("cancelled", "stopped by the user")

    def _spent(self) -> None:
        if self.stopped == "done":
            self.stopped = "budget"
            self.why = (
                f"{money(self._a.budget.spent_usd)} of the budget is spent or may be billed; "
                "another call could pass it"
            )
        self._next = len(self._todo)
        self._bell.ring_all()

    def _lose(self, error: LostError) -> None:
        self._lost_in_a_row += 1
        self._outages_in_a_row += error.is_outage
        silent = error.is_outage and not self._got_any
        if (
            silent
            or self._outages_in_a_row >= _MOST_OUTAGES_IN_A_ROW
            or self._lost_in_a_row >= _MOST_LOST_IN_A_ROW
        ):
            self._stop("failed", str(error))
