"""A file that is no table of examples: one sentence says why, and nothing is written."""

import gzip
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from unchanged import unchanged

from core.datasets import load_dataset
from core.errors import DataError
from core.workspace import Workspace

GOOD = "text,intent\nhello there,a\ngood bye,b\n"


def workbook(*rows: list[object]) -> Callable[[Path], None]:
    """Writes an Excel file of these rows."""

    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        book.save(path)

    return write


def archive(path: Path) -> None:
    """A zip file that is no workbook."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "hello")


def cut_off_workbook(path: Path) -> None:
    """A workbook of which half the bytes are missing in the middle."""
    workbook(*[[f"text {i}", i] for i in range(500)])(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3] + whole[len(whole) // 2 :])


BAD: dict[str, tuple[str, str | bytes | Callable[[Path], None], str]] = {
    "empty": ("a.csv", "", r"a\.csv is empty; expected a table of examples"),
    "blanks only": ("a.csv", " \n\n\t\n", "holds nothing but blanks"),
    "header only": ("a.csv", "text,intent\n", "has column names but no rows"),
    "header only, no line end": ("a.csv", "text,intent", "has column names but no rows"),
    "binary": ("a.csv", os.urandom(64) + b"\x00" * 64, r"a\.csv is a binary file, not text"),
    "binary, late": ("a.csv", GOOD.encode() * 90_000 + b"\x00,c\n", "is a binary file, not text"),
    "PNG": ("a.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "is a PNG picture, not a table"),
    "PDF": ("a.csv", b"%PDF-1.7\n1 0 obj", "is a PDF document, not a table"),
    "gzip": ("a.csv.gz", gzip.compress(GOOD.encode()), "is a gzip archive, not a table"),
    "UTF-16": ("a.csv", GOOD.encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    "UTF-16, unmarked": ("a.csv", GOOD.encode("utf-16-le"), "is a binary file"),
    "mixed encodings": (
        "a.csv",
        GOOD.encode() + "café,a\n".encode("latin-1"),
        r"a\.csv, line 4: the byte 0xE9 is not UTF-8",
    ),
    "mixed encodings, far in": (
        "a.csv",
        b"text,intent\n" + "ünïcödé,a\n".encode() * 100_000 + b"caf\xe9,a\n",
        r"line 100002: the byte 0xE9",
    ),
    "cut-off character": ("a.csv", (GOOD + "café").encode()[:-1], "ends in the middle of a char"),
    "ragged": ("a.csv", GOOD + "a,b,c\n", r"line 4: 3 cells, but the first line names 2 columns"),
    "ragged, far in": (
        "a.csv",
        "text,intent\n" + "hello,a\n" * 50_000 + "hello\n",
        "line 50002: 1 cell, but the first line names 2 columns",
    ),
    "ragged after quoted lines": (
        "a.csv",
        'text,intent\n"one\ntwo",a\nthree\n',
        "line 4: 1 cell, but",
    ),
    "all rows wider": ("a.csv", "text,intent\na,b,1\nc,d,2\n", "line 2: 3 cells, but"),
    "a comment above": (
        "a.csv",
        "# my data\n" + GOOD,
        "line 2: 2 cells, but the first line names 1",
    ),
    "unclosed quote": ("a.csv", 'text,intent\n"hello,a\nbye,b\n', "line 2: a quotation mark opens"),
    "text after a quote": ("a.csv", 'text,intent\n"hello" you,a\n', "line 2: a quotation mark"),
    "long cell": (
        "a.csv",
        f"{GOOD}{'x' * 50_000},a\n",
        "example 3, column 'text': the cell has 50,000 characters; expected at most 20,000",
    ),
    "endless line": ("a.csv", f"{GOOD}{'x' * 9_000_000},a\n", "a line is longer than 8,000,000"),
    "duplicate columns": ("a.csv", "text,Text\na,b\n", "has two columns named 'text'"),
    "unnamed column": ("a.csv", "text,,intent\na,b,c\n", "has a column without a name"),
    "trailing comma": ("a.csv", "text,intent,\na,b,\n", "has a column without a name"),
    "no names at all": (
        "a.csv",
        "x" * 300 + "\nhello\n",
        "one column whose name is 300 characters",
    ),
    "a name of ours": (
        "a.csv",
        "__row,intent\na,b\n",
        "has a column named '__row', which Datawall",
    ),
    "a reader's name": ("a.csv", "file_row_number,b\n1,b\n", "a column named 'file_row_number'"),
    "zip": ("a.xlsx", archive, "is a zip archive but not a readable Excel workbook"),
    "damaged workbook": ("a.xlsx", cut_off_workbook, "not a readable Excel workbook"),
    "empty workbook": ("a.xlsx", workbook(), "the first worksheet is empty"),
    "workbook, names only": ("a.xlsx", workbook(["text", "intent"]), "column names but no rows"),
    "workbook, same names": ("a.xlsx", workbook(["a", "A"], [1, 2]), "two columns named 'a'"),
    "workbook, unnamed": (
        "a.xlsx",
        workbook(["a", None, "b"], [1, 2, 3]),
        "a column without a name",
    ),
    "workbook, wider row": (
        "a.xlsx",
        workbook(["a", "b"], [1, 2], [1, 2, 3]),
        r"a\.xlsx, row 3: a cell lies beyond the 2 named columns",
    ),
    "cut-off Parquet": ("a.parquet", b"PAR1" + b"\x15" * 99, "expected a whole Parquet file"),
    "JSON, cut off": ("a.jsonl", '{"a": 1}\n{"a": \n', "line 2: no whole JSON object"),
    "JSON, no objects": ("a.jsonl", '{"a": 1}\n[1, 2]\n', "line 2: no whole JSON object"),
    "JSON over many lines": ("a.json", '{\n"a": 1\n}\n', "line 1: no whole JSON object"),
    "JSON array of numbers": ("a.json", "[1, 2, 3]", "expected an array of objects"),
    "JSON array, empty": ("a.json", "[]", "expected an array of objects"),
    "JSON array, cut off": ("a.json", '[{"a": 1}, {"a":', "expected an array of objects"),
    "JSON, key twice": (
        "a.jsonl",
        '{"a": 1, "a": 2}\n',
        r"has duplicate key \"a\"; expected one object such as",
    ),
    "JSON with a mark": ("a.jsonl", b'\xef\xbb\xbf{"a": 1}\n', "starts with a byte order mark"),
}


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_file_is_refused_in_a_sentence_and_leaves_no_trace(
    workspace: Workspace, tmp_path: Path, bad: str
) -> None:
    """The message names what was found and what is expected; the workspace stays as it was."""
    name, content, expected = BAD[bad]
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with unchanged(workspace.root), pytest.raises(DataError) as refused:
        load_dataset(workspace, path)
    message = str(refused.value)
    assert re.search(expected, message), message
    assert message.startswith(name)
    assert "\n" not in message
    assert str(tmp_path) not in message, "a path that the user did not give"
    assert "duckdb" not in message.lower()


def test_what_is_no_file_is_said_so(workspace: Workspace, tmp_path: Path) -> None:
    """A missing file, a folder, a pipe and a name that is too long are told apart."""
    os.mkfifo(tmp_path / "pipe.csv")
    cases = {
        tmp_path / "none.csv": r"none\.csv does not exist; check the path",
        tmp_path: "is a folder; expected a file: CSV",
        tmp_path / "pipe.csv": "is a pipe or a device",
        tmp_path / ("x" * 300): "cannot be read: File name too long",
        Path("~nobody-of-this-name.csv"): "does not exist",
    }
    with unchanged(workspace.root):
        for path, expected in cases.items():
            with pytest.raises(DataError, match=expected):
                load_dataset(workspace, path)
