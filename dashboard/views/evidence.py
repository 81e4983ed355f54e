"""Does injecting the accepted corpus really move the slice?"""

import streamlit as st

from dashboard import charts, proving, show, tables, work

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

st.subheader(proving.headline(found))
said = " ".join(part for part in (found.why, found.controls) if part)
st.write(f"**{found.verdict.capitalize()}.** {show.written(said)}")
with st.grid(4, min_column_width=190):
    proving.numbers(found)
if not found.arms:
    described = "Change in recall at the slice and elsewhere, with P10 to P90"
    show.chart(charts.gains(found), "gains", described)
else:
    described = "Gain of the corpus and of what a sceptic would put in its place"
    show.chart(charts.control_arms(found), "arms", described)
    st.dataframe(proving.arms(found), hide_index=True, alt="Every arm against the baseline")
if found.not_trained:
    st.caption(" ".join(found.not_trained))

if (curve := charts.worth_on_the_curve(found)) is not None:
    st.subheader("What one synthetic sample is worth")
    st.write(
        "The recall with the corpus is read back on the learning curve of real samples: as far "
        "along as it lies, so many real samples would have done the same."
    )
    described = "Recall against real training samples, and the recall with the corpus"
    show.chart(curve, "worth", described)
    strict, shares = st.tabs(["By strictness", "By share"])
    with strict:
        rows = proving.settings(found.exchange_by_strictness, "Strictness")
        st.dataframe(rows, hide_index=True, alt="What a sample is worth at each strictness")
        st.caption("At every strictness the same number of samples, so that only they differ.")
    with shares:
        show.chart(charts.mixing_shares(found), "shares", "Recall against the synthetic share")
        st.write(show.written(found.shares))
        rows = proving.settings(found.exchange_by_share, "Synthetic share")
        st.dataframe(rows, hide_index=True, alt="What a sample is worth at each share")
if found.corpus != corpus:
    st.warning(f"This was measured with {found.corpus}; the corpus chosen now is {corpus}.")
st.caption(tables.evidence_source(found))
show.next_step("monitor", "does the loop eat itself?")
