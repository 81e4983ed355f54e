"""Which accuracy earns the most, and where does the margin collapse?"""

import streamlit as st

from core import formats
from dashboard import cached, charts, inputs

choice = inputs.choice()
st.title("Margin")
chain = cached.chain(choice.data.fingerprint if choice.data else None, choice.label, choice.target, choice.tau,
                     choice.slice_name)
found = cached.margin(chain.scenario, choice.target)
at = found.margin_at_target

headline = (
    f"At {formats.percent(choice.target, 0)} accuracy the gross margin is {formats.percent(float(at.p50))}"
    if found.plan else f"{formats.percent(choice.target, 0)} accuracy is not reachable"
)
st.subheader(headline)
if not found.plan:
    st.warning(found.why_no_plan)
points = (
    ("Highest margin at", found.optimum, formats.percent),
    (f"{formats.percent(found.target_margin, 0)} margin is lost above", found.accuracy_target, formats.percent),
    ("Margin is zero above", found.accuracy_zero, formats.percent),
    ("A seat earns nothing from", found.usage_per_seat, lambda v: f"{formats.count(v)} / month"),
)
with st.grid(5, min_column_width=150):
    st.metric("Gross margin at the target", formats.percent(float(at.p50)), border=True, delta_color="off",
              delta=formats.interval(formats.percent(float(at.p10), 0), formats.percent(float(at.p90), 0)),
              delta_arrow="off", delta_description="P10–P90", height="stretch")
    for name, point, write in points:
        known = point.value is not None
        low, high = (write(v) if v is not None else "open" for v in (point.p10, point.p90))
        st.metric(name, write(point.value) if known else "none", border=True, delta_color="off", delta_arrow="off",
                  help=point.why or "Open: in more than one draw in ten it is never crossed.", delta=formats.interval(low, high) if known else "see below",
                  delta_description="P10–P90" if known else None, height="stretch")
st.plotly_chart(charts.margin_curve(found), key="margin", config=charts.CONFIG,
                alt="Gross margin against the accuracy promised, with the optimum and the collapse points")
for name, point in (("Margin wanted", found.accuracy_target), ("Zero margin", found.accuracy_zero),
                    ("Usage per seat", found.usage_per_seat), ("Optimum", found.optimum)):
    if point.value is None and point.why:
        st.caption(f"{name}: {point.why}")
if found.plan:
    plan = found.plan
    st.write(
        f"The cheapest plan there: **{formats.count(plan.new_samples)}** new samples, **{plan.votes}** "
        f"{'answer' if plan.votes == 1 else 'votes'} per request of the slice, **{formats.percent(plan.review_share)}** of "
        f"them to people: {formats.money(plan.fixed_usd)} once and {formats.money(plan.variable_usd)} per request."
    )
st.caption(
    f"Accuracy is that of {chain.part.name if chain.part else 'the served task'}. Scenario {chain.scenario.name} "
    f"({chain.scenario.digest}), {found.draws:,} draws, seed {found.seed}. Margin with the cost of building "
    f"{formats.percent(float(found.margin_with_building.p50))}, without "
    f"{formats.percent(float(found.margin_without_building.p50))} (P50 at the target)."
)
st.page_link("views/board.py", label="Next: the summary for the board", icon=":material/arrow_forward:")
