"""Where things stand on a slide. All lengths are points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Pt

from core.report.deck.lettering import fitting, shortened

WIDTH, HEIGHT = 960.0, 540.0
INK, GREY, LIGHT, ACCENT = "1B2430", "5A6672", "EEF2F6", "248AE9"
_EDGE = 40.0
_PARAGRAPH = 7.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide."""

    left: float
    top: float
    width: float
    height: float

    def below(self, height: float) -> "Box":
        """What is left of the box under its first *height*."""
        return Box(self.left, self.top + height, self.width, self.height - height)


TITLE = Box(_EDGE, 24, WIDTH - 2 * _EDGE, 74)
BODY = Box(_EDGE, 112, WIDTH - 2 * _EDGE, 372)
LEFT = Box(_EDGE, 112, 510, 372)
RIGHT = Box(_EDGE + 526, 112, WIDTH - 2 * _EDGE - 526, 372)
FOOT = Box(_EDGE, 492, WIDTH - 2 * _EDGE - 130, 34)
NUMBER = Box(WIDTH - _EDGE - 120, 506, 120, 20)


def write(
    shape: Any,
    texts: Sequence[str],
    size: float,
    *,
    bold: bool = False,
    color: str = INK,
    right: bool = False,
) -> None:
    """Put paragraphs into a shape, at a size found beforehand."""
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        paragraph.line_spacing = 1.0
        if i:
            paragraph.space_before = Pt(_PARAGRAPH)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Arial"
        run.font.color.rgb = RGBColor.from_string(color)


def title(slide: Any, text: str) -> None:
    """The headline, in the slide's own title so that the outline shows it."""
    shape = slide.shapes.title
    shape.left, shape.top = Pt(TITLE.left), Pt(TITLE.top)
    shape.width, shape.height = Pt(TITLE.width), Pt(TITLE.height)
    size = fitting([text], TITLE.width, TITLE.height, (26, 24, 22, 20, 18, 16), bold=True)
    write(shape, [shortened(text, TITLE.width / 1.08, size, 3)], size, bold=True)


def paragraphs(slide: Any, texts: Sequence[str], box: Box, sizes: Sequence[float]) -> float:
    """Paragraphs in a box; the size of their letters."""
    size = fitting(texts, box.width, box.height, sizes, gap=_PARAGRAPH)
    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    write(shape, texts, size)
    return size


def foot(slide: Any, trust: str, page: int, of: str) -> None:
    """How far to trust it, and the number of the slide."""
    if trust:
        size = fitting([trust], FOOT.width, FOOT.height, (10, 9, 8))
        shape = slide.shapes.add_textbox(
            Pt(FOOT.left), Pt(FOOT.top), Pt(FOOT.width), Pt(FOOT.height)
        )
        write(shape, [shortened(trust, FOOT.width, size, 3)], size, color=GREY)
    shape = slide.shapes.add_textbox(
        Pt(NUMBER.left), Pt(NUMBER.top), Pt(NUMBER.width), Pt(NUMBER.height)
    )
    write(shape, [f"{of} · {page}"], 9, color=GREY, right=True)


def accent(slide: Any) -> None:
    """The line beside the headline."""
    bar = slide.shapes.add_shape(1, Pt(20), Pt(26), Pt(5), Pt(TITLE.height - 6))
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor.from_string(ACCENT)
    bar.line.fill.background()
