"""Which slice starves the model, and how many samples does it lack?"""

import streamlit as st

from core import formats
from core.analysis.board import deficit_in_words, deficit_range
from dashboard import cached, charts, empty, inputs, work

choice = inputs.choice()
st.title("Bottleneck and deficit")
if choice.data is None:
    empty.no_data()
if choice.label is None:
    empty.no_label()
chain = cached.chain(choice.data.fingerprint, choice.label, choice.target, choice.tau, choice.slice_name)
found = chain.audit

unfinished = found is not None and any(
    s.facts.curve is None for s in found.slices if s.facts in found.measured.starving(choice.target)
)
if found is None or unfinished:
    st.write(
        f"The audit trains a model on **{choice.data.name}** to predict **{choice.label}**, scores every slice "
        f"on rows left out, and draws a learning curve for those below {formats.percent(choice.target, 0)}."
    )
    if st.button("Run the audit", type="primary", icon=":material/play_arrow:", disabled=work.is_running()):
        work.start("Audit", ["audit", choice.data.fingerprint, "--label", choice.label,
                             "--target", str(choice.target)])
        st.rerun()
if found is None:
    st.stop()

worst, metric = found.bottleneck, found.measured.metric
sizing, facts = worst.sizing, worst.facts
st.subheader(f"The bottleneck is {worst.name}. {deficit_in_words(sizing)}")
with st.container(horizontal=True):
    st.metric(f"{metric.capitalize()} today", formats.percent(facts.score, 0), border=True,
              delta=formats.interval(formats.percent(facts.score_low, 0), formats.percent(facts.score_high, 0)),
              delta_color="off", delta_arrow="off", delta_description="95 % interval")
    st.metric("Samples held", formats.count(facts.n), border=True,
              delta=formats.percent(facts.prevalence), delta_color="off", delta_arrow="off",
              delta_description="of all rows")
    st.metric("Samples missing (P50)",
              formats.count(sizing.deficit.p50) if sizing.deficit.p50 is not None else "unknown", border=True,
              delta=deficit_range(sizing),
              delta_color="off", delta_arrow="off", delta_description="P10 to P90")
    st.metric("Target reachable", sizing.reachable, border=True,
              delta=formats.percent(sizing.p_reachable, 0) if sizing.p_reachable is not None else "not sized",
              delta_color="off", delta_arrow="off", delta_description="of fitted curves")
st.caption(sizing.why + (
    f" To collect that many at today's prevalence takes {formats.count(sizing.records_to_collect)} raw "
    "records with 95 % assurance." if sizing.records_to_collect else ""
))

names = [s.name for s in found.slices if s.facts.curve is not None] or [worst.name]
if st.session_state.get("slice") not in names:
    st.session_state["slice"] = names[0]
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Learning curve")
    st.selectbox("Slice", names, key="slice", persist_state="session",
                 help="The slice that generation, evidence and economics work on.")
    part = found.slice_named(st.session_state["slice"])
    st.plotly_chart(charts.learning_curve(part, metric, choice.target), key="curve", config=charts.CONFIG,
                    alt=f"{metric} of {part.name} against its training samples, with the fitted band")
    st.caption(f"Only this slice grows; all other training rows stay. {part.sizing.why}")
with right:
    st.subheader("All slices")
    st.plotly_chart(charts.slice_scores(found.slices, metric, choice.target), key="slices",
                    config=charts.CONFIG, alt=f"{metric} of every slice with its 95 % interval, worst on top")
st.dataframe(
    [
        {
            "slice": s.name, "samples": s.facts.n, metric: formats.percent(s.facts.score),
            "95 % interval": formats.interval(formats.percent(s.facts.score_low, 0),
                                              formats.percent(s.facts.score_high, 0)),
            "reachable": s.sizing.reachable, "deficit": deficit_in_words(s.sizing),
            "why": s.sizing.why,
        }
        for s in found.slices
    ],
    hide_index=True, alt="Every slice with score, interval and deficit",
)
measured = found.measured
st.caption(f"Learner: {measured.learner}. {measured.rows_used:,} of {measured.rows:,} rows used. "
           + " ".join(measured.notes) + f" Audit {measured.name}, seed {measured.seed}, {measured.at[:10]}.")
st.page_link("views/generate.py", label="Next: generate candidates for it", icon=":material/arrow_forward:")
