"""The 90-day plan on its page: how it stands, and what people enter."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import streamlit as st

from core.analysis.chain import Chain
from core.analysis.programme import Programme, Step, keep, kept_programme, programme_of
from core.errors import DatawallError
from core.formats import money, number
from dashboard import cached, show
from dashboard.home import workspace
from dashboard.tables import Rows

_ICONS = {"done": "check_circle", "not met": "cancel", "open": "radio_button_unchecked",
          "late": "schedule"}  # fmt: skip
_REFUSED = "programme refused"


def now(chain: Chain, target: float) -> Programme:
    """The plan as it stands today."""
    margin = cached.margin(chain.scenario, target)
    return programme_of(workspace(), chain, today=datetime.now(UTC).date(), margin=margin)


def steps(found: Programme) -> None:
    """Every step with its exit criterion and what was measured."""
    for phase in dict.fromkeys(step.phase for step in found.steps):
        st.subheader(phase.capitalize())
        for step in (s for s in found.steps if s.phase == phase):
            _step(step)


def _step(step: Step) -> None:
    with st.container(border=True):
        left, right = st.columns([2, 3])
        with left:
            st.page_link(
                f"views/{step.page}.py",
                label=f"{step.name}: {step.state}",
                icon=f":material/{_ICONS[step.state]}:",
            )
            who = step.owner if step.is_named else f"{step.owner} (nobody named)"
            st.caption(show.written(f"{who} · {step.starts} to {step.due}"))
        with right:
            st.write(show.written(step.measured))
            note = f" Note: {step.note}" if step.note else ""
            st.caption(show.written(f"Done when: {step.criterion}{note}"))


def team(found: Programme) -> None:
    """What each role costs."""
    rows: Rows = [
        {
            "role": role.role,
            "months": number(role.months),
            "salary a year": money(role.salary_usd),
            "cost": money(role.usd),
            "source": role.source,
        }
        for role in found.team
    ]
    st.dataframe(rows, hide_index=True, height="content", alt="What each role costs")
    st.caption(
        show.written(
            f"Together {money(found.total_usd)}, the team's cost in the return. Months and "
            "salaries are assumptions: change them on the page of that name."
        )
    )


def editor(found: Programme) -> None:
    """Enter the start, owners, dates and notes."""
    with st.form("programme", border=True):
        begins = st.date_input("First day", value=found.start)
        edited = st.data_editor(
            _entered(found.steps),
            hide_index=True,
            disabled=("step",),
            column_config={
                "due": st.column_config.DateColumn("due"),
                "decided": st.column_config.CheckboxColumn(
                    "decided", help="Only the decision is ticked; other steps are measured."
                ),
            },
            key="programme steps",
        )
        pressed = st.form_submit_button("Keep", type="primary")
    if pressed:
        _keep(found, begins, edited)
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))


def _entered(listed: Sequence[Step]) -> Rows:
    return [
        {
            "step": step.name,
            "owner": step.owner if step.is_named else "",
            "due": step.due,
            "note": step.note,
            "decided": step.is_manual and step.state == "done",
        }
        for step in listed
    ]


def _keep(found: Programme, begins: date, edited: Rows) -> None:
    """Keep what was entered; what cannot be is said and nothing is changed."""
    kept = kept_programme(workspace())
    moved = begins != found.start
    owners, due, notes, done = {}, {}, {}, {}
    for step, row in zip(found.steps, edited, strict=True):
        owners[step.key] = str(row["owner"] or "")
        notes[step.key] = str(row["note"] or "")
        day = row["due"]
        own = kept.of(step.key).due
        if isinstance(day, date) and day != step.due:
            due[step.key] = day
        elif own is not None and not moved:
            due[step.key] = own
        if step.is_manual:
            done[step.key] = bool(row["decided"])
        elif row["decided"]:
            st.session_state[_REFUSED] = (
                f"“{step.name}” is done when it is measured: {step.criterion}"
            )
            st.rerun()
    try:
        keep(workspace(), start=begins, owners=owners, due=due, notes=notes, done=done)
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)
    st.rerun()
