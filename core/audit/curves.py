"""Learning curves of a slice: *slice-only*, everything else as it is, and *joint*, all growing.

Growing the whole file answers another question than growing the slice, and says
"flat, buy nothing" where rare samples would help most. Both are drawn from the
same folds; see ``growth`` for how.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_ROWS = 8
"""A slice with fewer rows has too few sizes to draw a curve through."""

MOST_SIZES = 9
SHARES = tuple(2 ** (-k / 2) for k in reversed(range(MOST_SIZES)))
"""Sizes as shares of what a training fold holds, a factor of √2 apart, smallest first."""

_LEAST_SPREAD = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoints:
    """Every score of a learning curve, repeat by repeat."""

    n: tuple[int, ...]
    """Training samples of the slice at each size. [samples]"""
    scores: tuple[tuple[float, ...], ...]
    """Scores of the repeats at each size; small sizes are repeated more often. [fraction]"""
    n_test: int
    """Rows that each score was measured on."""
    n_folds: int

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean score at each size. [fraction]"""
        return np.array([float(np.mean(s)) for s in self.scores])

    @property
    def noise(self) -> NDArray[np.float64]:
        """Standard error at each size, corrected for overlapping training sets. [fraction]

        Nadeau and Bengio 2003: variance × (1/repeats + test share / train share).
        With one repeat the spread is taken from the size with the widest.
        """
        spread = np.array([float(np.std(s, ddof=1)) if len(s) > 1 else np.nan for s in self.scores])
        widest = float(np.nanmax(spread)) if np.isfinite(spread).any() else 0.0
        spread = np.maximum(np.where(np.isfinite(spread), spread, widest), _LEAST_SPREAD)
        repeats = np.array([len(s) for s in self.scores])
        return np.asarray(spread * np.sqrt(1 / repeats + 1 / (self.n_folds - 1)))


def training_rows_of(rows: int, n_folds: int) -> int:
    """Rows of a slice that every training fold holds at least."""
    return rows - -(-rows // n_folds)


def sizes_for(rows: int, n_folds: int) -> tuple[int, ...]:
    """Geometric sizes, a factor of √2 apart, up to what every training fold holds."""
    largest = training_rows_of(rows, n_folds)
    sizes = {round(largest * share) for share in SHARES}
    return tuple(sorted(size for size in sizes if size >= 2))


def repeats_for(sizes: Sequence[float]) -> tuple[int, ...]:
    """Draws of training rows per fold and repeat: one of the largest size, up to four of small."""
    places = range(len(sizes) - 1, -1, -1)
    return tuple(min(1 + (place + 1) // 2, 4) for place in places)


def joined(first: CurvePoints | None, more: CurvePoints) -> CurvePoints:
    """The same sizes with the scores of both."""
    if first is None:
        return more
    scores = tuple((*a, *b) for a, b in zip(first.scores, more.scores, strict=True))
    return CurvePoints(n=more.n, scores=scores, n_test=more.n_test, n_folds=more.n_folds)
