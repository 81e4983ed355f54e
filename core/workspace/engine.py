"""DuckDB as the query engine: in memory, locked down to the workspace folder.

Files are the store. A DuckDB file would admit one process only, so each
process holds its own in-memory database and reads the shared files.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:  # Large, and brought by DuckDB itself when a frame is asked for.
    import pandas as pd

_MEMORY_LIMIT = "2GB"
_LOCKDOWN = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "true",
    "memory_limit": _MEMORY_LIMIT,
}


def quoted(text: str | Path) -> str:
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def readable(path: Path) -> str:
    """A string literal of a file to read, in which ``*``, ``?`` and ``[`` are plain characters."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def identifier(name: str) -> str:
    """A quoted identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


class Engine:
    """Runs queries over files below one folder, from any thread."""

    def __init__(
        self, root: Path, also_reads: Sequence[Path] = (), threads: int | None = None
    ) -> None:
        """Open an in-memory database that can reach *root* and *also_reads*, nothing else.

        It uses every processor, or so many *threads*: each takes some memory.
        """
        self._threads = threads
        self._root = root
        self._also_reads = tuple(also_reads)
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        # One cursor per use: a shared connection that is busy in another thread raises.
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.cursor()

    def _open(self) -> duckdb.DuckDBPyConnection:
        config: dict[str, str | bool | int | float | list[str]] = {**_LOCKDOWN}
        if self._threads is not None:
            config["threads"] = self._threads
        connection = duckdb.connect(":memory:", config=config)
        spill = self._root / ".spill"
        connection.execute(f"SET temp_directory = {quoted(spill)}")
        # A path is compared as it is spelt, so each is allowed in both spellings.
        root = f"{quoted(self._root)}, {readable(self._root)}"
        connection.execute(f"SET allowed_directories = [{root}]")
        allowed = ", ".join(f"{quoted(path)}, {readable(path)}" for path in self._also_reads)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        # The same file is the same data everywhere.
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._cursor() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> "pd.DataFrame":
        """All rows of a query as a pandas frame."""
        with self._cursor() as cursor:
            return cursor.execute(sql, list(parameters)).df()

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One cursor for several statements; temporary tables last as long as the block."""
        with self._cursor() as cursor:
            yield cursor

    def run(self, *statements: str) -> None:
        """Run statements on one cursor, for their effect."""
        with self._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement).fetchall()

    def including(self, *paths: Path) -> "Engine":
        """An engine that can read these files as well, and still write only below the folder."""
        return Engine(self._root, [*self._also_reads, *paths])
