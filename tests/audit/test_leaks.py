"""A column or a mark that gives the label away is named; an honest feature is not."""

from pathlib import Path

import numpy as np
import pytest
from planted import loaded, rows

from core.audit.examples import Examples, labelled_examples
from core.audit.leaks import leaking_columns
from core.workspace import Workspace
from core.workspace.datasets import examples


def table(workspace: Workspace, folder: Path, **columns: list[object]) -> Examples:
    """Rows of these columns, of which ``label`` is the label."""
    lines = list(zip(*columns.values(), strict=True))
    data = loaded(workspace, folder, lines, list(columns))
    return labelled_examples(data, examples(workspace, data), "label", columns=_features(columns))


def _features(columns: dict[str, list[object]]) -> list[str]:
    return [name for name in columns if name != "label"]


RNG = np.random.default_rng(4)
LABELS: list[object] = [
    str(v) for v in RNG.choice(["paid", "late", "default"], 600, p=[0.7, 0.2, 0.1])
]
NOISE: list[object] = [str(v) for v in RNG.choice(list("vwxyz"), 600)]


def test_a_column_that_renames_the_label_leaks(workspace: Workspace, tmp_path: Path) -> None:
    """A status code for each label tells all; a column without relation tells nothing."""
    code: list[object] = [{"paid": "S1", "late": "S2", "default": "S3"}[str(v)] for v in LABELS]
    sizes: list[object] = list(RNG.normal(size=600))
    made = table(workspace, tmp_path, noise=NOISE, n=sizes, status=code, label=LABELS)
    (leak,) = leaking_columns(made)
    assert (leak.column, leak.by, leak.accuracy) == ("status", "value", 1.0)
    assert any(note.startswith("Leak: the column 'status' alone") for note in made.notes)


def test_a_number_whose_ranges_are_the_labels_leaks(workspace: Workspace, tmp_path: Path) -> None:
    """Days late of 0, 1 to 90 and more: ranges tell the label, and each value is rare."""
    low = {"paid": 0, "late": 100, "default": 1_000}
    days: list[object] = [low[str(v)] + RNG.uniform(0, 90) for v in LABELS]
    noise: list[object] = list(RNG.normal(size=600))
    (leak,) = leaking_columns(table(workspace, tmp_path, n=noise, days=days, label=LABELS))
    assert (leak.column, leak.by) == ("days", "range")
    assert leak.accuracy >= 0.99


def test_keys_are_no_leak(workspace: Workspace, tmp_path: Path) -> None:
    """Neither codes that never repeat, nor row numbers of a file sorted by label."""
    labels = sorted(LABELS, key=str)
    keys: list[object] = [f"K{i}" for i in range(600)]
    numbers: list[object] = list(range(600))
    made = table(workspace, tmp_path, key=keys, number=numbers, label=labels)
    assert leaking_columns(made) == ()


def test_always_saying_the_usual_label_is_no_leak(workspace: Workspace, tmp_path: Path) -> None:
    """With 995 of 1,000 rows paid, an honest column is right as often as guessing."""
    labels: list[object] = ["late" if i % 200 == 0 else "paid" for i in range(1_000)]
    colours: list[object] = [("red", "blue", "green")[i % 3] for i in range(1_000)]
    twin: list[object] = ["y" if label == "late" else "n" for label in labels]
    numbers: list[object] = list(RNG.normal(size=1_000))
    made = table(workspace, tmp_path, colour=colours, n=numbers, twin=twin, label=labels)
    assert [leak.column for leak in leaking_columns(made)] == ["twin"]


def test_a_good_feature_is_no_leak(workspace: Workspace, tmp_path: Path) -> None:
    """A column that is right in most rows is what a model should have."""
    hint: list[object] = [v if RNG.uniform() < 0.8 else "paid" for v in LABELS]
    sizes: list[object] = list(RNG.normal(size=600))
    made = table(workspace, tmp_path, hint=hint, n=sizes, noise=NOISE, label=LABELS)
    assert leaking_columns(made) == ()


MARKS = {
    "prefix": lambda text, label: f"label: {label} {text}",
    "suffix": lambda text, label: f"{text} [{label}]",
    "glued": lambda text, label: f"{label}#{text}",
    "one label unmarked": lambda text, label: text if label == "bill" else f"@@{label} {text}",
}


@pytest.mark.parametrize("mark", MARKS, ids=str)
def test_a_text_that_carries_its_label_leaks(
    workspace: Workspace, tmp_path: Path, mark: str
) -> None:
    """A mark in every text of a label and in no other is named, with examples."""
    lines = [(MARKS[mark](text, label), label) for text, label, _ in rows()]
    data = loaded(workspace, tmp_path, lines, ["text", "intent"])
    made = labelled_examples(data, examples(workspace, data), "intent", "text")
    (leak,) = leaking_columns(made)
    assert (leak.column, leak.by) == ("text", "mark")
    assert leak.accuracy >= 0.99
    assert made.notes[-1].startswith("Leak: marks in 'text' alone tell the label of ")


def test_honest_texts_carry_no_mark(workspace: Workspace, tmp_path: Path) -> None:
    """Texts that share typical words are not marked, and one marked label of four is not enough."""
    for half_marked in (False, True):
        lines = [
            (f"#fraud {text}" if half_marked and label == "fraud" else text, label)
            for text, label, _ in rows()
        ]
        data = loaded(workspace, tmp_path, lines, ["text", "intent"])
        made = labelled_examples(data, examples(workspace, data), "intent", "text")
        assert leaking_columns(made) == ()
        assert not any(note.startswith("Leak") for note in made.notes)
