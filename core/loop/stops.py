"""When enough is proposed: accepted samples, a collapsed acceptance rate, saturated duplicates."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from core.critique.verdict import is_vote
from core.formats import count, percent
from core.generation.plan import GenerationPlan
from core.records import Candidate, Critique

_WINDOW, _LOOK_EVERY = 100, 10
"""Candidates that a rate is taken from, and how often it is looked at."""

_CHANCE = 0.001
"""How rarely chance alone may look like that; looks are repeated, so it is strict."""

_DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Settled:
    """A candidate that every critic has seen, or one that came to nothing."""

    index: int
    candidate: Candidate | None
    critiques: tuple[Critique, ...] = ()

    def score(self, critics: int) -> float | None:
        """The least of its critics' scores; None when one of them could not judge."""
        scores = [c.score for c in self._verdicts if c.score is not None]
        return min(scores) if scores and len(scores) >= critics else None

    @property
    def worst(self) -> Critique | None:
        """The critique with the least score."""
        judged = [c for c in self._verdicts if c.score is not None]
        return min(judged, key=lambda c: c.score or 0.0, default=None)

    @property
    def _verdicts(self) -> list[Critique]:
        """What its critics said; the votes that a jury's verdict is made of are none."""
        return [c for c in self.critiques if not is_vote(c.critic)]


class StopRules:
    """Counts settled candidates, in their order, against the plan's rules."""

    def __init__(self, plan: GenerationPlan, critics: Sequence[str]) -> None:
        """Begin with nothing seen; *critics* must all have scored an accepted candidate."""
        self._plan, self._critics = plan, len(critics)
        self.wanted = plan.accepted
        """Accepted candidates that are enough; None when every candidate is proposed."""
        self._has_duplicates = _DUPLICATE in critics
        self.seen = self.accepted = 0
        self.why = ""
        """Why enough is proposed; empty while it is not."""
        self._recent: deque[tuple[bool, bool]] = deque(maxlen=_WINDOW)
        self._counts: Counter[str] = Counter()

    def is_accepted(self, settled: Settled) -> bool:
        """Whether a candidate is accepted at the plan's strictness."""
        score = settled.score(self._critics)
        return score is not None and score >= self._plan.strictness

    def saw(self, settled: Settled) -> None:
        """Count the next candidate."""
        if settled.candidate is None or self.why:
            return
        accepted = self.is_accepted(settled)
        repeats = any(
            c.critic == _DUPLICATE and c.score is not None and c.score < self._plan.strictness
            for c in settled.critiques
        )
        if len(self._recent) == _WINDOW:
            self._forget(*self._recent[0])
        self._recent.append((accepted, repeats))
        self._counts["accepted"] += accepted
        self._counts["repeats"] += repeats
        self.seen += 1
        self.accepted += accepted
        self.why = self._reached() or self._collapsed() or self._saturated()

    def _forget(self, accepted: bool, repeats: bool) -> None:
        self._counts["accepted"] -= accepted
        self._counts["repeats"] -= repeats

    def may_propose(self, under_way: int) -> bool:
        """Whether one more candidate is wanted beside those that are not settled yet."""
        if self.why:
            return False
        if self.wanted is None or under_way == 0:
            return True
        return self.accepted + under_way * self.rate < self.wanted

    @property
    def rate(self) -> float:
        """The acceptance rate so far, drawn towards one half while little is seen."""
        return (self.accepted + 1) / (self.seen + 2)

    def expected(self, wanted: int) -> int:
        """Candidates that will be proposed in all, at the rate so far and *wanted* at most."""
        if self.wanted is None:
            return wanted
        missing = max(0, self.wanted - self.accepted)
        return min(wanted, self.seen + round(missing / self.rate))

    def _reached(self) -> str:
        plan = self._plan
        if self.wanted is None or self.accepted < self.wanted:
            return ""
        what = "the deficit is closed: " if plan.close_deficit_at is not None else ""
        return (
            f"{what}{count(self.accepted)} of {count(self.seen)} candidates are accepted at "
            f"strictness {plan.strictness:.2f}"
        )

    def _is_time(self) -> bool:
        return len(self._recent) == _WINDOW and self.seen % _LOOK_EVERY == 0

    def _collapsed(self) -> str:
        least, found = self._plan.least_acceptance, self._counts["accepted"]
        if least is None or not self._is_time() or _tail(found, least) > _CHANCE:
            return ""
        return (
            f"acceptance has collapsed: {found} of the last {_WINDOW} candidates are accepted at "
            f"strictness {self._plan.strictness:.2f}, less than {percent(least)}"
        )

    def _saturated(self) -> str:
        most, found = self._plan.most_duplicates, self._counts["repeats"]
        if most is None or not self._has_duplicates or not self._is_time():
            return ""
        if _tail(_WINDOW - found, 1 - most) > _CHANCE:
            return ""
        return (
            f"duplicates saturate: {found} of the last {_WINDOW} candidates repeat what was there, "
            f"more than {percent(most)}"
        )


def _tail(found: int, share: float) -> float:
    """The chance of at most so many in the window when each is one with this chance."""
    return sum(comb(_WINDOW, k) * share**k * (1 - share) ** (_WINDOW - k) for k in range(found + 1))
