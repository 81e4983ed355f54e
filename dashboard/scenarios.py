"""Scenarios that are kept, on their page: saving, using, copying, renaming, deleting, sharing."""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from core.analysis import library
from core.analysis.library import LONGEST_NAME, Stored
from core.analysis.price_book import book_of
from core.analysis.share import to_link, to_state, to_stored_link
from core.analysis.side_by_side import SideBySide
from core.analysis.side_words import figures_of
from core.assumptions import Scenario
from core.errors import DatawallError
from dashboard import cached, show
from dashboard.home import workspace
from dashboard.tables import Rows

_SAID, _REFUSED = "library said", "library refused"


def save(scenario: Scenario) -> None:
    """Keep the scenario that is shown under a name."""
    row = st.form("save scenario", border=True, clear_on_submit=True)
    with row, st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", max_chars=LONGEST_NAME, placeholder="e.g. Base case")
        pressed = st.form_submit_button("Keep what is shown now", type="primary")
    if pressed:
        _do(lambda: library.save_as(workspace(), scenario, name), "Kept “{name}”.")
    _outcome()


def kept() -> tuple[Stored, ...]:
    """The table of scenarios that are kept."""
    found = library.library(workspace())
    for sentence in found.unreadable:
        st.warning(show.written(sentence))
    if not found.stored:
        st.info("No scenario is kept yet. Give the one that is shown a name.")
        return ()
    rows: Rows = [
        {
            "name": stored.name,
            "id": stored.scenario_id,
            "saved": stored.saved_at[:16].replace("T", " "),
            "measured": stored.measured,
            "edited": stored.edited,
            "digest": stored.digest,
        }
        for stored in found.stored
    ]
    st.dataframe(rows, hide_index=True, height="content", alt="Scenarios that are kept")
    return found.stored


def one(listed: tuple[Stored, ...]) -> None:
    """Work on one of them."""
    chosen = st.selectbox(
        "Scenario",
        [stored.scenario_id for stored in listed],
        format_func=lambda i: next(f"{s.name} ({i})" for s in listed if s.scenario_id == i),
    )
    if chosen is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("New name", max_chars=LONGEST_NAME, key="new scenario name")
        if st.button("Duplicate", disabled=not name):
            _do(lambda: library.duplicate(workspace(), chosen, name), "Kept “{name}”.")
        if st.button("Rename", disabled=not name):
            _do(lambda: library.rename(workspace(), chosen, name), "It is now “{name}”.")
        if st.button("Use as the workspace's scenario", type="primary"):
            _do(lambda: library.use(workspace(), chosen), "“{name}” is now the workspace's own.")
        with st.popover("Delete", icon=":material/delete:"):
            st.write("It cannot be brought back.")
            if st.button("Delete it"):
                _do(lambda: library.delete(workspace(), chosen), "“{name}” is deleted.")
    st.caption("A link for whoever uses this workspace:")
    st.code(to_stored_link(chosen, _base()), language=None, wrap_lines=True)


def link(scenario: Scenario) -> None:
    """The scenario that is shown, as a link that holds all of it."""
    with st.expander("Share what is shown as a link or a file", icon=":material/share:"):
        try:
            today = datetime.now(UTC).date()
            state = to_state(scenario, book_of(workspace()), today)
            st.caption("The whole scenario is in the address; it opens on any Datawall.")
            st.code(to_link(state, _base()), language=None, wrap_lines=True)
        except DatawallError as error:
            st.info(show.written(str(error)))
        st.download_button(
            "Download as scenario file",
            data=lambda: cached.scenario_file(scenario),
            mime="application/toml",
            file_name="scenario.toml",
            on_click="ignore",
            icon=":material/download:",
        )


def side_by_side(found: SideBySide) -> None:
    """Figures of every side, then what differs."""
    names = [_column(i, side.scenario.name) for i, side in enumerate(found.sides)]
    rows: Rows = [
        {"figure": name, **dict(zip(names, cells, strict=True))}
        for name, cells in figures_of(found).items()
    ]
    st.dataframe(rows, hide_index=True, height="content", alt="Each scenario's figures")
    differing: Rows = [
        {"differs in": d.key.replace("_", " "), **dict(zip(names, d.values, strict=True)),
         "source of the last": d.sources[-1]}
        for d in found.differing
    ]  # fmt: skip
    if differing:
        st.dataframe(differing, hide_index=True, alt="Assumptions that differ, with their units")
    else:
        st.caption("They differ in nothing.")


def _column(i: int, name: str) -> str:
    return f"{'ABC'[i]} · {name}"


def _base() -> str:
    address = st.context.url or "http://127.0.0.1:8501"
    return "/".join(address.split("/")[:3])


def _do(act: Callable[[], Stored | Scenario], said: str) -> None:
    """Do it, and say what was done or why not."""
    try:
        st.session_state[_SAID] = said.format(name=act().name)
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)
    st.rerun()


def _outcome() -> None:
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))
    if message := st.session_state.pop(_SAID, None):
        st.success(show.written(message))
