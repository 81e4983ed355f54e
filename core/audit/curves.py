"""Slice-only learning curves: the slice grows, everything else stays as it is.

Growing the whole file answers another question and says "flat, buy nothing"
where rare samples would help most.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.audit.examples import Examples
from core.audit.learners import Learner, folds
from core.audit.slices import Metric, Slice, right_and_total

FEWEST_ROWS = 8
"""A slice with fewer rows has too few sizes to draw a curve through."""

_MOST_SIZES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoints:
    """Every score of a learning curve, repeat by repeat."""

    n: tuple[int, ...]
    """Training samples of the slice at each size. [samples]"""
    scores: tuple[tuple[float, ...], ...]
    """Scores of the repeats at each size. [fraction]"""
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
        """
        factor = np.sqrt(1 / len(self.scores[0]) + 1 / (self.n_folds - 1))
        spread = np.array([float(np.std(s, ddof=1)) for s in self.scores])
        return np.asarray(np.maximum(spread, 0.002) * factor)


def sizes_for(rows: int, n_folds: int) -> tuple[int, ...]:
    """Geometric sizes, a factor of √2 apart, up to what every training fold holds."""
    largest = rows - -(-rows // n_folds)
    sizes = {round(largest * 2 ** (-k / 2)) for k in range(_MOST_SIZES)}
    return tuple(sorted(size for size in sizes if size >= 2))


def slice_curve(
    learner: Learner,
    matrix: sparse.csr_matrix,
    examples: Examples,
    part: Slice,
    metric: Metric,
    *,
    n_folds: int,
    repeats: int,
    seed: int,
    step: Callable[[], None],
) -> CurvePoints:
    """Train at each size with only the slice subsampled; score the slice on rows left out.

    Parameters
    ----------
    step
        Called after every training; may raise to stop the work.
    """
    sizes = sizes_for(int(part.rows.sum()), n_folds)
    scores: list[list[float]] = [[] for _ in sizes]
    for repeat in range(repeats):
        rng = np.random.default_rng([seed, repeat])
        fold = folds(examples.labels, examples.group, n_folds, rng)
        order = {
            k: rng.permutation(np.flatnonzero(part.rows & (fold != k))) for k in range(n_folds)
        }
        for i, size in enumerate(sizes):
            predicted = np.full(examples.labels.size, "", dtype=examples.labels.dtype)
            for k in range(n_folds):
                rest = np.flatnonzero(~part.rows & (fold != k))
                train = np.sort(np.concatenate([rest, order[k][:size]]))
                test = np.flatnonzero((fold == k) if metric == "f1" else part.rows & (fold == k))
                if test.size:
                    predicted[test] = learner.predicted(matrix, examples.labels, train, test, seed)
                step()
            right, total = right_and_total(metric, part, examples.labels, predicted)
            scores[i].append(right / total)
    return CurvePoints(
        n=sizes,
        scores=tuple(tuple(s) for s in scores),
        n_test=int(part.rows.sum()),
        n_folds=n_folds,
    )
