"""What a file holds before anything is trained: its text, its rarest slices, what to beware of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.audit.examples import ALL_COLUMNS, examples_of, found_text_column
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.scan import scan

_KEYS = 0.5  # a text column with more different values per row holds keys or prose


@dataclass(frozen=True, slots=True, kw_only=True)
class RareSlice:
    """A label or slice of the whole file."""

    name: str
    rows: int
    """Labelled rows."""
    share: float
    """Of the labelled rows. [fraction]"""
    rows_per_label: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSlices:
    """The labels and slices of a file, rarest first."""

    rows: int
    """Rows with a label."""
    slices: tuple[RareSlice, ...]
    most: int
    """At most so many are listed."""
    notes: tuple[str, ...]
    """What is not among them."""


def text_with_reason(workspace: Workspace, data: Dataset, label: str) -> tuple[str | None, str]:
    """The text column that an audit reads by itself, or None for all columns, and why."""
    found = found_text_column(workspace, data, label)
    if found is None:
        return None, "No column holds free text, so a model reads all columns."
    others = replace(data, columns=tuple(c for c in data.columns if c.name != found))
    if found_text_column(workspace, others, label) is None:
        return found, "Chosen as the only column of free text."
    return found, "Chosen as the column with the longest texts."


def rarest_slices(
    workspace: Workspace, data: Dataset, label: str, text: str | None, most: int = 200
) -> FileSlices:
    """The rarest labels and values of columns in the whole file, not in a sample of it.

    Parameters
    ----------
    text
        The text column, in which no slice is looked for.
    most
        Slices to return.
    """
    columns = [
        c.name
        for c in data.columns
        if c.name not in (label, text)
        and c.distinct > 1
        and not (c.type == "text" and c.distinct > _KEYS * data.rows)
    ]
    found = scan(workspace, data, label, columns)
    slices = [
        RareSlice(name=f"{label} = {name}", rows=n, share=n / found.rows, rows_per_label={name: n})
        for name, n in found.labels.items()
    ]
    slices += [
        RareSlice(name=s.name, rows=s.rows, share=s.prevalence, rows_per_label=s.rows_per_label)
        for s in found.slices
    ]
    slices.sort(key=lambda s: (s.rows, s.name))
    notes = [
        f"{left.column}: {left.values:,} rarer values"
        + ("" if left.rows is None else f" in {left.rows:,} rows")
        + " are not listed."
        for left in found.left_out
    ]
    return FileSlices(rows=found.rows, slices=tuple(slices[:most]), most=most, notes=tuple(notes))


def notes_on(workspace: Workspace, data: Dataset, label: str, text: str | None) -> tuple[str, ...]:
    """What is left out before training, and leaks and clashes to beware of; nothing is trained.

    Raises
    ------
    DataError
        The label or the text cannot be used.
    """
    rows, _ = examples_of(workspace, data, label, ALL_COLUMNS if text is None else text)
    return rows.notes
