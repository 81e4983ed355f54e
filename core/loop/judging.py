"""The paid critic's questions about a candidate, its votes, and the verdict to record."""

from collections.abc import AsyncIterator, Callable, Sequence

from core.critique.verdict import (
    HOPELESS,
    JUDGE,
    PaidCritic,
    Verdict,
    is_vote,
    verdict_of_votes,
    vote_name,
)
from core.loop.asking import Answered, LostError, Question
from core.loop.caller import Caller
from core.loop.standing import MOST_UNREADABLE, Standing
from core.records import Candidate, Critique
from core.workspace.facts import Fact


class Judging:
    """Asks the judge about candidates, from where earlier sessions left it."""

    def __init__(self, judge: PaidCritic, standing: Standing) -> None:
        """Word questions as *judge* does, and ask its jurors one after the other."""
        self._judge, self._standing = judge, standing
        self._most_unreadable = MOST_UNREADABLE * len(judge.jurors)
        self._made: dict[int, int] = {}
        """Attempts made in this session about each candidate that was answered for."""

    async def verdicts(
        self, candidate: Candidate, said: Sequence[Critique], caller: Caller
    ) -> AsyncIterator[list[Fact]]:
        """Facts to record, one vote after the other; the judge's verdict stands in the last.

        Votes that *said* holds were paid for in an earlier session.

        Raises
        ------
        LostError
            The endpoint kept failing.
        BudgetSpentError, StoppedError, EndpointRefusedError
            No further call may be sent.
        """
        said = tuple(said)
        while (vote := self.next_vote(said)) is not None:
            try:
                answered = await caller.ask(
                    self.question(candidate, vote), self.reader(candidate, vote)
                )
            except LostError as error:
                if error.is_outage:
                    raise
                yield [unjudged(candidate, None, f"not judged: {error}")]
                return
            facts = self.facts(candidate, answered, vote, said)
            said = (*said, *(fact for fact in facts if isinstance(fact, Critique)))
            yield facts

    def next_vote(self, said: Sequence[Critique]) -> int | None:
        """The vote that is still to be asked for; None when the verdict is there."""
        names = {critique.critic for critique in said}
        if JUDGE in names:
            return None
        jurors = self._judge.jurors
        given = (vote_name(vote, model) in names for vote, model in enumerate(jurors))
        return next((vote for vote, is_given in enumerate(given) if not is_given), 0)

    def foregone(self, candidate: Candidate, said: Sequence[Critique]) -> Critique | None:
        """The verdict on a candidate that the judge need not be asked about; None if it must be."""
        if self._standing.unreadable(candidate.index, "critic") >= self._most_unreadable:
            return unjudged(candidate, None, "no answer could be read")
        if why := self._judge.refuses(candidate.content):
            return unjudged(candidate, None, f"not judged: {why}")
        said = [critique for critique in said if not is_vote(critique.critic)]
        worst = min(said, key=lambda c: 1.0 if c.score is None else c.score, default=None)
        if worst is not None and worst.score is not None and worst.score < HOPELESS:
            return unjudged(candidate, 0.0, f"not judged: {worst.critic} gave {worst.score:.2f}")
        return None

    def question(self, candidate: Candidate, vote: int = 0) -> Question:
        """What to ask about a candidate, for one vote."""
        index, judge = candidate.index, self._judge
        is_jury = len(judge.jurors) > 1
        return Question(
            prompt=judge.prompt(candidate.content, index, vote),
            role="critic",
            model=judge.jurors[vote],
            index=index,
            # Votes count on from one another, so that each call of a candidate has its own name.
            attempts_before=max(self._standing.attempts(index, "critic"), self._made.get(index, 0)),
            unreadable_before=0 if is_jury else self._standing.unreadable(index, "critic"),
            vote=vote,
        )

    def reader(self, candidate: Candidate, vote: int = 0) -> Callable[[str], Verdict]:
        """What reads the verdict in an answer."""
        return self._judge.reader(candidate.index, vote)

    def facts(
        self,
        candidate: Candidate,
        answered: Answered[Verdict],
        vote: int = 0,
        said: Sequence[Critique] = (),
    ) -> list[Fact]:
        """The critique in an answer, and its call; with the last vote, the verdict of all."""
        found, call = answered.value, answered.call
        self._made[candidate.index] = call.attempt
        jurors = self._judge.jurors
        if len(jurors) == 1:
            return [_critique(candidate, JUDGE, found, call.call_id), call]
        own = _critique(candidate, vote_name(vote, jurors[vote]), found, call.call_id)
        votes = [Verdict(score=c.score, reason=c.reason) for c in (*said, own) if is_vote(c.critic)]
        facts: list[Fact] = [own, call]
        if len(votes) == len(jurors):
            facts.append(_critique(candidate, JUDGE, verdict_of_votes(votes)))
        return facts


def _critique(
    candidate: Candidate, critic: str, said: Verdict, call_id: str | None = None
) -> Critique:
    return Critique(
        candidate_id=candidate.candidate_id,
        run_id=candidate.run_id,
        critic=critic,
        score=said.score,
        reason=said.reason,
        call_id=call_id,
    )


def unjudged(candidate: Candidate, score: float | None, reason: str) -> Critique:
    """The critique of a candidate that the judge was not asked about, or did not answer for."""
    return Critique(
        candidate_id=candidate.candidate_id,
        run_id=candidate.run_id,
        critic=JUDGE,
        score=score,
        reason=reason,
    )
