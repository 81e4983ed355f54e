"""What the anchors say about the values that a column may take."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.datasets.asking import as_data
from core.datasets.content import ContentColumn
from core.datasets.kinds import MOST_LISTED

_LONGEST_VALUE = 100

Rows = Sequence[Mapping[str, Any]]


def allowed_values(rows: Rows, columns: Sequence[ContentColumn]) -> dict[str, list[str]]:
    """The values of each category that has few enough to list, in order."""
    found = {
        column.name: sorted({str(row[column.name]) for row in rows if row[column.name] is not None})
        for column in columns
        if column.kind == "category"
    }
    return {
        name: values
        for name, values in found.items()
        if values
        and len(values) <= MOST_LISTED
        and max(len(value) for value in values) <= _LONGEST_VALUE
    }


def value_lines(rows: Rows, columns: Sequence[ContentColumn]) -> list[str]:
    """The values of each column as a line of data: those listed, or the least and the greatest."""
    listed = allowed_values(rows, columns)
    lines = []
    for column in columns:
        if column.name in listed:
            lines.append(as_data({"column": column.name, "one of": listed[column.name]}))
        elif column.kind in ("integer", "number", "date"):
            known = [row[column.name] for row in rows if row[column.name] is not None]
            if known:
                ends = {"column": column.name, "from": min(known), "to": max(known)}
                lines.append(as_data(ends))
    return lines
