"""A scenario from a link: shown on every page, kept only when its reader says so."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from core.analysis.chain import Chain, save_scenario, stored_scenario, with_target
from core.analysis.library import open_stored
from core.analysis.price_book import book_of
from core.analysis.share import STATE, STORED, from_state
from core.assumptions import Scenario
from core.errors import DatawallError
from core.formats import percent
from dashboard import aims
from dashboard.home import workspace
from dashboard.words import written

USUAL_TARGET = 0.85
MEASURED_ANEW = "Figures that this workspace has measured itself take the place of measured ones."

_SCENARIO, _ADDRESS, _WORDS, _LEFT = (
    "linked scenario", "linked address", "linked words", "address left",
)  # fmt: skip


def open_link() -> None:
    """Take the scenario out of the address; one that was taken stays in it on every page."""
    address = next(
        ((name, st.query_params[name]) for name in (STATE, STORED) if name in st.query_params), None
    )
    if address is None:
        st.session_state.pop(_LEFT, None)
        if looking() is not None:  # Another page begins with an address of its own.
            name, text = st.session_state[_ADDRESS]
            st.query_params[name] = text
    elif address not in (st.session_state.get(_ADDRESS), st.session_state.get(_LEFT)):
        _open(*address)
    if aims.KEY not in st.session_state:
        aims.aim_at(own_target())


def _open(name: str, text: str) -> None:
    try:
        if name == STATE:
            opened = from_state(text, book_of(workspace()), datetime.now(UTC).date())
            scenario, words = opened.scenario, opened.words
        else:
            scenario, words = open_stored(workspace(), text), ""
    except DatawallError as error:
        st.error(written(f"The link could not be opened: {error}"))
        return
    aims.remember()
    st.session_state[_SCENARIO], st.session_state[_WORDS] = scenario, words
    st.session_state[_ADDRESS] = (name, text)
    aims.aim_at(scenario.value("target_accuracy"))


def own_target() -> float:
    """What the workspace's own scenario promises, if somebody chose that; else the usual."""
    promised = stored_scenario(workspace())["target_accuracy"]
    return promised.value if promised.status == "edited" else USUAL_TARGET


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
    scenario = looking()
    if scenario is None:
        return
    with st.container(border=True):
        said = f"You are looking at “{scenario.name}” ({scenario.digest}) from a link."
        promised, now = scenario.value("target_accuracy"), aims.aimed(USUAL_TARGET)
        if now != promised:
            said += (
                f" It promises {percent(promised)}; you have moved the target to {percent(now)}."
            )
        st.markdown(written(" ".join((said, st.session_state.get(_WORDS, ""))).strip()))
        with st.container(horizontal=True):
            st.button("Keep it as the workspace's scenario", on_click=_keep, type="primary")
            st.button("Back to the workspace's own", on_click=_leave)


def guard() -> bool:
    """Say, where something would be changed, that a scenario from a link is kept first."""
    if looking() is None:
        return False
    st.info("This scenario is from a link: keep it as the workspace's own to change it.")
    return True


def make_own(scenario: Scenario, said: str = "") -> None:
    """Keep a scenario as the workspace's own and aim at what it promises. For callbacks."""
    save_scenario(workspace(), scenario)
    _close()
    aims.forget()
    aims.aim_at(scenario.value("target_accuracy"))
    if said:
        st.toast(written(said), icon=":material/check:")


def _keep() -> None:
    scenario = looking()
    if scenario is not None:
        target = aims.aimed(USUAL_TARGET)
        said = f"“{scenario.name}” is the workspace's own now. {MEASURED_ANEW}"
        make_own(scenario, said)
        aims.aim_at(target)


def _leave() -> None:
    _close()
    aims.go_back(own_target())


def _close() -> None:
    st.session_state[_LEFT] = st.session_state.pop(_ADDRESS, None)
    for key in (_SCENARIO, _WORDS):
        st.session_state.pop(key, None)
    for name in (STATE, STORED):
        if name in st.query_params:
            del st.query_params[name]
