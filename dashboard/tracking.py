"""The 90-day plan on its page: how it stands, and what people enter."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

import streamlit as st

from core.analysis.chain import Chain
from core.analysis.programme import Programme, State, Step, keep, programme_of
from core.errors import DatawallError
from core.formats import money, number
from dashboard import cached, inputs, show
from dashboard.home import workspace
from dashboard.tables import Rows

Color = Literal["green", "blue", "orange", "red", "gray"]
_BADGES: Mapping[State, tuple[str, Color]] = {
    "done": ("check_circle", "green"),
    "started": ("timelapse", "blue"),
    "not met": ("cancel", "orange"),
    "late": ("schedule", "red"),
    "open": ("radio_button_unchecked", "gray"),
}
_REFUSED = "programme refused"


def now(chain: Chain, target: float) -> Programme:
    """The plan as it stands today."""
    data = inputs.choice().data
    return programme_of(
        workspace(),
        chain,
        today=datetime.now(UTC).date(),
        margin=cached.margin(chain.scenario, target),
        fingerprint=data.fingerprint if data else None,
    )


def figures(found: Programme) -> None:
    """How each phase stands, and what the team costs."""
    with st.grid(4, min_column_width=150):
        for phase in found.phases:
            name = f"{phase.phase.capitalize()} done"
            show.number(name, f"{phase.done} of {phase.steps}", f"until {_day(phase.due)}")
        show.number("Team of the plan", money(found.total_usd), f"{number(_months(found))} months")


def _months(found: Programme) -> float:
    return sum(role.months for role in found.team)


def steps(found: Programme) -> None:
    """Every step with its exit criterion and what was measured."""
    for phase in found.phases:
        st.subheader(phase.phase.capitalize())
        for step in (s for s in found.steps if s.phase == phase.phase):
            with st.container(border=True):
                _step(step)


def _step(step: Step) -> None:
    left, right = st.columns([2, 3])
    icon, color = _BADGES[step.state]
    with left:
        st.page_link(
            f"views/{step.page}.py", label=f"**{step.name}**", icon=":material/open_in_new:"
        )
        st.badge(step.words, icon=f":material/{icon}:", color=color)
        who = step.owner if step.is_named else f"{step.owner} (nobody named)"
        st.caption(show.written(f"{who} · {_day(step.starts)} to {_day(step.due)}"))
    with right:
        st.write(show.written(step.measured))
        if step.missing:
            st.write(f"**Missing:** {show.written(step.missing)}")
        proof = f" Proof: {step.proof}." if step.proof else ""
        st.caption(show.written(f"Done when: {step.criterion}{proof}"))
        if step.note:
            st.caption(show.written(f"Note: {step.note}"))


def _day(day: date) -> str:
    """A day that no line is broken in."""
    return f"{day.day} {day:%b %Y}".replace(" ", "\u00a0")


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
    every = {"role": "together", "months": number(_months(found)), "cost": money(found.total_usd)}
    rows.append({"salary a year": "", "source": "the team's cost in the return", **every})
    columns = ("role", "months", "salary a year", "cost", "source")
    st.dataframe(
        rows, hide_index=True, height="content", column_order=columns,
        alt="What each role costs",
    )  # fmt: skip
    st.caption("Salary over twelve, times the months: the same figures as in the return.")
    st.page_link(
        "views/scenario.py", label="Change months and salaries", icon=":material/edit_note:"
    )


def editor(found: Programme) -> None:
    """Enter the start, owners, dates, notes and the decision."""
    rows = _entered(found.steps)
    state = hashlib.sha256(repr((found.start, rows)).encode()).hexdigest()[:12]
    with st.form("programme", border=True):
        begins = st.date_input("First day", value=found.start, key=f"first day {state}")
        edited = st.data_editor(
            rows,
            hide_index=True,
            height="content",
            disabled=("step", "role"),
            column_config={
                "step": st.column_config.TextColumn(width="medium"),
                "owner": st.column_config.TextColumn(max_chars=200),
                "due": st.column_config.DateColumn(format="YYYY-MM-DD"),
                "note": st.column_config.TextColumn(max_chars=200, width="large"),
            },
            key=f"programme steps {state}",
        )
        decisions = [step for step in found.steps if step.is_manual]
        ticked = {
            step.key: st.checkbox(
                f"{step.name}: done",
                value=step.state == "done",
                key=f"decided {step.key} {state}",
                help=f"{step.criterion} Every other step is measured, so it cannot be ticked.",
            )
            for step in decisions
        }
        pressed = st.form_submit_button("Keep", type="primary")
    if pressed:
        _keep(found, begins, rows, edited, ticked)
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))


def _entered(listed: Sequence[Step]) -> Rows:
    return [
        {
            "step": step.name,
            "owner": step.owner if step.is_named else "",
            "due": step.due,
            "note": step.note,
        }
        for step in listed
    ]


def _keep(
    found: Programme, begins: object, before: Rows, edited: Rows, ticked: dict[str, bool]
) -> None:
    """Keep what was changed; what cannot be is said and nothing is changed."""
    changed: dict[str, dict[str, Any]] = {"owner": {}, "note": {}, "due": {}}
    for step, old, row in zip(found.steps, before, edited, strict=True):
        for name, values in changed.items():
            if row[name] != old[name]:
                values[step.key] = row[name] if name == "due" else str(row[name] or "")
    try:
        keep(
            workspace(),
            start=begins if isinstance(begins, date) and _is_new(found, begins) else None,
            owners=changed["owner"],
            due=changed["due"],
            notes=changed["note"],
            done={s.key: ticked[s.key] for s in found.steps if _is_ticked_anew(s, ticked)},
        )
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)
    st.rerun()


def _is_new(found: Programme, begins: date) -> bool:
    """Whether a first day is to be kept: another one, or the one shown while none is."""
    return begins != found.start or not found.is_started


def _is_ticked_anew(step: Step, ticked: dict[str, bool]) -> bool:
    return step.is_manual and ticked[step.key] != (step.state == "done")
