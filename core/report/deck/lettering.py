"""How wide a text is and at which size it fits, for slides are not laid out until they open."""

from collections.abc import Sequence

_NARROW, _SLIM, _PLAIN, _WIDE, _WIDEST = 0.30, 0.36, 0.58, 0.70, 0.92
_CLASSES = {
    **dict.fromkeys("iljI.,:;'|!", _NARROW),
    **dict.fromkeys(' ftr()[]/-"“”‘’·', _SLIM),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZwCG&", _WIDE),
    **dict.fromkeys("mMW%@—…", _WIDEST),
}
"""Widths of the letters of a plain sans serif, a little generous, in ems."""

_BOLD = 1.07
_LINE = 1.22
"""Height of a line, in ems."""


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text on one line. [points]"""
    ems = sum(_CLASSES.get(letter, _PLAIN if ord(letter) < 0x2E80 else 1.0) for letter in text)
    return ems * size * (_BOLD if bold else 1.0)


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Lines that a text takes when it is wrapped at words; a longer word is broken."""
    space = width_of(" ", size, bold=bold)
    lines = 0
    for paragraph in text.split("\n"):
        lines, left = lines + 1, width
        for word in paragraph.split(" "):
            needed = width_of(word, size, bold=bold)
            if needed > left and left < width:
                lines, left = lines + 1, width
            while needed > left:
                lines, needed = lines + 1, needed - left
                left = width
            left -= needed + space
    return lines


def height_of(
    texts: Sequence[str], width: float, size: float, *, bold: bool = False, gap: float = 0.0
) -> float:
    """Height of paragraphs with a gap between them. [points]"""
    lines = sum(lines_of(text, width, size, bold=bold) for text in texts)
    return lines * size * _LINE + gap * max(len(texts) - 1, 0)


def fitting(
    texts: Sequence[str],
    width: float,
    height: float,
    sizes: Sequence[float],
    *,
    bold: bool = False,
    gap: float = 0.0,
) -> float:
    """The largest of the sizes, which fall, at which paragraphs fit; else the last."""
    for size in sizes:
        if height_of(texts, width, size, bold=bold, gap=gap) <= height:
            return size
    return sizes[-1]


def shortened(text: str, width: float, size: float, lines: int) -> str:
    """A text cut at a word so that it takes no more than these lines; an ellipsis says so."""
    if lines_of(text, width, size) <= lines:
        return text
    words = text.split(" ")
    while len(words) > 1 and lines_of(" ".join(words) + " …", width, size) > lines:
        words.pop()
    return " ".join(words) + " …"
