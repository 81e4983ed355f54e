"""The paid critic's question about a candidate, and the verdict to record."""

from collections.abc import Sequence

from core.critique.verdict import HOPELESS, JUDGE, PaidCritic, Verdict
from core.loop.asking import Answered, LostError, Question
from core.loop.caller import Caller
from core.loop.standing import MOST_UNREADABLE, Standing
from core.records import Candidate, Critique
from core.workspace.facts import Fact


class Judging:
    """Asks the judge about candidates, from where earlier sessions left it."""

    def __init__(self, judge: PaidCritic, standing: Standing) -> None:
        """Word questions as *judge* does."""
        self._judge, self._standing = judge, standing

    async def verdict(self, candidate: Candidate, caller: Caller) -> list[Fact]:
        """The critique of a candidate, and the call that it came from.

        Raises
        ------
        LostError
            The endpoint kept failing.
        BudgetSpentError, StoppedError, EndpointRefusedError
            No further call may be sent.
        """
        try:
            answered = await caller.ask(self.question(candidate), self.read)
        except LostError as error:
            if error.is_outage:
                raise
            return [unjudged(candidate, None, f"not judged: {error}")]
        return self.facts(candidate, answered)

    def foregone(self, candidate: Candidate, said: Sequence[Critique]) -> Critique | None:
        """The verdict on a candidate that the judge need not be asked about; None if it must be."""
        if self._standing.unreadable(candidate.index, "critic") >= MOST_UNREADABLE:
            return unjudged(candidate, None, "no answer could be read")
        worst = min(said, key=lambda c: 1.0 if c.score is None else c.score, default=None)
        if worst is not None and worst.score is not None and worst.score < HOPELESS:
            return unjudged(candidate, 0.0, f"not judged: {worst.critic} gave {worst.score:.2f}")
        return None

    def question(self, candidate: Candidate) -> Question:
        """What to ask about a candidate."""
        index, judge = candidate.index, self._judge
        return Question(
            prompt=judge.prompt(candidate.content, index),
            role="critic",
            model=judge.model,
            index=index,
            attempts_before=self._standing.attempts(index, "critic"),
            unreadable_before=self._standing.unreadable(index, "critic"),
        )

    def read(self, answer: str) -> Verdict:
        """The verdict in an answer."""
        return self._judge.read(answer)

    @staticmethod
    def facts(candidate: Candidate, answered: Answered[Verdict]) -> list[Fact]:
        """The critique in an answer, and its call."""
        said = answered.value
        verdict = Critique(
            candidate_id=candidate.candidate_id,
            run_id=candidate.run_id,
            critic=JUDGE,
            score=said.score,
            reason=said.reason,
            call_id=answered.call.call_id,
        )
        return [verdict, answered.call]


def unjudged(candidate: Candidate, score: float | None, reason: str) -> Critique:
    """The critique of a candidate that the judge was not asked about, or did not answer for."""
    return Critique(
        candidate_id=candidate.candidate_id,
        run_id=candidate.run_id,
        critic=JUDGE,
        score=score,
        reason=reason,
    )
