"""What kind of table a file is, judged by its bytes rather than by its name."""

import codecs
import csv
import re
from pathlib import Path
from typing import Literal

from core.errors import DataError
from core.workspace.ingest import TableFormat, refuse_bad_names

_LOOKED_AT = 65_536
_BLOCK = 1 << 20
_JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old binary Office file",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
}
EXPECTED = "CSV, TSV, JSONL, Parquet or Excel (.xlsx)"


def kind_of_file(path: Path, name: str) -> TableFormat | Literal["xlsx"]:
    """Which reader the file needs.

    Raises
    ------
    DataError
        The file is missing, empty, binary, or not UTF-8; says which, and where.
    """
    head = _head(path, name)
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        what = "is empty" if not head else "holds nothing but blanks"
        raise DataError(f"{name} {what}; expected a table of examples with column names.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise DataError(f"{name} is {what}, not a table; expected {EXPECTED}.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{name} is UTF-16 text; save it as UTF-8 and load it again.")
    _refuse_other_encodings(path, name)
    return _text_format(path, head, name)


def _head(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise DataError(f"{name} is a folder; expected a file: {EXPECTED}.")
        if path.exists() and not path.is_file():
            raise DataError(f"{name} is a pipe or a device; save it as a file and load that.")
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except FileNotFoundError:
        raise DataError(f"{name} does not exist; check the path.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror}.") from error


def _text_format(path: Path, head: bytes, name: str) -> TableFormat:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"} or not start.startswith((b"{", b"[")):
        return "csv"
    if start.startswith(b"[") and suffix not in _JSON_SUFFIXES:
        return "csv"
    if head.startswith(codecs.BOM_UTF8):
        raise DataError(
            f"{name} starts with a byte order mark, which JSON does not allow; save it as UTF-8 "
            "without one."
        )
    return "jsonl" if start.startswith(b"{") else "json"


def csv_layout(path: Path, name: str) -> tuple[str, int]:
    """The delimiter, and the blank lines before the column names, which are checked on the way.

    The first line decides, because it is the one line whose cells are known
    not to be examples; a guess over many lines can be led astray by one bad one.
    """
    blank = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        while not (first := file.readline(_LOOKED_AT)).strip(" \r\n"):
            blank += 1
    delimiter = max(",\t;|", key=re.sub('"[^"]*"', "", first).count)
    names = next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter))
    refuse_bad_names(names, name)
    return delimiter, blank


def _refuse_other_encodings(path: Path, name: str) -> None:
    """Name the first line whose bytes are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, held = 1, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\x00" in block:
                raise DataError(f"{name} is a binary file, not text; expected {EXPECTED}.")
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                at = max(error.start - held, 0)
                wrong = error.object[error.start]
                raise DataError(
                    _other_encoding(name, line + block[:at].count(b"\n"), wrong)
                ) from None
            line += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise DataError(
            f"{name} ends in the middle of a character; expected whole UTF-8 text. "
            "The file may be cut off: copy it again."
        ) from None


def _other_encoding(name: str, line: int, wrong: int) -> str:
    return (
        f"{name}, line {line}: the byte 0x{wrong:02X} is not UTF-8, so the file is in another "
        "encoding or mixes several; expected UTF-8. Save it as UTF-8 (in Excel: “CSV UTF-8”) "
        "and load it again."
    )
