"""Does injecting the accepted corpus really move the slice?"""

import streamlit as st

from core.formats import interval, number, percent, points
from dashboard import charts, show, tables, work

st.title("Evidence")
data, label = show.chosen_data(), show.chosen_label()
chain = show.chain_now()
part = show.audited_part(chain)
cost = chain.cost
if cost is None:
    show.no_run(part.name)

corpus = f"{cost.run_id}@{cost.tau:g}"
st.write(
    f"A model is trained on real rows without and with the **{cost.accepted:,}** samples that run "
    f"{cost.run_id} has accepted at strictness {cost.tau:g}, on the same splits and seeds, and "
    f"tested on real rows of **{part.name}** that neither the generator nor the critics saw."
)
asked = ["--label", label, "--slice", part.name, "--synthetic", corpus]
command = ["evidence", data.fingerprint, *asked]
work.button("Run the experiment", "Evidence", lambda: command, usable=cost.accepted > 0)
if not cost.accepted:
    st.info("No candidate is accepted at this strictness; lower τ in the sidebar.")
found = chain.evidence
if found is None:
    st.stop()

st.subheader(f"{found.verdict.capitalize()} at {found.slice}")
st.write(found.why)
with st.grid(4, min_column_width=190):
    arms = (("Recall without", found.baseline), ("Recall with the corpus", found.augmented))
    for name, arm in arms:
        spread = interval(percent(arm.score_low, 0), percent(arm.score_high, 0))
        show.number(name, percent(arm.score, 0), spread, "95 % interval")
    spread = interval(points(found.gain.p10), points(found.gain.p90))
    show.number("Gain", points(found.gain.p50), spread, "P10 to P90")
    rate = found.exchange_rate
    spread = interval(number(rate.p10, 2), number(rate.p90, 2))
    if rate.p90 is None and rate.p10 is not None:
        spread = f"{number(rate.p10, 2)} or more"
    show.number("Real samples per synthetic one", number(rate.p50, 2), spread, "P10 to P90")
described = "Change in recall at the slice and elsewhere, with P10 to P90"
show.chart(charts.gains(found), "gains", described)
if found.corpus != corpus:
    st.warning(f"This was measured with {found.corpus}; the corpus chosen now is {corpus}.")
st.caption(tables.evidence_source(found))
show.next_step("margin", "what it does to margin")
