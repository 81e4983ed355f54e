"""Sheets that do not recompute: what the caller hands in, and where the workbook comes from."""

import numpy as np

from core.report.workbook.assumptions import AS_EXPORTED
from core.report.workbook.content import DrawnFigure, TextSheet
from core.report.workbook.paper import Page, Paper

_BANNED = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_UNKNOWN = "unknown"
UNCERTAINTY, PROVENANCE = "Uncertainty", "Provenance"


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


def text_pages(paper: Paper, sheets: tuple[TextSheet, ...], taken: set[str]) -> list[Page]:
    """A page for each sheet of text."""
    return [paper.page(sheet_name(sheet.name, taken)) for sheet in sheets]
