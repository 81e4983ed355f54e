"""Reports read back: what made them, and whether they were edited since."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from lxml.etree import XMLSyntaxError
from pptx import Presentation
from pptx.exc import PythonPptxError

from core.errors import InputError
from core.report.page.writer import SEAL_CLOSE, SEAL_OPEN
from core.report.seal import Seal, content_digest, deck_seal, deck_texts, no_seal, read_seal
from core.report.writing import suffix_of

_LARGEST = 50_000_000
_DAMAGED = (
    BadZipFile, KeyError, ValueError, OSError, PythonPptxError, XMLSyntaxError, ParseError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file holds."""

    seal: Seal
    edited: tuple[str, ...]
    """What was changed in it since it was made, as far as that can be seen."""


def read_report(path: Path) -> Reading:
    """What made a report, and what was changed in it.

    Raises
    ------
    InputError
        The file does not exist, is damaged, or is no report.
    """
    suffix = suffix_of(path.name)
    if not path.is_file():
        raise InputError(f"report {path} does not exist; check the path.")
    if path.stat().st_size > _LARGEST:
        raise InputError(f"report {path} is larger than any report; expected one of our own.")
    readers = {".pptx": _deck, ".html": _page}
    return readers[suffix](path)


def _deck(path: Path) -> Reading:
    try:
        deck = Presentation(str(path))
        texts = list(deck_texts(deck))
    except _DAMAGED as error:
        raise InputError(f"{path.name} is no presentation that can be opened.") from error
    seal = deck_seal(deck, path.name)
    return Reading(seal=seal, edited=_edited(seal, texts, "texts or numbers on the slides"))


def _page(path: Path) -> Reading:
    try:
        body, found, tail = path.read_text("utf-8").rpartition(SEAL_OPEN)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is no page that can be read.") from error
    if not found:
        raise no_seal(path.name)
    seal = read_seal(tail.partition(SEAL_CLOSE)[0], path.name)
    return Reading(seal=seal, edited=_edited(seal, [body], "the page"))


def _edited(seal: Seal, texts: list[str], what: str) -> tuple[str, ...]:
    return () if content_digest(texts) == seal.content else (f"{what} changed",)
