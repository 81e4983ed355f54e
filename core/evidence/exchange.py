"""What is one synthetic sample worth, by the real learning curve of the same experiment?"""

import numpy as np
from numpy.typing import NDArray

from core.calculators.exchange import real_equivalents
from core.calculators.learning_curve import CurveFit, learning_curve, scores_at
from core.calculators.paired import paired_gain_draws
from core.evidence.arms import ArmKey
from core.evidence.injection import Outcomes

DRAWS = 2_000
CURVE_DRAWS = 800
_LEAST_NOISE = 0.005


def gain_draws(
    outcomes: Outcomes, key: ArmKey, among: NDArray[np.bool_], seed: int, *, smoothed: bool = True
) -> NDArray[np.float64]:
    """Draws of an arm's gain over the baseline. [fraction]

    Equal draws of all arms resample the same repeats and the same held-out rows.
    """
    first, second = outcomes.without[:, among], outcomes.right[key][:, among]
    return paired_gain_draws(first, second, draws=DRAWS, seed=seed, smoothed=smoothed)


def curve_keys(outcomes: Outcomes) -> list[tuple[int, ArmKey]]:
    """Real samples of the slice at each point of the real curve, fewest first."""
    used = int(outcomes.baseline.at)
    points = [(int(k.at), k) for k in outcomes.right if k.name == "real"]
    points += [(used + int(k.at), k) for k in outcomes.right if k.name == "more real"]
    return sorted(points)


def real_curve(outcomes: Outcomes, seed: int) -> CurveFit | None:
    """The slice's learning curve on real rows alone; None when it has too few points.

    The errors of its points are those of their differences from the baseline,
    over the same repeats and held-out rows as the gain that is read back on it.
    """
    points = curve_keys(outcomes)
    here = outcomes.of_slice
    if len(points) < 3 or not here.any():
        return None
    apart = np.stack(
        [gain_draws(outcomes, key, here, seed, smoothed=False) for _, key in points], axis=1
    )
    return learning_curve(
        [n for n, _ in points],
        [float(outcomes.right[key][:, here].mean()) for _, key in points],
        np.maximum(apart.std(axis=0), _LEAST_NOISE),
        growth="slice",
        draws=CURVE_DRAWS,
        seed=seed,
        error_draws=apart - apart.mean(axis=0),
    )


def worth(
    outcomes: Outcomes,
    curve: CurveFit | None,
    gains: NDArray[np.float64],
    added: int,
    seed: int,
) -> NDArray[np.float64]:
    """Draws of the real samples that one of *added* synthetic samples is worth; NaN unknown. [1]

    Points of the real curve scatter about it though they are real: as far as a
    gain may lie from it by the same scatter, it is in doubt.
    """
    if curve is None or added == 0:
        return np.full(1, np.nan)
    scatter = _misfit(outcomes, curve) * np.random.default_rng(seed).standard_normal(gains.size)
    return real_equivalents(curve, gains + scatter, start=outcomes.baseline.at, added=added)


def _misfit(outcomes: Outcomes, curve: CurveFit) -> float:
    """Root mean square distance of the measured points from the middle of the curve. [fraction]"""
    points = curve_keys(outcomes)
    middle = np.median(scores_at(curve, [n for n, _ in points]), axis=0)
    scores = [float(outcomes.right[key][:, outcomes.of_slice].mean()) for _, key in points]
    return float(np.sqrt(np.mean((np.array(scores) - middle) ** 2)))
