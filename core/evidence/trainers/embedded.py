"""Learners inside: TF-IDF and a linear classifier for text, boosted trees for tables."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.preprocessing import OrdinalEncoder

from core.audit.learners import Learner, TableLearner, TextLearner
from core.audit.rows import Examples
from core.errors import InputError
from core.evidence.trainers.trainer import Bench, Rows, Trainer

_MOST_CATEGORIES = 250  # the trees take at most 255


@dataclass(frozen=True, slots=True)
class LinearTrainer:
    """A linear classifier: over TF-IDF weights of a text, or over encoded columns."""

    learner: Learner
    is_costly: bool = False
    said: tuple[str, ...] = ()
    spent_usd: float | None = None

    @property
    def name(self) -> str:
        """What it is."""
        return self.learner.name

    @property
    def identity(self) -> str:
        """The learner's name says how it is set."""
        return f"linear: {self.learner.name}"

    def bench(self, rows: Examples) -> Bench:
        """Features of all rows together."""
        return _LinearBench(self.learner, self.learner.features(rows), rows.labels)


@dataclass(frozen=True, slots=True)
class _LinearBench:
    learner: Learner
    matrix: sparse.csr_matrix
    labels: NDArray[np.str_]

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        return self.learner.predicted(self.matrix, self.labels, train, test, seed)


@dataclass(frozen=True, slots=True)
class BoostingTrainer:
    """Gradient-boosted trees over the columns of a table, with balanced classes.

    Missing numbers stay missing: the trees learn what to make of them. Texts
    are categories; the rare ones are taken together.
    """

    name: str = "gradient-boosted trees, balanced"
    identity: str = "boosting 1"
    is_costly: bool = False
    said: tuple[str, ...] = ()
    spent_usd: float | None = None

    def bench(self, rows: Examples) -> Bench:
        """The columns as numbers and categories.

        Raises
        ------
        InputError
            The rows are texts.
        """
        if rows.text is not None:
            raise InputError(
                "boosted trees read the columns of a table; for texts use the embedded learner or "
                "embeddings."
            )
        numbers = [c for c in rows.columns if c in set(rows.numeric)]
        words = [c for c in rows.columns if c not in set(rows.numeric)]
        blocks = [rows.frame[numbers].astype(float).to_numpy()]
        if words:
            cells = rows.frame[words].astype("string").fillna("(missing)").to_numpy(dtype=object)
            encoder = OrdinalEncoder(max_categories=_MOST_CATEGORIES, dtype=np.float64)
            blocks.append(encoder.fit_transform(cells))
        values = np.concatenate(blocks, axis=1)
        values[~np.isfinite(values)] = np.nan
        is_category = np.array([False] * len(numbers) + [True] * len(words))
        return _BoostingBench(values, is_category, rows.labels)


@dataclass(frozen=True, slots=True)
class _BoostingBench:
    values: NDArray[np.float64]
    is_category: NDArray[np.bool_]
    labels: NDArray[np.str_]

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        distinct = np.unique(self.labels[train])
        if distinct.size < 2:
            return np.full(test.size, distinct[0] if distinct.size else "")
        model = HistGradientBoostingClassifier(
            class_weight="balanced",
            categorical_features=self.is_category,
            early_stopping=False,
            max_iter=_ROUNDS,
            random_state=seed,
        )
        model.fit(self.values[train], self.labels[train])
        return np.asarray(model.predict(self.values[test]), dtype=str)


_ROUNDS = 60


def linear_trainer(rows: Examples) -> LinearTrainer:
    """The linear learner for these rows."""
    return LinearTrainer(TextLearner() if rows.text is not None else TableLearner())


def default_trainer(rows: Examples) -> Trainer:
    """The learner that suits the rows."""
    return linear_trainer(rows)
