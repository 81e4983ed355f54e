"""A board pack in the format that the name of a file asks for."""

from pathlib import Path

from core.errors import InputError
from core.report.deck import deck_pptx
from core.report.finance import pack_xlsx
from core.report.findings import Findings
from core.report.pack import pack_of
from core.report.page import page_html

FORMATS = {
    ".pptx": "slides whose charts can be edited",
    ".xlsx": "a workbook that recalculates",
    ".html": "one page without network",
}
"""What each ending gives."""


def suffix_of(name: str) -> str:
    """The ending of a file, if it is that of a report.

    Raises
    ------
    InputError
        No format has this ending.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in FORMATS:
        known = ", ".join(f"{ending} ({what})" for ending, what in FORMATS.items())
        raise InputError(f"{name} names no format of a report; expected a file ending in {known}.")
    return suffix


def report(found: Findings, suffix: str) -> bytes:
    """The board pack in the format of an ending, one of ``FORMATS``."""
    pack = pack_of(found)
    if suffix == ".pptx":
        return deck_pptx(pack)
    if suffix == ".xlsx":
        return pack_xlsx(pack, found)
    return page_html(pack).encode()
