"""Has the candidate drifted away from where the slice's anchors are?

Its distance to the nearest anchors is held against the distances that the
anchors have to one another, each left out in turn: a candidate that is no
further off than anchors are from their like has not drifted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.critique.critic import Anchors, Verdict
from core.critique.features import Features

_NEAREST = 3
_USUAL = 0.75
_LEAST_WIDTH = 0.05


class DriftCritic:
    """1 within the usual distance, 1/2 at the furthest anchor's, 0 well beyond it."""

    name = "drift"

    def __init__(self, anchors: Anchors, features: Features) -> None:
        """Learn the anchors' distances to one another."""
        self._features = features
        self._own = features(anchors.own)
        apart = _distances(self._own, self._own)
        np.fill_diagonal(apart, np.inf)
        null = _to_nearest(apart, min(_NEAREST, max(1, len(anchors.own) - 1)))
        self._usual = float(np.quantile(null, _USUAL))
        width = max(float(null.max()) - self._usual, _LEAST_WIDTH * (self._usual or 1.0))
        self._points = (self._usual, self._usual + width, self._usual + 3 * width)

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How far off each is."""
        if not proposed:
            return []
        apart = _distances(self._features(proposed), self._own)
        found = _to_nearest(apart, min(_NEAREST, apart.shape[1]))
        scores = np.interp(found, self._points, (1.0, 0.5, 0.0))
        return [
            Verdict(
                score=s,
                reason=f"{d:.2f} from its nearest anchors; usual is up to {self._usual:.2f}",
            )
            for s, d in zip(scores.tolist(), found.tolist(), strict=True)
        ]


def _distances(a: sparse.csr_matrix, b: sparse.csr_matrix) -> NDArray[np.float64]:
    squares_a = np.asarray(a.multiply(a).sum(axis=1), dtype=np.float64)
    squares_b = np.asarray(b.multiply(b).sum(axis=1), dtype=np.float64).T
    products = np.asarray((a @ b.T).todense(), dtype=np.float64)
    return np.sqrt(np.maximum(squares_a + squares_b - 2 * products, 0.0))


def _to_nearest(apart: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.asarray(np.sort(apart, axis=1)[:, :count].mean(axis=1))
