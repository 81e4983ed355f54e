"""The runs of a workspace: which there are, how far they are, how they ended."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.records import Run, StopReason
from core.workspace import ledger
from core.workspace.folder import Workspace
from core.workspace.run_folder import (
    asked_of,
    closing_of,
    is_being_written,
    load_run,
    now_utc,
    run_folder,
    run_ids,
)

RunState = Literal["running", "closed", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in one line."""

    run: Run
    state: RunState
    """``interrupted``: not closed, and no living process writes it; it can be resumed."""
    stopped: StopReason | None
    why: str
    wanted: int
    """Candidates that the plan asks for."""
    proposed: int
    calls: int
    cost_usd: float
    unsettled_usd: float
    """At most so much more may have been billed: answers that were lost or are under way."""
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    saved_usd: float = 0.0
    """What answers taken from the cache had cost when they were asked for."""
    damage: str = ""
    """What is wrong with its journal; empty when it is sound."""

    @property
    def strictness(self) -> float:
        """At which the run counted its candidates as accepted."""
        return float(self.run.plan.get("strictness", 0.5))

    @property
    def run_id(self) -> str:
        """The run's name in this workspace."""
        return self.run.run_id

    @property
    def started_at(self) -> datetime:
        """When it was first started, UTC."""
        return self.run.started_at


def new_run_id() -> str:
    """A name that sorts by time and is taken by no other run."""
    return now_utc().strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6]


def runs(workspace: Workspace) -> list[RunSummary]:
    """All runs, newest first."""
    return [run_summary(workspace, run_id) for run_id in run_ids(workspace)]


def run_summary(workspace: Workspace, run_id: str) -> RunSummary:
    """How far one run is.

    Raises
    ------
    WorkspaceError
        There is no such run; the message lists those there are.
    """
    folder = run_folder(workspace, run_id)
    run = load_run(workspace, run_id)
    writing = is_being_written(folder)
    closing = closing_of(folder)
    known = closing.get("totals") if closing else None
    totals = known or ledger.totals(workspace, run_id)
    closed = closing is not None and not writing
    state: RunState = "running" if writing else ("closed" if closed else "interrupted")
    return RunSummary(
        run=run,
        state=state,
        stopped=closing["stopped"] if closed and closing else None,
        why=str(closing.get("why", "")) if closed and closing else "",
        wanted=int(asked_of(workspace, run).get("candidates", totals["proposed"])),
        proposed=int(totals["proposed"]),
        calls=int(totals["calls"]),
        cost_usd=float(totals["cost_usd"]),
        unsettled_usd=float(totals["unsettled_usd"]),
        input_tokens=int(totals["input_tokens"]),
        output_tokens=int(totals["output_tokens"]),
        cached_tokens=int(totals["cached_tokens"]),
        saved_usd=float(totals.get("saved_usd", 0.0)),
        damage="" if known else ledger.damage(workspace, run_id),
    )
