"""Tables on slides: rows as high as their words, cut into pages where they are many."""

from collections.abc import Iterator
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from core.report.content import Table
from core.report.deck.layout import GREY, INK, LIGHT, Box
from core.report.deck.lettering import lines_of, width_of

_SIDE, _ABOVE = 4.0, 2.0
"""Margins within a cell. [points]"""

_LINE = 1.25
_SIZES = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)


def size_for(table: Table, box: Box) -> float:
    """The largest letters at which a table fits; the smallest if it never does."""
    for size in _SIZES:
        fits = sum(_heights(table, box.width, size)) <= box.height
        if fits and not _breaks_words(table, box.width, size):
            return size
    return _SIZES[-1]


def _breaks_words(table: Table, width: float, size: float) -> bool:
    """Whether a word is wider than its cell: a broken number is misread."""
    return any(
        width_of(word, size, bold=i == 0) > width * share - 2 * _SIDE
        for i, row in enumerate((table.headings, *table.rows))
        for text, share in zip(row, table.widths, strict=True)
        for word in text.split(" ")
    )


def pages_of(table: Table, box: Box, size: float) -> Iterator[Table]:
    """The table in parts that each fit the box at a size of letters."""
    head, *heights = _heights(table, box.width, size)
    rows: list[tuple[str, ...]] = []
    used = head
    for row, height in zip(table.rows, heights, strict=True):
        if rows and used + height > box.height:
            yield _with(table, rows)
            rows, used = [], head
        rows.append(row)
        used += height
    yield _with(table, rows)


def draw_table(slide: Any, table: Table, box: Box, size: float) -> None:
    """Put a table on a slide."""
    heights = _heights(table, box.width, size)
    frame = slide.shapes.add_table(
        len(table.rows) + 1,
        len(table.headings),
        Pt(box.left),
        Pt(box.top),
        Pt(box.width),
        Pt(sum(heights)),
    )
    grid = frame.table
    _plain(frame)
    for i, share in enumerate(table.widths):
        grid.columns[i].width = Emu(int(Pt(box.width * share)))
    for i, (row, height) in enumerate(zip((table.headings, *table.rows), heights, strict=True)):
        grid.rows[i].height = Pt(height)
        for j, text in enumerate(row):
            _fill(grid.cell(i, j), text, size, is_head=i == 0, is_number=j in table.numeric)


def _fill(cell: Any, text: str, size: float, *, is_head: bool, is_number: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(_SIDE)
    cell.margin_top = cell.margin_bottom = Pt(_ABOVE)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(LIGHT if is_head else "FFFFFF")
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.size = Pt(size)
    run.font.bold = is_head
    run.font.name = "Arial"
    run.font.color.rgb = RGBColor.from_string(GREY if is_head else INK)


def _plain(frame: Any) -> None:
    """No banding: the template's own style would colour every other row."""
    frame.table.horz_banding = False
    frame.table.first_row = True


def _heights(table: Table, width: float, size: float) -> list[float]:
    """Height of the head and of every row. [points]"""
    heights = []
    for i, row in enumerate((table.headings, *table.rows)):
        lines = max(
            lines_of(text, width * share - 2 * _SIDE, size, bold=i == 0)
            for text, share in zip(row, table.widths, strict=True)
        )
        heights.append(lines * size * _LINE + 2 * _ABOVE)
    return heights


def _with(table: Table, rows: list[tuple[str, ...]]) -> Table:
    return Table(
        headings=table.headings, rows=tuple(rows), widths=table.widths, numeric=table.numeric
    )
