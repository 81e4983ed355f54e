"""An audit of a model that is already trained: counts by hand, curves, and sentences for faults."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from core.analysis.audit import audit_at, measurements
from core.analysis.order import in_words, order_of
from core.analysis.predictions import measurement_of_predictions
from core.analysis.scenario import default_scenario
from core.audit.measurement import Measurement, SliceScore
from core.audit.prediction_rows import NO_CURVE
from core.calculators.deficit import wilson_interval
from core.datasets import load_dataset
from core.errors import DataError
from core.prices import PriceBook
from core.workspace import Workspace

PLAIN = ("item", "label", "prediction")
# Label a: 3 of 4 right; b: 4 of 6 right; one b is taken for a, one for what is no label.
TEN = [
    *[(f"a{i}", "a", "a") for i in range(3)],
    ("a3", "a", "b"),
    *[(f"b{i}", "b", "b") for i in range(4)],
    ("b4", "b", "a"),
    ("b5", "b", "zebra"),
]


def measured(
    workspace: Workspace,
    folder: Path,
    rows: Sequence[Sequence[object]],
    columns: Sequence[str] = PLAIN,
    **asked: object,
) -> Measurement:
    """The measurement of predictions with these rows."""
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    data = load_dataset(workspace, path)
    return measurement_of_predictions(workspace, data, **asked)


def of(found: Measurement, name: str) -> SliceScore:
    """The slice of this name."""
    return next(s for s in found.slices if s.slice == name)


def grown(sizes: Sequence[int], items: int = 40, repeats: int = 1) -> list[tuple[object, ...]]:
    """Label r is right for more items the larger the training; label s always."""
    rows: list[tuple[object, ...]] = []
    for size in sizes:
        for repeat in range(repeats):
            right = items * (1 - 2.0 / size**0.5) + repeat % 2
            for i in range(items):
                said = "r" if (i * 7) % items < right else "s"
                rows.append((f"r{i}", "r", said, size, repeat))
                rows += [(f"s{i}-{k}", "s", "s", size, repeat) for k in range(3)]
    return rows


SIZED = ("item", "label", "prediction", "train_size", "repeat")


@pytest.mark.parametrize(
    ("metric", "a", "b"),
    [
        ("recall", (3, 4), (4, 6)),
        ("accuracy", (3, 4), (4, 6)),
        ("f1", (6, 8), (8, 11)),  # a is said 4 times, b 5 times
    ],
)
def test_scores_by_hand(
    workspace: Workspace, tmp_path: Path, metric: str, a: tuple[int, int], b: tuple[int, int]
) -> None:
    """Right and total of each label, with its Wilson interval; an unknown prediction is wrong."""
    found = measured(workspace, tmp_path, TEN, metric=metric)
    for name, (right, total) in (("a", a), ("b", b)):
        score = of(found, name)
        assert score.score == pytest.approx(right / total)
        low, high = wilson_interval(right, total)
        assert (score.score_low, score.score_high) == pytest.approx((float(low), float(high)))
    assert (of(found, "a").n, of(found, "b").prevalence) == (4, 0.6)
    assert NO_CURVE in found.notes
    assert all(s.curve is s.joint is None for s in found.slices)


def test_the_worst_comes_first_and_is_stored(workspace: Workspace, tmp_path: Path) -> None:
    """Ranked like any audit, found again among the workspace's measurements."""
    found = measured(workspace, tmp_path, TEN)
    assert [s.slice for s in found.slices] == ["b", "a"]
    assert measurements(workspace) == [found]
    assert measured(workspace, tmp_path, TEN) == found
    assert audit_at(found, 0.9).slices[0].sizing.deficit.p50 is None


def test_columns_may_have_other_names(workspace: Workspace, tmp_path: Path) -> None:
    """What the columns are called is up to the user."""
    found = measured(
        workspace, tmp_path, TEN, ("id", "truth", "said"), label="truth", prediction="said",
        item="id",
    )  # fmt: skip
    assert of(found, "b").score == pytest.approx(4 / 6)
    assert found.label == "truth"


def test_slices_by_a_column(workspace: Workspace, tmp_path: Path) -> None:
    """A column's values and each label within them: a by mail is wrong once in two."""
    rows = [(*row, "mail" if i % 2 else "chat") for i, row in enumerate(TEN)]
    found = measured(workspace, tmp_path, rows, (*PLAIN, "channel"), slice_by=["channel"])
    assert of(found, "a & channel = mail").score == 0.5
    assert of(found, "channel = chat").score == pytest.approx(4 / 5)
    assert of(found, "channel = chat").label is None


def test_repeats_are_averaged_and_do_not_count_as_more_items(
    workspace: Workspace, tmp_path: Path
) -> None:
    """a: 3 of 4, then 4 of 4: 0.875 with an interval for four items, not eight."""
    again = [(i, label, "a" if i == "a3" else said) for i, label, said in TEN]
    rows = [(*r, 1) for r in TEN] + [(*r, 2) for r in again]
    found = measured(workspace, tmp_path, rows, (*PLAIN, "repeat"))
    score = of(found, "a")
    assert (score.score, score.n) == (0.875, 4)
    assert [score.score_low, score.score_high] == pytest.approx(
        [float(v) for v in wilson_interval(3.5, 4)]
    )


@pytest.mark.parametrize("repeats", [1, 3])
def test_training_sizes_give_a_joint_curve(
    workspace: Workspace, tmp_path: Path, repeats: int
) -> None:
    """A quarter of the items is r: trained on 400 in all, 100 of r; the largest size is today."""
    found = measured(workspace, tmp_path, grown((100, 200, 400, 800), repeats=repeats), SIZED)
    score = of(found, "r")
    assert score.joint is not None
    assert score.joint.n == (25, 50, 100, 200)
    assert (score.n, score.joint.n_test, score.prevalence) == (200, 40, 0.25)
    assert score.score == pytest.approx(1 - 2 / 800**0.5, abs=0.03)
    assert score.joint.mean[-1] == pytest.approx(score.score, abs=0.01)
    assert (score.joint.mean[1:] > score.joint.mean[:-1]).all()
    assert (score.joint.noise > 0).all()
    assert "grow every label together" in " ".join(found.notes)


def test_a_size_with_one_repeat_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    """The whole training set can be drawn only once; its point counts all the same."""
    rows = [*grown((100, 200, 400), repeats=3), *grown((800,))]
    curve = of(measured(workspace, tmp_path, rows, SIZED), "r").joint
    assert curve is not None
    assert curve.n == (25, 50, 100, 200)
    assert len(curve.scores[-1]) == 4


def test_a_curve_of_predictions_is_sized_and_ordered(workspace: Workspace, tmp_path: Path) -> None:
    """From predictions alone to an order: today 0.93, wanted 0.95."""
    found = measured(workspace, tmp_path, grown((100, 200, 400, 800), items=80), SIZED)
    part = next(s for s in audit_at(found, 0.95).slices if s.name == "r")
    assert part.sizing.p_reachable is not None
    order = order_of(
        part,
        target=0.95,
        metric="recall",
        scenario=default_scenario(PriceBook(), date(2026, 11, 22)),
    )
    assert order.status in {"order", "unknown", "unreachable"}
    assert "“r”" in in_words(order)


def test_two_sizes_are_no_curve(workspace: Workspace, tmp_path: Path) -> None:
    """A line through two points says nothing of where it bends; the note says what is missing."""
    found = measured(workspace, tmp_path, grown((100, 200)), SIZED)
    assert of(found, "r").joint is None
    assert "No learning curve: 2 training sizes, expected 3 or more" in " ".join(found.notes)


def test_confidence_is_held_against_what_is_right(workspace: Workspace, tmp_path: Path) -> None:
    """Always 0.9 sure where 7 of 10 are right."""
    found = measured(workspace, tmp_path, [(*r, 0.9) for r in TEN], (*PLAIN, "confidence"))
    said = " ".join(found.notes)
    assert "Confidence is 90.0 % on average where 70.0 % are right" in said


def test_blank_cells_are_said(workspace: Workspace, tmp_path: Path) -> None:
    """No label: left out. No prediction: wrong."""
    rows = [*TEN, ("x", "", "a"), ("a4", "a", "")]
    found = measured(workspace, tmp_path, rows)
    assert of(found, "a").score == pytest.approx(3 / 5)
    assert "Left out: 1 row without a label." in found.notes
    assert "1 row without a prediction: counted as wrong." in found.notes


@pytest.mark.parametrize(
    ("columns", "change", "asked", "said"),
    [
        (("item", "truth", "prediction"), None, {}, "has no label column 'label'"),
        (("item", "label", "said"), None, {}, "has no prediction column 'prediction'"),
        (PLAIN, None, {"confidence": "sure"}, "has no confidence column 'sure'"),
        (PLAIN, None, {"item": "label"}, "'label' cannot serve two purposes"),
        ((*PLAIN, "confidence"), 90, {}, "confidence is 90; .* If you mean 90 %, write 0.9"),
        ((*PLAIN, "confidence"), "high", {}, "confidence is 'high'; expected a number"),
        ((*PLAIN, "train_size"), 0, {}, "row 1: train_size is 0; expected how many samples"),
        ((*PLAIN, "train_size"), 1.5, {}, "train_size is 1.5"),
        ((*PLAIN, "train_size"), "", {}, "train_size is empty|has no train_size|is empty"),
    ],
)
def test_faulty_columns_are_named(
    workspace: Workspace,
    tmp_path: Path,
    columns: tuple[str, ...],
    change: object,
    asked: dict[str, str],
    said: str,
) -> None:
    """One sentence: which file, which row, what was found, what is expected."""
    rows = [r if change is None else (*r, change if i == 0 else 1) for i, r in enumerate(TEN)]
    with pytest.raises(DataError, match=said):
        measured(workspace, tmp_path, rows, columns, **asked)


def test_one_label_is_no_task(workspace: Workspace, tmp_path: Path) -> None:
    """With one label only there is nothing to tell apart."""
    with pytest.raises(DataError, match="holds only the value 'a'; expected two or more"):
        measured(workspace, tmp_path, TEN[:4])


def test_an_item_is_predicted_once_per_size(workspace: Workspace, tmp_path: Path) -> None:
    """The same item and training size twice: which of the two counts?"""
    with pytest.raises(DataError, match="row 11: the item 'a0' is predicted a second time"):
        measured(workspace, tmp_path, [*TEN, TEN[0]])
    rows = [(*r, 100) for r in (*TEN, TEN[0])]
    with pytest.raises(DataError, match="at the same train_size; expected one row each"):
        measured(workspace, tmp_path, rows, (*PLAIN, "train_size"))


def test_an_item_has_one_true_label(workspace: Workspace, tmp_path: Path) -> None:
    """Two true labels for one item cannot both be right."""
    rows = [*((*r, 100) for r in TEN), ("a0", "b", "b", 200)]
    with pytest.raises(DataError, match="row 11: the item 'a0' has another label than before"):
        measured(workspace, tmp_path, rows, (*PLAIN, "train_size"))
