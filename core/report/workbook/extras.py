"""Sheets that do not recompute: what the caller hands in, and where the workbook comes from."""

from io import BytesIO

import numpy as np
from openpyxl import load_workbook

from core.report.workbook.assumptions import AS_EXPORTED, FIRST, VALUE
from core.report.workbook.content import DrawnFigure, TextSheet
from core.report.workbook.paper import Page, Paper

_BANNED = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_UNKNOWN = "unknown"
ASSUMPTIONS = "Assumptions"
UNCERTAINTY, PROVENANCE, SEAL = "Uncertainty", "Provenance", "Seal"
_PIECE = 30_000


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have and no other has yet."""
    base = " ".join(wanted.translate(_BANNED).split()).strip("'")[:_LONGEST_NAME].strip() or "Sheet"
    name, n = base, 2
    while name.lower() in taken:
        tail = f" {n}"
        name, n = base[: _LONGEST_NAME - len(tail)] + tail, n + 1
    taken.add(name.lower())
    return name


def write_text_sheet(page: Page, sheet: TextSheet) -> None:
    """Rows of text as they were handed in."""
    page.top(sheet.title, state=False)
    page.raw(1, 0, "state_of_export", AS_EXPORTED, "said")
    first = 3
    if sheet.header:
        page.heads(first, sheet.header)
        page.sheet.freeze_panes(first + 1, 0)
    for at, row in enumerate(sheet.rows, first + bool(sheet.header)):
        for column, value in enumerate(row):
            style = "real" if isinstance(value, float) else "wrapped"
            page.put(at, column, value, style)
    page.printed(sheet.widths, first if sheet.header else None)


def write_figures_drawn(page: Page, figures: tuple[DrawnFigure, ...]) -> None:
    """Percentiles of the exported scenario; they stay as they are when an input changes."""
    page.top("Uncertainty of the exported scenario", state=False)
    page.raw(1, 0, "state_of_export", AS_EXPORTED, "warning")
    page.heads(3, ("figure", "P10", "P50", "P90", "unit", "remark"))
    for at, figure in enumerate(figures, 4):
        page.text(at, 0, figure.name, "wrapped")
        for column, value in enumerate((figure.p10, figure.p50, figure.p90), 1):
            known = value is not None and np.isfinite(value)
            page.put(at, column, value if known else _UNKNOWN, "real", align="right")
        page.text(at, 4, figure.unit, "note")
        page.text(at, 5, figure.why, "note")
    page.sheet.freeze_panes(4, 1)
    page.printed((48, 14, 14, 14, 22, 60), 3)


def write_provenance(page: Page, facts: tuple[tuple[str, str], ...]) -> None:
    """What the workbook was made from."""
    page.top("Provenance", state=False)
    for at, (name, fact) in enumerate(facts, 2):
        page.text(at, 0, name, "wrapped", bold=True)
        page.text(at, 1, fact, "wrapped")
    page.printed((34, 100))


def write_seal(page: Page, seal: str) -> None:
    """A long text in pieces down the first column of a sheet that nobody is shown."""
    for row, start in enumerate(range(0, len(seal), _PIECE)):
        page.sheet.write_string(row, 0, seal[start : start + _PIECE])
    page.sheet.very_hidden()


def seal_of(content: bytes) -> str:
    """The text that a workbook keeps for programs; empty without one."""
    book = load_workbook(BytesIO(content), read_only=True)
    if SEAL not in book.sheetnames:
        return ""
    pieces = book[SEAL].iter_rows(max_col=1, values_only=True)
    return "".join(str(piece[0]) for piece in pieces if piece[0] is not None)


def inputs_of(content: bytes) -> dict[str, object]:
    """What stands in the cells of the assumptions now, by name."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    rows = book[ASSUMPTIONS].iter_rows(min_row=FIRST, max_col=VALUE + 1, values_only=True)
    return {str(row[1]): row[VALUE] for row in rows if len(row) > VALUE and row[1] is not None}


def text_pages(paper: Paper, sheets: tuple[TextSheet, ...], taken: set[str]) -> list[Page]:
    """A page for each sheet of text."""
    return [paper.page(sheet_name(sheet.name, taken)) for sheet in sheets]
