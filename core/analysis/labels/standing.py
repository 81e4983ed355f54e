"""How far the labelling of a run has come, and what it still lacks."""

from collections import Counter
from dataclasses import dataclass

from core.analysis.labels.settled import Settled, settled
from core.calculators.certificate import first_step_labels
from core.formats import count, percent
from core.workspace import Workspace

PRECISION, CONFIDENCE = 0.9, 0.9
"""What is promised most often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStanding:
    """What people said of a run's candidates, counted."""

    said: Settled
    first_needed: int
    """Labels drawn by chance below which nothing can be certified."""

    @property
    def good(self) -> int:
        """Settled candidates that are good."""
        return sum(self.said.labels.values())

    @property
    def pools(self) -> tuple[tuple[float, int], ...]:
        """Lowest score of each pool, and the settled labels drawn from it, widest first."""
        limits = (self.said.drawn.get(name) for name in self.said.labels)
        return tuple(sorted(Counter(limit for limit in limits if limit is not None).items()))

    @property
    def next_words(self) -> str:
        """What is lacking before anything can be certified, in words."""
        lacking = self.first_needed - self.said.drawn_by_chance
        promise = f"{percent(PRECISION, 0)} precision at {percent(CONFIDENCE, 0)} confidence"
        if lacking > 0:
            return f"{count(lacking)} more are needed before {promise} can be certified at all"
        return f"the {count(self.first_needed)} that {promise} needs at least are there"


def standing_of(workspace: Workspace, run_id: str) -> LabelStanding:
    """How far the labelling of a run has come."""
    # A look that was not planned spends one half of the error that is allowed.
    needed = int(first_step_labels(PRECISION, (1 - CONFIDENCE) / 2))
    return LabelStanding(said=settled(workspace, run_id), first_needed=needed)
