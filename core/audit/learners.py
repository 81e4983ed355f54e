"""Learners: train on some rows, predict others. Balanced, so that thin labels are not ignored."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from core.audit.examples import Examples, features

Rows = NDArray[np.int64]


class Learner(Protocol):
    """Something that learns labels from features."""

    @property
    def name(self) -> str:
        """What it is, for people."""
        ...

    def features(self, examples: Examples) -> sparse.csr_matrix:
        """One row of features per example."""
        ...

    def predicted(
        self,
        matrix: sparse.csr_matrix,
        labels: NDArray[np.str_],
        train: Rows,
        test: Rows,
        seed: int,
    ) -> NDArray[np.str_]:
        """Labels of the *test* rows after training on the *train* rows."""
        ...


@dataclass(frozen=True, slots=True)
class TextLearner:
    """TF-IDF weights and a linear support vector machine with balanced classes."""

    name: str = "TF-IDF of words + linear SVM, balanced"
    characters: bool = False

    def features(self, examples: Examples) -> sparse.csr_matrix:
        """Counts of the text's n-grams."""
        return features(examples, self.characters)

    def predicted(
        self,
        matrix: sparse.csr_matrix,
        labels: NDArray[np.str_],
        train: Rows,
        test: Rows,
        seed: int,
    ) -> NDArray[np.str_]:
        """Labels of the *test* rows after training on the *train* rows."""
        if (only := _only_label(labels[train])) is not None:
            return np.full(test.size, only)
        weights = TfidfTransformer(sublinear_tf=True)
        model = LinearSVC(class_weight="balanced", random_state=seed, tol=1e-3, max_iter=10_000)
        with _quiet():
            model.fit(weights.fit_transform(matrix[train]), labels[train])
        return np.asarray(model.predict(weights.transform(matrix[test])), dtype=str)


@dataclass(frozen=True, slots=True)
class TableLearner:
    """Logistic regression over standardised and one-hot columns, with balanced classes."""

    name: str = "logistic regression on all columns, balanced"

    def features(self, examples: Examples) -> sparse.csr_matrix:
        """The columns, encoded."""
        return features(examples)

    def predicted(
        self,
        matrix: sparse.csr_matrix,
        labels: NDArray[np.str_],
        train: Rows,
        test: Rows,
        seed: int,
    ) -> NDArray[np.str_]:
        """Labels of the *test* rows after training on the *train* rows."""
        if (only := _only_label(labels[train])) is not None:
            return np.full(test.size, only)
        model = LogisticRegression(
            class_weight="balanced", max_iter=2_000, tol=1e-3, random_state=seed
        )
        with _quiet():
            model.fit(matrix[train], labels[train])
        return np.asarray(model.predict(matrix[test]), dtype=str)


@contextmanager
def _quiet() -> Iterator[None]:
    """Few examples per label, and a fit that could be closer, are measured and not warned of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _only_label(labels: NDArray[np.str_]) -> str | None:
    """What is left to say after seeing one label, or none; None when there is a choice."""
    distinct = np.unique(labels)
    if distinct.size > 1:
        return None
    return str(distinct[0]) if distinct.size else ""


def folds(
    labels: NDArray[np.str_], group: Rows, n_folds: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Fold of each row: labels spread evenly, equal content always in the same fold."""
    fold = np.empty(labels.size, dtype=np.int64)
    assigned: dict[int, int] = {}
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        offset = int(rng.integers(n_folds))
        for position, row in enumerate(rng.permutation(rows)):
            key = int(group[row])
            fold[row] = assigned.setdefault(key, (position + offset) % n_folds)
    return fold
