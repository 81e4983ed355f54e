"""What does a request cost?"""

import streamlit as st

from core.formats import money, percent
from dashboard import cached, charts, show, tables

st.title("Cost of a request")
found = cached.cogs(show.chain_now().scenario)
now, earned = found.now, money(found.revenue_per_request)
st.subheader(f"A request costs {money(now.usd)} today and earns {earned}")
with st.grid(4, min_column_width=190):
    show.number("Revenue per request", earned)
    show.number("Cost per request today", money(now.usd))
    show.number("Gross margin today", percent(now.gross_margin))
    show.number("Before the cost of errors", percent(now.gross_margin_before_errors))
described = "Parts of the cost of a request, today and at the target"
show.chart(charts.cost_components(found), "components", described)
st.dataframe(tables.components(found), hide_index=True, alt="Cost of a request, part by part")
if found.at_target is None:
    st.warning(found.why_no_plan)
counted = "COGS" if found.policy == "cogs" else "research"
st.caption(
    f"Every assumption at its median. Model building counts as {counted}. "
    f"Scenario {found.scenario_digest}."
)
show.next_step("frontier", "what each accuracy point costs")
