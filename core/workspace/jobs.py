"""Long work that runs in a process of its own, watched from any other.

A job is a folder with ``job.json`` (what was asked, which process),
``progress.json`` (replaced as it goes), ``cancel.json`` (when it was asked to
stop) and ``end.json`` (how it ended); its process holds the lock for as long as
it lives. The dashboard starts jobs and polls them; a rerun, a closed tab or a
restarted server loses nothing.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import core
from core.errors import WorkspaceError
from core.records import Progress
from core.workspace.folder import Workspace
from core.workspace.run_folder import is_being_written

JobState = Literal["running", "done", "failed", "cancelled"]
_SECONDS_BETWEEN_WRITES = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of long work and how far it is."""

    job_id: str
    title: str
    command: tuple[str, ...]
    state: JobState
    started_at: float
    done: int = 0
    total: int = 0
    what: str = ""
    error: str = ""
    result: Mapping[str, Any] | None = None
    seconds_left: float | None = None
    """Time left of what is being done now; None before its pace is known."""


class Pace:
    """How long a step takes, learnt anew with every stretch of work."""

    def __init__(self) -> None:
        self._total, self._first, self._started = -1, 0, 0.0

    def seconds_left(self, done: int, total: int) -> float | None:
        """Time left if it goes on as it went; None before the first step is done."""
        now = time.monotonic()
        if total != self._total or done < self._first:
            self._total, self._first, self._started = total, done, now
        if done == self._first:
            return None
        return (now - self._started) / (done - self._first) * (total - done)


def start_job(workspace: Workspace, title: str, command: Sequence[str]) -> str:
    """Start ``datawall COMMAND`` as a process of its own; its job id."""
    job_id = time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6]
    folder = workspace.path("jobs", job_id)
    folder.mkdir(parents=True)
    own = ["--workspace", str(workspace.root), "--job", job_id, "--json"]
    home = str(Path(core.__file__).parent.parent)
    with (folder / "output.log").open("wb") as log, (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # passed on, and held until the job's process ends
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.cli", *command, *own],
            env={**os.environ, "PYTHONPATH": _joined(home, os.environ.get("PYTHONPATH", ""))},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
    asked = {"title": title, "command": list(command), "pid": process.pid}
    workspace.write_json(folder / "job.json", {**asked, "started_at": time.time()})
    _CHILDREN[job_id] = process
    return job_id


_CHILDREN: dict[str, subprocess.Popen[bytes]] = {}  # so that ended children are reaped


def _joined(first: str, others: str) -> str:
    return os.pathsep.join([first, others]) if others else first


def jobs(workspace: Workspace, limit: int = 20) -> list[Job]:
    """The newest jobs, newest first."""
    names = sorted((path.name for path in workspace.path("jobs").iterdir()), reverse=True)
    started = [name for name in names if workspace.path("jobs", name, "job.json").exists()]
    return [job(workspace, name) for name in started[:limit]]


def job(workspace: Workspace, job_id: str) -> Job:
    """How far a job is.

    Raises
    ------
    WorkspaceError
        There is no such job.
    """
    folder = workspace.path("jobs", job_id)
    facts = _read(folder / "job.json")
    if not facts:
        raise WorkspaceError(f"no job {job_id!r} in this workspace.")
    runs = _is_alive(folder)  # asked first: whatever it wrote before it ended is there by now
    end = _read(folder / "end.json")
    progress = _read(folder / "progress.json")
    state, error = _state(folder, runs, end)
    return Job(
        job_id=job_id,
        title=facts.get("title", ""),
        command=tuple(facts.get("command", ())),
        state=state,
        started_at=facts.get("started_at", 0.0),
        error=error,
        done=progress.get("done", 0),
        total=progress.get("total", 0),
        what=progress.get("what", ""),
        result=end.get("result"),
        seconds_left=progress.get("seconds_left") if state == "running" else None,
    )


def _state(folder: Path, runs: bool, end: Mapping[str, Any]) -> tuple[JobState, str]:
    if end:
        return end["state"], end.get("error", "")
    if runs:
        return "running", ""
    if _read(folder / "cancel.json"):
        return "cancelled", ""
    return "failed", _last_words(folder)


def cancel_job(workspace: Workspace, job_id: str) -> None:
    """Ask a job to stop; it keeps what it finished."""
    folder = workspace.path("jobs", job_id)
    pid = int(_read(folder / "job.json").get("pid", 0))
    if pid > 0 and _is_alive(folder):
        workspace.write_json(folder / "cancel.json", {"at": time.time()})
        os.kill(pid, signal.SIGTERM)


def job_progress(workspace: Workspace, job_id: str) -> Progress:
    """A progress watcher that writes to the job's folder, a few times a second at most."""
    path = workspace.path("jobs", job_id, "progress.json")
    pace, last = Pace(), 0.0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        now, left = time.monotonic(), pace.seconds_left(done, total)
        if now - last >= _SECONDS_BETWEEN_WRITES or done >= total:
            last = now
            facts = {"done": done, "total": total, "what": what, "seconds_left": left}
            workspace.write_json(path, facts)

    return tell


def finish_job(
    workspace: Workspace,
    job_id: str,
    state: JobState,
    *,
    error: str = "",
    result: Mapping[str, Any] | None = None,
) -> None:
    """Record how a job ended."""
    workspace.write_json(
        workspace.path("jobs", job_id, "end.json"),
        {"state": state, "error": error, "result": None if result is None else dict(result)},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return {}


def _is_alive(folder: Path) -> bool:
    if is_being_written(folder):
        return True
    child = _CHILDREN.pop(folder.name, None)
    if child is not None:
        child.wait()  # at most for what lies between its last file and its end
    return False


def _last_words(folder: Path) -> str:
    try:
        log = (folder / "output.log").read_text("utf-8", errors="replace").strip()
    except FileNotFoundError:
        log = ""
    tail = log.splitlines()[-1] if log else "no message"
    return f"the work ended without an answer; its last words were: {tail}"
