"""The accuracy aimed at: the sidebar's slider, and the exact target behind it.

The slider moves in whole points; a scenario may promise something in between. While the slider
stands where a scenario has put it, the scenario's own target counts, to the last digit.
"""

import streamlit as st

LEAST, MOST, STEP = 0.50, 0.99, 0.01
"""Targets that the slider can take."""

KEY = "target"
_EXACT, _BEFORE = "exact target", "target before"


def aim_at(target: float) -> None:
    """Put the slider where it is nearest to a target; call it before the slider is drawn."""
    nearest = round(min(max(target, LEAST), MOST), 2)
    st.session_state[KEY] = nearest
    st.session_state[_EXACT] = (nearest, target)


def aimed(usual: float) -> float:
    """The target that counts now."""
    found = float(st.session_state.get(KEY, usual))
    nearest, exact = st.session_state.get(_EXACT, (None, found))
    return float(exact) if nearest == found else found


def remember() -> None:
    """Note the target of now, to come back to it."""
    if KEY in st.session_state and _BEFORE not in st.session_state:
        st.session_state[_BEFORE] = aimed(st.session_state[KEY])


def go_back(usual: float) -> None:
    """Aim where it was before, or as usual."""
    aim_at(st.session_state.pop(_BEFORE, usual))


def forget() -> None:
    """Stay here: what was aimed at before does not count any more."""
    st.session_state.pop(_BEFORE, None)
