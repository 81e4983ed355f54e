"""Contents as numbers: n-grams of a text, or scaled and one-hot columns of a row."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder, normalize

from core.critique.critic import Anchors
from core.datasets.content import words_of

MOST_OTHERS = 6_000
_MOST_GRAMS = 60_000


def some_others(anchors: Anchors) -> list[dict[str, Any]]:
    """The rows of other labels, or a fixed random part of very many."""
    if len(anchors.others) <= MOST_OTHERS:
        return list(anchors.others)
    return random.Random(0).sample(anchors.others, MOST_OTHERS)


class Features:
    """Unit vectors in which near means alike; fitted on anchors only."""

    def __init__(self, anchors: Anchors) -> None:
        """Learn which n-grams or values exist, and how numbers spread."""
        self._texts = [c.name for c in anchors.columns if c.kind == "text"]
        self._words = [c.name for c in anchors.columns if c.kind in ("category", "boolean")]
        self._numbers = [c.name for c in anchors.columns if c.kind in ("integer", "number")]
        known = [*anchors.own, *some_others(anchors)]
        if self._texts:
            self._grams = TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(2, 5),
                sublinear_tf=True,
                max_features=_MOST_GRAMS,
                dtype=np.float32,
            ).fit([self._text(row) for row in known])
        if self._words:
            self._one_hot = OneHotEncoder(handle_unknown="ignore", min_frequency=2).fit(
                self._cells(known)
            )
        if self._numbers:
            values = self._values(known)
            self._middle = _safely(np.nanmedian, values)
            self._spread = np.where((s := _safely(np.nanstd, values)) > 0, s, 1.0)

    def __call__(self, proposed: Sequence[Mapping[str, Any]]) -> sparse.csr_matrix:
        """One row of features per content."""
        blocks: list[Any] = []
        if self._texts:
            blocks.append(self._grams.transform([self._text(row) for row in proposed]))
        if self._words:
            blocks.append(self._one_hot.transform(self._cells(proposed)))
        if self._numbers:
            values = self._values(proposed)
            scaled = np.nan_to_num((values - self._middle) / self._spread)
            blocks.append(sparse.csr_matrix(np.clip(scaled, -5, 5)))
        stacked = sparse.csr_matrix(sparse.hstack(blocks))
        return sparse.csr_matrix(normalize(stacked)) if self._texts else stacked

    def _text(self, row: Mapping[str, Any]) -> str:
        return words_of({name: row.get(name) for name in self._texts}).casefold()

    def _cells(self, rows: Sequence[Mapping[str, Any]]) -> NDArray[np.object_]:
        return np.array([[str(r.get(n)) for n in self._words] for r in rows], dtype=object)

    def _values(self, rows: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
        return np.array(
            [
                [v if isinstance(v := r.get(n), int | float) else np.nan for n in self._numbers]
                for r in rows
            ],
            dtype=np.float64,
        )


def _safely(statistic: Any, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A statistic per column; 0 for a column without any value."""
    filled = np.where(np.isfinite(values).any(axis=0), values, 0.0)
    return np.asarray(statistic(filled, axis=0), dtype=np.float64)
