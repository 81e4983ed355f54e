"""A run's facts as SQL, wherever they lie: in its journal, packed, or both; of any version."""

from pathlib import Path

from core.workspace.engine import identifier, readable
from core.workspace.facts import COLUMNS, DEFAULTS, FACT_OF, KEYS, Table
from core.workspace.run_folder import JOURNAL

_LONGEST_LINE, _SHORTEST_ROOM = 1 << 24, 1 << 20


def reading(path: Path, columns: dict[str, str]) -> str:
    """The SQL that reads lines of a journal; a line that is none has a null ``fact``."""
    named = ", ".join(f"{identifier(k)}: '{v}'" for k, v in {"fact": "VARCHAR", **columns}.items())
    # DuckDB makes room for two of the largest lines; no line is longer than the file.
    longest = min(_LONGEST_LINE, max(_SHORTEST_ROOM, 2 * path.stat().st_size))
    return (
        f"read_json({readable(path)}, format = 'newline_delimited', ignore_errors = true, "
        f"maximum_object_size = {longest}, columns = {{{named}}})"
    )


def relation(folder: Path, table: Table) -> str:
    """The SELECT that gives all facts of one kind of a run, each once."""
    columns = COLUMNS[table]
    named = ", ".join(identifier(c) for c in columns)
    none = f"SELECT {', '.join(_nothing(c, kind) for c, kind in columns.items())} WHERE false"
    chosen = ", ".join(_chosen(c, kind) for c, kind in columns.items())
    journal, packed = folder / JOURNAL, folder / f"{table}.parquet"
    sources = []
    if packed.exists():
        # What an earlier version packed has fewer columns; the missing ones are null.
        sources.append(f"({none}) UNION ALL BY NAME SELECT * FROM read_parquet({readable(packed)})")
    if journal.exists():
        fact = f"fact = '{FACT_OF[table]}'"
        sources.append(f"SELECT {named} FROM {reading(journal, columns)} WHERE {fact}")
    if not sources:
        return none
    if len(sources) == 1:
        return f"SELECT {chosen} FROM ({sources[0]})"
    # While a run is being packed, and after it was resumed, a fact may be in both. The
    # order of recording is kept, for what is packed now is read in that order ever after.
    keys = ", ".join(map(identifier, KEYS[table]))
    union = " UNION ALL ".join(f"SELECT {chosen} FROM ({source})" for source in sources)
    return (
        f"SELECT * EXCLUDE (place_) FROM (SELECT *, row_number() OVER () AS place_ FROM ({union})) "
        f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY place_) = 1 ORDER BY place_"
    )


def _chosen(column: str, kind: str) -> str:
    """The SQL of a column as text or as it is, with its default where it is missing."""
    name = identifier(column)
    sql = f"CAST({name} AS VARCHAR)" if kind == "JSON" else name
    if column in DEFAULTS:
        sql = f"coalesce({sql}, {DEFAULTS[column]})"
    return f"{sql} AS {name}"


def _nothing(column: str, kind: str) -> str:
    return f"CAST(NULL AS {'VARCHAR' if kind == 'JSON' else kind}) AS {identifier(column)}"
