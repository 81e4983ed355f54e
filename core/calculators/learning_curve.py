"""Learning curves: score as a function of training samples, and where it will go.

Several families of curves are fitted (``curve_families``) and pooled: which one
is right cannot be known from a few points, and their disagreement is the better
part of the uncertainty.

References
----------
.. [1] T. Viering and M. Loog, "The Shape of Learning Curves: a Review", IEEE TPAMI 2023.
.. [2] R. Mahmood et al., "How Much More Data Do I Need?", CVPR 2022.
.. [3] A. Jain et al., "A Meta-Learning Approach to Predicting Performance and Data
   Requirements", CVPR 2023: no answer beyond a horizon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.stats import norm

from core.calculators.curve_families import FLAT, Curves, Floats, on_a_curve, projected
from core.errors import AssumptionError

Growth = Literal["slice", "joint"]
Member = tuple[str, float]
"""A family and the emphasis that its fit puts on the last sizes."""

HORIZON = 8.0
"""No number of samples is given beyond this multiple of what was observed."""

RISING: dict[Member, float] = {
    ("pow3", 1.0): 0.32,
    ("pow3", 2.0): 0.15,
    ("pow3", 3.0): 0.23,
    ("mmf4", 2.0): 0.15,
    ("pow4", 2.0): 0.10,
    ("pow2", 2.0): 0.05,
}
"""Shares of the draws for a curve that rises ever more slowly."""

S_SHAPED: dict[Member, float] = {
    ("pow4", 2.0): 0.50,
    ("pow3", 3.0): 0.15,
    ("mmf4", 1.0): 0.15,
    ("mmf4", 2.0): 0.10,
    ("pow4", 3.0): 0.10,
}
"""Shares of the draws for a curve that rises faster before it slows down."""

_BEND, _STEEPNESS = 0.6, 6.0
_KNOWN: dict[Growth | None, float] = {"slice": 0.5, "joint": 0.0, None: 0.0}
_FLOOR = 1e-3
_DISCREPANCY_FLOOR, _DISCREPANCY_SLOPE = 0.002, 0.07
_LEVEL_EVIDENCE, _LEVEL_DISCREPANCY = 2.0, 0.5
_STEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """Draws of a fitted learning curve: refits of each member, and what none captures."""

    curves: tuple[Curves, ...]
    discrepancy: Floats
    """One standard normal per draw, smaller for a level one."""
    level: Floats
    """Shift of the whole curve per draw, from the rows it was measured on."""
    n_last: float
    noise: float
    """Standard error of the last observed score."""
    refit: NDArray[np.int64]
    """Which draw of the scores' errors each draw was refitted to."""
    recent_gain: float
    """Rise of the fitted curve over the last two observed octaves."""

    @property
    def weights(self) -> dict[str, float]:
        """Share of the draws that each family has."""
        total = self.discrepancy.size
        shares: dict[str, float] = {}
        for part in self.curves:
            shares[part.name] = shares.get(part.name, 0.0) + part.ceiling.size / total
        return shares


def learning_curve(
    n: ArrayLike,
    score: ArrayLike,
    noise: ArrayLike,
    *,
    growth: Growth | None = None,
    level_noise: float = 0.0,
    draws: int = 400,
    seed: int = 0,
    families: Sequence[str] | None = None,
    error_draws: ArrayLike | None = None,
) -> CurveFit:
    """Pooled fit of a learning curve with draws of its uncertainty.

    Each draw picks a family and an emphasis on the last sizes, refits it to the
    scores plus noise, and adds a discrepancy that grows with the distance
    extrapolated. Which families lead follows from the shape of the points
    themselves: a slice that grows alone usually rises faster before it slows
    down. Where nothing rises, most draws are level. Shares and discrepancy are
    tuned on 420 real curves.

    Parameters
    ----------
    n
        Training samples at each observed size, at least 3 different ones. [samples]
    score
        Mean score at each size. [fraction]
    noise
        Standard error of each mean score; NaN where unknown, then it is taken
        from the residuals of the fit. [fraction]
    growth
        ``slice`` when only the slice grew, ``joint`` when everything did; None
        when it is not known.
    level_noise
        Standard error that all scores share because they were measured on the
        same rows; 0 when the claim is about those rows. [fraction]
    draws
        How many draws, about. [1]
    families
        Which families, and no other.
    error_draws
        ``(at least draws, sizes)`` draws of the errors of all scores together, in
        the order of *n*, where they depend on each other; independent and normal
        when None. [fraction]

    Raises
    ------
    AssumptionError
        Fewer than three sizes, sizes not positive, or scores outside [0, 1].
    """
    sizes, scores, errors = _checked(n, score, noise)
    rng = np.random.default_rng(seed)
    n_last = float(sizes[-1])
    u = sizes / n_last
    exact = None if families else on_a_curve(u, scores)
    members = _members(u, scores, growth, families, exact)
    points = {m: projected(m[0], u, scores[np.newaxis], m[1]) for m in members}
    sigma = _noise(errors, u, scores, exact, list(points.values()))
    level = 0.0 if families or exact else _level_share(u, scores, sigma, list(points.values()))
    wanted = {m: round(draws * (1 - level) * share) for m, share in members.items()}
    wanted[FLAT, 1.0] = round(draws * level)
    errors = sigma * rng.standard_normal((max(wanted.values()), sizes.size))
    if error_draws is not None:
        errors = np.asarray(error_draws, dtype=np.float64)[:, np.argsort(n, kind="stable")]
    curves = [projected(m[0], u, scores + errors[:k], m[1]) for m, k in wanted.items() if k]
    if exact is not None and not sigma.any():
        curves = [exact.repeated(draws)]
    total = sum(part.ceiling.size for part in curves)
    discrepancy = rng.permutation(norm.ppf((np.arange(total) + 0.5) / total))
    discrepancy[total - wanted[FLAT, 1.0] :] *= _LEVEL_DISCREPANCY
    return CurveFit(
        curves=tuple(curves),
        discrepancy=discrepancy,
        level=level_noise * rng.standard_normal(total),
        n_last=n_last,
        noise=float(sigma[-1]),
        refit=np.concatenate([np.arange(part.ceiling.size) for part in curves]),
        recent_gain=_recent_gain(list(points.values())),
    )


def _members(
    u: Floats,
    scores: Floats,
    growth: Growth | None,
    families: Sequence[str] | None,
    exact: Curves | None,
) -> dict[Member, float]:
    """The members and their shares of the draws."""
    if exact is not None:
        return {(exact.name, 1.0): 1.0}
    if families:
        return {(name, 1.0): 1 / len(families) for name in families}
    bent = _bentness(u, scores, growth)
    shares = {m: (1 - bent) * share for m, share in RISING.items()}
    for member, share in S_SHAPED.items():
        shares[member] = shares.get(member, 0.0) + bent * share
    return shares


def _bentness(u: Floats, scores: Floats, growth: Growth | None) -> float:
    """How much better curves with a bend fit than one that rises ever more slowly, 0 to 1."""
    straight, offset, bent = (
        float(projected(name, u, scores[np.newaxis], emphasis).misfit[0]) + _FLOOR
        for name, emphasis in (("pow3", 1.0), ("pow4", 2.0), ("mmf4", 1.0))
    )
    advantage = np.log(straight / min(offset, bent)) - _BEND
    return float(expit(_STEEPNESS * (advantage + _KNOWN[growth])))


def _level_share(u: Floats, scores: Floats, sigma: Floats, points: Sequence[Curves]) -> float:
    """Share of the draws that do not rise, 0 wherever a rise can be seen.

    The Bayesian information criterion: a rise has to earn its two parameters. As
    most real curves rise, the evidence for it weighs four times as much as there.
    """
    scale = np.hypot(sigma, _DISCREPANCY_FLOOR)
    paths = [np.full(u.size, scores @ u / u.sum()), *(part.at(u)[0] for part in points)]
    misfit, *others = (float(np.sum(((scores - path) / scale) ** 2)) for path in paths)
    gained = max(misfit - min(others), 0.0)
    return float(expit(np.log(u.size) - _LEVEL_EVIDENCE * gained))


def _recent_gain(points: Sequence[Curves]) -> float:
    ends = [part.at(np.array([0.25, 1.0]))[0] for part in points]
    return float(max(np.mean([end[1] - end[0] for end in ends]), 0.0))


def _checked(n: ArrayLike, score: ArrayLike, noise: ArrayLike) -> tuple[Floats, Floats, Floats]:
    sizes = np.asarray(n, dtype=np.float64)
    scores = np.asarray(score, dtype=np.float64)
    errors = np.broadcast_to(np.asarray(noise, dtype=np.float64), sizes.shape)
    if np.unique(sizes).size < 3 or sizes.shape != scores.shape:
        raise AssumptionError(
            "a learning curve needs scores at 3 or more different sizes; "
            f"found {np.unique(sizes).size}."
        )
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise AssumptionError("sizes of a learning curve must be positive numbers of samples.")
    bad = ~((scores >= 0) & (scores <= 1))
    if bad.any():
        raise AssumptionError(
            f"score must be in [0, 1] fraction; {int(bad.sum())} of {scores.size} values are not, "
            f"first {scores[bad][0]:g}."
        )
    order = np.argsort(sizes, kind="stable")
    return sizes[order], scores[order], errors[order]


def _noise(
    errors: Floats, u: Floats, scores: Floats, exact: Curves | None, points: Sequence[Curves]
) -> Floats:
    """Standard errors, those that are unknown from the best fit's residuals."""
    if exact is not None:
        return np.where(np.isfinite(errors), errors, 0.0)
    rms = [float(np.sqrt(np.mean((part.at(u)[0] - scores) ** 2))) for part in points]
    return np.where(np.isfinite(errors), errors, min(rms))


def scores_at(fit: CurveFit, n: ArrayLike) -> Floats:
    """Draws of the score at these sizes, ``(draws, sizes)``, within [0, 1]. [fraction]"""
    u = np.atleast_1d(np.asarray(n, dtype=np.float64)) / fit.n_last
    paths = np.concatenate([part.at(u) for part in fit.curves])
    octaves = np.sqrt(np.maximum(np.log2(u), 0.0) / 2)
    size = np.hypot(_DISCREPANCY_FLOOR, fit.noise) + _DISCREPANCY_SLOPE * fit.recent_gain
    shift = fit.level[:, np.newaxis] + fit.discrepancy[:, np.newaxis] * size * octaves
    return np.asarray(np.clip(paths + shift, 0.0, 1.0), dtype=np.float64)


def samples_for(fit: CurveFit, target: float, *, horizon: float = HORIZON) -> Floats:
    """Draws of the samples for *target*; ``inf`` beyond the horizon. [samples]

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1.
    """
    if not 0 < target < 1:
        raise AssumptionError(f"target must lie strictly between 0 and 1; found {target:g}.")
    smallest = min(max(fit.n_last / 64, 1.0), fit.n_last)
    grid = np.geomspace(smallest, fit.n_last * horizon, _STEPS)
    paths = np.maximum.accumulate(scores_at(fit, grid), axis=1)
    reached = paths >= target
    at = np.argmax(reached, axis=1)
    row = np.arange(paths.shape[0])
    before = np.maximum(at - 1, 0)
    low, high = paths[row, before], paths[row, at]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(high > low, (target - low) / (high - low), 0.0)
    crossing = grid[before] * (grid[at] / grid[before]) ** part
    return np.where(reached.any(axis=1), crossing, np.inf)


def power_law(n: ArrayLike, score: ArrayLike, noise: ArrayLike, *, draws: int, seed: int) -> Floats:
    """Draws of (error now, irreducible error, exponent) of ``floor + scale * n**-exponent``.

    A summary of the upper part of the curve (from a quarter of the last size)
    for use in the economics of data; ``error now`` is at the last size.
    Returned as ``(3, draws)``. [fraction, fraction, 1]
    """
    sizes, scores, errors = _checked(n, score, noise)
    upper = sizes >= sizes[-1] / 4
    if np.unique(sizes[upper]).size >= 3:
        sizes, scores, errors = sizes[upper], scores[upper], errors[upper]
    fit = learning_curve(sizes, scores, errors, draws=draws, seed=seed, families=("pow3",))
    (curves,) = fit.curves
    now = 1 - (curves.ceiling - curves.drop)
    return np.stack([np.clip(now, 0, 1), np.clip(1 - curves.ceiling, 0, 1), curves.shape[:, 0]])
