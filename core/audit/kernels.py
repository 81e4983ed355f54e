"""Kernels: how alike two examples are, for text and for columns.

A kernel learner needs nothing but these likenesses, and one factorisation of
them answers what every smaller training set would have predicted (``ridge``).
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from core.audit.examples import Examples, features

Rows = NDArray[np.int64]
Likeness = NDArray[np.floating]
Counts = Literal["words", "characters"]

_LARGE = 3_000
"""From so many training rows on, single precision: half the memory and time."""

_SHARPNESS = 1.0
_SHARED, _BLOCK = 0.02, 1_024
_LEAST_DISTANCE = 1e-12


class Kernel(Protocol):
    """How alike examples are."""

    @property
    def name(self) -> str:
        """What it compares, for people."""
        ...

    def prepared(self, examples: Examples) -> tuple[sparse.csr_matrix, ...]:
        """What is computed once per file and does not depend on any label."""
        ...

    def gram(self, prepared: tuple[sparse.csr_matrix, ...], train: Rows, rows: Rows) -> Likeness:
        """Likeness of *rows* to the *train* rows, ``(rows, train)``, 1 for equal ones.

        Weights and scales are learnt from the *train* rows alone.
        """
        ...


@dataclass(frozen=True, slots=True)
class TextKernel:
    """A Gaussian of the distance between TF-IDF weights of n-grams; several kinds are averaged."""

    counts: tuple[Counts, ...]

    @property
    def name(self) -> str:
        """What it compares, for people."""
        return f"TF-IDF of {' and '.join(self.counts)}"

    def prepared(self, examples: Examples) -> tuple[sparse.csr_matrix, ...]:
        """Counts of every n-gram."""
        return tuple(features(examples, kind == "characters") for kind in self.counts)

    def gram(self, prepared: tuple[sparse.csr_matrix, ...], train: Rows, rows: Rows) -> Likeness:
        """Likeness of *rows* to the *train* rows, weighted by frequency among *train*."""
        precision = _precision(train)
        total = np.zeros((rows.size, train.size), dtype=precision)
        for counts in prepared:
            weights = TfidfTransformer(sublinear_tf=True).fit(counts[train])
            known = weights.transform(counts[train]).astype(precision)
            asked = weights.transform(counts[rows]).astype(precision)
            _add_products(total, asked, known)
        total *= _SHARPNESS / len(prepared)
        total -= _SHARPNESS
        return np.exp(total, out=total)


@dataclass(frozen=True, slots=True)
class TableKernel:
    """A Gaussian of the distance between standardised and one-hot columns, or a linear one."""

    width: float | None
    """In units of the median distance between training rows; None for the linear kernel."""

    @property
    def name(self) -> str:
        """What it compares, for people."""
        if self.width is None:
            return "all columns, linear"
        return f"all columns, Gaussian of width {self.width:g}"

    def prepared(self, examples: Examples) -> tuple[sparse.csr_matrix, ...]:
        """The columns, encoded."""
        return (features(examples),)

    def gram(self, prepared: tuple[sparse.csr_matrix, ...], train: Rows, rows: Rows) -> Likeness:
        """Likeness of *rows* to the *train* rows, scaled by distances among *train*."""
        precision = _precision(train)
        matrix = prepared[0].astype(precision)
        known, asked = matrix[train], matrix[rows]
        inner = (asked @ known.T).toarray()
        lengths = np.asarray(known.multiply(known).sum(axis=1), dtype=precision).ravel()
        if self.width is None:
            inner /= max(float(np.median(lengths)), _LEAST_DISTANCE)
            return np.asarray(inner + 1.0, dtype=precision)
        own = np.asarray(asked.multiply(asked).sum(axis=1), dtype=precision).ravel()
        inner *= -2
        inner += own[:, np.newaxis]
        inner += lengths
        inner /= -2 * self.width**2 * _typical_distance(known, lengths)
        np.minimum(inner, 0.0, out=inner)
        return np.asarray(np.exp(inner, out=inner))


def _add_products(total: Likeness, asked: sparse.csr_matrix, known: sparse.csr_matrix) -> None:
    """Add every inner product to *total*, block by block.

    Features that many rows share would fill a sparse product, so they are
    multiplied as a dense one; the rest stays sparse and small.
    """
    shared = np.diff(known.tocsc().indptr) > _SHARED * known.shape[0]
    common = known[:, shared].toarray()
    rare_asked, rare_known = asked[:, ~shared], known[:, ~shared].T.tocsr()
    for start in range(0, asked.shape[0], _BLOCK):
        block = slice(start, start + _BLOCK)
        total[block] += asked[block, shared].toarray() @ common.T
        total[block] += (rare_asked[block] @ rare_known).toarray()


def _precision(train: Rows) -> type[np.floating]:
    return np.float32 if train.size > _LARGE else np.float64


def _typical_distance(known: sparse.csr_matrix, lengths: NDArray[np.floating]) -> float:
    """Median squared distance between training rows, from a fixed selection of them."""
    chosen = np.unique(np.linspace(0, lengths.size - 1, 200).round().astype(int))
    inner = (known[chosen] @ known[chosen].T).toarray()
    squared = lengths[chosen][:, np.newaxis] + lengths[chosen] - 2 * inner
    apart = squared[~np.eye(chosen.size, dtype=bool)]
    return max(float(np.median(apart)) if apart.size else 1.0, _LEAST_DISTANCE)


def kernels_for(examples: Examples) -> tuple[Kernel, ...]:
    """The kernels that can compare these examples."""
    if examples.text is None:
        return TableKernel(0.5), TableKernel(1.0), TableKernel(None)
    return TextKernel(("words",)), TextKernel(("characters",)), TextKernel(("words", "characters"))
