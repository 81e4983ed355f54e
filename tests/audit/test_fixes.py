"""What could be tried for nothing: judged on the audit's own folds, row by row, and elsewhere."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from planted import as_examples, rows

from core.audit import fixes
from core.audit.examples import Examples
from core.audit.fixes import fixes_for, folds_of, left_out, measured_with_fixes
from core.audit.growth import repeat_of, task_of
from core.audit.kernels import Kernel, TableKernel, TextKernel
from core.audit.measurement import Fix, Measurement
from core.audit.measuring import RowWeights, Scored, scored
from core.audit.offsets import MOST_COST, with_offset
from core.audit.slices import Metric, Slice, right_and_total
from core.audit.trees import trees_for
from core.calculators.paired import change_interval
from core.workspace.datasets import ROW_KEY

N_FOLDS = 4
WORDS = TextKernel(("words",))


def quiet(what: str) -> None:
    """Tell nobody."""


def scores_of(examples: Examples, kernel: Kernel, metric: Metric, by: Sequence[str] = ()) -> Scored:
    """The slices of these examples."""
    task = task_of(examples, kernel, metric, n_folds=N_FOLDS, seed=0)
    return scored(task, by, RowWeights(in_file=np.ones(examples.labels.size)), quiet)


def table(columns: pd.DataFrame, labels: NDArray[np.str_]) -> Examples:
    """Rows of these columns with a label each."""
    frame = columns.assign(label=labels)
    frame.insert(0, ROW_KEY, range(len(frame)))
    return Examples(
        frame=frame,
        label="label",
        text=None,
        columns=tuple(columns),
        numeric=tuple(columns.select_dtypes("number")),
        labels=labels,
        group=np.arange(len(frame)),
        notes=(),
    )


@pytest.fixture(scope="module")
def messages() -> Scored:
    """Messages of which one label is rare and looks like a frequent one."""
    return scores_of(as_examples(rows(), columns=["channel"]), WORDS, "recall", ["channel"])


@pytest.fixture(scope="module")
def chessboard() -> Scored:
    """A table in which the label is where two numbers have the same sign: no line tells it."""
    rng = np.random.default_rng(0)
    places = rng.uniform(-1, 1, size=(240, 2))
    labels = np.where(places.prod(axis=1) > 0, "same", "differ")
    frame = pd.DataFrame(places, columns=["x", "y"]).assign(kind="k")
    frame.loc[0, "x"] = np.nan
    examples = table(frame, labels)
    return scores_of(examples, TableKernel(None), "recall")


def fixes_of(found: Scored, name: str, metric: Metric = "recall") -> list[Fix]:
    """All fixes of a slice."""
    return list(fixes_for(found, found.tested[name], metric, seed=0, step=quiet))


def test_the_folds_are_those_of_the_audit(messages: Scored) -> None:
    """Each row's prediction comes from the fold that it was tested in."""
    fold, winner = folds_of(messages.task), np.empty(messages.task.codes.size, dtype=int)
    task = messages.task
    for k in range(N_FOLDS):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        known = task.kernel.gram(task.prepared, train, train)
        asked = task.kernel.gram(task.prepared, train, test)
        ridge = fixes.ridge_of(task.codes[train], len(task.labels))
        said = fixes.predicted(known, asked, task.codes[train], len(task.labels), ridge)
        winner[test] = said.argmax(axis=1)
    assert winner.tolist() == messages.first.winner.tolist()


@pytest.mark.parametrize("metric", ["recall", "f1"])
def test_each_fix_starts_or_ends_where_the_audit_stands(messages: Scored, metric: Metric) -> None:
    """Class weights are in use: they end there; all others start there."""
    part = messages.tested["fraud"]
    said = np.array(messages.task.labels)[messages.first.winner]
    right, total = right_and_total(metric, part, messages.task.examples.labels, said)
    weights, *others = fixes_of(messages, "fraud", metric)
    assert (weights.is_used, weights.after) == (True, pytest.approx(right / total))
    assert [f.is_used for f in others] == [False] * 3
    assert all(f.before == pytest.approx(right / total) for f in others)
    for fix in (weights, *others):
        assert fix.slice == "fraud"
        assert fix.low <= fix.after - fix.before <= fix.high
        assert -1 <= fix.low < fix.high <= 1


def test_class_weights_serve_a_rare_label() -> None:
    """One in ten of two kinds that overlap: without weights the rare one is hardly ever said."""
    rng = np.random.default_rng(0)
    size = np.concatenate([rng.normal(0, 1, 180), rng.normal(1.5, 1, 20)])
    examples = table(pd.DataFrame({"size": size}), np.repeat(["usual", "rare"], (180, 20)))
    weights = fixes_of(scores_of(examples, TableKernel(1.0), "recall"), "rare")[0]
    assert (weights.name, weights.note) == ("class weights", "")
    assert weights.before < 0.3
    assert weights.after > 0.6
    assert weights.low > 0
    assert weights.elsewhere < 0, "what the rare label gains is taken from the usual one"


def test_a_lower_threshold_finds_more_and_costs_the_others_little(messages: Scored) -> None:
    """The slice's recall rises; what all other labels lose is about what was allowed."""
    threshold = fixes_of(messages, "fraud")[1]
    assert threshold.name == "decision threshold of fraud"
    assert threshold.after >= threshold.before
    assert -5 * MOST_COST <= threshold.elsewhere <= 0


def test_a_slice_without_a_label_has_no_threshold(messages: Scored) -> None:
    """There is no label to say more often; the other fixes are judged on the column's rows."""
    names = [f.name for f in fixes_of(messages, "channel = mail")]
    assert len(names) == 3
    assert not any("threshold" in name for name in names)
    within = fixes_of(messages, "fraud & channel = mail")
    assert [f.slice for f in within] == ["fraud & channel = mail"] * 4


def test_trees_learn_what_no_line_can_tell(chessboard: Scored) -> None:
    """On a chessboard the linear learners guess and the trees know."""
    weights, threshold, trees, line = fixes_of(chessboard, "same")
    assert "trees" in trees.name
    assert "logistic" in line.name
    assert trees.before < 0.7
    assert trees.after > 0.9
    assert trees.low > 0
    assert trees.elsewhere > 0.1
    assert line.after < 0.75
    assert threshold.after >= threshold.before - 0.1
    assert weights.is_used


def test_trees_read_missing_numbers_and_categories(chessboard: Scored) -> None:
    """Numbers come first, a missing one stays missing; a category is a number."""
    examples = chessboard.task.examples
    learner = trees_for(examples)
    matrix = learner.features(examples).toarray()
    assert (learner.n_numbers, matrix.shape) == (2, (240, 3))
    assert np.isnan(matrix).sum() == np.isnan(matrix[0, 0]) == 1
    one = learner.predicted(learner.features(examples), np.full(240, "a"), *_halves(), 0)
    assert one.tolist() == ["a"] * 120


def _halves() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(120), np.arange(120, 240)


def test_what_takes_too_long_is_not_tried_and_said(
    messages: Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """210 rows of 4 labels are 840; the second way to read text is allowed 500."""
    monkeypatch.setitem(fixes._MOST_WORK, "second", 500)
    assert len(fixes_of(messages, "fraud")) == 3
    (note,) = left_out(messages.task)
    assert note.startswith("Not tried: TF-IDF of characters + linear SVM, balanced; 210 rows × 4")


def test_of_many_rows_class_weights_are_tried_on_some(
    messages: Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both arms train on the same 60 rows or so, every label in proportion."""
    monkeypatch.setattr(fixes, "_MOST_TRAINING", 60)
    weights = fixes_of(messages, "fraud")[0]
    assert weights.note.startswith("Both with 5")
    train = np.flatnonzero(folds_of(messages.task) != 0)
    few = fixes._in_proportion(messages.task, train)
    held, kept = (np.bincount(messages.task.codes[r], minlength=4) for r in (train, few))
    assert (np.abs(kept - held * 60 / train.size) <= 1).all()
    assert set(few.tolist()) < set(train.tolist())


def measured(found: Scored) -> Measurement:
    """What an audit has kept before its curves."""
    return Measurement(
        name="m",
        at="",
        fingerprint="",
        data_name="",
        rows=210,
        rows_used=210,
        label="intent",
        text="text",
        slice_by=(),
        metric="recall",
        seed=0,
        learner="",
        slices=found.slices,
        notes=("a note",),
        is_complete=False,
    )


def test_the_fixes_of_the_bottleneck_are_kept_and_not_tried_again(messages: Scored) -> None:
    """Stored with the measurement; asking again trains nothing."""
    told: list[str] = []
    first = measured_with_fixes(measured(messages), messages, lambda d, t, what: told.append(what))
    assert {f.slice for f in first.fixes} <= {"fraud", "fraud & channel = chat",
                                              "fraud & channel = mail"}  # fmt: skip
    assert first.notes == ("a note",)
    assert any(what.startswith("trying without class weights, fold 4 of 4") for what in told)
    told.clear()
    assert measured_with_fixes(first, messages, lambda d, t, what: told.append(what)) is first
    assert told == []


def test_a_file_of_tiny_slices_has_no_bottleneck_to_fix() -> None:
    """Seven rows per label: nothing is tried."""
    found = scores_of(as_examples([(f"text {i}", "ab"[i % 2]) for i in range(14)]), WORDS, "recall")
    before = measured(found)
    assert measured_with_fixes(before, found, lambda d, t, what: None) is before


def _planted_scores(seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.repeat(np.arange(3), (30, 60, 60)))
    scores = rng.normal(size=(150, 3)) * 0.4
    scores[np.arange(150), codes] += 1.0
    scores[:, 0] -= 0.8  # a label that is said too seldom
    return codes, scores, rng.permutation(150) % N_FOLDS


def _label(codes: NDArray[np.int64]) -> Slice:
    return Slice(name="0", rows=codes == 0, label="0", within=np.ones(codes.size, dtype=bool))


@settings(max_examples=20, derandomize=True, deadline=None)
@given(seed=st.integers(0, 1_000), metric=st.sampled_from(["recall", "f1"]))
def test_a_threshold_only_moves_rows_to_or_from_its_label(seed: int, metric: Metric) -> None:
    """Who is not called the label is called what the best of the others is."""
    codes, scores, fold = _planted_scores(seed)
    said = with_offset(codes, scores, fold, 0, _label(codes), metric)
    rival = 1 + scores[:, 1:].argmax(axis=1)
    assert ((said == 0) | (said == rival)).all()
    assert (said == 0).sum() >= (scores.argmax(axis=1) == 0).sum(), "it was said too seldom"


@pytest.mark.parametrize("metric", ["recall", "f1"])
def test_the_rows_that_are_judged_do_not_choose_the_threshold(metric: Metric) -> None:
    """Were all rows of one fold other labels', that fold would be predicted as before."""
    for seed in range(8):
        codes, scores, fold = _planted_scores(seed)
        before = with_offset(codes, scores, fold, 0, _label(codes), metric)
        other = np.where(fold == 2, 1 + scores[:, 1:].argmax(axis=1), codes)
        after = with_offset(other, scores, fold, 0, _label(other), metric)
        assert after[fold == 2].tolist() == before[fold == 2].tolist()


def test_a_threshold_by_hand() -> None:
    """Two folds alike: the label trails by 0.2 in its own rows, by 0.6 in all others.

    Anything between moves its own rows alone; the smallest change that does is half-way.
    """
    codes = np.tile([0] * 4 + [1] * 4, 2)
    lead = np.tile([0.2] * 4 + [0.6] * 4, 2)
    scores = np.stack([np.zeros(16), lead], axis=1)
    fold = np.repeat([0, 1], 8)
    said = with_offset(codes, scores, fold, 0, _label(codes), "recall")
    assert said.tolist() == codes.tolist()
    shifted = np.where(fold == 1, lead + 0.1, lead)  # 0.3 and 0.7 lie on the same sides of 0.4
    said = with_offset(codes, np.stack([np.zeros(16), shifted], axis=1), fold, 0,
                       _label(codes), "recall")  # fmt: skip
    assert said.tolist() == codes.tolist()


def test_a_threshold_that_would_cost_the_others_too_much_is_not_taken() -> None:
    """Where the label cannot be told apart, more of it is less of the others."""
    codes = np.repeat([0, 1], 40)
    rng = np.random.default_rng(0)
    scores = np.stack([np.zeros(80), 1 + 0.01 * rng.random(80)], axis=1)
    fold = np.tile(np.arange(N_FOLDS), 20)
    said = with_offset(codes, scores, fold, 0, _label(codes), "recall")
    assert np.mean(said[codes == 1] == 1) >= 0.85


def test_the_interval_of_a_paired_change_by_hand() -> None:
    """10 gained and 4 lost of 50: 6/52 ± 1.96·√(15 − 36/52)/52; none of 30: ± 1.96/32."""
    low, high = change_interval(6, 14, 50)
    half = 1.959964 * (15 - 36 / 52) ** 0.5 / 52
    assert (float(low), float(high)) == pytest.approx((6 / 52 - half, 6 / 52 + half))
    low, high = change_interval([0, 8], [0, 8], [30, 8])
    assert high[0] == -low[0] == pytest.approx(1.959964 / 32)
    assert high[1] == 1


def test_recall_changes_by_the_rows_gained_and_lost(messages: Scored) -> None:
    """5 of the 30 rows gained and 2 lost: the paired interval of 3 net and 7 moved of 30."""
    part = messages.tested["fraud"]
    code = messages.task.codes[part.rows][0]
    before, after = np.zeros_like(messages.task.codes), np.zeros_like(messages.task.codes)
    own = np.flatnonzero(part.rows)
    other = (code + 1) % 4
    before[own] = np.where(np.arange(30) < 10, code, other)
    after[own] = np.where((np.arange(30) >= 2) & (np.arange(30) < 15), code, other)
    judge = fixes._Judge(task=messages.task, part=part, metric="recall")
    fix = judge.fix("moved", before, after)
    low, high = change_interval(3, 7, 30)
    assert (fix.before, fix.after) == pytest.approx((10 / 30, 13 / 30))
    assert (fix.low, fix.high) == pytest.approx((float(low), float(high)))
    assert fix.elsewhere == 0


def test_f1_changes_also_by_what_is_called_the_label_and_is_not(messages: Scored) -> None:
    """All right, then 30 others called it as well: F1 falls from 1 to 60 / 90, surely."""
    part, codes = messages.tested["fraud"], messages.task.codes
    after = codes.copy()
    after[np.flatnonzero(~part.rows)[:30]] = codes[part.rows][0]
    fix = fixes._Judge(task=messages.task, part=part, metric="f1").fix("more", codes, after)
    assert (fix.before, fix.after) == pytest.approx((1.0, 60 / 90))
    assert fix.low < -1 / 3 < fix.high < 0
    assert fix.elsewhere == pytest.approx(-30 / 60 / 3, abs=0.03)


def test_repeat_zero_is_what_was_scored(messages: Scored) -> None:
    """The scores that thresholds move are those of the audit's first repeat."""
    again = repeat_of(messages.task, (), 0, quiet)
    assert np.array_equal(again.scores, messages.first.scores)
