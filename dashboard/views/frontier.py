"""What does each extra accuracy point cost?"""

import streamlit as st

from core import formats
from dashboard import cached, charts, inputs

choice = inputs.choice()
st.title("Cost of accuracy")
chain = cached.chain(choice.data.fingerprint if choice.data else None, choice.label, choice.target, choice.tau,
                     choice.slice_name)
found = cached.frontier(chain.scenario)
next_point = next((p for p in found.cost_per_point if p.accuracy_to > choice.target and p.usd_over_period > 0), None)
st.subheader(
    f"From {formats.percent(next_point.accuracy_from)} the next point costs {formats.money(next_point.usd_over_period)} "
    f"over the amortisation time, {formats.money(next_point.usd_per_request)} per request" if next_point else f"No plan goes beyond {formats.percent(found.best.accuracy)}"
)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Plans and frontier")
    st.plotly_chart(charts.frontier(found, choice.target), key="frontier", config=charts.CONFIG,
                    alt="Cost of a request against accuracy for all plans; the frontier is the lower edge")
with right:
    st.subheader("Cost of the next point")
    st.plotly_chart(charts.point_costs(found), key="points", config=charts.CONFIG,
                    alt="Dollars that each further accuracy point costs over the amortisation time")
st.subheader("The frontier")
plans = found.frontier[:: max(1, len(found.frontier) // 25)]
st.dataframe(
    [
        {"accuracy": formats.percent(p.accuracy), "new samples": formats.count(p.new_samples), "votes": p.votes,
         "to people": formats.percent(p.review_share), "once": formats.money(p.fixed_usd),
         "per request": formats.money(p.variable_usd), "both, per request": formats.money(p.unit_cost_usd)}
        for p in plans
    ],
    hide_index=True, alt="Plans on the frontier by rising accuracy",
)
st.caption(f"Every assumption at its median; building spread over {formats.count(found.requests)} requests. "
           f"Scenario {found.scenario_digest}.")
