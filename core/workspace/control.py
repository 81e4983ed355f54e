"""Watching and steering a run from another process: live figures, pause, stop."""

import contextlib
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import WorkspaceError
from core.workspace.folder import Workspace
from core.workspace.run_folder import holder_of, is_being_written, run_folder

_LIVE, _PAUSE = "live.json", "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """How a run goes at this moment, as its writer sees it."""

    settled: int
    expected: int
    """Candidates that will be proposed in all, at the acceptance rate so far."""
    accepted: int
    wanted_accepted: int | None
    in_flight: int
    limit: int
    """Calls that the endpoint is taken to bear at once."""
    refusals: int
    """Times the endpoint refused for want of capacity."""
    calls_per_second: float
    cost_usd: float
    reserved_usd: float
    saved_usd: float
    projected_usd: float | None
    """Cost of the whole run if it goes on as it went; None before anything is settled."""
    seconds_left: float | None
    paused: bool


def write_live(workspace: Workspace, run_id: str, figures: LiveFigures) -> None:
    """Put the figures in place; losing them in a crash loses nothing."""
    target = run_folder(workspace, run_id) / _LIVE
    partial = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        partial.write_text(json.dumps(asdict(figures)), "utf-8")
        partial.replace(target)
    except OSError as error:
        raise WorkspaceError(f"cannot write {target}: {error.strerror}.") from error


def clear_live(workspace: Workspace, run_id: str) -> None:
    """Forget the figures of a run that is no longer written."""
    folder = run_folder(workspace, run_id)
    (folder / _LIVE).unlink(missing_ok=True)
    (folder / _PAUSE).unlink(missing_ok=True)


def live_of(workspace: Workspace, run_id: str) -> LiveFigures | None:
    """The figures of a run that is being written, else None."""
    folder = run_folder(workspace, run_id)
    if not is_being_written(folder):
        return None
    try:
        return LiveFigures(**json.loads((folder / _LIVE).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def pause_run(workspace: Workspace, run_id: str) -> None:
    """Ask the writer to send nothing until it is told to go on.

    Raises
    ------
    WorkspaceError
        Nobody writes the run.
    """
    folder = run_folder(workspace, run_id)
    _refuse_idle(folder, "pause")
    workspace.write_text(folder / _PAUSE, "")


def continue_run(workspace: Workspace, run_id: str) -> None:
    """Let a paused run go on."""
    folder = run_folder(workspace, run_id)
    _refuse_idle(folder, "continue")
    (folder / _PAUSE).unlink(missing_ok=True)


def stop_run(workspace: Workspace, run_id: str) -> None:
    """Ask the process that writes the run to stop; it keeps what is settled."""
    folder = run_folder(workspace, run_id)
    _refuse_idle(folder, "stop")
    pid = holder_of(folder).get("pid")
    if isinstance(pid, int) and pid > 0:
        with contextlib.suppress(ProcessLookupError):  # It has just ended.
            os.kill(pid, signal.SIGTERM)


def is_paused(folder: Path) -> bool:
    """Whether the writer was asked to pause."""
    return (folder / _PAUSE).exists()


def _refuse_idle(folder: Path, what: str) -> None:
    if not is_being_written(folder):
        raise WorkspaceError(
            f"run {folder.name} is not running, so there is nothing to {what}; go on with it by "
            f"datawall generate PLAN.toml --resume {folder.name}."
        )
