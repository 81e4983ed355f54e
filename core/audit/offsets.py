"""A decision threshold for one label: what is added to its score before the largest one wins.

The offset is chosen on all folds but one and judged on that one, in turn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audit.slices import Metric, Slice

MOST_COST = 0.01
"""Mean recall that all other labels may lose where the offset is chosen. [fraction]"""


def with_offset(
    codes: NDArray[np.int64],
    scores: NDArray[np.floating],
    fold: NDArray[np.int64],
    code: int,
    part: Slice,
    metric: Metric,
) -> NDArray[np.int64]:
    """Predicted label of every row, each with the offset that suits the other folds best.

    Parameters
    ----------
    codes
        Label of each row as a number.
    scores
        Out-of-fold score of each row for each label.
    fold
        Fold of each row.
    code
        The label that the offset is added to.
    part
        The slice whose score decides.
    """
    lead, rival = _against_rival(codes, scores, fold, code)
    said = rival.copy()
    for k in np.unique(fold):
        rest, judged = np.flatnonzero(fold != k), fold == k
        seen = _Seen(
            lead=lead[rest],
            rival=rival[rest],
            codes=codes[rest],
            own=part.rows[rest],
            within=part.within[rest],
            code=code,
        )
        offset = seen.best_offset(metric) if rest.size else 0.0
        said[judged & (lead < offset)] = code
    return said


def _against_rival(
    codes: NDArray[np.int64], scores: NDArray[np.floating], fold: NDArray[np.int64], code: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """By how much the best other label leads, and which one that is; unseen labels never win."""
    known = scores.astype(np.float64)
    for k in np.unique(fold):
        seen = np.zeros(scores.shape[1], dtype=bool)
        seen[codes[fold != k]] = True
        known[np.ix_(fold == k, ~seen)] = -np.inf
    others = known.copy()
    others[:, code] = -np.inf
    rival = np.argmax(others, axis=1).astype(np.int64)
    best, own = others[np.arange(codes.size), rival], known[:, code]
    lead = np.where(np.isneginf(own), np.inf, best - np.where(np.isneginf(own), 0.0, own))
    return lead, rival


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The rows that an offset is chosen on."""

    lead: NDArray[np.float64]
    rival: NDArray[np.int64]
    codes: NDArray[np.int64]
    own: NDArray[np.bool_]
    within: NDArray[np.bool_]
    code: int

    def best_offset(self, metric: Metric) -> float:
        """The smallest change that brings the slice's score as high as the others can bear."""
        order = np.argsort(self.lead, kind="stable")
        ends = self.lead[order]
        finite = np.unique(ends[np.isfinite(ends)])
        offsets = np.concatenate([[0.0], (finite[:-1] + finite[1:]) / 2])
        said = np.searchsorted(ends, offsets, side="left")
        right, called = _sums(self.own[order]), _sums(self.within[order])
        score = right[said] / max(self.own.sum(), 1)
        if metric == "f1":
            score = 2 * right[said] / np.maximum(self.own.sum() + called[said], 1)
        lost = _sums(self._recall_of_others()[order])
        is_borne = lost[said] - lost[said[0]] <= MOST_COST + 1e-12
        value = np.where(is_borne, score.round(9), -1.0)
        best = np.flatnonzero(value == value.max())
        return float(offsets[best[np.argmin(np.abs(offsets[best]))]])

    def _recall_of_others(self) -> NDArray[np.float64]:
        """What each row adds to the mean recall of the other labels while its rival wins."""
        counts = np.bincount(self.codes, minlength=self.code + 1)
        n_others = max(np.count_nonzero(np.delete(counts, self.code)), 1)
        is_right = (self.codes != self.code) & (self.rival == self.codes)
        return np.asarray(is_right / counts[self.codes] / n_others)


def _sums(values: NDArray[np.bool_] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of the first 0, 1, 2, … values."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
