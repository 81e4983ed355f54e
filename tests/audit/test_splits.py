"""Duplicates never straddle, every label is on both sides, and scores are counted by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.curves import CurvePoints, joined, repeats_for, sizes_for
from core.audit.examples import Examples
from core.audit.holdout import HELD_OUT_SHARE, content_keys, training_rows
from core.audit.learners import folds
from core.audit.measurement import (
    MOST_CURVES,
    Measurement,
    SliceScore,
    rescored,
    with_points,
)
from core.audit.slices import Slice, right_and_total, slices
from core.calculators.deficit import wilson_interval
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


def facts(n: int, *counted: tuple[float, float], name: str = "s") -> SliceScore:
    """A slice of *n* rows with so many right in each repeat."""
    return SliceScore(
        slice=name, label=None, n=n, prevalence=0.1, score=0.0, score_low=0.0, score_high=1.0,
        shrunk_score=0.0, repeats=counted,
    )  # fmt: skip


def test_the_worst_slices_that_are_large_enough_get_curves() -> None:
    """At least eight rows, and the 250 worst."""
    slices = tuple(facts(n, name=f"s{i}") for i, n in enumerate([3, *[20] * 300]))
    measured = Measurement(
        name="m", at="", fingerprint="", data_name="", rows=9, rows_used=9, label="l", text=None,
        slice_by=(), metric="recall", seed=0, learner="", slices=slices, notes=(),
    )  # fmt: skip
    assert [s.slice for s in measured.curved()] == [f"s{i}" for i in range(1, MOST_CURVES + 1)]


def test_a_score_is_the_mean_of_its_repeats_and_the_worst_comes_first() -> None:
    """6 and 8 of 10 are 70 %, with the interval of 7 of 10; the unlucky few are drawn back."""
    one, two, small = rescored(
        (facts(10, (6, 10), (8, 10), name="a"), facts(90, (9, 90), name="b"),
         facts(1, (0, 1), name="c"), *(facts(90, (80, 90), name=f"d{i}") for i in range(9)))
    )[:3]  # fmt: skip
    assert [s.slice for s in (one, two, small)] == ["b", "c", "a"]
    assert (small.score, small.total) == (0.7, 10)
    low, high = wilson_interval(7, 10)
    assert (small.score_low, small.score_high) == pytest.approx((float(low), float(high)))
    assert two.score == 0 < two.shrunk_score


def test_the_draws_of_a_size_are_repeated_more_often_where_it_is_small() -> None:
    """One of the largest, two of the next two, up to four."""
    assert repeats_for(range(9)) == (4, 4, 4, 4, 3, 3, 2, 2, 1)
    assert repeats_for(range(3)) == (2, 2, 1)


def test_curve_points_of_two_repeats_are_joined_size_by_size() -> None:
    """The scores of both, the same sizes; the first is taken as it is."""
    one = CurvePoints(n=(4, 8), scores=((0.4, 0.6), (0.5,)), n_test=9, n_folds=4)
    two = replace(one, scores=((0.8, 1.0), (0.9,)))
    assert joined(None, one) == one
    assert joined(one, two).scores == ((0.4, 0.6, 0.8, 1.0), (0.5, 0.9))
    assert joined(one, two).n == (4, 8)


def test_a_repeat_is_added_to_a_slice_with_what_it_drew() -> None:
    """One more count; curves grow by their points, or stay where nothing was drawn."""
    points = CurvePoints(n=(4, 8), scores=((0.4,), (0.5,)), n_test=9, n_folds=4)
    first = with_points(facts(9, (1, 9)), (2, 9), points, None)
    assert (first.repeats, first.curve, first.joint) == (((1, 9), (2, 9)), points, None)
    second = with_points(first, (3, 9), None, points)
    assert (len(second.repeats), second.curve, second.joint) == (3, points, points)
