"""What does each extra accuracy point cost?"""

import streamlit as st

from core.formats import count, money, number, percent
from dashboard import cached, charts, evaluating, inputs, levering, show, tables

st.title("Cost of accuracy")
target = inputs.choice().target
scenario = show.chain_now().scenario
found = cached.frontier(scenario)
step = found.next_point(target)
if step is None:
    st.subheader(f"No plan goes beyond {percent(found.best.accuracy)}")
else:
    st.subheader(
        f"From {percent(step.accuracy_from)} the next point costs {money(step.usd_over_period)} "
        f"over the amortisation time, on {count(found.requests)} requests"
    )
levering.choose(scenario)
if found.plan is None:
    st.warning(found.why_no_plan)
else:
    levering.plan_said(found.plan, target)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Plans and frontier")
    described = "Cost of a request against accuracy for all plans; the frontier is the lower edge"
    show.chart(charts.frontier(found, target), "frontier", described)
with right:
    st.subheader("Cost of the next point")
    described = "Dollars that each further accuracy point costs over the amortisation time"
    show.chart(charts.point_costs(found), "points", described)
rule = number(found.rule_multiple)
st.caption(
    f"{len(found.plans.accuracy):,} plans, every assumption at its median; building and proof "
    f"spread over {count(found.requests)} requests. The {rule}x, {rule}x rule is a consultant's "
    f"heuristic without data, drawn for comparison. Scenario {found.scenario_digest}."
)
plans, volumes, measured = st.tabs(["The frontier", "By volume", "Measured on your evaluation"])
with plans:
    st.dataframe(tables.plans(found.frontier), hide_index=True, alt="Plans by rising accuracy")
with volumes:
    st.write(
        f"The cheapest plan for {percent(target)} depends on how many requests share what is "
        f"paid once; yours are {count(found.requests)} over the amortisation time."
    )
    listed = tables.by_volume(found)
    st.dataframe(listed, hide_index=True, alt="The cheapest plan at each volume")
with measured:
    evaluating.section(scenario)
show.next_step("margin", "what margin is left")
