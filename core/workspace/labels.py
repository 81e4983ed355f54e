"""Whether a column can be the label: two or more values that repeat, and no dates."""

from collections.abc import Mapping

from core.errors import DataError
from core.workspace.datasets import Dataset, label_counts
from core.workspace.folder import Workspace

MOST_LABELS = 1_000
"""More different values than that are no labels."""

_SURELY_TOO_MANY = 20 * MOST_LABELS  # by the profile's estimate, before each value is counted


def checked_label_counts(workspace: Workspace, data: Dataset, label: str) -> dict[str, int]:
    """How many rows of the file carry each label, most frequent first.

    Raises
    ------
    DataError
        The column is missing or is no label.
    """
    profile = data.column(label, "label column")
    if profile.distinct > _SURELY_TOO_MANY:
        raise _too_many(data, label, profile.distinct, data.rows - profile.missing)
    counts = label_counts(workspace, data, label)
    refuse_odd_labels(data, label, counts)
    return counts


def refuse_odd_labels(data: Dataset, label: str, counts: Mapping[str, int]) -> None:
    """Refuse a column of dates, of one value, or of nearly as many values as rows.

    Parameters
    ----------
    counts
        Rows per label.

    Raises
    ------
    DataError
        What the column holds instead of labels.
    """
    profile = data.column(label, "label column")
    rows = sum(counts.values())
    if profile.type == "date" and counts:
        raise DataError(
            f"{data.name}: the label column {label!r} holds dates such as {min(counts)}; expected "
            "labels to tell apart: name another column with --label."
        )
    if len(counts) < 2:
        found = f"only the value {min(counts)!r}" if counts else "no value at all"
        raise DataError(
            f"{data.name}: the label column {label!r} holds {found}; expected two or "
            "more labels to tell apart."
        )
    if len(counts) > MOST_LABELS or (len(counts) > 20 and len(counts) > 0.5 * rows):
        raise _too_many(data, label, len(counts), rows)
    if max(counts.values()) == 1:
        raise DataError(
            f"{data.name}: each of the {rows} labels in {label!r} has one row only; expected "
            "labels that repeat: add examples, or name another column with --label."
        )


def _too_many(data: Dataset, label: str, distinct: int, rows: int) -> DataError:
    return DataError(
        f"{data.name}: the column {label!r} has {distinct:,} different values in "
        f"{rows:,} rows, so it is no label; name the label column with --label."
    )
