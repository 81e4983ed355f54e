"""From a file of any size to clean rows, and one sentence about each thing that was done."""

from pathlib import Path

import pytest
from planted import loaded

from core.audit.examples import examples_of, labelled_examples
from core.errors import DataError
from core.workspace import Workspace
from core.workspace.datasets import examples


def test_a_sample_says_its_size_and_effect(workspace: Workspace, tmp_path: Path) -> None:
    """Of 1,240 rows 340 are read: all 40 oddities and 150 of each other label."""
    lines = [
        (f"a message about thing number {i}", "odd" if i < 40 else "ab"[i % 2], i % 3)
        for i in range(1_240)
    ]
    data = loaded(workspace, tmp_path, lines, ["text", "label", "part"])
    rows, facts = examples_of(workspace, data, "label", keep=["part"], most=340)
    assert rows.text == "text"
    assert rows.labels.size == facts.kept == 340
    assert "part" in rows.frame.columns
    assert rows.notes[0] == (
        "Trained on a stratified sample of 340 of 1,240 distinct rows: every row of 1 rarer "
        "label, 150 of each other label; scores with all rows would likely be higher."
    )


def test_a_file_of_repeats_says_so_first(workspace: Workspace, tmp_path: Path) -> None:
    """Each of 50 messages stands there twice: half of the file are repeated rows."""
    lines = [(f"a message about thing number {i % 50}", "ab"[i % 2]) for i in range(100)]
    data = loaded(workspace, tmp_path, lines, ["text", "label"])
    rows, facts = examples_of(workspace, data, "label")
    assert facts.duplicates == 50
    assert rows.notes[0] == (
        "50.0 % of the file are repeated rows: 50 of 100 say what another row says already, and "
        "are left out."
    )
    assert rows.labels.size == 50
    whole = labelled_examples(data, examples(workspace, data), "label")
    assert whole.notes == rows.notes
    assert whole.frame.equals(rows.frame)


def test_a_table_is_read_by_its_columns(workspace: Workspace, tmp_path: Path) -> None:
    """Without a text the columns are the content, and blank cells are cells."""
    lines = [(i % 17, "" if i % 5 else "x", "ab"[i % 2]) for i in range(500)]
    data = loaded(workspace, tmp_path, lines, ["size", "flag", "label"])
    rows, facts = examples_of(workspace, data, "label")
    assert rows.text is None
    assert rows.columns == ("size", "flag")
    assert rows.labels.size == facts.distinct == 68  # 17 sizes, 2 flags, 2 labels
    assert facts.duplicates == 432


def test_labels_with_one_row_are_named(workspace: Workspace, tmp_path: Path) -> None:
    """What cannot be tested is said."""
    lines = [(f"a message about thing number {i}", "ab"[i % 2]) for i in range(20)]
    data = loaded(
        workspace, tmp_path, [*lines, ("it happened only once", "once")], ["text", "label"]
    )
    rows, _ = examples_of(workspace, data, "label")
    assert rows.notes == (
        "1 label with one row only (once): whether a model knows such a label cannot be tested; "
        "add examples.",
    )


BAD = {
    "an empty text": ([("", "a"), ("", "b"), (" ", "a")], "text", "text column 'text' is empty"),
    "a text only where no label is": ([("hello", ""), ("", "a"), ("", "b"), ("", "a")], "text",
                                      "text column 'text' is empty"),
    "text as its own label": ([("x", "a"), ("y", "b"), ("z", "a")], "label", "cannot be both"),
    "no such column": ([("x", "a"), ("y", "b"), ("z", "a")], "words", "no text column 'words'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_column_that_is_no_text_is_refused(
    workspace: Workspace, tmp_path: Path, case: str
) -> None:
    """A sample and all rows are refused with the same sentence."""
    lines, text, words = BAD[case]
    data = loaded(workspace, tmp_path, lines, ["text", "label"])
    said = []
    for ask in (
        lambda: examples_of(workspace, data, "label", text),
        lambda: labelled_examples(data, examples(workspace, data), "label", text),
    ):
        with pytest.raises(DataError, match=words) as raised:
            ask()
        said.append(str(raised.value))
    assert said[0] == said[1]
