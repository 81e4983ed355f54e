"""How many real samples is one synthetic sample worth?

The score with synthetic samples is read back on the learning curve of real
samples: as far along as that score lies, so many real samples would have done
the same.

References
----------
.. [1] R. Mahmood et al., "How Much More Data Do I Need?", CVPR 2022: reading a
   learning curve backwards.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.curve_families import Floats
from core.calculators.learning_curve import HORIZON, CurveFit, scores_at
from core.errors import AssumptionError

Places = NDArray[np.int64]

_STEPS = 400


def real_equivalents(fit: CurveFit, gains: ArrayLike, *, start: float, added: float) -> Floats:
    """Draws of the real samples that one added synthetic sample is worth.

    Each draw of the curve is raised from its own score at *start* by a draw of
    the gain; where it first arrives there is the number of real samples that
    the synthetic ones stand for. A loss is read downwards: as if real samples
    had been taken away.

    Parameters
    ----------
    fit
        Learning curve of the slice on real samples alone.
    gains
        Draws of the score with synthetic samples less the score without; where the
        curve was fitted to draws of the scores' errors, in the order of those. [fraction]
    start
        Real samples of the slice that both were trained on. [samples]
    added
        Synthetic samples of the slice that were added to them. [samples]

    Returns
    -------
    One number per draw of the curve; ``inf`` where no number of real samples
    within the curve's horizon does the same, NaN where a gain is unknown. [1]

    Raises
    ------
    AssumptionError
        *start* or *added* is not positive.

    References
    ----------
    Reading backwards as Mahmood et al. 2022 [1]_; the draws are ours.
    """
    for name, value in (("start", start), ("added", added)):
        if not (np.isfinite(value) and value > 0):
            raise AssumptionError(f"{name} must be a positive number of samples; found {value:g}.")
    grid = _grid(fit, start)
    paths = np.maximum.accumulate(scores_at(fit, grid), axis=1)
    here = int(np.searchsorted(grid, start))
    drawn = np.asarray(gains, dtype=np.float64)
    change = drawn[fit.refit % drawn.size]
    wanted = paths[:, here] + change
    reached = np.where(
        change >= 0,
        _rising(grid[here:], paths[:, here:], wanted),
        _falling(grid[: here + 1], paths[:, : here + 1], wanted),
    )
    return np.asarray(np.where(np.isnan(change), np.nan, (reached - start) / added))


def _grid(fit: CurveFit, start: float) -> Floats:
    """Sizes from one sample to the horizon, *start* among them."""
    end = max(fit.n_last * HORIZON, start * 1.01)
    below = np.geomspace(min(1.0, start / 2), start, _STEPS // 4)
    return np.concatenate([below[:-1], np.geomspace(start, end, _STEPS)])


def _rising(grid: Floats, paths: Floats, wanted: Floats) -> Floats:
    """First size at which each path has risen to the score; ``inf`` for none."""
    reached = paths >= wanted[:, np.newaxis] - 1e-12
    at = np.argmax(reached, axis=1)
    row = np.arange(paths.shape[0])
    before = np.maximum(at - 1, 0)
    crossing = _between(grid, paths, wanted, row, before, at)
    return np.where(reached.any(axis=1), crossing, np.inf)


def _falling(grid: Floats, paths: Floats, wanted: Floats) -> Floats:
    """Last size at which each path is still as low as the score; 0 for none."""
    low = paths <= wanted[:, np.newaxis] + 1e-12
    at = paths.shape[1] - 1 - np.argmax(low[:, ::-1], axis=1)
    row = np.arange(paths.shape[0])
    after = np.minimum(at + 1, paths.shape[1] - 1)
    crossing = _between(grid, paths, wanted, row, at, after)
    return np.where(low.any(axis=1), crossing, 0.0)


def _between(
    grid: Floats,
    paths: Floats,
    wanted: Floats,
    row: Places,
    left: Places,
    right: Places,
) -> Floats:
    low, high = paths[row, left], paths[row, right]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(high > low, (wanted - low) / (high - low), 0.0)
    return np.asarray(grid[left] * (grid[right] / grid[left]) ** np.clip(part, 0.0, 1.0))
