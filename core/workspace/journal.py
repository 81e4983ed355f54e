"""Writing a run: append facts to its journal, and pack them when it closes.

A fact counts from the moment ``append`` returns: by then it would survive a
killed process. One process writes a run at a time; any number read it.
"""

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from core.errors import WorkspaceError
from core.records import RunClosing, StopReason
from core.workspace import ledger
from core.workspace.engine import quoted
from core.workspace.facts import Fact, Table, encoded, line_of
from core.workspace.folder import Workspace
from core.workspace.relations import relation
from core.workspace.run_folder import (
    CLOSING,
    JOURNAL,
    file_hash,
    locked,
    now_utc,
    run_folder,
)

_PACKED: tuple[Table, ...] = ("calls", "candidates", "critiques", "reservations", "batches")


class RunWriter:
    """The only writer of a run, for as long as the ``with`` block lasts.

    Opening a run that was interrupted continues its journal: a torn last line
    is cut off, and a call whose answer was never recorded stays a reservation.

    Raises
    ------
    RunBusyError
        Another process is writing this run.
    WorkspaceError
        There is no such run, its journal is damaged, or it cannot be written.
    """

    def __init__(self, workspace: Workspace, run_id: str) -> None:
        self._workspace, self._run_id = workspace, run_id
        self._folder = run_folder(workspace, run_id)
        self._stack = contextlib.ExitStack()
        self._turn = threading.Lock()
        self._handle: int | None = None
        self._size = 0

    def __enter__(self) -> "RunWriter":
        with contextlib.ExitStack() as opening:
            opening.enter_context(locked(self._folder, self._run_id))
            ledger.check_sound(self._workspace, self._run_id)
            try:
                self._handle = os.open(self._folder / JOURNAL, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError as error:
                raise self._unwritable(error) from error
            opening.callback(self._let_go)
            self._size = _whole_lines(self._handle)
            os.ftruncate(self._handle, self._size)
            facts = {"fact": "opened", "at": now_utc().isoformat(), "pid": os.getpid()}
            self._write(encoded(facts))
            _sync_folder(self._folder)
            self._stack = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def append(self, facts: Sequence[Fact]) -> None:
        """Record facts; returns once they would survive a killed process.

        One write and one fsync for the whole batch. If it fails, none of the
        batch is in the journal.
        """
        if facts:
            self._write(b"".join(map(line_of, facts)))

    def close(self, stopped: StopReason, why: str = "") -> None:
        """Record how the run ended and pack its facts into Parquet."""
        at = now_utc()
        self.append([RunClosing(run_id=self._run_id, at=at, stopped=stopped, why=why)])
        packed: dict[str, Any] = {
            "at": at.isoformat(),
            "stopped": stopped,
            "why": why,
            "totals": ledger.totals(self._workspace, self._run_id),
        }
        packed["files"] = {f"{table}.parquet": self._pack(table) for table in _PACKED}
        self._workspace.write_json(self._folder / CLOSING, {"schema": 1, **packed})
        self._let_go()
        (self._folder / JOURNAL).unlink()

    def _pack(self, table: Table) -> str:
        """Put the facts of a table into Parquet; the file's SHA-256."""
        target = self._folder / f"{table}.parquet"
        facts = relation(self._folder, table)
        with self._workspace.replacing(target) as partial:
            self._workspace.engine.run(f"COPY ({facts}) TO {quoted(partial)} (FORMAT parquet)")
        return file_hash(target)

    def _write(self, lines: bytes) -> None:
        with self._turn:
            if self._handle is None:
                raise WorkspaceError(f"run {self._run_id} is not open for writing.")
            try:
                _write_all(self._handle, lines, self._size)
                os.fsync(self._handle)
                self._size += len(lines)
            except BaseException as error:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._handle, self._size)
                if isinstance(error, OSError):
                    raise self._unwritable(error) from error
                raise

    def _unwritable(self, error: OSError) -> WorkspaceError:
        return WorkspaceError(
            f"run {self._run_id} cannot be written: {error.strerror}. What was recorded is kept; "
            f"free space or permit writing in {self._folder}, then resume it."
        )

    def _let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _write_all(handle: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view[: 1 << 30], at)
        view, at = view[written:], at + written


def _whole_lines(handle: int) -> int:
    """Bytes up to and including the last line end."""
    end = os.lseek(handle, 0, os.SEEK_END)
    while end > 0:
        start = max(0, end - 65_536)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
