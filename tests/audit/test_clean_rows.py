"""From rows of a file to what a learner reads: what is left out is said, nothing breaks it."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from planted import loaded

from core.audit.examples import Examples, features, labelled_examples, text_counts
from core.audit.learners import TableLearner, TextLearner
from core.workspace import Workspace
from core.workspace.datasets import examples


def clean(
    workspace: Workspace,
    folder: Path,
    lines: Sequence[Sequence[object]],
    columns: Sequence[str],
    text: str | None = None,
) -> Examples:
    """The clean rows of these lines."""
    data = loaded(workspace, folder, lines, columns)
    return labelled_examples(data, examples(workspace, data), "label", text)


def test_what_is_left_out_is_said(workspace: Workspace, tmp_path: Path) -> None:
    """Rows without label or text and exact repeats go; one content under two labels stays."""
    lines = [
        ("please stop my card", "stop"),
        ("Please  stop my CARD", "stop"),
        ("please stop my card", "other"),
        ("where is my money today", ""),
        ("", "other"),
        ("what is my balance now", " other "),
    ]
    rows = clean(workspace, tmp_path, lines, ["text", "label"], "text")
    assert rows.labels.tolist() == ["stop", "other", "other"]
    assert rows.group.tolist() == [0, 0, 1]
    assert rows.notes == (
        "25.0 % of the file are repeated rows: 1 of 4 say what another row says already, and are "
        "left out.",
        "Left out: 1 row without a label.",
        "Left out: 1 row without text.",
        "2 rows have the same content under different labels.",
        "1 label with one row only (stop): whether a model knows such a label cannot be tested; "
        "add examples.",
    )


def test_the_text_column_is_the_wordy_one(workspace: Workspace, tmp_path: Path) -> None:
    """Short codes and repeated phrases are no text; the longer of two texts is taken."""
    lines = [
        (f"id-{i}", "the same phrase", f"a title {i}", f"a longer message of words {i}", i % 2)
        for i in range(12)
    ]
    rows = clean(workspace, tmp_path, lines, ["id", "phrase", "title", "body", "label"])
    assert rows.text == "body"
    assert rows.labels.tolist()[:2] == ["0", "1"]


def test_columns_are_features_where_there_is_no_text(workspace: Workspace, tmp_path: Path) -> None:
    """Numbers, flags and categories are read; ids and empty columns are not."""
    lines = [(i / 7, i % 2 == 0, "red" if i % 3 else "blue", "", i % 2) for i in range(30)]
    rows = clean(workspace, tmp_path, lines, ["size", "flag", "colour", "nothing", "label"])
    assert rows.text is None
    assert rows.columns == ("size", "flag", "colour")
    assert rows.numeric == ("size", "flag")
    assert np.isfinite(features(rows).toarray()).all()


def test_missing_infinite_and_enormous_numbers_are_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What a table may hold never breaks a training."""
    odd = ["", "inf", "-inf", "nan", "1e308", "-1e308", "0", "-0.0", "1e-320"]
    lines = [(odd[i % 9], i, "" if i % 4 else "x", "ab"[i % 2]) for i in range(40)]
    rows = clean(workspace, tmp_path, lines, ["size", "n", "rare", "label"])
    learner, matrix = TableLearner(), features(rows)
    assert np.isfinite(matrix.toarray()).all()
    every = np.arange(rows.labels.size)
    said = learner.predicted(matrix, rows.labels, every, every, 0)
    assert set(said) <= {"a", "b"}


@pytest.mark.parametrize(
    "texts",
    [["!!!", "??", "...", "!?"], ["我的账单在哪里", "请停用我的卡", "卡被偷了", "账单太高"]],
    ids=["punctuation", "no spaces between words"],
)
def test_text_without_words_is_read_by_its_characters(texts: list[str]) -> None:
    """There is always something to count."""
    assert text_counts(texts, characters=False).shape[0] == len(texts)
    assert text_counts(texts, characters=True).sum() > 0


def test_one_label_in_training_is_the_answer(workspace: Workspace, tmp_path: Path) -> None:
    """A learner that saw one label only says that one; one that saw nothing says nothing."""
    lines = [(f"some message number {i}", "ab"[i > 3]) for i in range(8)]
    rows = clean(workspace, tmp_path, lines, ["text", "label"], "text")
    for learner in (TextLearner(), TableLearner()):
        said = learner.predicted(features(rows), rows.labels, np.arange(4), np.arange(4, 8), 0)
        assert said.tolist() == ["a"] * 4
        none = np.arange(0)
        said = learner.predicted(features(rows), rows.labels, none, np.arange(4), 0)
        assert said.tolist() == [""] * 4


def test_the_sample_is_read_whole(workspace: Workspace) -> None:
    """In the shipped messages the text column is found; repeats but for case are left out."""
    path = Path(__file__).resolve().parents[2] / "sample_data" / "customer_messages.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    rows = clean(workspace, workspace.root, lines[1:], ["text", "label", "channel"])
    assert rows.text == "text"
    assert 0.98 * (len(lines) - 1) < rows.labels.size < len(lines)
    assert len(rows.notes) == 1
    assert rows.notes[0].endswith("exact duplicates.")
