"""Files into the workspace's Parquet, through DuckDB and never through Python's memory."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from core.errors import DataError, WorkspaceError
from core.workspace.datasets import (
    ROW_KEY,
    ColumnProfile,
    Dataset,
    dataset_folder,
    save_profile,
    text_of,
)
from core.workspace.engine import Engine, identifier, quoted, readable
from core.workspace.folder import Workspace

TableFormat = Literal["csv", "jsonl", "json", "parquet"]

LONGEST_CELL = 20_000
"""Characters of one cell; a longer one is a document or a quoting error, not an example."""

_LONGEST_LINE = 8_000_000
_SAMPLED = 20_480
_OWN_NAMES = (ROW_KEY, "file_row_number")
_KINDS = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "date",
    "TINYINT": "number",
    "SMALLINT": "number",
    "INTEGER": "number",
    "BIGINT": "number",
    "DOUBLE": "number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read and how."""

    path: Path
    name: str
    """What to call it in messages."""
    format: TableFormat
    delimiter: str = ","
    """Between the cells of a CSV file."""
    blank_lines: int = 0
    """Before the column names of a CSV file."""
    is_regular: bool = False
    """Known to be a regular CSV file, for all that mixed line ends or stray quotes suggest."""


def _reader(source: Source, sample: int) -> str:
    path, fmt = readable(source.path), source.format
    if fmt == "parquet":
        return f"read_parquet({path})"
    if fmt in ("jsonl", "json"):
        layout = "newline_delimited" if fmt == "jsonl" else "array"
        return (
            f"read_json({path}, format = '{layout}', records = true, sample_size = {sample}, "
            f"maximum_object_size = {_LONGEST_LINE})"
        )
    return (
        f"read_csv({path}, header = true, skip = {source.blank_lines}, comment = '', "
        f"delim = {quoted(source.delimiter)}, quote = '\"', escape = '\"', "
        f"sample_size = {sample}, max_line_size = {_LONGEST_LINE}, null_padding = false, "
        f"strict_mode = {'false' if source.is_regular else 'true'})"
    )


def _is_nested(found: str) -> bool:
    return found.endswith("]") or found.startswith(("STRUCT", "MAP", "UNION", "JSON", "VARIANT"))


def _stored_type(found: str) -> str:
    """The few types the workspace keeps; everything nested becomes its JSON text."""
    base = found.split("(")[0].split(" ")[0].split("_")[0].upper()
    if _is_nested(found):
        return "VARCHAR"
    if base in {"BOOLEAN", "DATE", "TIMESTAMP", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}:
        return base
    if base in {"UTINYINT", "USMALLINT", "UINTEGER"}:
        return "BIGINT"
    if base in {"DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "UBIGINT"}:
        return "DOUBLE"
    return "VARCHAR"


def ingest(workspace: Workspace, source: Source) -> Dataset:
    """Copy a file's rows into the workspace and profile them.

    The file is read by DuckDB in batches, so its size does not matter to
    memory. If anything is wrong the workspace stays as it was.

    Raises
    ------
    DataError
        The file cannot be read as a table of examples; the message names the
        line or column at fault.
    """
    engine, name = workspace.engine.including(source.path), source.name
    holding = workspace.path("datasets", ".incoming.parquet")
    with workspace.replacing(holding) as partial:
        columns = _copied(engine, source, partial)
        relation = f"read_parquet({readable(partial)}, file_row_number = true)"
        rows, total, profiles = _facts(engine, relation, columns)
        if rows == 0:
            raise DataError(f"{name} has column names but no rows; expected one example per row.")
        _refuse_long_cells(engine, relation, profiles, name)
        fingerprint = _fingerprint(columns, rows, total)
        data = Dataset(
            fingerprint=fingerprint,
            name=name,
            rows=rows,
            columns=tuple(profiles),
            added_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        folder = dataset_folder(workspace, fingerprint)
        if not (folder / "profile.json").exists():
            with workspace.replacing(folder / "data.parquet") as target:
                partial.replace(target)
            partial.touch()
            save_profile(workspace, data)
    holding.unlink(missing_ok=True)
    return data


def _copied(engine: Engine, source: Source, target: Path) -> list[tuple[str, str]]:
    """Copy the rows to *target*; the columns and their stored types."""
    try:
        return _copy(engine, source, target, _SAMPLED)
    except duckdb.Error:
        try:  # a value late in the file may not fit the type guessed from its beginning
            return _copy(engine, source, target, -1)
        except duckdb.Error as error:
            if target.name in str(error) or "No space left" in str(error):
                raise WorkspaceError(
                    f"cannot write {target}: {error}. The workspace stays as it was; free "
                    "space or choose another folder with --workspace."
                ) from error
            raise DataError(_in_words(str(error), source)) from error


def _copy(engine: Engine, source: Source, target: Path, sample: int) -> list[tuple[str, str]]:
    reader = _reader(source, sample)
    found = [(str(row[0]), str(row[1])) for row in engine.rows(f"DESCRIBE SELECT * FROM {reader}")]
    refuse_bad_names([column for column, _ in found], source.name)
    stored = [(column.strip(), _stored_type(type_)) for column, type_ in found]
    chosen = ", ".join(
        f"CAST({_value(column, type_)} AS {kept}) AS {identifier(column.strip())}"
        for (column, type_), (_, kept) in zip(found, stored, strict=True)
    )
    engine.run(
        f"COPY (SELECT {chosen} FROM {reader}) TO {quoted(target)} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    return stored


def _value(column: str, found: str) -> str:
    name = identifier(column)
    if _is_nested(found):
        return f"to_json({name})"
    if found.startswith(("DATE", "TIMESTAMP")):  # the word "inf" counts as a date, of no day
        return f"CASE WHEN isfinite({name}) THEN {name} END"
    return name


def refuse_bad_names(names: Sequence[str], file: str) -> None:
    """Refuse column names that are missing, the same twice, or no names at all."""
    if len(names) == 1 and len(names[0]) > 200:
        raise DataError(
            f"{file} has one column whose name is {len(names[0])} characters long; "
            "expected a first line of column names."
        )
    if any(not name.strip() for name in names):
        raise DataError(f"{file} has a column without a name; name every column in the first line.")
    folded = [name.strip().casefold() for name in names]
    twice = {name for name in folded if folded.count(name) > 1}
    if twice:
        raise DataError(f"{file} has two columns named {min(twice)!r}; names must differ.")
    if own := set(folded) & set(_OWN_NAMES):
        raise DataError(
            f"{file} has a column named {min(own)!r}, which Datawall uses itself; rename it."
        )


_SHAPES: dict[TableFormat, str] = {
    "csv": "comma- or tab-separated text with column names in the first line",
    "jsonl": 'one object such as {"text": "...", "label": "..."} per line',
    "json": 'an array of objects such as [{"text": "...", "label": "..."}]',
    "parquet": "a whole Parquet file",
}


def _in_words(message: str, source: Source) -> str:
    """What the reader found, without its advice about options and its paths."""
    line = re.search(r"[Ll]ine:? (\d+)", message) if source.format == "csv" else None
    where = f"{source.name}, line {line.group(1)}" if line else source.name
    if "Maximum line size" in message or "maximum_object_size" in message:
        return (
            f"{source.name}: a line is longer than {_LONGEST_LINE:,} bytes; expected one example "
            "per line. A missing closing quotation mark is the usual cause."
        )
    first = message.split("\n")[0].split(": ", 1)[-1]
    first = re.sub(r""" (in|of|at end of) file ["'].*?["'](?=\W|$)""", "", first)
    first = re.sub(r",? ?(at byte|in line) \d+", "", first).split(". ")[0].strip(" .")
    if "sniffing" in message or "expected records" in message:
        first = "no table of examples was found"
    return f"{where}: {first}; expected {_SHAPES[source.format]}."


def _facts(
    engine: Engine, relation: str, columns: Sequence[tuple[str, str]]
) -> tuple[int, int | None, list[ColumnProfile]]:
    """How many rows, the sum of their hashes, and every column's profile, in one pass."""
    parts = ["count(*)", f"sum({_row_hash(columns)})"]
    for column, kept in columns:
        name = identifier(column)
        longest = f"max(length({name}))" if kept == "VARCHAR" else "NULL"
        blank = f"{name} IS NULL" + (f" OR trim({name}) = ''" if kept == "VARCHAR" else "")
        parts += [f"count(*) FILTER (WHERE {blank})", f"approx_count_distinct({name})", longest]
    rows, total, *facts = engine.rows(f"SELECT {', '.join(parts)} FROM {relation}")[0]
    profiles = []
    for i, (column, kept) in enumerate(columns):
        missing, distinct, longest = facts[3 * i : 3 * i + 3]
        profiles.append(
            ColumnProfile(
                name=column,
                type=_KINDS.get(kept, "text"),
                missing=int(missing),
                distinct=int(distinct),
                longest=None if longest is None else int(longest),
                examples=_shown(engine, relation, column),
            )
        )
    return int(rows), total, profiles


def _shown(engine: Engine, relation: str, column: str) -> tuple[str, ...]:
    """A few values of a column."""
    name = identifier(column)
    shown = engine.rows(
        f"SELECT DISTINCT left(CAST({name} AS VARCHAR), 120) FROM "
        f"(SELECT {name} FROM {relation} LIMIT 200) WHERE {name} IS NOT NULL ORDER BY 1 LIMIT 3"
    )
    return tuple(str(row[0]) for row in shown)


def _refuse_long_cells(
    engine: Engine, relation: str, profiles: Sequence[ColumnProfile], name: str
) -> None:
    for profile in profiles:
        if profile.longest is not None and profile.longest > LONGEST_CELL:
            column = identifier(profile.name)
            row = engine.rows(
                f"SELECT file_row_number FROM {relation} "
                f"WHERE length({column}) > {LONGEST_CELL} ORDER BY 1 LIMIT 1"
            )[0][0]
            raise DataError(
                f"{name}, example {int(row) + 1}, column {profile.name!r}: the cell has "
                f"{profile.longest:,} characters; expected at most {LONGEST_CELL:,}. Split the "
                "document into examples, or look for a missing quotation mark."
            )


def _row_hash(columns: Sequence[tuple[str, str]]) -> str:
    """SQL for a hash over the cells of a row."""
    cells = ", ".join(
        f"coalesce({text_of(column, _KINDS.get(kept, 'text'))}, chr(0))"
        for column, kept in sorted(columns)
    )
    return f"CAST(md5_number_lower(concat_ws(chr(31), {cells})) AS HUGEINT)"


def _fingerprint(columns: Sequence[tuple[str, str]], rows: int, total: int | None) -> str:
    """A hash over column names and cells that does not depend on the order of the rows."""
    names = "\x1f".join(sorted(column for column, _ in columns))
    digest = hashlib.sha256(f"{names}\x1e{rows}\x1e{total}".encode()).hexdigest()
    return f"d1:{digest[:16]}"
