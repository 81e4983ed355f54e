"""One candidate of a run, from a model or from a generator that asks none."""

from collections.abc import Awaitable, Callable
from functools import partial

from core.generation.generator import LocalGenerator, PromptedGenerator, Written
from core.loop.asking import Answered, Question
from core.loop.caller import Caller
from core.loop.commits import GroupCommit
from core.loop.lessons import Lessons
from core.loop.standing import Standing
from core.records import Candidate, Run


class Proposing:
    """Proposes candidates by their index, from where earlier sessions left them."""

    def __init__(
        self,
        run: Run,
        generator: LocalGenerator | PromptedGenerator,
        *,
        caller: Caller,
        commits: GroupCommit,
        standing: Standing,
        lessons: Lessons | None,
    ) -> None:
        """Propose as *generator* does, and record before a candidate counts."""
        self._run = run
        self._propose: Callable[[int], Awaitable[Candidate]] = (
            partial(self._made_here, generator)
            if isinstance(generator, LocalGenerator)
            else partial(self._asked, generator)
        )
        self._caller, self._commits = caller, commits
        self._standing, self._lessons = standing, lessons

    async def candidate(self, index: int) -> Candidate:
        """The candidate of this index, recorded together with its call.

        Raises
        ------
        LostError
            It was refused, could not be read, or the endpoint kept failing.
        BudgetSpentError, StoppedError, EndpointRefusedError
            No further call may be sent.
        """
        return await self._propose(index)

    async def _made_here(self, generator: LocalGenerator, index: int) -> Candidate:
        candidate = proposed(self._run, generator, index)
        await self._commits.append([candidate])
        return candidate

    async def _asked(self, generator: PromptedGenerator, index: int) -> Candidate:
        answered = await self._caller.ask(self.question(index, generator), generator.read)
        return await self.recorded(index, generator, answered)

    async def recorded(
        self, index: int, generator: PromptedGenerator, answered: Answered[Written]
    ) -> Candidate:
        """The candidate in an answer, recorded together with its call."""
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

    def question(self, index: int, generator: PromptedGenerator) -> Question:
        """What to ask for the candidate of this index."""
        lessons = self._lessons.for_candidate(index) if self._lessons else ()
        return Question(
            prompt=generator.prompt(index, lessons),
            role="generator",
            model=generator.model,
            index=index,
            attempts_before=self._standing.attempts(index, "generator"),
            unreadable_before=self._standing.unreadable(index, "generator"),
        )


def candidate_id(run: Run, index: int) -> str:
    """The name of a candidate: its run and its place in it."""
    return f"{run.run_id}/{index}"


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
        extras=proposal.extras,
        written_by=generator.written_by,
        parents=proposal.parents,
    )
