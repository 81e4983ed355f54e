"""What a critic says, and what the loop has to know of critics, whoever they are.

Nothing here brings learners along, which a run without critics does not need.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.records import Candidate, Critique, Prompt

JUDGE = "judge"
"""The name of the critic that asks a model."""

CRITICS_VERSION = "v3"
"""Raised when a critic that asks no model scores differently than before."""

HOPELESS = 0.05
"""A candidate that a deterministic critic scores below this is not shown to a paid one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One critic's judgement of one candidate."""

    score: float | None
    """In [0, 1]; None when it could not be judged."""
    reason: str


class FreeCritics(Protocol):
    """Critics that need no model, together."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the order they are asked."""

    def critiques(self, candidates: Sequence[Candidate]) -> list[list[Critique]]:
        """Every critic's judgement of each candidate, in the order the candidates were made."""


class PaidCritic(Protocol):
    """A critic that words a question to models and reads the answers; someone else sends it."""

    jurors: tuple[str, ...]
    """The models that are asked, one a vote; one may vote more than once."""

    def refuses(self, content: Mapping[str, Any]) -> str:
        """Why a candidate cannot be judged; empty when it can."""

    def prompt(self, content: Mapping[str, Any], index: int, vote: int = 0) -> Prompt:
        """The question about the candidate of this index, for one vote."""

    def reader(self, index: int, vote: int = 0) -> Callable[[str], Verdict]:
        """What reads the verdict in an answer; raises ``ProviderError`` when it holds none."""


VOTE = "vote "


def vote_name(vote: int, model: str) -> str:
    """The name that one juror's vote is recorded under, beside the judge's verdict."""
    return f"{VOTE}{vote + 1} · {model}"


def is_vote(critic: str) -> bool:
    """Whether a critique is a juror's vote, which the judge's verdict is made of."""
    return critic.startswith(VOTE)


def verdict_of_votes(votes: Sequence[Verdict]) -> Verdict:
    """What a jury says: the mean of its votes; unjudged as long as one of them is."""
    scores = [vote.score for vote in votes if vote.score is not None]
    if not votes or len(scores) < len(votes):
        missing = next((v.reason for v in votes if v.score is None), "no vote was given")
        return Verdict(score=None, reason=missing)
    against = [vote.reason for vote in votes if vote.score is not None and vote.score < 1]
    said = f"{len(votes) - len(against)} of {len(votes)} votes without objection"
    return Verdict(
        score=sum(scores) / len(scores), reason=f"{said}: {against[0]}" if against else said
    )
