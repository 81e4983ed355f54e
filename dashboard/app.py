"""Entry point: configuration, navigation and the controls that every page shares."""

from pathlib import Path

import streamlit as st

from core.errors import DatawallError
from dashboard import inputs, linked, work

st.set_page_config(
    page_title="Datawall", page_icon=str(Path(__file__).with_name("favicon.png")), layout="wide"
)

PAGES = {
    "": [st.Page("views/overview.py", title="Overview", icon=":material/home:", default=True)],
    "1 · Audit": [
        st.Page("views/data.py", title="Data", icon=":material/table:"),
        st.Page("views/audit.py", title="Bottleneck and deficit", icon=":material/troubleshoot:"),
    ],
    "2 · Architecture": [
        st.Page("views/knowledge.py", title="Knowledge", icon=":material/hub:"),
        st.Page("views/generate.py", title="Generate and critique", icon=":material/auto_awesome:"),
        st.Page("views/label.py", title="Label", icon=":material/label:"),
        st.Page("views/strictness.py", title="Strictness", icon=":material/tune:"),
    ],
    "3 · Execution": [
        st.Page("views/evidence.py", title="Evidence", icon=":material/science:"),
        st.Page("views/monitor.py", title="Corpus monitor", icon=":material/monitor_heart:"),
        st.Page("views/collapse.py", title="Collapse lab", icon=":material/cyclone:"),
    ],
    "4 · Economics": [
        st.Page("views/scenario.py", title="Assumptions", icon=":material/edit_note:"),
        st.Page("views/scenarios.py", title="Scenarios", icon=":material/bookmarks:"),
        st.Page("views/prices.py", title="Prices", icon=":material/sell:"),
        st.Page("views/cogs.py", title="Cost of a request", icon=":material/payments:"),
        st.Page("views/frontier.py", title="Cost of accuracy", icon=":material/trending_up:"),
        st.Page("views/margin.py", title="Margin", icon=":material/show_chart:"),
        st.Page("views/sensitivity.py", title="What matters", icon=":material/balance:"),
        st.Page("views/returns.py", title="Return", icon=":material/savings:"),
        st.Page("views/compare.py", title="Compare scenarios", icon=":material/difference:"),
        st.Page("views/strategies.py", title="Strategies", icon=":material/alt_route:"),
    ],
    "Board": [
        st.Page("views/board.py", title="Board pack", icon=":material/summarize:"),
        st.Page("views/programme.py", title="90-day plan", icon=":material/event_available:"),
    ],
}

page = st.navigation(PAGES, expanded=True)
try:
    linked.open_link()
    inputs.sidebar()
    linked.banner()
    with st.container():  # Always there, so that a page keeps its place when work begins.
        work.panel(shows_runs=page.url_path == "generate")
    page.run()
except DatawallError as error:
    st.error(str(error))
