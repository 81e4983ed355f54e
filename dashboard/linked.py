"""A scenario from a link: shown on every page, kept only when its reader says so."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from core.analysis.chain import Chain, save_scenario, with_target
from core.analysis.library import open_stored
from core.analysis.price_book import book_of
from core.analysis.share import STATE, STORED, from_state
from core.assumptions import Scenario
from core.errors import DatawallError
from dashboard.home import workspace
from dashboard.words import written

_SCENARIO, _SEEN, _WORDS, _ERROR = (
    "linked scenario", "linked address", "linked words", "linked error",
)  # fmt: skip
_LEAST, _MOST = 0.5, 0.99
"""Targets that the slider of the sidebar can take."""


def open_link() -> None:
    """Take the scenario out of the address, once; a slip in it is said on the page."""
    state, stored = st.query_params.get(STATE), st.query_params.get(STORED)
    address = state or stored
    if not address or st.session_state.get(_SEEN) == address:
        return
    st.session_state[_SEEN] = address
    try:
        if state:
            opened = from_state(state, book_of(workspace()), datetime.now(UTC).date())
            _look_at(opened.scenario, opened.words)
        elif stored:
            _look_at(open_stored(workspace(), stored), "")
    except DatawallError as error:
        st.session_state[_ERROR] = str(error)


def looking() -> Scenario | None:
    """The scenario of the link; None when the workspace's own is shown."""
    found: Scenario | None = st.session_state.get(_SCENARIO)
    return found


def shown(chain: Chain, target: float) -> Chain:
    """The chain with the scenario of the link, exactly as it was shared."""
    scenario = looking()
    return chain if scenario is None else replace(chain, scenario=with_target(scenario, target))


def banner() -> None:
    """Whose scenario is looked at, and the ways on."""
    if message := st.session_state.get(_ERROR):
        st.error(written(f"The link could not be opened: {message}"))
    scenario = looking()
    if scenario is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        words = f" {st.session_state.get(_WORDS, '')}".rstrip()
        st.write(
            written(
                f"You are looking at “{scenario.name}” ({scenario.digest}) from a link; the "
                f"workspace's own scenario is as it was.{words}"
            )
        )
        st.button("Keep it as the workspace's scenario", on_click=_keep, type="primary")
        st.button("Back to the workspace's own", on_click=forget)


def guard() -> bool:
    """Say, where something would be changed, that a scenario from a link is kept first."""
    if looking() is None:
        return False
    st.info("This scenario is from a link: keep it as the workspace's own to change it.")
    return True


def forget() -> None:
    """Back to the workspace's own scenario."""
    for key in (_SCENARIO, _WORDS, _ERROR):
        st.session_state.pop(key, None)
    for key in (STATE, STORED):
        if key in st.query_params:
            del st.query_params[key]


def _look_at(scenario: Scenario, words: str) -> None:
    st.session_state[_SCENARIO], st.session_state[_WORDS] = scenario, words
    st.session_state.pop(_ERROR, None)
    st.session_state["target"] = min(max(scenario.value("target_accuracy"), _LEAST), _MOST)


def _keep() -> None:
    scenario = looking()
    if scenario is not None:
        save_scenario(workspace(), scenario)
    forget()
