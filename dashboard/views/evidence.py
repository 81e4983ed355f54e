"""Does injecting the accepted corpus really move the slice?"""

import streamlit as st

from core import formats
from dashboard import cached, charts, empty, inputs, work

choice = inputs.choice()
st.title("Evidence")
if choice.data is None:
    empty.no_data()
if choice.label is None:
    empty.no_label()
chain = cached.chain(choice.data.fingerprint, choice.label, choice.target, choice.tau, choice.slice_name)
if chain.part is None:
    empty.not_audited()
if chain.run is None or chain.cost is None:
    empty.no_run(chain.part.name)

cost = chain.cost
st.write(
    f"A model is trained on real rows without and with the **{cost.accepted:,}** samples that run {cost.run_id} "
    f"has accepted at strictness {cost.tau:g}, on the same splits and seeds, and tested on real rows of "
    f"**{chain.part.name}** that neither the generator nor the critics saw."
)
if st.button("Run the experiment", type="primary", icon=":material/science:",
             disabled=work.is_running() or not cost.accepted):
    work.start("Evidence", [
        "evidence", choice.data.fingerprint, "--label", choice.label, "--slice", chain.part.name,
        "--synthetic", f"{cost.run_id}@{cost.tau:g}",
    ])
    st.rerun()
if not cost.accepted:
    st.info("No candidate is accepted at this strictness; lower τ in the sidebar.")
found = chain.evidence
if found is None:
    st.stop()

st.subheader(f"{found.verdict.capitalize()} at {found.slice}")
st.write(found.why)
with st.container(horizontal=True):
    for name, arm in (("Recall without", found.baseline), ("Recall with the corpus", found.augmented)):
        st.metric(name, formats.percent(arm.score, 0), border=True, delta_color="off", delta_arrow="off",
                  delta=formats.interval(formats.percent(arm.score_low, 0), formats.percent(arm.score_high, 0)),
                  delta_description="95 % interval")
    st.metric("Gain", formats.points(found.gain.p50), border=True, delta_color="off", delta_arrow="off",
              delta=formats.interval(formats.points(found.gain.p10), formats.points(found.gain.p90)),
              delta_description="P10 to P90")
    rate = found.exchange_rate
    st.metric("Real samples per synthetic one", formats.number(rate.p50, 2), border=True,
              delta=f"{formats.number(rate.p10, 2)} to "
              f"{formats.number(rate.p90, 2) if rate.p90 is not None else 'beyond the curve'}",
              delta_color="off", delta_arrow="off", delta_description="P10 to P90")
st.plotly_chart(charts.gains(found), key="gains", config=charts.CONFIG,
                alt="Change in recall at the slice and elsewhere, with P10 to P90")
st.caption(
    f"{found.corpus}: {found.synthetic:,} synthetic samples beside {found.baseline.n_train:,} real ones of the "
    f"slice; {found.baseline.n_test:,} held-out real examples; {found.repeats} paired repeats; exact McNemar "
    f"p = {formats.number(found.p_value, 2)}. Evidence {found.evidence_id}, seed {found.seed}, {found.at[:10]}. "
    + " ".join(found.notes)
)
st.page_link("views/margin.py", label="Next: what it does to margin", icon=":material/arrow_forward:")
