"""LibreOffice as the judge: a workbook with other inputs, computed anew from its formulas alone."""

import re
import subprocess
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

Cell = float | str | bool | None
Sheets = dict[str, dict[str, Cell]]

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_CACHED = re.compile(rb"(<f[ >][^<]*</f>)<v>[^<]*</v>")
_MOST_SECONDS = 240


def recalculated(content: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it after it has computed every formula."""
    profile, before, after = folder / "profile", folder / "before", folder / "after"
    for part in (profile / "user", before, after):
        part.mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, "utf-8")
    (before / "book.xlsx").write_bytes(without_values(content))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(after),
            str(before / "book.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=_MOST_SECONDS,
    )
    return (after / "book.xlsx").read_bytes()


def without_values(content: bytes) -> bytes:
    """The same workbook with 7 in place of every value that a formula had."""
    return _patched(content, lambda name, sheet: _CACHED.sub(rb"\1<v>7</v>", sheet))


def _patched(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same file with other sheets."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = change(name, part)
            new.writestr(name, part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def with_inputs(content: bytes, changes: Mapping[str, float | str]) -> bytes:
    """The workbook with other values in named cells; every formula stays as it is."""
    book = load_workbook(BytesIO(content), read_only=True)
    places = {key: book.defined_names[key].attr_text for key in changes}
    files = {f"'{s.title}'": f"xl/worksheets/sheet{n}.xml" for n, s in enumerate(book, 1)}
    files |= {name.strip("'"): file for name, file in files.items()}

    def change(name: str, sheet: bytes) -> bytes:
        for key, place in places.items():
            title, _, cell = place.rpartition("!")
            if files[title] == name:
                sheet = _with_cell(sheet, cell.replace("$", ""), changes[key])
        return sheet

    return _patched(content, change)


def _with_cell(sheet: bytes, cell: str, value: float | str) -> bytes:
    """A sheet with another value in one cell."""
    said = f"<v>{value!r}</v>" if not isinstance(value, str) else f"<is><t>{value}</t></is>"
    kind = ' t="inlineStr"' if isinstance(value, str) else ""
    found = re.compile(rf'<c r="{cell}"( s="\d+")?[^>]*>.*?</c>'.encode())
    new, count = found.subn(rf'<c r="{cell}"\1{kind}>{said}</c>'.encode(), sheet, count=1)
    assert count == 1, f"there is no cell {cell}"
    return new


def values(content: bytes, leaving_out: Collection[str] = ()) -> Sheets:
    """What every cell shows, but on the sheets left out."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book
        if sheet.title not in leaving_out
    }


def formula_cells(content: bytes) -> dict[str, set[str]]:
    """Where formulas stand."""
    found: dict[str, set[str]] = {}
    with zipfile.ZipFile(BytesIO(content)) as file:
        book = load_workbook(BytesIO(content), read_only=True)
        for n, sheet in enumerate(book, 1):
            text = file.read(f"xl/worksheets/sheet{n}.xml").decode()
            cells = re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f', text)
            found[sheet.title] = set(cells)
    return found


@dataclass(frozen=True)
class Difference:
    """A cell that two workbooks disagree on."""

    cell: str
    mine: Cell
    its: Cell


def differences(
    mine: Sheets, its: Sheets, cells: Mapping[str, set[str]], within: float = 1e-6
) -> Iterator[Difference]:
    """Formula cells of the sheets of the first that differ by more than a share of their value."""
    for title in mine:
        for place in sorted(cells[title]):
            one, other = mine[title].get(place), its[title].get(place)
            if not same(one, other, within):
                yield Difference(f"{title}!{place}", one, other)


def same(one: Cell, other: Cell, within: float = 1e-6) -> bool:
    """Whether two cells show the same; an empty text is an empty cell."""
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return (one or "") == (other or "")
    return abs(one - other) <= within * max(abs(one), abs(other)) + 1e-13
