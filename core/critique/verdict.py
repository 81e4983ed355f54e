"""What a critic says, and the two facts about critics that the loop has to know."""

from dataclasses import dataclass

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
