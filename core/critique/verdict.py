"""What a critic says, and what the loop has to know of critics, whoever they are.

Nothing here brings learners along, which a run without critics does not need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.records import Candidate, Critique, Prompt

JUDGE = "judge"
"""The name of the critic that asks a model."""

CRITICS_VERSION = "v2"
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
    """A critic that words a question to a model and reads the answer; someone else sends it."""

    model: str

    def prompt(self, content: Mapping[str, Any], index: int) -> Prompt:
        """The question about the candidate of this index."""

    def read(self, answer: str) -> Verdict:
        """The verdict in an answer; raises ``ProviderError`` when it holds none."""
