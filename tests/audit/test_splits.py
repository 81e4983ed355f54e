"""Duplicates never straddle, every label is on both sides, and only the slice is subsampled."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from core.audit.curves import CurvePoints, sizes_for, slice_curve
from core.audit.examples import Examples
from core.audit.holdout import HELD_OUT_SHARE, content_keys, training_rows
from core.audit.learners import folds
from core.audit.measurement import Measurement, SliceScore
from core.audit.slices import Slice, right_and_total, slices
from core.workspace.datasets import ROW_KEY

LAW = settings(max_examples=60, derandomize=True, deadline=None)
ROWS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 30)), min_size=2, max_size=80)


def examples_of(labels: list[str], group: list[int], **columns: list[Any]) -> Examples:
    """Examples with nothing but labels, groups and columns to slice by."""
    frame = pd.DataFrame({ROW_KEY: range(len(labels)), "label": labels, **columns})
    return Examples(
        frame=frame, label="label", text=None, columns=tuple(columns), numeric=(),
        labels=np.array(labels, dtype=str), group=np.array(group, dtype=np.int64), notes=(),
    )  # fmt: skip


@LAW
@given(rows=ROWS, n_folds=st.integers(2, 5), seed=st.integers(0, 3))
def test_duplicates_never_straddle_folds(
    rows: list[tuple[str, int]], n_folds: int, seed: int
) -> None:
    """Equal content is in one fold, under whichever labels it stands; every row has a fold."""
    labels = np.array([label for label, _ in rows])
    group = np.array([g for _, g in rows])
    fold = folds(labels, group, n_folds, np.random.default_rng(seed))
    assert ((fold >= 0) & (fold < n_folds)).all()
    for g in np.unique(group):
        assert np.unique(fold[group == g]).size == 1


@LAW
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5), n_folds=st.integers(2, 5))
def test_every_label_is_spread_evenly_over_the_folds(sizes: list[int], n_folds: int) -> None:
    """Without duplicates the folds of a label differ by one row at most."""
    labels = np.repeat([f"label {i}" for i in range(len(sizes))], sizes)
    fold = folds(labels, np.arange(labels.size), n_folds, np.random.default_rng(0))
    for label in np.unique(labels):
        counts = np.bincount(fold[labels == label], minlength=n_folds)
        assert counts.max() - counts.min() <= 1


@LAW
@given(rows=ROWS, seed=st.integers(0, 100))
def test_duplicates_never_straddle_the_hold_out(rows: list[tuple[str, int]], seed: int) -> None:
    """Case, spacing, order and label do not decide on which side a content is."""
    rng = np.random.default_rng(seed)
    looks = [f"Example  {g} " if rng.random() < 0.5 else f"example {g}" for _, g in rows]
    frame = pd.DataFrame({ROW_KEY: range(len(rows)), "text": looks, "label": [v for v, _ in rows]})
    trains = pd.Series(training_rows(frame, "label"), index=frame.index)
    content = frame["text"].str.lower().str.split().str.join(" ")
    assert (trains.groupby(content).nunique() == 1).all()
    shuffled = frame.sample(frac=1, random_state=seed)
    assert training_rows(shuffled, "label").tolist() == trains[shuffled.index].tolist()


def test_every_label_has_both_sides_and_the_share_is_kept() -> None:
    """Of 50 examples 20 are held out; of two one; a single one trains."""
    labels = ["many"] * 50 + ["two"] * 2 + ["one"]
    frame = pd.DataFrame({"text": [f"example {i}" for i in range(53)], "label": labels})
    held = pd.Series(~training_rows(frame, "label")).groupby(frame["label"]).sum()
    assert held.to_dict() == {"many": 50 * HELD_OUT_SHARE, "two": 1, "one": 0}


def test_content_is_told_apart_by_its_columns_and_not_by_its_place() -> None:
    """The row's key is no content; a word that moves to the next column is another content."""
    frame = pd.DataFrame({ROW_KEY: [1, 2, 3], "a": ["x", "X ", "x y"], "b": ["y z", " y  Z", "z"]})
    first, second, third = content_keys(frame)
    assert first == second
    assert first != third


class Recorder:
    """A learner that remembers what it was trained and asked on, and always says *a*."""

    name = "recorder"

    def __init__(self) -> None:
        self.asked: list[tuple[set[int], set[int]]] = []

    def features(self, examples: Examples) -> sparse.csr_matrix:
        """Nothing to read."""
        return sparse.csr_matrix((examples.labels.size, 1))

    def predicted(
        self,
        matrix: sparse.csr_matrix,
        labels: NDArray[np.str_],
        train: NDArray[np.int64],
        test: NDArray[np.int64],
        seed: int,
    ) -> NDArray[np.str_]:
        """The label *a* for every row."""
        self.asked.append((set(train.tolist()), set(test.tolist())))
        return np.full(test.size, "a")


def test_only_the_slice_is_subsampled_and_no_test_row_trains() -> None:
    """At every size all other training rows are there, and each slice row is tested once."""
    rows = examples_of(["a"] * 16 + ["b"] * 30, list(range(46)))
    (part, _) = slices(rows)
    learner, steps = Recorder(), []
    points = slice_curve(
        learner, learner.features(rows), rows, part, "recall",
        n_folds=4, repeats=2, seed=0, step=lambda: steps.append(1),
    )  # fmt: skip
    of_slice, others = set(range(16)), set(range(16, 46))
    assert points.n == (2, 3, 4, 6, 8, 12)  # 12 of 16 are in every training fold
    assert len(steps) == len(learner.asked) == 2 * len(points.n) * 4
    asked = iter(learner.asked)
    for _ in range(2):
        for size in points.n:
            four = [next(asked) for _ in range(4)]
            assert all(len(train & of_slice) == size for train, _ in four)
            assert all(len(train & others) in (22, 23) for train, _ in four)
            assert not any(train & test for train, test in four)
            assert sorted(row for _, test in four for row in test) == sorted(of_slice)
    assert points.mean.tolist() == [1.0] * 6


@pytest.mark.parametrize(("rows", "smallest", "largest"), [(8, 2, 6), (16, 2, 12), (400, 19, 300)])
def test_sizes_are_a_factor_of_root_two_apart(rows: int, smallest: int, largest: int) -> None:
    """Nine sizes at most, from what every training fold holds downwards, none below two."""
    sizes = sizes_for(rows, 4)
    assert (sizes[0], sizes[-1]) == (smallest, largest)
    assert len(sizes) <= 9
    assert 3 <= len(sizes) == len(set(sizes))


def test_the_noise_of_a_curve_is_corrected_for_overlapping_training_sets() -> None:
    """Spread 0.1 over four repeats of four folds: 0.1 × √(1/4 + 1/3)."""
    points = CurvePoints(n=(4, 8), scores=((0.4, 0.6), (0.5, 0.5)), n_test=9, n_folds=4)
    assert points.mean.tolist() == [0.5, 0.5]
    assert points.noise[0] == pytest.approx(0.2 / 2**0.5 * (1 / 2 + 1 / 3) ** 0.5)
    assert points.noise[1] > 0, "equal scores of two repeats prove no certainty"


def test_scores_by_hand() -> None:
    """Recall counts the slice's rows; F1 also charges what was wrongly called it."""
    labels = np.array(["a", "a", "a", "b", "b", "b"])
    said = np.array(["a", "a", "b", "a", "b", "b"])
    every = np.ones(6, dtype=bool)
    a = Slice(name="a", rows=labels == "a", label="a", within=every)
    assert right_and_total("recall", a, labels, said) == (2, 3)
    assert right_and_total("accuracy", a, labels, said) == (2, 3)
    assert right_and_total("f1", a, labels, said) == (4, 6)  # 2·2 / (3 true + 3 called)
    mail = np.array([True, True, False, True, False, False])
    column = Slice(name="how = mail", rows=mail, label=None, within=mail)
    assert right_and_total("f1", column, labels, said) == (2, 3)
    both = Slice(name="a & how = mail", rows=mail & a.rows, label="a", within=mail)
    assert right_and_total("f1", both, labels, said) == (4, 5)  # of mail, 2 are and 3 are called a


def test_a_columns_values_are_called_as_in_the_file() -> None:
    """A missing whole number does not turn the others into decimals."""
    rows = examples_of(["a", "b", "a"], [0, 1, 2], tier=[1.0, 2.0, None])
    assert [s.name for s in slices(rows, ["tier"])] == [
        "a", "b", "tier = 1", "a & tier = 1", "tier = 2", "b & tier = 2", "tier = (missing)",
        "a & tier = (missing)",
    ]  # fmt: skip


def test_the_worst_slices_that_are_large_enough_get_curves() -> None:
    """Below the target, at least eight rows, the eight worst."""
    scores = tuple(
        SliceScore(
            slice=f"s{i}", label=None, n=n, prevalence=0.1, score=0.1 + i / 20, score_low=0.0,
            score_high=1.0, shrunk_score=0.1 + i / 20,
        )
        for i, n in enumerate([3, *[20] * 12])
    )  # fmt: skip
    measured = Measurement(
        name="m", at="", fingerprint="", data_name="", rows=9, rows_used=9, label="l", text=None,
        slice_by=(), metric="recall", seed=0, learner="", slices=scores, notes=(),
    )  # fmt: skip
    assert [s.slice for s in measured.starving(0.3)] == ["s1", "s2", "s3"]
    assert [s.slice for s in measured.starving(0.99)] == [f"s{i}" for i in range(1, 9)]
