"""Which assumptions does everything rest on, and where does each come from?"""

import streamlit as st

from core.formats import quantity
from dashboard import cached, show, tables

st.title("Assumptions")
scenario = show.chain_now().scenario
statuses = [a.status for a in scenario.values()]
st.subheader(
    f"{statuses.count('measured')} measured, {statuses.count('edited')} edited, "
    f"{statuses.count('default')} at their default"
)
changes: dict[str, float] = {}
with st.form("edit", border=True):
    st.write(
        "Change a value; it is then marked as edited, loses its interval, and no measurement "
        "replaces it. The target accuracy is the slider in the sidebar."
    )
    for heading, keys in cached.scenario_groups().items():
        st.markdown(f"**{heading}**")
        with st.grid(3, min_column_width=260):
            for key in keys:
                if key == "target_accuracy":
                    continue
                a = scenario[key]
                low, high = a.unit.bounds
                spread = ""
                if a.low is not None and a.high is not None:
                    spread = f"{quantity(a.low, a.unit)} to {quantity(a.high, a.unit)} (90 %). "
                changes[key] = st.number_input(
                    f"{key.replace('_', ' ')} [{a.unit}] · {a.status}",
                    value=a.value,
                    min_value=low,
                    max_value=high if high < float("inf") else None,
                    format="%.6g",
                    key=f"assumption {key} {a.value!r}",
                    help=f"{a.note} {spread}Source: {a.source}. As of {a.as_of}.",
                )
    with st.container(horizontal=True):
        applied = st.form_submit_button("Apply", type="primary")
        back = st.form_submit_button("Back to defaults and measurements")
if back:
    cached.reset_scenario()
    st.rerun()
if applied:
    cached.edit_scenario({k: v for k, v in changes.items() if v != scenario[k].value})
    st.rerun()
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
