"""What the ledgers of runs say: read once until a run writes again."""

import streamlit as st

from core.analysis.corpus import JudgedCandidate, first_candidates
from core.analysis.course import Course, course_of
from core.analysis.estimate import accepted_of
from core.analysis.ledger import Verification, verify_run
from core.analysis.spending import Spending, spending_of
from core.generation.plan import GenerationPlan, plan_of
from core.workspace.control import (
    LiveFigures,
    continue_run,
    is_paused,
    live_of,
    pause_run,
    stop_run,
)
from core.workspace.run_folder import asked_of, is_being_written, load_run, run_folder, run_ids
from core.workspace.runs import RunSummary, run_summary
from dashboard.cached import run_stamp
from dashboard.home import workspace

_ENTRIES = 32
_FIRST = 5


def names() -> list[str]:
    """All runs of the workspace, newest first."""
    return run_ids(workspace())


def going() -> list[str]:
    """The runs that some process writes at this moment, newest first."""
    return [name for name in names() if is_being_written(workspace().path("runs", name))]


def summary(run_id: str) -> RunSummary:
    """How far a run is."""
    return run_summary(workspace(), run_id)


def live(run_id: str) -> LiveFigures | None:
    """How a run goes, as its writer sees it; None while it has not said so."""
    return live_of(workspace(), run_id)


def is_held(run_id: str) -> bool:
    """Whether the run was asked to pause."""
    return is_paused(run_folder(workspace(), run_id))


def pause(run_id: str) -> None:
    """Ask a run to send nothing for now."""
    pause_run(workspace(), run_id)


def resume(run_id: str) -> None:
    """Let a paused run go on."""
    continue_run(workspace(), run_id)


def stop(run_id: str) -> None:
    """Ask a run to stop and keep what is settled."""
    stop_run(workspace(), run_id)


def plan(run_id: str) -> GenerationPlan:
    """What the newest session of a run was asked."""
    return plan_of(asked_of(workspace(), load_run(workspace(), run_id)))


def accepted(run_id: str) -> int:
    """Candidates accepted at the run's own strictness."""
    return _accepted(run_stamp(run_id), run_id)


@st.cache_data(max_entries=256, show_spinner=False)
def _accepted(changed: int, run_id: str) -> int:
    return accepted_of(workspace(), summary(run_id))


def spending(run_id: str) -> Spending:
    """What a run paid for what."""
    return _spending(run_stamp(run_id), run_id)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _spending(changed: int, run_id: str) -> Spending:
    return spending_of(workspace(), run_id)


def course(run_id: str, tau: float) -> Course:
    """How spending and acceptance developed."""
    return _course(run_stamp(run_id), run_id, tau)


@st.cache_data(max_entries=_ENTRIES, show_spinner="Reading the ledger …")
def _course(changed: int, run_id: str, tau: float) -> Course:
    return course_of(workspace(), run_id, tau)


def firsts(run_id: str, tau: float) -> list[JudgedCandidate]:
    """The first candidates that were accepted and rejected."""
    return _firsts(run_stamp(run_id), run_id, tau)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _firsts(changed: int, run_id: str, tau: float) -> list[JudgedCandidate]:
    return first_candidates(workspace(), run_id, tau, _FIRST)


def verified(run_id: str) -> Verification:
    """Hashes and totals of a run, derived again; never from memory."""
    return verify_run(workspace(), run_id)
