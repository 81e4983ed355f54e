"""Long work: started in a process of its own, watched and cancelled from any page."""

import time
from collections.abc import Callable, Sequence

import streamlit as st

from core.formats import duration
from core.workspace.jobs import Job, cancel_job, job, jobs, start_job
from core.workspace.run_folder import run_ids
from dashboard import audits, cached

RUNS_BEFORE = "runs before"
"""Where the session keeps the runs there were before the one it asked for, until that appears."""
_SECONDS_BETWEEN_REFRESHES = 4.0


def start(title: str, command: Sequence[str]) -> None:
    """Start a command of Datawall; every page then shows how far it is."""
    if command[0] == "generate":
        st.session_state[RUNS_BEFORE] = frozenset(run_ids(cached.workspace()))
    st.session_state["job"] = start_job(cached.workspace(), title, command)


def button(
    label: str, title: str, command: Callable[[], Sequence[str]], *, usable: bool = True
) -> None:
    """A button that starts a command, unless work is going on already.

    The command is started in the button's callback, before the page runs again:
    a rerun asked for at the end of the page would undo a click on the
    navigation that came in between.
    """
    st.button(
        label,
        type="primary",
        icon=":material/play_arrow:",
        disabled=not usable or is_running(),
        on_click=lambda: start(title, command()),
    )


def is_running() -> bool:
    """Whether work is going on in this workspace."""
    return _newest_running() is not None


def is_auditing(fingerprint: str) -> bool:
    """Whether an audit of this dataset is going on."""
    running = _newest_running()
    return running is not None and running.command[:2] == ("audit", fingerprint)


def is_generating() -> bool:
    """Whether a generation run was started here and is not over."""
    running = _newest_running()
    return running is not None and running.command[:1] == ("generate",)


def _newest_running() -> Job | None:
    return next((j for j in jobs(cached.workspace(), limit=4) if j.state == "running"), None)


def panel(*, shows_runs: bool = False) -> None:
    """What is being worked on, at the top of the page; how it ended, once.

    A page that *shows_runs* by itself is only told when one ends.
    """
    running = _newest_running()
    if running is not None:
        _watch(running.job_id, is_silent=shows_runs and is_generating())
        return
    own = st.session_state.get("job")
    if own is None:
        return
    ended = job(cached.workspace(), own)
    if ended.state == "failed":
        st.error(ended.error, title=f"{ended.title} failed")
    elif ended.state == "cancelled":
        st.info(
            "What was finished is kept; start it again to go on.",
            title=f"{ended.title} was stopped",
        )
    if st.session_state.pop("job_ended", None) == own and ended.state == "done":
        st.toast(f"{ended.title}: done", icon=":material/check:")


@st.fragment(run_every=0.6)
def _watch(job_id: str, *, is_silent: bool = False) -> None:
    now = job(cached.workspace(), job_id)
    if now.state != "running":
        st.session_state["job"] = st.session_state["job_ended"] = job_id
        st.rerun()
    if is_silent:
        return
    _refresh_when_stored()
    _card(now)


def starting_card() -> None:
    """The work that is going on, to be drawn where a page shows it by itself."""
    if (running := _newest_running()) is not None:
        _card(running)


def _card(now: Job) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        share = now.done / now.total if now.total else 0.0
        left = f" · about {duration(now.seconds_left)} left" if now.seconds_left else ""
        what = (
            f"{now.what} ({now.done:,} of {now.total:,})" if now.total else now.what or "starting"
        )
        st.progress(min(share, 1.0), text=f"{now.title}: {what}{left}")
        st.button(
            "Stop",
            key=f"stop {now.job_id}",
            icon=":material/stop:",
            on_click=lambda: cancel_job(cached.workspace(), now.job_id),
        )


def _refresh_when_stored() -> None:
    """Show what an audit has stored by now, but not so often that nobody can click."""
    stored, now = audits.stamp(), time.monotonic()
    seen, since = st.session_state.setdefault("stored audits", (stored, now))
    if stored != seen and now - since >= _SECONDS_BETWEEN_REFRESHES:
        st.session_state["stored audits"] = (stored, now)
        st.rerun()
