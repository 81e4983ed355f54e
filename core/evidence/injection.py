"""Injection experiments: train with and without the corpus, test on real rows held out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples, table_features, text_counts
from core.audit.learners import Learner, TableLearner, TextLearner
from core.calculators.learning_curve import CurveFit, learning_curve, samples_for

Right = NDArray[np.bool_]
_SUBSAMPLE = 0.9
_CURVE_SIZES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """Whether each held-out row was predicted right, without and with the corpus."""

    without: Right
    """``(repeats, test rows)``; each repeat trains on 9 in 10 of the training rows."""
    with_corpus: Right
    """The same repeats, the corpus added."""
    full_without: Right
    """``(test rows,)`` after training on all training rows."""
    full_with: Right
    of_slice: Right
    """Which test rows belong to the slice."""
    real_curve: CurveFit | None
    """The slice's learning curve on the training rows alone; None when it has too few."""


def injection(
    rows: Examples,
    trains: Right,
    corpus: pd.DataFrame,
    slice_name: str,
    *,
    repeats: int,
    seed: int,
    step: Callable[[str], None],
) -> Arms:
    """Run both arms on the same splits, seeds and test rows.

    Parameters
    ----------
    rows
        The real examples.
    trains
        True for the real rows that may train; the others are the test.
    corpus
        Synthetic rows with the columns of ``rows`` and the label column.
    step
        Called after each training; may raise to stop the work.
    """
    lab = _Lab(rows, corpus, seed)
    real = np.flatnonzero(trains)
    test = np.flatnonzero(~trains)
    synthetic = np.arange(rows.labels.size, lab.labels.size)
    without, with_corpus = [], []
    for repeat in range(repeats):
        rng = np.random.default_rng([seed, repeat])
        some = _subsample(rng, real, rows.labels)
        without.append(lab.right(some, test, seed + repeat))
        step("training without the corpus")
        with_corpus.append(lab.right(np.concatenate([some, synthetic]), test, seed + repeat))
        step("training with the corpus")
    return Arms(
        without=np.array(without),
        with_corpus=np.array(with_corpus),
        full_without=lab.right(real, test, seed),
        full_with=lab.right(np.concatenate([real, synthetic]), test, seed),
        of_slice=rows.labels[test] == slice_name,
        real_curve=_real_curve(lab, rows, real, test, slice_name, repeats, seed, step),
    )


def trainings(repeats: int) -> int:
    """How many trainings an injection experiment takes."""
    return repeats * (2 + _CURVE_SIZES)


def equivalents(arms: Arms, real_samples: int, synthetic_samples: int) -> NDArray[np.float64]:
    """Draws of real samples that one synthetic sample is worth; ``inf`` beyond the curve. [1]

    The augmented score is read back on the real learning curve; below the
    score without the corpus it is worth less than nothing.
    """
    if arms.real_curve is None or synthetic_samples == 0:
        return np.full(1, np.nan)
    gain = float(arms.with_corpus[:, arms.of_slice].mean() - arms.without[:, arms.of_slice].mean())
    today = float(arms.full_without[arms.of_slice].mean())
    target = min(max(today + gain, 0.01), 0.999)
    reference = samples_for(arms.real_curve, min(max(today, 0.01), 0.999))
    reached = samples_for(arms.real_curve, target)
    with np.errstate(invalid="ignore"):
        worth = (
            reached - np.where(np.isfinite(reference), reference, real_samples)
        ) / synthetic_samples
    return np.asarray(worth, dtype=np.float64)


class _Lab:
    """Features of real and synthetic rows together, and one learner for both arms."""

    def __init__(self, rows: Examples, corpus: pd.DataFrame, seed: int) -> None:
        both = pd.concat(
            [rows.frame[list(rows.columns)], corpus[list(rows.columns)]], ignore_index=True
        )
        self.labels = np.concatenate(
            [rows.labels, corpus[rows.label].astype(str).to_numpy(dtype=str)]
        )
        self.learner: Learner
        if rows.text is not None:
            self.learner = TextLearner()
            self.matrix = text_counts(both[rows.text].astype(str).tolist(), characters=False)
        else:
            self.learner = TableLearner()
            self.matrix = table_features(both, rows.columns, rows.numeric)

    def right(self, train: NDArray[np.int64], test: NDArray[np.int64], seed: int) -> Right:
        predicted = self.learner.predicted(self.matrix, self.labels, train, test, seed)
        return np.asarray(predicted == self.labels[test], dtype=bool)


def _subsample(
    rng: np.random.Generator, real: NDArray[np.int64], labels: NDArray[np.str_]
) -> NDArray[np.int64]:
    """Nine in ten of the training rows of every label, at least one of each."""
    parts = []
    for label in np.unique(labels[real]):
        own = real[labels[real] == label]
        parts.append(rng.permutation(own)[: max(1, round(_SUBSAMPLE * own.size))])
    return np.sort(np.concatenate(parts))


def _real_curve(
    lab: _Lab,
    rows: Examples,
    real: NDArray[np.int64],
    test: NDArray[np.int64],
    slice_name: str,
    repeats: int,
    seed: int,
    step: Callable[[str], None],
) -> CurveFit | None:
    own = real[rows.labels[real] == slice_name]
    rest = real[rows.labels[real] != slice_name]
    of_slice = test[rows.labels[test] == slice_name]
    sizes = sorted({max(1, round(own.size * 2 ** (-k / 2))) for k in range(_CURVE_SIZES)})
    if len(sizes) < 3 or of_slice.size == 0:
        return None
    scores = np.empty((len(sizes), repeats))
    for repeat in range(repeats):
        order = np.random.default_rng([seed, 1, repeat]).permutation(own)
        for i, size in enumerate(sizes):
            train = np.concatenate([rest, order[:size]])
            scores[i, repeat] = lab.right(train, of_slice, seed + repeat).mean()
            step("real learning curve")
    noise = np.maximum(
        scores.std(axis=1, ddof=1) if repeats > 1 else np.full(len(sizes), 0.05), 0.01
    )
    return learning_curve(
        sizes, scores.mean(axis=1), noise / np.sqrt(repeats), growth="slice", seed=seed
    )
