"""Runs that were made: the table of all, and which of them is shown in full."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.workspace.runs import RunSummary
from dashboard import cached, ledger_tables, ledgers, work
from dashboard.running import RUN

_LIST = "run list "
_SECONDS_BETWEEN_LOOKS = 2.0
_CLICKED = "run clicked"


def listing(fingerprint: str) -> None:
    """The runs on a dataset, as they grow; a click on one chooses it."""
    st.subheader("Runs")
    is_quiet = not (ledgers.going() or work.is_generating())
    st.fragment(run_every=None if is_quiet else _SECONDS_BETWEEN_LOOKS)(_listing)(fingerprint)


def _listing(fingerprint: str) -> None:
    if st.session_state.pop(_CLICKED, False):
        st.rerun()
    found = cached.runs_of(fingerprint)
    if not found:
        st.caption("No run yet. A `datawall generate` in another process appears here too.")
        return
    names = [r.run_id for r in found]
    key = f"runs {hash(tuple(names))}"
    st.dataframe(
        ledger_tables.runs(found, [ledgers.accepted(name) for name in names]),
        key=key,
        hide_index=True,
        placeholder="–",
        column_config=ledger_tables.RUN_COLUMNS,
        on_select=partial(_click, key, names),
        selection_mode=["single-row", "single-cell"],
        alt="Runs on this dataset with their state, candidates, calls and cost",
    )


def _click(key: str, names: Sequence[str]) -> None:
    selection = st.session_state[key]["selection"]
    clicked = [*selection["rows"], *(row for row, _ in selection["cells"])]
    if clicked:
        st.session_state[RUN] = names[clicked[0]]
        st.session_state[_CLICKED] = True


def chosen(fingerprint: str) -> RunSummary | None:
    """The run to be shown in full; it is in the page's address. None when there is none."""
    found = {r.run_id: r for r in cached.runs_of(fingerprint, 200)}
    if not found:
        return None
    if st.session_state.get(RUN) not in found:
        named = st.query_params.get(RUN)
        st.session_state[RUN] = named if named in found else next(iter(found))
    name = st.session_state[RUN]
    # The choice is the session's; a list of the same key would bring the browser's
    # older choice back when both change at once.
    st.selectbox(
        "Run",
        list(found),
        index=list(found).index(name),
        format_func=lambda r: f"{r} · {found[r].run.slice}",
        key=_LIST + name,
        on_change=partial(_choose, name),
    )
    st.query_params[RUN] = name
    return found[name]


def _choose(shown: str) -> None:
    """What the list of this run was changed to; one that is gone may say what it showed."""
    if (now := st.session_state[_LIST + shown]) != shown:
        st.session_state[RUN] = now
