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


def out_of_fold(
    learner: Learner, matrix: sparse.csr_matrix, examples: Examples, n_folds: int, seed: int
) -> NDArray[np.str_]:
    """Predictions for every row by a learner that did not see it."""
    fold = folds(examples.labels, examples.group, n_folds, np.random.default_rng(seed))
    predicted = np.empty(examples.labels.size, dtype=examples.labels.dtype)
    for k in range(n_folds):
        test = np.flatnonzero(fold == k)
        if test.size:
            train = np.flatnonzero(fold != k)
            predicted[test] = learner.predicted(matrix, examples.labels, train, test, seed)
    return predicted


def learners_for(examples: Examples) -> tuple[Learner, ...]:
    """The learners that can read these examples."""
    if examples.text is None:
        return (TableLearner(),)
    return TextLearner(), TextLearner("TF-IDF of characters + linear SVM, balanced", True)


def chosen_learner(
    examples: Examples, n_folds: int, seed: int
) -> tuple[Learner, sparse.csr_matrix]:
    """The learner with the better mean recall over labels out of fold, and its features."""
    options = [(learner, learner.features(examples)) for learner in learners_for(examples)]
    if len(options) == 1:
        return options[0]
    return max(
        options,
        key=lambda o: _mean_recall(
            examples.labels, out_of_fold(o[0], o[1], examples, n_folds, seed)
        ),
    )


def learner_named(examples: Examples, name: str) -> Learner:
    """The learner that was chosen before."""
    options = learners_for(examples)
    return next((learner for learner in options if learner.name == name), options[0])


def _mean_recall(labels: NDArray[np.str_], predicted: NDArray[np.str_]) -> float:
    return float(np.mean([np.mean(predicted[labels == v] == v) for v in np.unique(labels)]))
