"""Which slice starves the model, and how many samples does it lack?"""

import streamlit as st

from core.analysis.board import deficit_in_words, deficit_range
from core.formats import count, interval, percent
from dashboard import charts, inputs, show, tables, work

st.title("Bottleneck and deficit")
data, label = show.chosen_data(), show.chosen_label()
target = inputs.choice().target
found = show.chain_now().audit
if found is None or found.is_incomplete:
    st.write(
        f"The audit trains a model on **{data.name}** to predict **{label}**, scores every slice "
        "on "
        f"rows left out, and draws a learning curve for those below {percent(target, 0)}."
    )
    asked = ["audit", data.fingerprint, "--label", label, "--target", str(target)]
    work.button("Run the audit", "Audit", lambda: asked)
if found is None:
    st.stop()

worst, metric = found.bottleneck, found.measured.metric
facts, sizing = worst.facts, worst.sizing
st.subheader(f"The bottleneck is {worst.name}. {deficit_in_words(sizing)}")
with st.grid(4, min_column_width=190):
    spread = interval(percent(facts.score_low, 0), percent(facts.score_high, 0))
    show.number(f"{metric.capitalize()} today", percent(facts.score, 0), spread, "95 % interval")
    show.number("Samples held", count(facts.n), percent(facts.prevalence), "of all rows")
    missing = "unknown" if sizing.deficit.p50 is None else count(sizing.deficit.p50)
    show.number("Samples missing (P50)", missing, deficit_range(sizing), "P10 to P90")
    share = "not sized" if sizing.p_reachable is None else percent(sizing.p_reachable, 0)
    show.number("Target reachable", sizing.reachable, share, "of fitted curves")
st.caption(sizing.why)
if sizing.records_to_collect:
    st.caption(
        f"To collect the median deficit at today's prevalence takes "
        f"{count(sizing.records_to_collect)} raw records with 95 % assurance."
    )

left, right = st.columns(2, gap="large")
with left:
    st.subheader("Learning curve")
    names = [s.name for s in found.slices if s.facts.curve is not None] or [worst.name]
    if st.session_state.get("slice") not in names:
        st.session_state["slice"] = names[0]
    about = "The slice that generation, evidence and economics work on."
    st.selectbox("Slice", names, key="slice", persist_state="session", help=about)
    part = found.slice_named(st.session_state["slice"])
    described = f"{metric} of {part.name} against its training samples, with the fitted band"
    show.chart(charts.learning_curve(part, metric, target), "curve", described)
    st.caption(f"Only this slice grows; all other training rows stay. {part.sizing.why}")
with right:
    st.subheader("All slices")
    described = f"{metric} of every slice with its 95 % interval, the worst on top"
    show.chart(charts.slice_scores(found.slices, metric, target), "slices", described)
st.dataframe(tables.slices(found), hide_index=True, alt="Every slice with score and deficit")
st.caption(tables.audit_source(found.measured))
show.next_step("generate", "generate candidates for it")
