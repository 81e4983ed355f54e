"""The workspace that this server shows."""

import streamlit as st

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """The workspace of this server; an empty one is filled with the sample."""
    opened = Workspace()
    fill_with_sample(opened)
    return opened
