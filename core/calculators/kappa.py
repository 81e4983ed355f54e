"""How far two labellers agree on what both have judged.

The four counts of a table: both say good, only the first does, only the second
does, both say bad.

References
----------
.. [1] J. Cohen, "A coefficient of agreement for nominal scales", Educational
   and Psychological Measurement 20, 1960.
.. [2] S. Basu, M. Banerjee, A. Sen, "Bayesian inference for kappa from single
   and multiple studies", Biometrics 56, 2000.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from core.calculators.door import checked, fraction

Floats = NDArray[np.float64]

_DRAWS = 4_000
_JEFFREYS = 0.5


def agreement(
    both_good: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, both_bad: ArrayLike
) -> Floats:
    """Share of the items on which the two say the same.

    Parameters
    ----------
    both_good, only_first, only_second, both_bad
        Items that both call good, only the first, only the second, neither. [items]

    Returns
    -------
    Share; NaN without items. [fraction]
    """
    a, b, c, d = _counts(both_good, only_first, only_second, both_bad)
    with np.errstate(invalid="ignore"):
        return np.asarray((a + d) / (a + b + c + d))


def prevalence(
    both_good: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, both_bad: ArrayLike
) -> Floats:
    """Share of the labels of both that are good.

    Parameters
    ----------
    both_good, only_first, only_second, both_bad
        Items that both call good, only the first, only the second, neither. [items]

    Returns
    -------
    Share; NaN without items. [fraction]
    """
    a, b, c, d = _counts(both_good, only_first, only_second, both_bad)
    with np.errstate(invalid="ignore"):
        return np.asarray((2 * a + b + c) / (2 * (a + b + c + d)))


def cohen_kappa(
    both_good: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, both_bad: ArrayLike
) -> Floats:
    """Agreement beyond chance: 1 is perfect, 0 is what chance would give.

    Parameters
    ----------
    both_good, only_first, only_second, both_bad
        Items that both call good, only the first, only the second, neither. [items]

    Returns
    -------
    Kappa, within −1 and 1; NaN where both always say the same one thing, or
    without items. [1]

    References
    ----------
    Cohen 1960 [1]_.
    """
    return _kappa(*_counts(both_good, only_first, only_second, both_bad))


def kappa_interval(
    both_good: ArrayLike,
    only_first: ArrayLike,
    only_second: ArrayLike,
    both_bad: ArrayLike,
    level: ArrayLike = 0.8,
) -> tuple[Floats, Floats]:
    """Equal-tailed interval of kappa under Jeffreys' prior on the four shares.

    The usual standard error is 0 when two labellers agree on all of three
    items; this interval is then as wide as three items leave it.

    Parameters
    ----------
    both_good, only_first, only_second, both_bad
        Items that both call good, only the first, only the second, neither. [items]
    level
        Probability inside the interval. [fraction]

    Returns
    -------
    Lower and upper end; NaN where kappa is undefined. [1]

    References
    ----------
    Basu, Banerjee and Sen 2000 [2]_, with quantiles of fixed draws in place of
    a new simulation, so that equal counts give equal intervals.
    """
    *counts, inside = np.broadcast_arrays(
        *_counts(both_good, only_first, only_second, both_bad), fraction("level", level)
    )
    point = _kappa(*counts)
    chances = np.random.default_rng(0).random((4, _DRAWS))
    shares = [
        special.gammaincinv(cell[..., np.newaxis] + _JEFFREYS, chance)
        for cell, chance in zip(counts, chances, strict=True)
    ]
    draws = np.sort(_kappa(*shares), axis=-1)
    low, high = (
        np.take_along_axis(draws, _place(tail)[..., np.newaxis], axis=-1)[..., 0]
        for tail in ((1 - inside) / 2, (1 + inside) / 2)
    )
    is_known = np.isfinite(point)
    return (
        np.where(is_known, np.minimum(low, point), np.nan),
        np.where(is_known, np.maximum(high, point), np.nan),
    )


def _place(tail: Floats) -> NDArray[np.int64]:
    return np.clip(np.ceil(tail * _DRAWS).astype(np.int64) - 1, 0, _DRAWS - 1)


def _kappa(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    n = a + b + c + d
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = (a + d) / n
        chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2
        beyond = 1 - chance
        return np.asarray(np.where(beyond > 0, (seen - chance) / beyond, np.nan))


def _counts(*cells: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    names = ("both_good", "only_first", "only_second", "both_bad")
    a, b, c, d = np.broadcast_arrays(
        *(checked(name, cell, "items") for name, cell in zip(names, cells, strict=True))
    )
    return a, b, c, d
