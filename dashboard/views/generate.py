"""What do generator and critics propose for the slice, and what does it cost?"""

import streamlit as st

from dashboard import choosing, planning, pricing, ran, running, show

st.title("Generate and critique")
data, label = show.chosen_data(), show.chosen_label()
chain = show.chain_now()
running.panel()
left, right = st.columns([2, 3], gap="large")
with left:
    st.subheader("Plan")
    plan = planning.plan(data, label, chain)
with right:
    pricing.card(plan, chain.scenario.settings["model"])
    choosing.listing(data.fingerprint)
run = choosing.chosen(data.fingerprint)
if run is not None:
    ran.details(run)
st.caption("Each attempt to call a model is a row of the ledger, whatever came of it.")
show.next_step("strictness", "choose the strictness")
