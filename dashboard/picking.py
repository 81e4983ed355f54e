"""Which slice is looked at: chosen in the list, the table or a chart, and the same on every page.

``session_state["slice"]`` holds it; everything that can be clicked only writes there.
"""

from collections.abc import Sequence
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from core.analysis.audit import AuditAnswer
from core.analysis.sizing import SliceAudit
from dashboard import tables
from dashboard.show import CONFIG

_SLICE, _IS_CHOSEN, _TURN = "slice", "slice is chosen", "slice turn"


def chosen() -> str | None:
    """The slice that the user chose; None for the bottleneck."""
    return st.session_state.get(_SLICE) if st.session_state.get(_IS_CHOSEN) else None


def forget() -> None:
    """Go back to the bottleneck, whichever slice that is."""
    st.session_state[_IS_CHOSEN] = False
    _turn()


def _choose(name: str) -> None:
    st.session_state[_SLICE] = name
    st.session_state[_IS_CHOSEN] = True


def _turn() -> None:
    # A chart does not report a click on the point that it holds for chosen already; one with
    # another key holds none.
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def listed(names: Sequence[str], part: SliceAudit) -> None:
    """The list of slices; it shows what was clicked elsewhere."""
    st.session_state[_SLICE] = part.name
    st.selectbox(
        "Slice",
        names,
        key=_SLICE,
        persist_state="session",
        on_change=_from_list,
        help="The slice that generation, evidence and economics work on.",
    )


def _from_list() -> None:
    st.session_state[_IS_CHOSEN] = True
    _turn()


def table(found: AuditAnswer, part: SliceAudit) -> None:
    """The slices as a table; a click on a row chooses its slice."""
    names = [s.name for s in found.slices]
    rows = [names.index(part.name)]
    # Rows are reported by number, so a table in another order must not be taken for the same.
    key = f"slice table {hash(tuple(names))}"
    if st.session_state.get(key, {}).get("selection", {}).get("rows") != rows:
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    st.dataframe(
        tables.slices(found),
        key=key,
        hide_index=True,
        height=440,
        placeholder="–",
        column_config=tables.SLICE_COLUMNS,
        on_select=partial(_from_table, key, names, rows),
        selection_mode=["single-row", "single-cell"],
        alt="Every slice with its score, interval, deficit and verdict",
    )


def _from_table(key: str, names: Sequence[str], before: list[int]) -> None:
    """Choose the row whose box or whose cell was clicked."""
    selection = st.session_state[key]["selection"]
    rows = selection["rows"] if selection["rows"] != before else []
    clicked = [*rows, *(row for row, _ in selection["cells"])]
    if clicked:
        _choose(names[clicked[0]])
        _turn()


def chart(figure: go.Figure, name: str, description: str) -> None:
    """A chart of slices; a click on one chooses it. Points carry the slice's name."""
    figure.update_layout(dragmode=False)
    key = f"{name} {st.session_state.get(_TURN, 0)}"
    st.plotly_chart(
        figure,
        key=key,
        config=CONFIG,
        alt=description,
        on_select=partial(_from_chart, key),
        selection_mode="points",
    )


def _from_chart(key: str) -> None:
    for point in st.session_state[key]["selection"]["points"][:1]:
        _choose(str(point["customdata"][0]))
