"""Which assumptions does everything rest on, and where does each come from?"""

import streamlit as st

from dashboard import cached, editing, show, tables

st.title("Assumptions")
scenario = show.chain_now().scenario
statuses = [a.status for a in scenario.values()]
uncertain = sum(a.is_uncertain for a in scenario.values())
st.subheader(
    f"{statuses.count('measured')} measured, {statuses.count('edited')} edited, "
    f"{statuses.count('default')} at their default; {uncertain} with an interval"
)
st.write(
    "What you change is marked as edited, and no measurement replaces it. An interval is 90 %: one "
    "time in twenty the truth is below low, one time in twenty above high. The target accuracy is "
    "the slider in the sidebar."
)
editing.form(scenario, editing.chosen_keys(scenario))
editing.correlations(scenario)
editing.upload()
listed = tables.assumptions(scenario)
st.dataframe(listed, hide_index=True, alt="Every assumption with value, source and date")
st.download_button(
    "Download as scenario file",
    data=lambda: cached.scenario_file(scenario),
    mime="application/toml",
    file_name="scenario.toml",
    on_click="ignore",
    icon=":material/download:",
)
show.next_step("sensitivity", "which of them matter")
