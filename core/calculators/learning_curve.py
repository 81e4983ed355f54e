"""Learning curves: score as a function of training samples, and where it will go.

Every family is written ``score(n) = ceiling - drop * h(n / n_last; shape)`` with
``h`` falling to 0, so that for a given shape the two linear parameters have a
closed form. The shape is searched on a grid; nothing can fail to converge. With
sizes in units of the last one, a curve of millions is fitted as one of hundreds.

References
----------
.. [1] T. Viering and M. Loog, "The Shape of Learning Curves: a Review", IEEE TPAMI 2023.
.. [2] G. Golub and V. Pereyra, "Separable nonlinear least squares: the variable
   projection method", Inverse Problems 19, 2003.
.. [3] R. Mahmood et al., "How Much More Data Do I Need?", CVPR 2022.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from core.errors import AssumptionError

Floats = NDArray[np.float64]
Growth = Literal["slice", "joint"]

HORIZON = 8.0
"""No number of samples is given beyond this multiple of what was observed."""

FLAT = "flat"
"""The family of curves that do not rise at all."""

_DISCREPANCY_FLOOR, _DISCREPANCY_SLOPE = 0.003, 0.15
_STEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """Draws of a fitted learning curve.

    Arrays have one entry per draw: a family, a bootstrap refit of it, and one
    standard normal for what no family captures.
    """

    family: NDArray[np.int64]
    names: tuple[str, ...]
    ceiling: Floats
    drop: Floats
    shape: Floats
    """Two shape parameters per draw, ``(draws, 2)``."""
    discrepancy: Floats
    level: Floats
    """Shift of the whole curve, from the rows it was measured on."""
    n_last: float
    noise: float
    """Standard error of the last observed score."""
    recent_gain: float
    """Rise of the fitted curve over the last two observed octaves."""

    @property
    def weights(self) -> dict[str, float]:
        """Share of the draws that each family has."""
        return {n: float(np.mean(self.family == i)) for i, n in enumerate(self.names)}


def _pow(u: Floats, shape: Floats) -> Floats:
    offset = shape[..., 1]
    return np.asarray(((u + offset) / (1 + offset)) ** -shape[..., 0], dtype=np.float64)


def _mmf(u: Floats, shape: Floats) -> Floats:
    grown = u ** shape[..., 0]
    return np.asarray(shape[..., 1] / (shape[..., 1] + grown), dtype=np.float64)


def _grid(first: Floats, second: Floats) -> Floats:
    return np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)


def _shapes(name: str) -> Floats:
    if name == FLAT:
        return np.array([[1.0, 0.0]])
    if name in ("pow2", "pow3"):
        return _grid(np.geomspace(0.02, 4, 480), np.zeros(1))
    if name == "pow4":
        offsets = np.concatenate([[0.0], np.geomspace(0.05, 20, 30)])
        return _grid(np.geomspace(0.05, 12, 60), offsets)
    exponents = np.geomspace(0.25, 6, 40)
    grid = _grid(exponents, np.geomspace(0.02, 20, 40))
    grid[:, 1] = grid[:, 1] ** grid[:, 0]
    return grid


_H = {"pow2": _pow, "pow3": _pow, "pow4": _pow, "mmf4": _mmf, FLAT: _pow}
FAMILIES: dict[Growth, tuple[str, ...]] = {
    "joint": ("pow2", "pow3", "pow4", "mmf4"),
    "slice": ("pow4", "mmf4"),
}
"""Families per way of growing; a slice that grows alone gives an S-shaped curve."""


def learning_curve(
    n: ArrayLike,
    score: ArrayLike,
    noise: ArrayLike,
    *,
    growth: Growth = "joint",
    level_noise: float = 0.0,
    draws: int = 400,
    seed: int = 0,
    families: Sequence[str] | None = None,
) -> CurveFit:
    """Pooled fit of a learning curve with draws of its uncertainty.

    Each draw picks a family, refits it to the scores plus noise, and adds a
    discrepancy that grows with the distance extrapolated. Scores weigh in
    proportion to ``n``. Without evidence of a rise most draws do not rise.

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
        ``slice`` when only the slice grew, ``joint`` when everything did.
    level_noise
        Standard error that all scores share because they were measured on the
        same rows; 0 when the claim is about those rows. [fraction]
    draws
        How many draws. [1]
    families
        Which families, and no other; those of *growth* when None.

    Raises
    ------
    AssumptionError
        Fewer than three sizes, sizes not positive, or scores outside [0, 1].
    """
    sizes, scores, errors = _checked(n, score, noise)
    names = tuple(families or FAMILIES[growth])
    rng = np.random.default_rng(seed)
    n_last = float(sizes[-1])
    u = sizes / n_last
    points = {name: _projected(name, u, scores[np.newaxis]) for name in names}
    sigma = _noise(errors, u, scores, points)
    flat = 0 if families else round(draws * _flat_share(u, scores, sigma, points))
    refits = max((draws - flat) // len(names), 1)
    noisy = scores + sigma * rng.standard_normal((max(refits, flat), sizes.size))
    parts = [_projected(name, u, noisy[:refits]) for name in names]
    parts.append(_projected(FLAT, u, noisy[:flat]))
    ceiling, drop, shape = (np.concatenate([p[i] for p in parts]) for i in range(3))
    return CurveFit(
        family=np.repeat(np.arange(len(names) + 1), [refits] * len(names) + [flat]),
        names=(*names, FLAT),
        ceiling=ceiling,
        drop=drop,
        shape=shape,
        discrepancy=rng.standard_normal(ceiling.size),
        level=level_noise * rng.standard_normal(ceiling.size),
        n_last=n_last,
        noise=float(sigma[-1]),
        recent_gain=_recent_gain(points),
    )


def _recent_gain(points: Mapping[str, tuple[Floats, ...]]) -> float:
    ends = [_at(name, fit, np.array([0.25, 1.0]))[0] for name, fit in points.items()]
    return float(max(np.mean([end[1] - end[0] for end in ends]), 0.0))


def _flat_share(
    u: Floats, scores: Floats, sigma: Floats, points: Mapping[str, tuple[Floats, ...]]
) -> float:
    """How probable it is that the curve does not rise, by the Bayesian information criterion.

    A rising family has two parameters more than a level, and has to earn them.
    """
    scale = np.hypot(sigma, _DISCREPANCY_FLOOR)
    level = scores @ (u / u.sum())
    curves = [_at(name, fit, u)[0] for name, fit in points.items()]
    misfit, *others = (float(np.sum(((scores - c) / scale) ** 2)) for c in (level, *curves))
    return float(expit(np.log(u.size) - max(misfit - min(others), 0.0) / 2))


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
    errors: Floats, u: Floats, scores: Floats, points: Mapping[str, tuple[Floats, ...]]
) -> Floats:
    """Standard errors, those that are unknown from the best fit's residuals."""
    curves = [_at(name, fit, u)[0] for name, fit in points.items()]
    residual = min(float(np.sqrt(np.mean((curve - scores) ** 2))) for curve in curves)
    return np.where(np.isfinite(errors), errors, residual)


def _projected(name: str, u: Floats, scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Best ceiling, drop and shape for each row of *scores* ``(refits, sizes)``."""
    shapes = _shapes(name)
    h = _H[name](u[np.newaxis, :], shapes[:, np.newaxis, :])
    w = u / u.sum()
    mean_h = (h @ w)[:, np.newaxis]
    off = h - mean_h  # about the mean, because some shapes hardly move over the sizes
    spread = ((off * off) @ w)[:, np.newaxis]
    mean_y = scores @ w
    together = (off * w) @ scores.T
    drop = np.maximum(-together / np.maximum(spread, 1e-18), 0.0) * (name != FLAT)
    ceiling = mean_y + drop * mean_h
    over = np.full_like(ceiling, name == "pow2", dtype=bool) | (ceiling > 1.0)
    at_one = (mean_h * (1 - mean_y) - together) / (spread + mean_h**2)
    drop = np.where(over, np.maximum(at_one, 0.0), drop)
    ceiling = np.where(over, 1.0, ceiling)
    loss = (ceiling - drop * mean_h - mean_y) ** 2 + drop**2 * spread + 2 * drop * together
    best = np.argmin(loss, axis=0)
    row = np.arange(scores.shape[0])
    return ceiling[best, row], drop[best, row], shapes[best]


def _at(name: str, fit: tuple[Floats, ...], u: Floats) -> Floats:
    ceiling, drop, shape = fit
    h = _H[name](u[np.newaxis, :], shape[:, np.newaxis, :])
    return np.asarray(ceiling[:, np.newaxis] - drop[:, np.newaxis] * h, dtype=np.float64)


def scores_at(fit: CurveFit, n: ArrayLike) -> Floats:
    """Draws of the score at these sizes, ``(draws, sizes)``, within [0, 1]. [fraction]"""
    u = np.atleast_1d(np.asarray(n, dtype=np.float64)) / fit.n_last
    paths = np.empty((fit.family.size, u.size))
    for i, name in enumerate(fit.names):
        mine = fit.family == i
        paths[mine] = _at(name, (fit.ceiling[mine], fit.drop[mine], fit.shape[mine]), u)
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
    now = 1 - (fit.ceiling - fit.drop)
    return np.stack([np.clip(now, 0, 1), np.clip(1 - fit.ceiling, 0, 1), fit.shape[:, 0]])
