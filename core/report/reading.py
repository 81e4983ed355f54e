"""Reports read back: what made them, and whether they were edited since."""

from dataclasses import dataclass
from math import isclose
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException
from pptx import Presentation
from pptx.exc import PythonPptxError

from core.assumptions import scenario_from_toml
from core.errors import InputError
from core.formats import number
from core.report.page.writer import SEAL_CLOSE, SEAL_OPEN
from core.report.seal import Seal, content_digest, deck_seal, deck_texts, no_seal, read_seal
from core.report.workbook import inputs_of, seal_of
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
    readers = {".pptx": _deck, ".xlsx": _workbook, ".html": _page}
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


def _workbook(path: Path) -> Reading:
    """A workbook is meant to be changed: what was typed into its inputs is named."""
    try:
        content = path.read_bytes()
        text = seal_of(content)
        cells = inputs_of(content) if text else {}
    except (*_DAMAGED, InvalidFileException) as error:
        raise InputError(f"{path.name} is no workbook that can be opened.") from error
    if not text:
        raise no_seal(path.name)
    seal = read_seal(text, path.name)
    made = scenario_from_toml(seal.provenance.scenario, where=path.name)
    typed = [
        f"{key.replace('_', ' ')} is {_said(cells.get(key))} instead of {number(a.value, 6)}"
        for key, a in made.items()
        if not _is(cells.get(key), a.value)
    ]
    return Reading(seal=seal, edited=tuple(typed))


def _is(cell: object, value: float) -> bool:
    """Whether a cell still holds a value; spreadsheets keep 15 digits."""
    if not isinstance(cell, int | float) or isinstance(cell, bool):
        return False
    return isclose(cell, value, rel_tol=1e-12, abs_tol=1e-300)


def _said(cell: object) -> str:
    return number(float(cell), 6) if isinstance(cell, int | float) else repr(cell)


def _edited(seal: Seal, texts: list[str], what: str) -> tuple[str, ...]:
    return () if content_digest(texts) == seal.content else (f"{what} changed",)
