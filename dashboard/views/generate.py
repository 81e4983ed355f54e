"""What do generator and critics propose for the slice, and what does it cost?"""

import streamlit as st

from core.errors import DatawallError
from core.formats import money
from dashboard import cached, inputs, show, tables, work

st.title("Generate and critique")
data, label = show.chosen_data(), show.chosen_label()
chain = show.chain_now()
left, right = st.columns([2, 3], gap="large")
with left:
    st.subheader("Plan")
    plan = inputs.plan(data, label, chain)
    usable = True
    try:
        model = plan.generator.model or chain.scenario.settings["model"]
        st.caption(tables.quoted(plan, cached.estimate(plan, model)))
    except DatawallError as error:
        st.warning(str(error))
        usable = plan.generator.type == "embedded"
    title = f"Generation for {plan.slice}"
    work.button("Generate", title, lambda: ["generate", cached.write_plan(plan)], usable=usable)


@st.fragment(run_every=1.0)
def runs(fingerprint: str) -> None:
    """The runs on this dataset, as they grow, whichever process writes them."""
    st.subheader("Runs")
    found = cached.runs_of(fingerprint)
    if not found:
        st.caption("No run yet. A `datawall generate` in another process appears here too.")
        return
    for r in found:
        if r.state == "running":
            far = f"{r.proposed:,} of {r.wanted:,} candidates, {money(r.cost_usd)}"
            st.progress(min(r.proposed / r.wanted, 1.0), text=f"{r.run.slice}: {far}")
    most = max(r.wanted for r in found)
    bar = st.column_config.ProgressColumn(format="%d", min_value=0, max_value=most)
    listed = tables.runs(found)
    described = "Runs on this dataset with their state, calls and cost"
    st.dataframe(listed, hide_index=True, alt=described, column_config={"proposed": bar})
    for r in found:
        if r.why:
            st.caption(f"{r.run_id}: {r.why}")


with right:
    runs(data.fingerprint)
    st.caption("Each attempt to call a model is a row of the ledger, whatever came of it.")
show.next_step("strictness", "choose the strictness")
