"""Triples as files: CSV or JSON lines in, CSV out."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.records import Triple

COLUMNS = ("subject", "relation", "object")
MOST_BYTES, MOST_TRIPLES = 64 << 20, 200_000
LONGEST_NAME = 500
_OPTIONAL = ("source",)
_EXPORTED = (*COLUMNS, "source", "place", "file", "quote", "run", "candidate")
_SHOWN = 5
_JSON_ENDINGS = (".jsonl", ".ndjson")
_Row = tuple[int, dict[str, Any]]


def text_of_file(path: Path, name: str, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file of limited size.

    Raises
    ------
    DataError
        The file is missing, a folder, too large, binary, or not UTF-8.
    """
    try:
        if path.is_dir():
            raise DataError(f"{name} is a folder; expected a file.")
        if path.exists() and not path.is_file():
            raise DataError(f"{name} is a pipe or a device; save it as a file and give that.")
        size = path.stat().st_size
        if size > most_bytes:
            raise DataError(
                f"{name} has {size:,} bytes; at most {most_bytes:,} are read. Split the file."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{name} does not exist; check the path.") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8."
        ) from error
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror}.") from error
    if "\x00" in text:
        raise DataError(f"{name} is binary, not text; expected UTF-8 text.")
    return text


def triples_in(path: Path, name: str = "") -> list[Triple]:
    """The triples of a CSV or JSONL file with the columns subject, relation and object.

    A column ``source`` names where a fact is from; without one it is the file.

    Raises
    ------
    DataError
        The file cannot be read, or a row is no triple; says which lines.
    """
    name = name or path.name
    text = text_of_file(path, name)
    is_json = path.suffix.lower() in _JSON_ENDINGS or text.lstrip()[:1] == "{"
    found: list[Triple] = []
    wrong: list[str] = []
    for line, row in _json_rows(text) if is_json else _csv_rows(text, name):
        problem = _problem(row)
        if problem:
            wrong.append(f"line {line} {problem}")
        else:
            found.append(_triple(row, line, name))
        if len(found) > MOST_TRIPLES:
            raise DataError(f"{name} holds more than {MOST_TRIPLES:,} triples; split the file.")
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} lines more" if len(wrong) > _SHOWN else ""
        raise DataError(
            f"{name}: {'; '.join(wrong[:_SHOWN])}{more}. Nothing was imported; mend these lines "
            "and import the file again."
        )
    if not found:
        raise DataError(f"{name} holds no triple; expected rows of {', '.join(COLUMNS)}.")
    return found


def _csv_rows(text: str, name: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [cell.strip().casefold() for cell in next(reader, [])]
        missing = [column for column in COLUMNS if column not in heading]
        if missing:
            named = ", ".join(repr(cell) for cell in heading[:10]) or "nothing"
            raise DataError(
                f"{name}, line 1 names {named}; expected the columns {', '.join(COLUMNS)} and "
                "optionally source, separated by commas."
            )
        started = reader.line_num + 1
        for cells in reader:
            if cells:
                yield started, _named(heading, cells)
            started = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{name}, line {reader.line_num}: {error}; put quotation marks around the whole cell "
            "and double those inside it. Nothing was imported."
        ) from error


def _named(heading: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    if len(cells) != len(heading):
        return {"": f"has {len(cells)} cells, the first line names {len(heading)} columns"}
    return dict(zip(heading, cells, strict=True))


def _json_rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        yield number, row if isinstance(row, dict) else {"": "is no whole JSON object"}


def _problem(row: dict[str, Any]) -> str:
    """What is wrong with a row; empty when it is a triple."""
    if "" in row and len(row) == 1:
        return str(row[""])
    for column in (*COLUMNS, *_OPTIONAL):
        value = row.get(column, "" if column in _OPTIONAL else None)
        if isinstance(value, bool | list | dict) or (value is None and column in COLUMNS):
            return f"has no text as {column}"
        words = str(value or "").strip() if not isinstance(value, int | float) else str(value)
        if column in COLUMNS and not words:
            return f"has an empty {column}"
        if len(words) > LONGEST_NAME:
            return f"has a {column} of {len(words):,} characters, at most {LONGEST_NAME} are taken"
    return ""


def _triple(row: dict[str, Any], line: int, name: str) -> Triple:
    subject, relation, obj = (" ".join(str(row[column]).split()) for column in COLUMNS)
    source = " ".join(str(row.get("source") or "").split())
    return Triple(
        subject=subject,
        relation=relation,
        object=obj,
        source=source or name,
        file=name if source and source != name else "",
        place=f"line {line}",
    )


def as_csv(triples: Sequence[Triple]) -> str:
    """Triples with everything that is known of their origin; it can be imported again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_EXPORTED)
    for t in triples:
        origin = (t.source, t.place, t.file, t.quote, t.run_id, t.candidate_id)
        writer.writerow((t.subject, t.relation, t.object, *origin))
    return out.getvalue()
