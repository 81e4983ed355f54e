"""Gradient-boosted trees for tables: what columns say together, in steps and not along lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.preprocessing import OrdinalEncoder

from core.audit.examples import Examples
from core.audit.learners import Rows

_MOST_CATEGORIES = 250
_LARGEST = 1e100


@dataclass(frozen=True, slots=True)
class TreeLearner:
    """Histogram-based gradient boosting with balanced classes."""

    n_numbers: int
    """The first so many features are numbers, all others categories."""
    name: str = "gradient-boosted trees on all columns, balanced"

    def features(self, examples: Examples) -> sparse.csr_matrix:
        """Numbers as they are, missing ones as such, and a number per category."""
        numbers = [c for c in examples.columns if c in set(examples.numeric)]
        words = [c for c in examples.columns if c not in set(examples.numeric)]
        values = examples.frame[numbers].astype(float).to_numpy(copy=True)
        values = np.where(np.isnan(values), np.nan, np.clip(values, -_LARGEST, _LARGEST))
        if not words:
            return sparse.csr_matrix(values)
        text = examples.frame[words].astype("string").fillna("(missing)").astype(str)
        encoder = OrdinalEncoder(max_categories=_MOST_CATEGORIES)
        codes = encoder.fit_transform(text.to_numpy(dtype=object))
        return sparse.csr_matrix(np.hstack([values, codes]))

    def predicted(
        self,
        matrix: sparse.csr_matrix,
        labels: NDArray[np.str_],
        train: Rows,
        test: Rows,
        seed: int,
    ) -> NDArray[np.str_]:
        """Labels of the *test* rows after training on the *train* rows."""
        distinct = np.unique(labels[train])
        if distinct.size < 2:
            return np.full(test.size, str(distinct[0]) if distinct.size else "")
        model = HistGradientBoostingClassifier(
            class_weight="balanced",
            categorical_features=np.arange(matrix.shape[1]) >= self.n_numbers,
            early_stopping=False,
            random_state=seed,
        )
        model.fit(matrix[train].toarray(), labels[train])
        return np.asarray(model.predict(matrix[test].toarray()), dtype=str)


def trees_for(examples: Examples) -> TreeLearner:
    """The trees that can read these columns."""
    return TreeLearner(sum(c in set(examples.numeric) for c in examples.columns))
