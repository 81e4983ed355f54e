"""Kernel ridge classification, and what it would have predicted with fewer rows of a slice.

The labels are coded one against the rest, rows are weighted so that every label
counts alike, and the weighted least-squares problem has a closed form. With its
inverse ``Q`` the prediction without a slice, or with any part of it, is exact
and needs no new training: one factorisation per fold draws every slice's curve.

References
----------
.. [1] C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine
   Learning", 2006, chapters 2 and 5 (conditioning; the inverse of a partitioned matrix).
.. [2] J. A. K. Suykens and J. Vandewalle, "Least squares support vector machine
   classifiers", Neural Processing Letters 9, 1999.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from core.audit.kernels import Likeness, Rows

RIDGE = 0.5
_MOST_WEIGHT = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A trained kernel ridge classifier and its predictions for some rows.

    With ``m`` training rows, ``t`` rows to predict and ``k`` labels.
    """

    labels: NDArray[np.int64]
    """Label of each training row, ``(m,)``."""
    n_labels: int
    ridge: NDArray[np.floating]
    """Ridge of each training row: small for rows of rare labels, ``(m,)``."""
    inverse: Likeness
    """``Q = (K + diag(ridge))⁻¹``, ``(m, m)``."""
    weights: Likeness
    """``K_test Q``: how each prediction depends on each training row, ``(t, m)``."""
    dual: Likeness
    """``Q Y``, ``(m, k)``."""
    scores: Likeness
    """Predictions, ``(t, k)``; the largest wins."""


def ridge_of(labels: NDArray[np.int64], n_labels: int) -> NDArray[np.float64]:
    """Ridge per row, so that every label weighs as much as the mean one."""
    counts = np.bincount(labels, minlength=n_labels)
    weight = counts.sum() / max(np.count_nonzero(counts), 1) / np.maximum(counts, 1)
    return np.asarray(RIDGE / np.minimum(weight, _MOST_WEIGHT)[labels], dtype=np.float64)


def label_codes(labels: NDArray[np.int64], n_labels: int, like: Likeness) -> Likeness:
    """One column per label: 1 for its rows, else 0."""
    return np.asarray(np.eye(n_labels, dtype=like.dtype)[labels])


def predicted(
    known: Likeness,
    asked: Likeness,
    labels: NDArray[np.int64],
    n_labels: int,
    ridge: NDArray[np.floating],
) -> Likeness:
    """Scores ``(t, k)`` after training on the rows whose mutual likeness is *known*."""
    system = known.copy()
    system[np.diag_indices_from(system)] += ridge.astype(known.dtype)
    codes = label_codes(labels, n_labels, known)
    factor = linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(asked @ linalg.cho_solve(factor, codes, check_finite=False))


def fitted(known: Likeness, asked: Likeness, labels: NDArray[np.int64], n_labels: int) -> Fitted:
    """Train on all rows and keep what smaller training sets need.

    Parameters
    ----------
    known
        Likeness of the training rows to each other, ``(m, m)``; overwritten.
    asked
        Likeness of the rows to predict to the training rows, ``(t, m)``.
    labels
        Label of each training row as a number below *n_labels*.
    """
    ridge = ridge_of(labels, n_labels).astype(known.dtype)
    known[np.diag_indices_from(known)] += ridge
    # LAPACK reads columns first: the upper half here is the lower half there.
    potri = linalg.lapack.spotri if known.dtype == np.float32 else linalg.lapack.dpotri
    factor, _ = linalg.cho_factor(known.T, lower=True, overwrite_a=True, check_finite=False)
    inverse, info = potri(factor, lower=1, overwrite_c=1)
    if info:
        raise np.linalg.LinAlgError(f"potri returned {info}")
    _mirrored(inverse)
    codes = label_codes(labels, n_labels, known)
    weights = asked @ inverse
    return Fitted(
        labels=labels,
        n_labels=n_labels,
        ridge=ridge,
        inverse=inverse,
        weights=weights,
        dual=inverse @ codes,
        scores=weights @ codes,
    )


def _mirrored(lower: Likeness) -> None:
    """Copy the lower half to the upper one, block by block."""
    step = 512
    for start in range(0, lower.shape[0], step):
        stop = min(start + step, lower.shape[0])
        lower[start:stop, stop:] = lower[stop:, start:stop].T
        block = lower[start:stop, start:stop]
        block[np.triu_indices_from(block, 1)] = block.T[np.triu_indices_from(block, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """The classifier without a slice's ``r`` training rows, and what each of them would add."""

    scores: Likeness
    """Predictions without the slice, ``(t, k)``."""
    reach: Likeness
    """How each prediction leans on each of the slice's rows, given the others, ``(t, r)``."""
    schur: Likeness
    """Likeness of the slice's rows to each other, given the others, without ridge, ``(r, r)``."""
    ridge: NDArray[np.floating]
    residual: Likeness
    """Codes of the slice's rows minus their prediction without the slice, ``(r, k)``."""

    def grown(self, chosen: Rows, ridge: NDArray[np.floating]) -> Likeness:
        """Predictions ``(t, k)`` after training on the others and the *chosen* of the slice."""
        system = self.schur[np.ix_(chosen, chosen)]
        system[np.diag_indices_from(system)] += ridge
        added = linalg.solve(
            system, self.residual[chosen], assume_a="pos", overwrite_a=True, check_finite=False
        )
        return np.asarray(self.scores + self.reach[:, chosen] @ added)


def without(model: Fitted, part: Rows, asked: Rows) -> Without:
    """Take a slice's training rows *part* out of the model; predict the rows *asked*."""
    own = linalg.inv(
        model.inverse[np.ix_(part, part)].astype(np.float64),
        overwrite_a=True,
        check_finite=False,
    ).astype(model.inverse.dtype)
    own = (own + own.T) / 2
    leaning = model.weights[np.ix_(asked, part)]
    residual = own @ model.dual[part]
    schur = own.copy()
    schur[np.diag_indices_from(schur)] -= model.ridge[part]
    return Without(
        scores=model.scores[asked] - leaning @ residual,
        reach=leaning @ own,
        schur=schur,
        ridge=model.ridge[part],
        residual=residual,
    )


def slice_ridge(size: int, others: NDArray[np.int64], label: int) -> float:
    """Ridge of a label's rows when it has *size* of them and the *others* stay (cf. `ridge_of`)."""
    counts = np.bincount(others)
    total, kinds = counts.sum() + size, np.count_nonzero(counts) + 1
    return RIDGE / float(min(total / kinds / max(size, 1), _MOST_WEIGHT))


def winners(scores: Likeness, seen: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """The label with the largest score among those *seen* in training."""
    allowed = np.asarray(seen)
    return np.asarray(allowed[np.argmax(scores[:, allowed], axis=1)], dtype=np.int64)
