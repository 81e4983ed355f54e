"""What people said of a run's candidates: a journal of acts per run, appended to and never changed.

An act counts from the moment ``add_labels`` returns: by then it would survive a
killed process. Any number of processes append, one at a time; readers never wait.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import WorkspaceError
from core.records import Label
from core.workspace.folder import Workspace
from core.workspace.run_folder import run_folder

LABEL_SCHEMA = 1
"""Version of a line; readers understand every earlier one."""

_FOLDER, _LOCK = "labels", "lock"
_NAMES = tuple(field.name for field in fields(Label))


def add_labels(workspace: Workspace, run_id: str, labels: Sequence[Label]) -> None:
    """Record acts, all of them or none; returns once they would survive a killed process.

    Raises
    ------
    WorkspaceError
        There is no such run, an earlier line is damaged, or the journal cannot be written.
    """
    run_folder(workspace, run_id)
    if not labels:
        return
    check_sound(workspace, run_id)
    path = _path(workspace, run_id)
    lines = b"".join(_line(label) for label in labels)
    try:
        is_new = not path.exists()
        with _writing(path) as (handle, size):
            _append(handle, lines, size)
        if is_new:
            _sync(path.parent)
    except OSError as error:
        raise WorkspaceError(
            f"the labels of run {run_id} cannot be written: {error.strerror}. What was recorded "
            f"is kept; free space or permit writing in {path.parent}."
        ) from error


def labels_of(workspace: Workspace, run_id: str) -> list[Label]:
    """Every act on a run's candidates, in the order they were recorded.

    Raises
    ------
    WorkspaceError
        More than the last line cannot be read, or a newer version wrote it.
    """
    found: list[Label] = []
    bad = 0
    lines = _lines(_path(workspace, run_id))
    for line in lines:
        label = _label(line, run_id)
        if label is None:
            bad += 1
        else:
            found.append(label)
    if bad:
        raise WorkspaceError(_said(workspace, run_id, bad, len(lines)))
    return found


def damage(workspace: Workspace, run_id: str) -> str:
    """What is wrong with the journal of labels, in a sentence; empty when it is sound.

    A torn last line is not damage: it was never acknowledged.
    """
    lines = _lines(_path(workspace, run_id))
    bad = sum(_label(line, run_id) is None for line in lines)
    return _said(workspace, run_id, bad, len(lines)) if bad else ""


def check_sound(workspace: Workspace, run_id: str) -> None:
    """Refuse to compute with labels of which some are lost.

    Raises
    ------
    WorkspaceError
        More than the last line of the journal cannot be read.
    """
    if wrong := damage(workspace, run_id):
        raise WorkspaceError(wrong)


def labels_version(workspace: Workspace, run_id: str) -> str:
    """Changes with every act; empty while there is none. Costs one look at the file."""
    try:
        seen = _path(workspace, run_id).stat()
    except FileNotFoundError:
        return ""
    return f"{seen.st_size}-{seen.st_mtime_ns}"


def _path(workspace: Workspace, run_id: str) -> Path:
    return workspace.path(_FOLDER, f"{run_id}.jsonl")


def _line(label: Label) -> bytes:
    facts = {"schema": LABEL_SCHEMA, **asdict(label), "at": label.at.isoformat()}
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def _lines(path: Path) -> list[bytes]:
    """Whole lines; a torn last one was never acknowledged."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _label(line: bytes, run_id: str) -> Label | None:
    """The act of a line; None when it is none."""
    try:
        facts: dict[str, Any] = json.loads(line)
        schema = int(facts["schema"])
        if schema <= LABEL_SCHEMA:
            facts["at"] = datetime.fromisoformat(facts["at"])
            return Label(**{name: facts[name] for name in _NAMES if name in facts})
    except (ValueError, KeyError, TypeError):
        return None
    raise WorkspaceError(
        f"the labels of run {run_id} were written by a newer version; update Datawall."
    )


def _said(workspace: Workspace, run_id: str, bad: int, total: int) -> str:
    return (
        f"run {run_id}: {bad} of {total} lines of its labels cannot be read, so what people said "
        f"would be incomplete; repair or remove those lines in {_path(workspace, run_id)}."
    )


@contextmanager
def _writing(path: Path) -> Iterator[tuple[int, int]]:
    """The sole right to append, the open journal, and where its last whole line ends.

    The lock is a file of its own and is waited for: an act takes milliseconds.
    """
    path.parent.mkdir(exist_ok=True)
    turn = os.open(path.parent / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            size = path.read_bytes().rfind(b"\n") + 1
            os.ftruncate(handle, size)
            yield handle, size
        finally:
            os.close(handle)
    finally:
        os.close(turn)


def _append(handle: int, lines: bytes, size: int) -> None:
    try:
        view, at = memoryview(lines), size
        while view:
            written = os.pwrite(handle, view, at)
            view, at = view[written:], at + written
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, size)
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
