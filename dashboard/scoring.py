"""The board's figures: actual, target, prior, status and owner; and keeping them."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from core.analysis.scorecard import KPIS, WATCH, Row, Scorecard, want
from core.analysis.scorecard.kpis import written
from core.errors import DatawallError
from core.report.findings import Findings
from dashboard import show
from dashboard.home import workspace
from dashboard.tables import Rows

Color = Literal["green", "orange", "red", "gray"]
_BADGES: Mapping[str, tuple[str, Color]] = {
    "on target": ("check_circle", "green"),
    "watch": ("visibility", "orange"),
    "off target": ("error", "red"),
    "unknown": ("help", "gray"),
    "no target": ("flag", "gray"),
}
_REFUSED, _KEPT, _NAME = "scorecard refused", "scorecard kept", "snapshot name"


def section(found: Findings) -> None:
    """The scorecard, and what can be entered."""
    card = found.scorecard
    if card is None:
        return
    st.subheader("Scorecard")
    st.write(f"{card.headline}.")
    with st.grid(3, min_column_width=260, gap="medium"):
        for row in card.rows:
            with st.container(border=True, height="stretch"):
                _card(row)
    prior = "No snapshot was kept yet: keep one, and its figures are the prior ones later."
    if card.prior is not None:
        prior = f"Prior: snapshot {card.prior.words}."
    st.caption(show.written(f"{prior} {WATCH}"))
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_rows(card), hide_index=True, height="content", alt="The board's figures")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the snapshot", max_chars=80, placeholder="e.g. Q4 board", key=_NAME)
        st.button("Keep a snapshot", on_click=_keep, args=(card,), icon=":material/save:")
    _edit(card)
    if message := st.session_state.pop(_KEPT, None):
        st.success(show.written(message))
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))


def _card(row: Row) -> None:
    """One figure: what it is, how it stands, and why."""
    icon, color = _BADGES[row.status]
    st.page_link(f"views/{row.kpi.page}.py", label=row.kpi.name, icon=":material/open_in_new:")
    st.metric(
        row.kpi.name,
        written(row.kpi, row.now.value),
        delta=row.spread_in_words or None,
        delta_color="off",
        delta_arrow="off",
        label_visibility="collapsed",
    )
    st.badge(row.status, icon=f":material/{icon}:", color=color)
    source = f" ({row.target_from})" if row.target_from else ""
    st.markdown(
        show.written(f"Target: {row.target_in_words}{source}") + "  \n"
        + show.written(f"Prior: {row.prior_in_words}") + "  \n"
        + show.written(f"Owner: {row.owner}")
    )  # fmt: skip
    if row.now.why:
        st.caption(show.written(row.now.why))


def _rows(card: Scorecard) -> Rows:
    return [
        {
            "figure": row.kpi.name,
            "actual": row.actual_in_words,
            "target": row.target_in_words,
            "prior": row.prior_in_words,
            "status": row.status,
            "owner": row.owner,
        }
        for row in card.rows
    ]


def _keep(card: Scorecard) -> None:
    try:
        kept = card.keep(workspace(), str(st.session_state.get(_NAME) or ""))
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)
        return
    said = f"Kept as snapshot {kept.words}."
    if kept == card.prior:
        said = f"Nothing has changed since snapshot {kept.words}; it is not kept twice."
    st.session_state[_KEPT] = said


def _edit(card: Scorecard) -> None:
    """Set the target or the owner of one figure."""
    with st.expander("Set a target or an owner", icon=":material/edit:"):
        with st.form("wanted", border=False), st.grid(3, min_column_width=180):
            key = st.selectbox("Figure", [k.key for k in KPIS], format_func=_name)
            target = st.number_input(
                "Target", value=None, format="%.6g", help="Fractions as 0.85, money in dollars."
            )
            owner = st.text_input("Owner", max_chars=80)
            pressed = st.form_submit_button("Set")
            back = st.form_submit_button("Take both back")
        if pressed or back:
            targets = {key: target} if back or target is not None else {}
            owners = {key: "" if back else owner} if back or owner else {}
            _want({k: None if back else v for k, v in targets.items()}, owners)
            st.rerun()


def _want(targets: Mapping[str, float | None], owners: Mapping[str, str]) -> None:
    try:
        want(workspace(), targets=targets, owners=owners)
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)


def _name(key: str) -> str:
    kpi = next(kpi for kpi in KPIS if kpi.key == key)
    return f"{kpi.name} [{kpi.unit}]"
