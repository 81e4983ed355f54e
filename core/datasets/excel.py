"""The first worksheet of an Excel workbook as CSV, row by row."""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from core.datasets.recognise import EXPECTED
from core.errors import DataError
from core.workspace.ingest import refuse_bad_names

_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,
    OSError,
)


def first_sheet_as_csv(path: Path, target: Path, name: str) -> None:
    """Write the first worksheet's filled rows to *target*.

    Raises
    ------
    DataError
        No workbook, no worksheet, an empty one, or columns without a name.
    """
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        columns = 0
        for row, cells in _filled_rows(path, name):
            if not columns:
                columns = max(i for i, cell in enumerate(cells, start=1) if cell)
                refuse_bad_names(cells[:columns], name)
            if any(cells[columns:]):
                raise DataError(
                    f"{name}, row {row}: a cell lies beyond the {columns} named columns; name its "
                    "column in the first row, or empty it."
                )
            writer.writerow(cells[:columns])
    if not columns:
        raise DataError(
            f"{name}: the first worksheet is empty; expected column names and examples."
        )


def _filled_rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if not book.worksheets:
                raise DataError(f"{name} has no worksheet; expected examples on the first one.")
            rows = book.worksheets[0].iter_rows(values_only=True)
            for number, row in enumerate(rows, start=1):
                cells = [_cell(value) for value in row]
                if any(cells):
                    yield number, cells
        finally:
            book.close()
    except _UNREADABLE as error:
        raise DataError(
            f"{name} is a zip archive but not a readable Excel workbook; expected {EXPECTED}."
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()  # Excel has no dates without a time
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
