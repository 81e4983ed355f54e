"""Tasks that carry candidates from proposal to judgement, side by side."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Sequence

from core.critique.judge import NAME as JUDGE
from core.critique.judge import Judge
from core.critique.panel import HOPELESS
from core.errors import Cancelled
from core.formats import money
from core.generation.generator import LocalGenerator, PromptedGenerator
from core.generation.replies import EndpointRefusedError
from core.loop.budget import Budget, BudgetSpentError
from core.loop.caller import Caller, LostError, Question, StoppedError
from core.loop.commits import GroupCommit
from core.loop.scorer import BatchScorer
from core.loop.standing import MOST_UNREADABLE, Standing, Todo
from core.records import Candidate, Critique, Progress, Run, StopReason

GRACE_SECONDS = 8.0
"""How long a stopped run waits for answers that are already paid for."""

_MOST_LOST_IN_A_ROW, _MOST_OUTAGES_IN_A_ROW = 10, 3


def candidate_id(run: Run, index: int) -> str:
    """The name of a candidate: its run and its place in it."""
    return f"{run.run_id}/{index}"


class Session:
    """One session of a run that asks an endpoint."""

    def __init__(
        self,
        run: Run,
        generator: LocalGenerator | PromptedGenerator,
        judge: Judge | None,
        *,
        caller: Caller,
        commits: GroupCommit,
        scorer: BatchScorer,
        budget: Budget,
        standing: Standing,
        wanted: int,
        progress: Progress,
    ) -> None:
        """Carry every candidate of *standing* that is not settled through."""
        self._run, self._generator, self._judge = run, generator, judge
        self._caller, self._commits, self._scorer = caller, commits, scorer
        self._budget, self._standing, self._progress = budget, standing, progress
        self._todo = standing.todo(wanted, run.critics)
        self._wanted, self._done = wanted, wanted - len(self._todo)
        self._lost_in_a_row, self._outages_in_a_row, self._got_any = 0, 0, False
        self.stopped: StopReason = "done"
        self.why = ""

    async def carry_out(self, concurrency: int) -> None:
        """Work until everything is settled or something stops the run."""
        turns: Iterator[Todo] = iter(self._todo)
        with _on_signals(self._cancel):
            workers = [
                asyncio.create_task(self._worker(turns, first=n == 0))
                for n in range(min(concurrency, max(1, len(self._todo))))
            ]
            try:
                await self._finished(workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
        await self._commits.settled()

    async def _finished(self, workers: Sequence[asyncio.Task[None]]) -> None:
        running = set(workers)
        stop = asyncio.create_task(self._caller.stopping.wait())
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
        if self._caller.stopping.is_set():  # Asked twice: do not wait for open answers.
            raise KeyboardInterrupt
        self._stop("cancelled", "stopped by the user")

    def _stop(self, stopped: StopReason, why: str) -> None:
        if not self._caller.stopping.is_set():
            self.stopped, self.why = stopped, why
        self._caller.stopping.set()
        self._caller.answered.set()

    async def _worker(self, turns: Iterator[Todo], *, first: bool) -> None:
        if not first:  # One call alone first: a wrong key or address costs one call.
            await self._caller.answered.wait()
        for todo in turns:
            if self._caller.stopping.is_set():
                return
            try:
                await self._carry(todo)
                self._lost_in_a_row = self._outages_in_a_row = 0
            except LostError as error:
                self._lose(error)
            except BudgetSpentError:
                self._spent()
                return
            except StoppedError:
                return
            except EndpointRefusedError as error:
                self._stop("failed", str(error))
                return
            self._tell()
        self._caller.answered.set()

    def _tell(self) -> None:
        self._done += 1
        try:
            spent = money(self._budget.spent_usd)
            self._progress(self._done, self._wanted, f"candidates, {spent} spent")
        except Cancelled:
            self._stop("cancelled", "stopped by the user")

    def _spent(self) -> None:
        self._caller.answered.set()
        if self.stopped == "done":
            self.stopped = "budget"
            self.why = (
                f"{money(self._budget.spent_usd)} of the budget is spent or may be billed; "
                "another call could pass it"
            )

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

    async def _carry(self, todo: Todo) -> None:
        """One candidate through proposal, critics and judge, from where it stands."""
        candidate = todo.candidate or await self._propose(todo.index)
        self._got_any = True
        said = list(todo.critiques)
        if {c.critic for c in said} < set(self._run.critics) - {JUDGE} or not said:
            said = await self._scorer.critiques(candidate)
            await self._commits.append(said)
        if self._judge is not None and JUDGE not in {c.critic for c in said}:
            await self._judged(candidate, said, self._judge)

    async def _propose(self, index: int) -> Candidate:
        generator = self._generator
        if isinstance(generator, LocalGenerator):
            return await self._proposed_here(index, generator)
        question = Question(
            prompt=generator.prompt(index),
            role="generator",
            model=generator.model,
            index=index,
            attempts_before=self._standing.attempts(index, "generator"),
            unreadable_before=self._standing.unreadable(index, "generator"),
        )
        answered = await self._caller.ask(question, generator.read)
        candidate = Candidate(
            candidate_id=candidate_id(self._run, index),
            run_id=self._run.run_id,
            index=index,
            kind=self._run.kind,
            label=self._run.slice,
            content=answered.value.content,
            extras=answered.value.extras,
            written_by=generator.model,
            call_id=answered.call.call_id,
            parents=generator.parents(index),
        )
        await self._commits.append([candidate, answered.call])
        return candidate

    async def _proposed_here(self, index: int, generator: LocalGenerator) -> Candidate:
        candidate = proposed(self._run, generator, index)
        await self._commits.append([candidate])
        return candidate

    async def _judged(self, candidate: Candidate, said: Sequence[Critique], judge: Judge) -> None:
        worst = min(said, key=lambda c: 1.0 if c.score is None else c.score)
        unreadable = self._standing.unreadable(candidate.index, "critic")
        if worst.score is not None and worst.score < HOPELESS:
            await self._commits.append(
                [_verdict(candidate, 0.0, f"not judged: {worst.critic} gave {worst.score:.2f}")]
            )
            return
        if unreadable >= MOST_UNREADABLE:
            await self._commits.append([_verdict(candidate, None, "no answer could be read")])
            return
        question = Question(
            prompt=judge.prompt(candidate.content, candidate.index),
            role="critic",
            model=judge.model,
            index=candidate.index,
            attempts_before=self._standing.attempts(candidate.index, "critic"),
            unreadable_before=unreadable,
        )
        try:
            answered = await self._caller.ask(question, judge.read)
        except LostError as error:
            if error.is_outage:
                raise
            await self._commits.append([_verdict(candidate, None, f"not judged: {error}")])
            return
        verdict = answered.value
        await self._commits.append(
            [
                _verdict(candidate, verdict.score, verdict.reason, answered.call.call_id),
                answered.call,
            ]
        )


def proposed(run: Run, generator: LocalGenerator, index: int) -> Candidate:
    """The candidate of this index from a generator that asks no model."""
    proposal = generator.propose(index)
    return Candidate(
        candidate_id=candidate_id(run, index),
        run_id=run.run_id,
        index=index,
        kind=run.kind,
        label=run.slice,
        content=proposal.content,
        written_by=generator.written_by,
        parents=proposal.parents,
    )


def _verdict(
    candidate: Candidate, score: float | None, reason: str, call_id: str | None = None
) -> Critique:
    return Critique(
        candidate_id=candidate.candidate_id,
        run_id=candidate.run_id,
        critic=JUDGE,
        score=score,
        reason=reason,
        call_id=call_id,
    )


@contextlib.contextmanager
def _on_signals(act: Callable[[], None]) -> Iterator[None]:
    """Call *act* on an interrupt while the block lasts; only the main thread is told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, wanted = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in wanted}
    for number in wanted:
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
