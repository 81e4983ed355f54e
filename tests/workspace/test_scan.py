"""Every slice of a file is counted as it is, the rare ones too."""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from core.datasets import load_dataset
from core.errors import DataError
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.scan import MISSING, SliceCount, scan


def table(
    workspace: Workspace, folder: Path, columns: Sequence[str], lines: Sequence[Sequence[object]]
) -> Dataset:
    """A dataset of these rows."""
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *lines])
    return load_dataset(workspace, path)


def by_name(slices: Sequence[SliceCount]) -> dict[str, SliceCount]:
    """The slices by their name."""
    return {part.name: part for part in slices}


def test_a_rare_value_and_a_rare_label_are_counted(workspace: Workspace, tmp_path: Path) -> None:
    """One row in ten thousand has its own term and its own label: both appear."""
    lines: list[tuple[object, ...]] = [
        (f"{36 + 24 * (i % 4 == 0)} months", "paid") for i in range(9_999)
    ]
    data = table(workspace, tmp_path, ["term", "outcome"], [*lines, ("84 months", "fraud")])
    found = scan(workspace, data, "outcome")
    assert found.rows == 10_000
    assert found.labels == {"paid": 9_999, "fraud": 1}
    assert [part.name for part in found.slices] == [
        "term = 36 months", "term = 60 months", "term = 84 months",
    ]  # fmt: skip
    assert [part.rows for part in found.slices] == [7_499, 2_500, 1]
    rare = found.slices[2]
    assert rare.rows_per_label == {"fraud": 1}
    assert rare.prevalence == pytest.approx(0.0001)
    assert found.left_out == ()


def test_numbers_are_cut_into_ranges_with_short_ends(workspace: Workspace, tmp_path: Path) -> None:
    """0 to 9,999: ten ranges of a thousand, and the outer hundredths; missing ones are a slice."""
    lines = [(i, "ab"[i % 2]) for i in range(10_000)] + [("", "a")] * 5
    data = table(workspace, tmp_path, ["amount", "kind"], lines)
    parts = scan(workspace, data, "kind").slices
    assert [part.name for part in parts][:3] == [
        "amount < 100", "amount ≥ 100 & < 1,000", "amount ≥ 1,000 & < 2,000",
    ]  # fmt: skip
    found = by_name(parts)
    assert found["amount ≥ 5,000 & < 6,000"].rows == 1_000
    assert found["amount ≥ 5,000 & < 6,000"].rows_per_label == {"a": 500, "b": 500}
    assert found["amount ≥ 9,900"].rows == 100
    assert (found["amount ≥ 9,900"].low, found["amount ≥ 9,900"].high) == (9_900, None)
    assert found[f"amount = {MISSING}"].rows_per_label == {"a": 5}
    assert sum(part.rows for part in parts) == 10_005


def test_an_amount_that_is_mostly_zero_still_has_ranges(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Of ten thousand amounts 9,600 are zero: the zeros are one range, the others several."""
    lines = [(0 if i < 9_600 else i - 9_599, "ab"[i % 2]) for i in range(10_000)]
    parts = scan(workspace, table(workspace, tmp_path, ["owed", "kind"], lines), "kind").slices
    zeros = by_name(parts)["owed ≥ 0 & < 1"]
    assert zeros.rows == 9_600
    assert len(parts) >= 4
    assert sum(part.rows for part in parts) == 10_000


def test_few_numbers_are_values_and_dates_are_periods(workspace: Workspace, tmp_path: Path) -> None:
    """Ratings from 1 to 3 are values; days of two years are years, of one year months."""
    start = date(2025, 12, 1)
    lines = [
        (1 + i % 3, start + timedelta(days=i), date(2025, 1, 1) + timedelta(days=i), "ab"[i % 2])
        for i in range(60)
    ]
    data = table(workspace, tmp_path, ["rating", "opened", "born", "kind"], lines)
    found = by_name(scan(workspace, data, "kind").slices)
    assert found["rating = 2"].rows == 20
    assert found["opened in 2025"].rows == 31
    assert found["opened in 2026"].rows == 29
    assert found["born in 2025-02"].rows == 28


def test_values_beyond_the_most_frequent_are_said_to_be_left_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Of 30 branches the two largest are kept; 28 branches are left out; prose is not counted."""
    lines = [(f"B{i % 30 if i < 300 else i % 2}", f"key {i}", "ab"[i % 2]) for i in range(12_000)]
    data = table(workspace, tmp_path, ["branch", "key", "kind"], lines)
    found = scan(workspace, data, "kind", most_values=2)
    assert [part.name for part in found.slices] == ["branch = B0", "branch = B1"]
    branch, key = found.left_out
    assert (branch.column, branch.values, branch.rows) == ("branch", 28, 280)
    assert (key.column, key.rows) == ("key", None)
    assert key.values > 10_000


def test_rows_without_a_label_are_no_rows(workspace: Workspace, tmp_path: Path) -> None:
    """Blank labels are not counted, and blanks around a label or value are no content."""
    lines = [("x", "a"), ("x ", " a"), ("x", ""), ("y", "b"), ("", "b")]
    data = table(workspace, tmp_path, ["part", "kind"], lines)
    found = scan(workspace, data, "kind")
    assert found.rows == 4
    assert by_name(found.slices)["part = x"].rows_per_label == {"a": 2}
    assert by_name(found.slices)[f"part = {MISSING}"].rows_per_label == {"b": 1}


TWENTY = [(float(n), "p", "a") for n in range(1, 21)]


# Without shrinking: an example takes long, and what fails is printed whole.
@settings(
    max_examples=10, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@example(rows=[*TWENTY, (None, "q", "b"), (None, "q", "b")])
@example(rows=[*TWENTY, (20.5, "", "b"), (None, "q", "b")])
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(-1e9, 1e9)), st.sampled_from(["p", "q", ""]),
            st.sampled_from(["a", "b"]),
        ),
        min_size=30, max_size=80,
    )
)  # fmt: skip
def test_every_labelled_row_is_in_one_slice_of_each_column(
    tmp_path: Path, rows: list[tuple[float | None, str, str]]
) -> None:
    """Values and ranges part a column: their rows and labels add up to the file's."""
    lines = [(1.0, "p", "a"), (2.0, "p", "a"), (3.0, "q", "b"), *rows]
    workspace = Workspace(tmp_path / "workspace")
    data = table(workspace, tmp_path, ["size", "part", "kind"], lines)
    found = scan(workspace, data, "kind")
    labels = Counter(label for *_, label in lines)
    for column in ("size", "part"):
        parts = [part for part in found.slices if part.column == column]
        summed: Counter[str] = Counter()
        for part in parts:
            summed.update(part.rows_per_label)
            assert part.rows == sum(part.rows_per_label.values()) > 0
        assert summed == labels
    sizes = [float(size) for size, *_ in lines if size is not None]
    for part in found.slices:
        if part.low is not None and part.high is not None:
            assert part.rows == sum(part.low <= size < part.high for size in sizes)


BAD_LABELS = {
    "dates": ([(f"x{i}", f"2026-01-{i % 28 + 1:02d}") for i in range(60)], "holds dates"),
    "one value": ([(f"x{i}", "a") for i in range(9)], "only the value 'a'"),
    "nothing": ([(f"x{i}", "") for i in range(9)], "no value at all"),
    "keys": ([("x", f"k{i}") for i in range(60)], "60 different values in 60 rows"),
    "one row each": ([("x", "a"), ("y", "b"), ("z", "c")], "has one row only"),
    "many keys": ([("x", f"k{i}") for i in range(25_000)], "so it is no label"),
}


@pytest.mark.parametrize("kind", BAD_LABELS, ids=str)
def test_a_column_that_is_no_label_is_refused_in_one_sentence(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    """Where, what was found, what is expected, what to do."""
    lines, words = BAD_LABELS[kind]
    data = table(workspace, tmp_path, ["part", "when"], lines)
    with pytest.raises(DataError, match=words) as raised:
        scan(workspace, data, "when")
    assert str(raised.value).startswith("rows.csv: ")
    assert str(raised.value).count("\n") == 0


def test_the_label_is_no_column_to_cut_by(workspace: Workspace, tmp_path: Path) -> None:
    """A slice by the label would be the label again."""
    data = table(workspace, tmp_path, ["part", "kind"], [("x", "a"), ("y", "b"), ("x", "b")])
    with pytest.raises(DataError, match="'kind' is the label"):
        scan(workspace, data, "kind", ["kind"])
    with pytest.raises(DataError, match="no column 'size'"):
        scan(workspace, data, "kind", ["size"])
