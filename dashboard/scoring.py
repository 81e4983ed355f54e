"""The board's figures: actual, target, prior, status and owner; and keeping them."""

import streamlit as st

from core.analysis.scorecard import KPIS, Scorecard, want
from core.errors import DatawallError
from core.report.findings import Findings
from dashboard import show
from dashboard.home import workspace
from dashboard.tables import Rows

_REFUSED, _NAME = "scorecard refused", "snapshot name"


def section(found: Findings) -> None:
    """The scorecard, and what can be entered."""
    card = found.scorecard
    if card is None:
        return
    st.subheader("Scorecard")
    st.write(f"{card.headline}.")
    st.dataframe(_rows(card), hide_index=True, height="content", alt="The board's figures")
    if card.prior is None:
        st.caption("No snapshot was kept yet: keep one, and its figures are the prior ones later.")
    else:
        name = card.prior.name or card.prior.snapshot_id
        st.caption(show.written(f"Prior: snapshot “{name}” of {card.prior.at[:10]}."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name of the snapshot", max_chars=80, placeholder="e.g. Q4 board", key=_NAME)
        st.button("Keep a snapshot", on_click=_keep, args=(card,), icon=":material/save:")
    _edit(card)
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))


def _rows(card: Scorecard) -> Rows:
    return [
        {
            "figure": row.kpi.name,
            "actual": row.actual_in_words,
            "target": row.target_in_words,
            "prior": row.prior_in_words,
            "status": row.status,
            "owner": row.owner,
            "what it says": row.now.why,
        }
        for row in card.rows
    ]


def _keep(card: Scorecard) -> None:
    try:
        card.keep(workspace(), str(st.session_state.get(_NAME) or ""))
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)


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
        if pressed:
            try:
                want(
                    workspace(),
                    targets={} if target is None else {key: target},
                    owners={key: owner} if owner else {},
                )
            except DatawallError as error:
                st.session_state[_REFUSED] = str(error)
            st.rerun()


def _name(key: str) -> str:
    return next(kpi.name for kpi in KPIS if kpi.key == key)
