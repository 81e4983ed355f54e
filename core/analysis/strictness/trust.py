"""How far can the critics' scores be trusted, by what people said?"""

from dataclasses import dataclass

import numpy as np

from core.analysis.strictness.judged import Judged
from core.calculators.reliability import reliability

BINS = 10
_POINTS = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The reliability diagram: said against true, and what the calibration made of the scores."""

    said: tuple[float, ...]
    """Mean left-out probability of each group of labelled candidates."""
    good: tuple[float, ...]
    """Share of good ones in each group, with its 90 % band."""
    low: tuple[float, ...]
    high: tuple[float, ...]
    labels: tuple[int, ...]
    raw: tuple[float, ...]
    """Mean raw score of groups of like raw scores, and the share of good ones in each."""
    raw_good: tuple[float, ...]
    score: tuple[float, ...]
    """Raw scores from 0 to 1."""
    probability: tuple[float, ...]
    """What the calibration makes of them."""


def trust_of(judged: Judged) -> Trust | None:
    """The reliability diagram of a run's calibration; None without one."""
    found = judged.calibration
    if found is None:
        return None
    label, raw = judged.label[judged.is_labelled], judged.score[judged.is_labelled]
    said, good, low, high, labels = reliability(found.left_out, label, BINS)
    of_raw, raw_good, _, _, _ = reliability(raw, label, BINS)
    score = np.linspace(0, 1, _POINTS)
    return Trust(
        said=tuple(map(float, said)),
        good=tuple(map(float, good)),
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
        labels=tuple(map(int, labels)),
        raw=tuple(map(float, of_raw)),
        raw_good=tuple(map(float, raw_good)),
        score=tuple(map(float, score)),
        probability=tuple(map(float, found.probability(score))),
    )
