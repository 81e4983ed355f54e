"""The rows of a CSV file of labels, each cell checked."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.analysis.inert import live
from core.analysis.scores import BAD, GOOD
from core.errors import DataError
from core.records import CAME_UP, SKIPPED, TAKEN_BACK

_SHOWN = 5
_NAMES = {"candidate_id": "candidate", "good": "label"}
_OWN_NOTES = (CAME_UP, SKIPPED, TAKEN_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file of labels."""

    line: int
    candidate: str
    good: bool | None
    labeller: str
    labelled_by: str
    drawn: float | None
    of: int | None
    note: str

    @property
    def is_draw(self) -> bool:
        """Whether it says only that a candidate came up that was labelled before."""
        return self.good is None and self.note == CAME_UP

    @property
    def is_empty(self) -> bool:
        """Whether it waits for a label."""
        return self.good is None and self.note != CAME_UP


def rows_in(text: str, name: str, labeller: str) -> list[Row]:
    """The rows of the file; every bad cell is named."""
    found: list[Row] = []
    wrong: list[str] = []
    for line, cells in _cells(text, name):
        problems = [f"line {line}, column {where}: {said}" for where, said in _problems(cells)]
        wrong += problems
        if not problems:
            found.append(_row(line, cells, labeller))
    if wrong:
        raise DataError(refusal(name, wrong))
    if all(row.is_empty for row in found):
        raise DataError(
            f"{name} holds no label; expected rows of candidate and label, 1 for good and 0 for "
            "bad."
        )
    return found


def _cells(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        said = [live(cell.strip()).casefold() for cell in next(reader, [])]
        names = [_NAMES.get(cell, cell) for cell in said]
        if missing := [column for column in ("candidate", "label") if column not in names]:
            raise DataError(
                f"{name}, line 1 names {', '.join(map(repr, said[:10])) or 'nothing'}; expected "
                f"the column{'s' * (len(missing) - 1)} {' and '.join(missing)}."
            )
        started = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(names):
                    raise DataError(
                        f"{name}, line {started} has {len(cells)} cells, but line 1 names "
                        f"{len(names)} columns. Nothing was imported."
                    )
                # The first of two columns of one name: a sheet's own stand before the content.
                yield started, dict(reversed([*zip(names, map(str.strip, cells), strict=True)]))
            started = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{name}, line {reader.line_num}: {error}; put quotation marks around the whole cell "
            "and double those inside it. Nothing was imported."
        ) from error


def _problems(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Column and sentence of each cell that cannot be meant."""
    if not cells["candidate"]:
        yield "candidate", "found nothing, expected the id of a candidate"
    if cells["label"].casefold() not in GOOD | BAD | {""}:
        yield "label", f"found {cells['label']!r}, expected 1 for good, 0 for bad, or nothing"
    if (found := cells.get("drawn", "")) and not 0 <= _number(found) <= 1:
        yield "drawn", f"found {found!r}, expected a number from 0 to 1, or nothing"
    if (found := cells.get("of", "")) and not found.isdecimal():
        yield "of", f"found {found!r}, expected a whole number of candidates, or nothing"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _row(line: int, cells: Mapping[str, str], labeller: str) -> Row:
    said, note = cells["label"].casefold(), live(cells.get("note", ""))
    drawn, of = cells.get("drawn", ""), cells.get("of", "")
    return Row(
        line=line,
        candidate=live(cells["candidate"]),
        good=None if not said else said in GOOD,
        labeller=live(cells.get("labeller", "")) or labeller,
        labelled_by=cells.get("labelled_by", ""),
        drawn=float(drawn) if drawn else None,
        of=int(of) if of else None,
        note="" if said and note in _OWN_NOTES else note,
    )


def refusal(name: str, wrong: list[str]) -> str:
    """What is wrong with a file, in words: the first places, and how many more."""
    more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return (
        f"{name}: {'; '.join(wrong[:_SHOWN])}{more}. Nothing was imported; mend these and import "
        "the file again."
    )
