"""What became of a loop: which kind of collapse, when, by which definition.

"Model collapse" is said of at least eight things [1]_. Here *early* collapse is
that the tails, or the rare categories, are lost while the spread still stands;
*late* collapse is that the spread itself is nearly gone [2]_.

References
----------
.. [1] R. Schaeffer et al., "Model Collapse Does Not Mean What You Think", 2025.
.. [2] I. Shumailov et al., Nature 631, 2024.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.collapse.chains import Floats
from core.collapse.lab import LabResult
from core.formats import number, percent

Verdict = Literal[
    "stable", "early collapse", "late collapse", "explosion", "converges to the critic", "degrades"
]
LOST = 0.5
"""Part of the tails, or of the rare categories, below which they count as lost."""

GONE = 0.1
"""Part of the spread below which it counts as gone."""

EXPLODED = 2.0
"""Multiple of the spread from which on it counts as exploded."""

_NEAR_CRITIC = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a loop."""

    verdict: Verdict
    why: str
    at: int | None
    """The generation at which it happened."""


def fate_of(result: LabResult) -> Fate:
    """The verdict, from the means over all chains."""
    model = result.settings.model
    if model == "critic":
        return _of_critic(result)
    if model == "regression":
        return _of_regression(result)
    if model == "categorical":
        return _of_categories(result)
    return _of_points(result)


def _of_points(result: LabResult) -> Fate:
    s = result.settings
    var, tails, of_var = result.series["var"].mean, result.series["tail_mass"].mean, ""
    if s.estimator == "unbiased":
        # A martingale: its mean stands while nearly every chain goes to 0.
        var, tails = result.series["var"].median, result.series["tail_mass"].median
        of_var = " in the median chain"
    if s.critic_centre is not None:
        mean = float(result.series["mean"].mean[-1])
        if abs(mean) > _NEAR_CRITIC * abs(s.critic_centre) > 0:
            return Fate(
                verdict="converges to the critic",
                why=f"the mean is {number(float(mean))}; the truth is 0, and the critic's centre "
                f"{s.critic_centre:g}. A stricter critic gets there faster, not elsewhere.",
                at=_first(np.abs(result.series["mean"].mean) > _NEAR_CRITIC * abs(s.critic_centre)),
            )
    if (at := _first(var >= EXPLODED)) is not None:
        said = (
            f"the variance{of_var} is {number(float(var[-1]))} times the truth's after "
            f"{_generations(s.generations)}; it doubled by generation {at}."
        )
        return Fate(verdict="explosion", why=said, at=at)
    kept = tails / max(float(tails[0]), 1e-300)
    return _lost(
        kept, var / max(var[0], 1e-300), "of the tails (beyond two standard deviations)",
        f"{percent(float(var[-1]))} of the true variance{of_var}", s.generations,
    )  # fmt: skip


def _of_categories(result: LabResult) -> Fate:
    rare, even = result.series["rare_support"].mean, result.series["gini_simpson"].mean
    scale = max(float(even[0]), 1e-300)
    first = max(float(rare[0]), 1e-300)
    return _lost(
        rare / first, even / scale, "of the rare categories that the first fit held",
        f"{percent(float(even[-1] / scale))} of the variety (Gini-Simpson index)",
        result.settings.generations,
    )  # fmt: skip


def _lost(tails: Floats, spread: Floats, of_tails: str, held: str, generations: int) -> Fate:
    """Early or late collapse, from what is left of the first fit's tails and spread."""
    end = float(tails[-1])
    # A mean that has wandered off makes "tails" of the middle.
    also = f" and {percent(end)} {of_tails} are" if end <= 1 else " is"
    left = f"{held}{also} left after {_generations(generations)}"
    fell = "the {} fell below {} of the first fit's in generation {}."
    if (at := _first(spread < GONE)) is not None:
        said = fell.format("first", percent(GONE, 0), at)
        return Fate(verdict="late collapse", why=f"{left}; {said}", at=at)
    if (at := _first(tails < LOST)) is not None:
        said = fell.format("second", percent(LOST, 0), at)
        return Fate(verdict="early collapse", why=f"{left}; {said}", at=at)
    return Fate(verdict="stable", why=f"{left}.", at=None)


def _of_regression(result: LabResult) -> Fate:
    error = result.series["test_error"].mean
    times = error / max(float(error[0]), 1e-300)
    said = (
        f"the test error is {number(float(times[-1]))} times that of the first fit after "
        f"{_generations(result.settings.generations)}"
    )
    if (at := _first(times >= EXPLODED)) is not None:
        return Fate(verdict="degrades", why=f"{said}; it doubled by generation {at}.", at=at)
    return Fate(verdict="stable", why=f"{said}.", at=None)


def _of_critic(result: LabResult) -> Fate:
    good = result.series["good_share"].mean
    start = float(good[0])
    if start == 0 and not good.any():
        return Fate(verdict="stable", why="no sample was good at the start, and none is.", at=None)
    said = (
        f"{percent(float(good[-1]))} of the samples are good after "
        f"{_generations(result.settings.generations)}; it began with {percent(float(good[0]))}"
    )
    if (at := _first(good < GONE * start)) is not None:
        return Fate(verdict="late collapse", why=f"{said}; a tenth of that was left in generation "
                    f"{at}.", at=at)  # fmt: skip
    if (at := _first(good < LOST * start)) is not None:
        return Fate(verdict="degrades", why=f"{said}; it halved by generation {at}.", at=at)
    return Fate(verdict="stable", why=f"{said}.", at=None)


def _first(happened: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> int | None:
    return int(np.argmax(happened)) if happened.any() else None


def _generations(n: int) -> str:
    return "1 generation" if n == 1 else f"{n:,} generations"
