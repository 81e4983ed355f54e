"""The board pack as a presentation."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from core.report.content import Pack, Section, Table
from core.report.deck import layout
from core.report.deck.charts import draw_chart
from core.report.deck.layout import BODY, LEFT, RIGHT, Box
from core.report.deck.lettering import height_of
from core.report.deck.tables import draw_table, pages_of, size_for
from core.report.seal import sealed_deck

_TITLE_ONLY = 5
_SIZES = (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
_WIDE_SIZES = (18.0, 17.0, *_SIZES)
_APPENDIX_SIZE = 8.0
_TEXT_SHARE = 0.5
"""Of the column beside a chart, if a table follows."""


def deck_pptx(pack: Pack) -> bytes:
    """The slides, ready to be saved or mailed."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(layout.WIDTH), Pt(layout.HEIGHT)
    deck.core_properties.title = pack.title
    deck.core_properties.author = "Datawall"
    deck.core_properties.subject = f"Scenario {pack.provenance.digest}"
    for number, (section, table) in enumerate(_slides(pack), 1):
        slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
        layout.accent(slide)
        layout.title(slide, section.headline)
        _body(slide, section, table)
        layout.foot(slide, section.trust, number, pack.provenance.digest[:11])
    sealed_deck(deck, pack)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _slides(pack: Pack) -> Iterator[tuple[Section, Table | None]]:
    """One slide per section; an appendix takes as many as its rows need."""
    for section in pack.sections:
        if section.is_appendix and section.table is not None:
            for part in pages_of(section.table, BODY, _APPENDIX_SIZE):
                yield section, part
        else:
            yield section, section.table


def _body(slide: Any, section: Section, table: Table | None) -> None:
    box = BODY
    if section.chart is not None:
        draw_chart(slide, section.chart, LEFT if section.said or table else BODY)
        box = RIGHT
    if section.said:
        box = _said(slide, section, box, is_alone=table is None)
    if table is not None and table.rows:
        size = _APPENDIX_SIZE if section.is_appendix else size_for(table, box)
        for part in list(pages_of(table, box, size))[:1]:
            draw_table(slide, part, box, size)


def _said(slide: Any, section: Section, box: Box, *, is_alone: bool) -> Box:
    """The sentences; what is left of the box under them."""
    sizes = _WIDE_SIZES if section.chart is None else _SIZES
    room = box.height if is_alone else box.height * _TEXT_SHARE
    part = Box(box.left, box.top, box.width, room)
    size = layout.paragraphs(slide, section.said, part, sizes)
    if is_alone:
        return box
    used = height_of(section.said, box.width, size, gap=7.0) + 14
    shape = slide.shapes[-1]
    shape.height = Pt(used)
    return box.below(used)
