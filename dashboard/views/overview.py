"""What is the whole story, in one screen?"""

import streamlit as st

from core import formats
from core.analysis.board import deficit_in_words, deficit_range
from dashboard import cached, charts, empty, inputs

choice = inputs.choice()
st.title("What does the next accuracy point cost?")
if choice.data is None:
    empty.no_data()
chain = cached.chain(choice.data.fingerprint, choice.label, choice.target, choice.tau, choice.slice_name)
if chain.part is None or chain.audit is None:
    st.write(f"**{choice.data.name}** is loaded: {choice.data.rows:,} rows.")
    empty.not_audited()
part, metric = chain.part, chain.audit.measured.metric
margin = cached.margin(chain.scenario, choice.target)
at, sizing, cost = margin.margin_at_target, part.sizing, chain.cost

with st.grid(4, min_column_width=220, gap="medium"):
    with st.container(border=True, height="stretch"):
        st.metric(f"1 · Bottleneck: {metric} today", formats.percent(part.facts.score, 0), delta_color="off",
                  delta_arrow="off", delta_description="95 % interval", delta=formats.interval(
                      formats.percent(part.facts.score_low, 0), formats.percent(part.facts.score_high, 0)))
        st.page_link("views/audit.py", label=part.name, icon=":material/troubleshoot:")
    with st.container(border=True, height="stretch"):
        known = sizing.deficit.p50 is not None
        st.metric(f"2 · Samples missing to {formats.percent(choice.target, 0)}", formats.count(sizing.deficit.p50) if known else "unknown",
                  delta_color="off", delta_arrow="off", delta_description="P10 to P90",
                  delta=deficit_range(sizing))
        st.page_link("views/audit.py", label=f"reachable: {sizing.reachable}", icon=":material/query_stats:")
    with st.container(border=True, height="stretch"):
        price = cost.per_accepted_usd if cost else None
        st.metric("3 · Cost per accepted sample", formats.money(price), delta_color="off", delta_arrow="off",
                  delta=f"{cost.accepted:,} of {cost.proposed:,} accepted" if cost else "nothing generated",
                  delta_description=f"τ = {cost.tau:g}" if cost else None,
                  help="Paid to models. The embedded generator calls none, so it costs nothing.")
        st.page_link("views/evidence.py" if chain.evidence else "views/generate.py", icon=":material/science:",
                     label=f"evidence: {chain.evidence.verdict}" if chain.evidence else "not tested yet")
    with st.container(border=True, height="stretch"):
        st.metric(f"4 · Gross margin at {formats.percent(choice.target, 0)}",
                  formats.percent(float(at.p50)), delta_color="off", delta_arrow="off",
                  delta=formats.interval(formats.percent(float(at.p10), 0), formats.percent(float(at.p90), 0)),
                  delta_description="P10 to P90")
        best = margin.optimum.value
        st.page_link("views/margin.py", icon=":material/show_chart:",
                     label=f"best at {formats.percent(best)} accuracy" if best is not None else "see why")

left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Gross margin against accuracy")
    st.plotly_chart(charts.margin_curve(margin), key="margin", config=charts.CONFIG,
                    alt="Gross margin against accuracy, with the optimum and the collapse points")
with right:
    st.subheader("In words")
    st.markdown(f"- **{part.name}** starves the model: {part.facts.n:,} samples give {metric} "
                f"{formats.percent(part.facts.score, 0)}. [Audit](/audit)")
    st.markdown(f"- {deficit_in_words(sizing)} {sizing.why}")
    if cost is not None:
        writer = "no language model wrote them" if cost.calls == 0 else f"{cost.calls:,} model calls"
        st.markdown(f"- A run proposed {cost.proposed:,} candidates and {cost.accepted:,} pass at strictness "
                    f"{cost.tau:g}; {writer}. [Strictness](/strictness)")
    if chain.evidence is not None:
        gain = chain.evidence.gain
        st.markdown(f"- Injected, they change recall on held-out real data by **{formats.points(gain.p50)}** "
                    f"({formats.points(gain.p10)} to {formats.points(gain.p90)}): {chain.evidence.verdict}. "
                    "[Evidence](/evidence)")
    st.markdown(f"- At {formats.percent(choice.target, 0)} accuracy the margin is "
                f"**{formats.percent(float(at.p50))}**. [Cost of accuracy](/frontier) · [Margin](/margin)")
st.caption(f"{choice.data.name}, label {choice.label}. Scenario {chain.scenario.name} ({chain.scenario.digest}), "
           f"{margin.draws:,} draws, seed {margin.seed}.")
