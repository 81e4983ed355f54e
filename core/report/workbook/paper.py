"""The file being written: sheets, formats, names, and cells of a formula with its value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from core.analysis.inert import inert

Value = float | str | bool
"""What a cell shows: a number, or a word where there is no number."""

_MOST_CHARACTERS = 32_000
_INERT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_WORD = re.compile(r"[a-z][a-z0-9_]+")
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "text_wrap": True}
_TOP = {"valign": "top"}

FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "said": {"italic": True, "font_color": "#595959"},
    "warning": {"bold": True, "font_color": "#9C2A00"},
    "head": {**_HEAD, "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"},
    "group": {"bold": True, "bg_color": "#DCE6F1"},
    "text": _TOP,
    "right": {"align": "right", **_TOP},
    "wrapped": {"text_wrap": True, **_TOP},
    "note": {"text_wrap": True, "font_color": "#595959", "font_size": 9, **_TOP},
    "usd": {"num_format": "$#,##0;-$#,##0", "align": "right", **_TOP},
    "each": {"num_format": '$#,##0.000000;-$#,##0.000000;"–"', "align": "right", **_TOP},
    "share": {"num_format": "0.00%", "align": "right", **_TOP},
    "whole": {"num_format": "#,##0", "align": "right", **_TOP},
    "real": {"num_format": "#,##0.0000", "align": "right", **_TOP},
    "exact": {"num_format": "0.000000", "align": "right", **_TOP},
    "years": {"num_format": '0.0" years"', "align": "right", **_TOP},
    "asked": {"num_format": '"yes";;"no"', "align": "right", **_TOP},
    "date": {"num_format": "yyyy-mm-dd", "align": "left", **_TOP},
    "grey": {"font_color": "#7F7F7F", "align": "right", **_TOP},
}
_TOTAL = {"bold": True, "top": 1}


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are: none needs a newer Excel than 2016."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Without braces and sign; 30 searches per formula for newer functions are spared."""
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")


@dataclass
class Paper:
    """A workbook that is being written."""

    file: BytesIO = field(default_factory=BytesIO)
    used: set[str] = field(default_factory=set)
    """Names that formulas have asked for."""

    def __post_init__(self) -> None:
        """Start a file in which no text becomes a formula, a link or a number by itself."""
        self.book = xlsxwriter.Workbook(self.file, _INERT)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def page(self, title: str) -> "Page":
        """A new sheet behind those there are."""
        return Page(self, self.book.add_worksheet(title, _Sheet), title)

    def format(self, name: str, *, total: bool = False, **more: Any) -> Any:
        """A format by its name, with what is added to it."""
        wanted = {**FORMATS[name], **(_TOTAL if total else {}), **more}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(wanted)
        return self._formats[key]

    def note_use(self, formula: str) -> None:
        """Remember the names in a formula."""
        self.used.update(_WORD.findall(formula))

    def close(self) -> bytes:
        """The finished file."""
        self.book.close()
        return self.file.getvalue()


class Page:
    """A sheet; rows and columns are counted from 0."""

    def __init__(self, paper: Paper, sheet: Any, title: str) -> None:
        self.paper, self.sheet, self.title = paper, sheet, title
        self.otherwise = ""
        """What a cell says while the inputs cannot be used."""

    def text(self, row: int, column: int, text: str, style: str = "text", **more: Any) -> None:
        """A text that stays a text, whatever it begins with."""
        self.sheet.write_string(row, column, plain(text), self.paper.format(style, **more))

    def number(self, row: int, column: int, value: float, style: str, **more: Any) -> None:
        """A number that nothing recomputes."""
        self.sheet.write_number(row, column, float(value), self.paper.format(style, **more))

    def put(
        self, row: int, column: int, value: str | float | None, style: str = "text", **more: Any
    ) -> None:
        """A text or a number; nothing where there is none."""
        if isinstance(value, str):
            self.text(row, column, value, style, **more)
        elif value is not None and np.isfinite(value):
            self.number(row, column, value, style, **more)

    def raw(
        self,
        row: int,
        column: int,
        formula: str,
        value: Value,
        style: str = "text",
        name: str = "",
        **more: Any,
    ) -> None:
        """A formula that holds whatever the inputs are, and the value that it has now."""
        self.paper.note_use(formula)
        chosen = self.paper.format(style, **more)
        self.sheet.write_formula(row, column, f"={formula}", chosen, _cached(value))
        if name:
            self.name(name, row, column)

    def live(
        self,
        row: int,
        column: int,
        formula: str,
        value: Value,
        style: str = "text",
        name: str = "",
        **more: Any,
    ) -> None:
        """A formula for inputs that can be used, and the value that the library gives it now."""
        whole = f'IF(inputs_ok,{formula},"{self.otherwise}")'
        self.raw(row, column, whole, value, style, name, **more)

    def array(self, row: int, column: int, formula: str, value: Value, style: str) -> None:
        """The same for a formula over whole columns."""
        self.paper.note_use(formula)
        chosen, whole = self.paper.format(style), f'{{=IF(inputs_ok,{formula},"")}}'
        self.sheet.write_array_formula(row, column, row, column, whole, chosen, _cached(value))

    def name(self, name: str, row: int, column: int, last_row: int | None = None) -> None:
        """A name for a cell, or for a part of a column."""
        self.paper.book.define_name(name, f"={self.at(row, column, last_row)}")

    def at(self, row: int, column: int, last_row: int | None = None) -> str:
        """A cell of this sheet, or a part of a column, as formulas write it."""
        letter = xl_col_to_name(column)
        first = f"'{self.title}'!${letter}${row + 1}"
        return first if last_row is None else f"{first}:${letter}${last_row + 1}"

    def across(self, row: int, first: int, last: int) -> str:
        """A part of a row, as formulas write it."""
        left, right = xl_col_to_name(first), xl_col_to_name(last)
        return f"'{self.title}'!${left}${row + 1}:${right}${row + 1}"

    def heads(self, row: int, names: Sequence[str], first: int = 0) -> None:
        """The names of columns."""
        for column, name in enumerate(names, first):
            self.text(row, column, name, "head")

    def top(self, title: str, *, state: bool = True) -> None:
        """The title, and under it whether the inputs can be used."""
        self.text(0, 0, title, "title")
        if state:
            self.raw(1, 0, "state_of_inputs", ALL_FINE, "said")
            shown = {"type": "formula", "criteria": "=NOT(inputs_ok)"}
            red = self.paper.format("warning")
            self.sheet.conditional_format(1, 0, 1, 0, {**shown, "format": red})

    def merged(self, row: int, first: int, last: int, style: str) -> dict[str, Any]:
        """Join the cells of a row for a sentence; what its format needs beside the style."""
        look: dict[str, Any] = {"align": "left", "text_wrap": True}
        self.sheet.merge_range(row, first, row, last, "", self.paper.format(style, **look))
        return look

    def printed(self, widths: Sequence[float], header: int | None = None) -> None:
        """Widths of the columns, and how the sheet is printed: across, as wide as the paper."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        self.sheet.set_footer("&L&A&RPage &P of &N")
        self.sheet.hide_gridlines(2)
        if header is not None:
            self.sheet.repeat_rows(header)


ALL_FINE = "All inputs can be used."
NOT_REACHABLE = "not reachable"
NO_REVENUE = "no revenue"
CHECK = "check the inputs"


def plain(text: str) -> str:
    """A text that no spreadsheet acts on, as long as a cell may be."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    kept = clean if len(clean) <= _MOST_CHARACTERS else clean[: _MOST_CHARACTERS - 1] + "…"
    return str(inert(kept))


def quoted(text: str) -> str:
    """A text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'


def words_or(value: float, words: str) -> Value:
    """The number, or words where there is none."""
    return float(value) if np.isfinite(value) else words


def _cached(value: Value) -> Value:
    if isinstance(value, str | bool | np.bool_):
        return bool(value) if isinstance(value, np.bool_) else value
    if not np.isfinite(value):
        raise ValueError(f"a cell would show {value}; give the words that say why.")
    return float(value)
