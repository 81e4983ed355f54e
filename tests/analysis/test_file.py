"""What a file holds before anything is trained."""

from pathlib import Path

from core.analysis.file import notes_on, rarest_slices, text_with_reason
from core.audit.examples import ALL_COLUMNS, examples_of
from core.datasets import load_dataset
from core.workspace import Workspace
from core.workspace.datasets import Dataset


def of_rows(workspace: Workspace, folder: Path, header: str, rows: list[str]) -> Dataset:
    """A dataset of these lines."""
    path = folder / "mine.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return load_dataset(workspace, str(path), name="mine.csv")


def test_the_rarest_slice_of_the_whole_file_comes_first(tmp_path: Path) -> None:
    """One row of 200 in the south: half a per cent, however rare its label is not."""
    rows = [f"loaf number {i} was stale,{'ab'[i % 2]},north" for i in range(200)]
    rows[7] = rows[7].replace("north", "south")
    workspace = Workspace(tmp_path / "workspace")
    data = of_rows(workspace, tmp_path, "text,label,region", rows)
    found = rarest_slices(workspace, data, "label", "text")
    first = found.slices[0]
    assert (first.name, first.rows, first.share) == ("region = south", 1, 1 / 200)
    assert first.rows_per_label == {"b": 1}
    assert {s.name for s in found.slices[1:]} == {"label = a", "label = b", "region = north"}


def test_text_is_chosen_with_its_reason(tmp_path: Path) -> None:
    """The only text, the longest of two, or none."""
    workspace = Workspace(tmp_path / "workspace")
    one = [f"loaf number {i} was stale,{'ab'[i % 2]},{i}" for i in range(60)]
    data = of_rows(workspace, tmp_path, "text,label,n", one)
    assert text_with_reason(workspace, data, "label") == (
        "text",
        "Chosen as the only column of free text.",
    )
    two = [f"{line},and number {i} was much longer than that" for i, line in enumerate(one)]
    data = of_rows(workspace, tmp_path, "text,label,n,more", two)
    assert text_with_reason(workspace, data, "label")[0] == "more"
    none = [f"{'ab'[i % 2]},{i}" for i in range(60)]
    data = of_rows(workspace, tmp_path, "label,n", none)
    assert text_with_reason(workspace, data, "label")[0] is None


def test_all_columns_can_be_read_although_there_is_text(tmp_path: Path) -> None:
    """An empty name in place of the text column means every column that repeats."""
    workspace = Workspace(tmp_path / "workspace")
    rows = [f"loaf number {i} was stale,{'ab'[i % 2]},{'xyz'[i % 3]}" for i in range(300)]
    data = of_rows(workspace, tmp_path, "text,label,kind", rows)
    read, _ = examples_of(workspace, data, "label", ALL_COLUMNS)
    assert read.text is None
    assert read.columns == ("kind",)


def test_repeated_rows_are_said_before_anything_is_trained(tmp_path: Path) -> None:
    """Half of the rows say what the other half says."""
    workspace = Workspace(tmp_path / "workspace")
    rows = 2 * [f"loaf number {i} was stale,{'ab'[i % 2]}" for i in range(40)]
    data = of_rows(workspace, tmp_path, "text,label", rows)
    first = notes_on(workspace, data, "label", "text")[0]
    assert first.startswith("50.0 % of the file are repeated rows: 40 of 80")
