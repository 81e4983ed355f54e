"""What does one setting of the knob accept, and what is that worth?

Everything is summed up once, over the candidates sorted by score. A move of
the knob is then a search in a sorted array: no call, no fit, no query.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.strictness.judged import Judged
from core.analysis.strictness.precision import Precision, PrecisionOf
from core.analysis.strictness.reach import Reach
from core.calculators.optimum import likelihood_ratio
from core.calculators.strictness import (
    cost_per_accepted_sample,
    cost_per_good_sample,
    effective_samples,
    rate_ratio,
)
from core.records import Quantiles

Floats = NDArray[np.float64]

OUT_OF_REACH = math.inf
"""The score that nothing reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a setting leaves of one sub-slice."""

    part: str
    """Its most typical anchor."""
    anchors: int
    coverage: float
    proposed: int
    """Candidates most like an anchor of it."""
    accepted: int
    good_kept: float | None
    """Of the good ones among them, the share accepted, by the calibrated scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one strictness accepts; None where a figure is unknown or undefined."""

    tau: float
    score: float | None
    """The lowest critics' score that is accepted; None when nothing is."""
    accepted: int
    proposed: int
    acceptance_rate: float | None
    precision: Precision
    coverage: float | None
    """Share of the training anchors with an accepted candidate near them."""
    parts: tuple[Covered, ...]
    cost_per_accepted_usd: float | None
    cost_per_good_usd: float | None
    cost_per_good: Quantiles | None
    """The same with its interval: from the precision's."""
    effective_samples: float | None
    """Clean samples that the accepted ones are worth, were their errors chance."""
    effective_per_usd: float | None
    odds_multiplier: float | None
    """TPR over FPR: by how much accepting multiplies the odds of being good."""
    minority_ratio: float | None
    """Share of good ones kept in the rarest sub-slice, over that in the most frequent."""


class Knob:
    """Reads off what any strictness accepts of the same candidates."""

    def __init__(self, judged: Judged, reach: Reach | None = None) -> None:
        """Sort and sum up once."""
        self.judged, self.reach = judged, reach
        probability = judged.probability
        known = np.flatnonzero(np.isfinite(judged.score))
        order = known[np.argsort(-judged.score[known], kind="stable")]
        self.order = order
        """Places of the judged candidates, best first."""
        self.probability = probability[order]
        """Theirs."""
        self._score = judged.score[order]
        self._precision = PrecisionOf(judged, order)
        self._by_part = None if reach is None else _sums(reach, order, self.probability)

    def accepted(self, tau: float) -> int:
        """How many are accepted."""
        return int(np.searchsorted(-self.probability, -tau, side="right"))

    def score_at(self, tau: float) -> float:
        """The critics' score from which on candidates are accepted; infinite for none."""
        taken = self.accepted(tau)
        return float(self._score[taken - 1]) if taken else OUT_OF_REACH

    def near(self, tau: float, count: int) -> list[str]:
        """Ids of so many candidates just accepted and just rejected, best first."""
        taken = self.accepted(tau)
        places = self.order[max(0, taken - count) : taken + count]
        return [self.judged.names[place] for place in places]

    def at(self, tau: float) -> Setting:
        """What this strictness accepts."""
        taken, proposed = self.accepted(tau), len(self.judged.score)
        rate = taken / proposed if proposed else None
        precision = self._precision.at(taken)
        middle = precision.quantiles.p50 if precision.quantiles else None
        each = self._each(taken)
        worth = None if middle is None else float(effective_samples(taken, middle))
        cost = self.judged.cost_usd
        score = float(self._score[taken - 1]) if taken else None
        parts = self._parts(taken, OUT_OF_REACH if score is None else score)
        return Setting(
            tau=tau,
            score=score,
            accepted=taken,
            proposed=proposed,
            acceptance_rate=rate,
            precision=precision,
            coverage=self._coverage(score),
            parts=parts,
            cost_per_accepted_usd=each,
            cost_per_good_usd=_each_good(each, middle),
            cost_per_good=_good_interval(each, precision.quantiles),
            effective_samples=worth,
            effective_per_usd=None if worth is None or not cost else worth / cost,
            odds_multiplier=self._odds(taken),
            minority_ratio=_minority_ratio(parts),
        )

    def _each(self, taken: int) -> float | None:
        cost, proposed = self.judged.cost_usd, len(self.judged.score)
        if cost is None or not taken:
            return None
        return float(cost_per_accepted_sample(cost / proposed, taken / proposed))

    def _coverage(self, score: float | None) -> float | None:
        if self.reach is None:
            return None
        return self.reach.covered(OUT_OF_REACH if score is None else score)

    def _odds(self, taken: int) -> float | None:
        """From the calibrated probabilities of all candidates; unknown without labels."""
        if self.judged.calibration is None:
            return None
        found = likelihood_ratio(self.probability, np.arange(len(self.probability)) < taken)
        return found if math.isfinite(found) else None

    def _parts(self, taken: int, score: float) -> tuple[Covered, ...]:
        if self.reach is None or self._by_part is None:
            return ()
        members, good = self._by_part
        covered = self.reach.covered_by_part(score)
        calibrated = self.judged.calibration is not None
        return tuple(
            Covered(
                part=name,
                anchors=int((self.reach.part == p).sum()),
                coverage=covered[p],
                proposed=int(members[p][-1]),
                accepted=int(members[p][taken]),
                good_kept=(
                    float(good[p][taken] / good[p][-1]) if calibrated and good[p][-1] else None
                ),
            )
            for p, name in enumerate(self.reach.parts)
        )


def _sums(reach: Reach, order: NDArray[np.int64], probability: Floats) -> tuple[Floats, Floats]:
    """Per sub-slice, how many of the best so many are its own, and how many good ones."""
    own = reach.home[order] == np.arange(len(reach.parts))[:, None]
    none = np.zeros((len(reach.parts), 1))
    members = np.hstack([none, np.cumsum(own, axis=1)])
    return members, np.hstack([none, np.cumsum(own * probability, axis=1)])


def _each_good(each: float | None, precision: float | None) -> float | None:
    if each is None or not precision:
        return None
    return float(cost_per_good_sample(each, precision))


def _good_interval(each: float | None, precision: Quantiles | None) -> Quantiles | None:
    """The better the precision, the cheaper a good sample."""
    if each is None or precision is None:
        return None
    return Quantiles(
        p10=_each_good(each, precision.p90),
        p50=_each_good(each, precision.p50),
        p90=_each_good(each, precision.p10),
    )


def _minority_ratio(parts: tuple[Covered, ...]) -> float | None:
    """Of the sub-slices that candidates fall into, the rarest against the most frequent."""
    known = [part for part in parts if part.proposed and part.good_kept is not None]
    if len(known) < 2:
        return None
    rarest, most = min(known, key=lambda p: p.anchors), max(known, key=lambda p: p.anchors)
    if rarest is most or not most.good_kept or rarest.good_kept is None:
        return None
    return float(rate_ratio(min(rarest.good_kept, 1.0), min(most.good_kept, 1.0)))
