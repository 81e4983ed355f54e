"""The folder of one run: who writes it, what was asked, and how it ended."""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import RunBusyError, WorkspaceError
from core.records import Run
from core.workspace.folder import Workspace

RUN_SCHEMA = 2
"""Version of ``run.json``; readers understand every earlier one."""

JOURNAL = "journal.jsonl"
CLOSING = "closing.json"
_RUN, _LOCK, _ASKED = "run.json", "lock", "asked.json"
_CHANGING = ("candidates", "accepted", "budget_usd")
_TAIL = 1 << 16
_PATIENCE_SECONDS = 0.2


def now_utc() -> datetime:
    """The present time as the ledger keeps it: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def run_ids(workspace: Workspace) -> list[str]:
    """All runs of the workspace, newest first."""
    return sorted((p.parent.name for p in workspace.path("runs").glob(f"*/{_RUN}")), reverse=True)


def run_folder(workspace: Workspace, run_id: str) -> Path:
    """The folder of a run that exists.

    Raises
    ------
    WorkspaceError
        There is no such run; the message lists those there are.
    """
    plain = run_id and "/" not in run_id and run_id not in {".", ".."}
    if plain and (workspace.path("runs", run_id) / _RUN).is_file():
        return workspace.path("runs", run_id)
    known = run_ids(workspace)
    listed = ", ".join(known[:10]) + (", …" if len(known) > 10 else "") if known else "none yet"
    raise WorkspaceError(f"no run {run_id!r} in this workspace; its runs are: {listed}.")


def save_run(workspace: Workspace, run: Run) -> None:
    """Record what is about to be done, before the first call."""
    target = workspace.path("runs", run.run_id) / _RUN
    if target.exists():
        raise WorkspaceError(f"run {run.run_id} exists already; resume it or take a new id.")
    facts = asdict(run)
    facts["started_at"] = run.started_at.isoformat()
    workspace.write_json(target, facts)


def load_run(workspace: Workspace, run_id: str) -> Run:
    """What a run was asked to do."""
    path = run_folder(workspace, run_id) / _RUN
    try:
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if facts["schema"] > RUN_SCHEMA:
            raise WorkspaceError(f"run {run_id} was made by a newer version; update Datawall.")
        facts["started_at"] = datetime.fromisoformat(facts["started_at"])
        facts["critics"] = tuple(facts.get("critics", ()))
        return Run(**facts)
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(
            f"run {run_id}: its run.json is damaged ({error}); remove the folder {path.parent}."
        ) from error


def note_asked(workspace: Workspace, run_id: str, plan: Mapping[str, Any]) -> None:
    """Note what the session that now begins was asked, where that may change between sessions."""
    facts = {name: plan[name] for name in _CHANGING if name in plan}
    workspace.write_json(run_folder(workspace, run_id) / _ASKED, facts)


def asked_of(workspace: Workspace, run: Run) -> dict[str, Any]:
    """The plan of a run as its last session was asked to carry it out."""
    path = run_folder(workspace, run.run_id) / _ASKED
    try:
        return {**run.plan, **json.loads(path.read_text("utf-8"))}
    except FileNotFoundError:
        return dict(run.plan)


def closing_of(folder: Path) -> dict[str, Any] | None:
    """How the run ended the last time it was open, or None while it is not closed."""
    last = _last_fact(folder / JOURNAL)
    if last is not None:
        return last if last.get("fact") == "closing" else None
    try:
        found: dict[str, Any] = json.loads((folder / CLOSING).read_text("utf-8"))
        return found
    except FileNotFoundError:
        return None


def packed_facts(folder: Path) -> dict[str, Any] | None:
    """What was noted when the run was packed the last time: totals and hashes; None if never."""
    if (folder / JOURNAL).exists():
        return None
    try:
        return dict(json.loads((folder / CLOSING).read_text("utf-8")))
    except FileNotFoundError:
        return None


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_fact(journal: Path) -> dict[str, Any] | None:
    """The journal's last whole line; None when there is no journal or nothing in it."""
    try:
        with journal.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            lines = file.read().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            return dict(json.loads(line))
        except ValueError:
            continue  # A line longer than the tail that was read, or a damaged one.
    return {} if lines else None


@contextmanager
def locked(folder: Path, run_id: str) -> Iterator[None]:
    """The sole right to write a run, held by the operating system for this process.

    Raises
    ------
    RunBusyError
        Another process holds it.
    """
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle):
            holder = holder_of(folder)
            raise RunBusyError(
                f"run {run_id} is being written by process {holder.get('pid', 'unknown')} since "
                f"{holder.get('since', 'an unknown time')}. Wait for it, cancel it, or start a "
                "new run."
            )
        facts = {"pid": os.getpid(), "since": now_utc().isoformat(" ", "seconds") + " UTC"}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(facts).encode(), 0)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    # A reader that asks whether the run is being written holds the lock for a moment.
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.01)


def holder_of(folder: Path) -> dict[str, Any]:
    """Who writes the run: ``pid`` and ``since``; empty when it cannot be said."""
    try:
        return dict(json.loads((folder / _LOCK).read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def is_being_written(folder: Path) -> bool:
    """Whether a living process holds the run open for writing."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
