"""Which scenarios are kept, and how are they shared?"""

import streamlit as st

from dashboard import scenarios, show

st.title("Scenarios")
scenario = show.chain_now().scenario
st.subheader(show.written(f"Shown now: {scenario.name}"))
statuses = [a.status for a in scenario.values()]
st.caption(
    f"{scenario.digest}: {statuses.count('measured')} assumptions measured, "
    f"{statuses.count('edited')} edited, {statuses.count('default')} at their default. What is "
    "kept stays exactly as it is now, measured figures included; a "
    "second one of the same name is a new version."
)
scenarios.save(scenario)
listed = scenarios.kept()
if listed:
    scenarios.one(listed)
scenarios.link(scenario)
show.next_step("compare", "two or three of them side by side")
