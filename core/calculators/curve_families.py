"""Families of learning curves: shapes, and the best curve of each shape.

Every family is written ``score(n) = ceiling - drop * h(n / n_last; shape)`` with
``h`` falling to 0, so that for a given shape the two linear parameters have a
closed form. The shape is searched on a grid; nothing can fail to converge. With
sizes in units of the last one, a curve of millions is fitted as one of hundreds.

References
----------
.. [1] T. Viering and M. Loog, "The Shape of Learning Curves: a Review", IEEE TPAMI 2023.
.. [2] G. Golub and V. Pereyra, "Separable nonlinear least squares: the variable
   projection method", Inverse Problems 19, 2003.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FLAT = "flat"
"""The family of curves that do not rise at all."""

_EXACT = 3e-5
"""Misfit below which points lie on a curve and not near it: hardly any measured do. [fraction]"""

_NEARLY, _LEAST_SHAPE = 0.02, 1e-4
_LOWEST, _HIGHEST = np.array([-6.0, -25.0]), np.array([3.4, 25.0])
"""Bounds of the logarithms of both shape parameters, within which nothing overflows."""

_MOST_STEPS, _PATIENCE = 150, 25
_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of one family, one per row."""

    name: str
    ceiling: Floats
    drop: Floats
    shape: Floats
    """Two shape parameters per curve, ``(curves, 2)``."""
    misfit: Floats
    """Weighted root mean square distance from the scores. [fraction]"""

    def at(self, u: Floats) -> Floats:
        """Scores ``(curves, sizes)`` at sizes in units of the last one."""
        h = _H[self.name](u[np.newaxis, :], self.shape[:, np.newaxis, :])
        return np.asarray(self.ceiling[:, np.newaxis] - self.drop[:, np.newaxis] * h)

    def repeated(self, times: int) -> "Curves":
        """Each curve so many times."""
        return Curves(
            name=self.name,
            ceiling=np.repeat(self.ceiling, times),
            drop=np.repeat(self.drop, times),
            shape=np.repeat(self.shape, times, axis=0),
            misfit=np.repeat(self.misfit, times),
        )


def _pow(u: Floats, shape: Floats) -> Floats:
    offset = shape[..., 1]
    return np.asarray(((u + offset) / (1 + offset)) ** -shape[..., 0], dtype=np.float64)


def _mmf(u: Floats, shape: Floats) -> Floats:
    grown = u ** shape[..., 0]
    return np.asarray(shape[..., 1] / (shape[..., 1] + grown), dtype=np.float64)


_H = {"pow2": _pow, "pow3": _pow, "pow4": _pow, "mmf4": _mmf, FLAT: _pow}


def _grid(first: Floats, second: Floats) -> Floats:
    return np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)


@lru_cache
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


def projected(name: str, u: Floats, scores: Floats, emphasis: float) -> Curves:
    """The best curve of a family for each row of *scores* ``(rows, sizes)``.

    Parameters
    ----------
    name
        ``pow2`` [1 − b·n^−c], ``pow3`` [a − b·n^−c], ``pow4`` [a − b·(n+d)^−c],
        ``mmf4`` [(a·b + c·n^d)/(b + n^d)] or ``flat``.
    u
        Sizes in units of the last one. [1]
    emphasis
        Scores weigh in proportion to ``u**emphasis``: the last ones tell most
        about what comes next. [1]
    """
    return _best(name, _shapes(name), u, scores, emphasis)


def _best(name: str, shapes: Floats, u: Floats, scores: Floats, emphasis: float) -> Curves:
    h = _H[name](u[np.newaxis, :], shapes[:, np.newaxis, :])
    w = u**emphasis / np.sum(u**emphasis)
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
    own = ((scores - mean_y[:, np.newaxis]) ** 2) @ w
    return Curves(
        name=name,
        ceiling=ceiling[best, row],
        drop=drop[best, row],
        shape=shapes[best],
        misfit=np.sqrt(np.maximum(loss[best, row] + own, 0.0)),
    )


def on_a_curve(u: Floats, scores: Floats) -> Curves | None:
    """The curve that all scores lie on, found by a local polish of the grid's best; else None.

    Two sizes more than the four parameters are needed, or any curve would do.
    """
    if np.unique(u).size < _PARAMETERS + 2 or np.ptp(scores) < 10 * _EXACT:
        return None
    found = []
    for name in ("pow3", "pow4", "mmf4"):
        start = projected(name, u, scores[np.newaxis], 1.0)
        if start.misfit[0] < _NEARLY:
            found.append(_polished(start, u, scores))
    exact = [curves for curves in found if curves.misfit[0] < _EXACT]
    return min(exact, key=lambda curves: float(curves.misfit[0])) if exact else None


def _polished(start: Curves, u: Floats, scores: Floats) -> Curves:
    """The shape at its local optimum, by ever finer grids of its logarithms.

    A grid is halved when its best lies inside and moved when it lies on the rim;
    where no exact curve is in sight after a while, the search is given up.
    """
    free = 1 if start.name == "pow3" else 2
    best, width = start, np.full(free, 0.4)
    at = np.log(np.maximum(start.shape[0, :free], _LEAST_SHAPE))
    ticks = np.linspace(-1, 1, 9)
    for step in range(_MOST_STEPS):
        mesh = np.stack(np.meshgrid(*[ticks] * free, indexing="ij"), axis=-1).reshape(-1, free)
        shapes = np.zeros((mesh.shape[0], 2))
        shapes[:, :free] = np.exp(np.clip(at + mesh * width, _LOWEST[:free], _HIGHEST[:free]))
        best = _best(start.name, shapes, u, scores[np.newaxis], 1.0)
        moved = np.log(best.shape[0, :free]) - at
        at = at + moved
        width = np.where(np.abs(moved) > 0.9 * width, width * 1.2, width * 0.55)
        if best.misfit[0] < _EXACT / 1_000 or (step > _PATIENCE and best.misfit[0] > 30 * _EXACT):
            break
    return best
