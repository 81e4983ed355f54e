"""What is wrong with a file that could not be read: the first line at fault, in words."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from core.workspace.ingest import Source

_LARGEST_CELL = 1 << 27


def fault(source: Source) -> str | None:
    """A sentence that names the first line at fault; None when every line is regular."""
    if source.format == "csv":
        return _ragged_line(source)
    return _odd_json_line(source) if source.format == "jsonl" else None


def _ragged_line(source: Source) -> str | None:
    expected = 0
    line = 1
    try:
        for line, cells in _csv_records(source.path, source.delimiter):
            expected = expected or len(cells)
            if cells and len(cells) != expected:
                return (
                    f"{source.name}, line {line}: {_counted(len(cells), 'cell')}, but the first "
                    f"line names {_counted(expected, 'column')}. Put quotation marks around a cell "
                    "that holds "
                    f"{source.delimiter!r}, or remove the line."
                )
            line += 1
    except csv.Error:
        return (
            f"{source.name}, line {line}: a quotation mark opens a cell and is not closed "
            'where the cell ends; expected "..." around the whole cell and "" inside it.'
        )
    return None


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _csv_records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of every record, with the line on which it starts."""
    csv.field_size_limit(_LARGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        started = 1
        for cells in reader:
            yield started, cells
            started = reader.line_num + 1


def _odd_json_line(source: Source) -> str | None:
    with source.path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip() and not _is_object(line):
                return (
                    f"{source.name}, line {number}: no whole JSON object; expected one such as "
                    '{"text": "...", "label": "..."} on every line.'
                )
    return None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
