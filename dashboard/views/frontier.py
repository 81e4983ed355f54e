"""What does each extra accuracy point cost?"""

import streamlit as st

from core.formats import count, money, percent
from dashboard import cached, charts, inputs, show, tables

st.title("Cost of accuracy")
target = inputs.choice().target
found = cached.frontier(show.chain_now().scenario)
step = found.next_point(target)
if step is None:
    st.subheader(f"No plan goes beyond {percent(found.best.accuracy)}")
else:
    st.subheader(
        f"From {percent(step.accuracy_from)} the next point costs {money(step.usd_over_period)} "
        f"over the amortisation time, {money(step.usd_per_request)} per request"
    )
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Plans and frontier")
    described = "Cost of a request against accuracy for all plans; the frontier is the lower edge"
    show.chart(charts.frontier(found, target), "frontier", described)
with right:
    st.subheader("Cost of the next point")
    described = "Dollars that each further accuracy point costs over the amortisation time"
    show.chart(charts.point_costs(found), "points", described)
st.subheader("The frontier")
st.dataframe(tables.plans(found.frontier), hide_index=True, alt="Plans by rising accuracy")
st.caption(
    f"Every assumption at its median; building spread over {count(found.requests)} requests. "
    f"Scenario {found.scenario_digest}."
)
show.next_step("margin", "what margin is left")
