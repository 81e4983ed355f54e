"""What was asked and answered word for word, found again by what was asked.

The ledger holds hashes; this file beside it holds the texts, each exchange
once, under the SHA-256 of its request. It serves as the cache: an answer that
was paid for is never asked for again. It may be deleted: the ledger stays
whole, and only the texts and the cache are gone. SQLite, because many
processes add to it one row at a time.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import WorkspaceError
from core.records import TokenUsage
from core.workspace.folder import Workspace

TEXTS = "texts.sqlite"
_SCHEMA = 1
_PATIENCE_SECONDS = 30.0
_COLUMNS = (
    "request_key, request, response, problem, model_said, input_tokens, output_tokens, "
    "cached_tokens, reasoning_tokens, cache_write_tokens, counted_by, cost_usd, call_id"
)

_MARKS = f"({', '.join('?' * (_COLUMNS.count(',') + 1))})"
_AT_ONCE = 500
"""Rows of one statement; SQLite takes some thirty thousand values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, and the answer that was paid for."""

    request_key: str
    request: str
    """Canonical JSON of what was asked."""
    response: str
    problem: str
    """Why there is nothing to read in it; empty when there is."""
    model_said: str
    usage: TokenUsage
    cost_usd: float
    call_id: str


def canonical(request: Mapping[str, Any]) -> str:
    """A request as the one text that its key is made of."""
    return json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


class Exchanges:
    """The texts of a workspace, from any thread and any process."""

    def __init__(self, workspace: Workspace) -> None:
        """Open the file of *workspace*; it is created when first written."""
        self._path = workspace.path(TEXTS)
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._own: set[str] = set()
        self._was_empty = self._is_empty()
        """There was nothing to find when it was opened, so only what was added here is."""

    def _is_empty(self) -> bool:
        with self._using(create=False) as connection:
            return (
                connection is None
                or not connection.execute("SELECT EXISTS (SELECT 1 FROM exchanges)").fetchone()[0]
            )

    def find(self, request_key: str) -> Exchange | None:
        """The answer to this very request, or None."""
        if self._was_empty and request_key not in self._own:
            return None
        with self._using(create=False) as connection:
            if connection is None:
                return None
            sql = f"SELECT {_COLUMNS} FROM exchanges WHERE request_key = ?"
            row = connection.execute(sql, (request_key,)).fetchone()
        return _exchange(row) if row else None

    def add(self, exchanges: Sequence[Exchange]) -> None:
        """Keep exchanges; the first answer to a request stays."""
        if not exchanges:
            return
        if self._was_empty:
            self._own.update(exchange.request_key for exchange in exchanges)
        with self._using(create=True) as connection:
            if connection is None:
                return
            for start in range(0, len(exchanges), _AT_ONCE):
                part = exchanges[start : start + _AT_ONCE]
                # One statement for all: between two a busy process may wait for its turn.
                rows = ", ".join([_MARKS] * len(part))
                sql = f"INSERT OR IGNORE INTO exchanges ({_COLUMNS}) VALUES {rows}"
                connection.execute(sql, [value for exchange in part for value in _row(exchange)])
            connection.commit()

    def close(self) -> None:
        """Let the file go."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _using(self, *, create: bool) -> Iterator[sqlite3.Connection | None]:
        with self._turn:
            try:
                if self._connection is None and (create or self._path.exists()):
                    self._connection = _opened(self._path)
                yield self._connection
            except sqlite3.Error as error:
                raise WorkspaceError(
                    f"{self._path} cannot be used: {error}. It holds the texts of calls and "
                    "serves as the cache; remove it and go on, the ledger stays whole."
                ) from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > _SCHEMA:
            raise WorkspaceError(f"{path} was made by a newer version; update Datawall.")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS exchanges (request_key TEXT PRIMARY KEY, request TEXT, "
            "response TEXT, problem TEXT, model_said TEXT, input_tokens INTEGER, "
            "output_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER, "
            "cache_write_tokens INTEGER, counted_by TEXT, cost_usd REAL, call_id TEXT) "
            "WITHOUT ROWID"
        )
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _row(exchange: Exchange) -> tuple[Any, ...]:
    usage = exchange.usage
    return (
        exchange.request_key,
        exchange.request,
        exchange.response.encode("utf-8", "replace").decode(),
        exchange.problem,
        exchange.model_said,
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_tokens,
        usage.reasoning_tokens,
        usage.cache_write_tokens,
        usage.counted_by,
        exchange.cost_usd,
        exchange.call_id,
    )


def _exchange(row: tuple[Any, ...]) -> Exchange:
    usage = TokenUsage(
        input_tokens=row[5],
        output_tokens=row[6],
        cached_tokens=row[7],
        reasoning_tokens=row[8],
        cache_write_tokens=row[9],
        counted_by=row[10],
    )
    return Exchange(
        request_key=row[0],
        request=row[1],
        response=row[2],
        problem=row[3],
        model_said=row[4],
        usage=usage,
        cost_usd=row[11],
        call_id=row[12],
    )
