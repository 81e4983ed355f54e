"""What does a request cost?"""

import streamlit as st

from core import formats
from dashboard import cached, charts, inputs

choice = inputs.choice()
st.title("Cost of a request")
chain = cached.chain(choice.data.fingerprint if choice.data else None, choice.label, choice.target, choice.tau,
                     choice.slice_name)
found = cached.cogs(chain.scenario)
now = found.now
st.subheader(f"A request costs {formats.money(now.usd)} today and earns {formats.money(found.revenue_per_request)}")
with st.container(horizontal=True):
    st.metric("Revenue per request", formats.money(found.revenue_per_request), border=True)
    st.metric("Cost per request today", formats.money(now.usd), border=True)
    st.metric("Gross margin today", formats.percent(now.gross_margin), border=True)
    st.metric("Before the cost of errors", formats.percent(now.gross_margin_before_errors), border=True)
st.plotly_chart(charts.cost_components(found), key="components", config=charts.CONFIG,
                alt="Parts of the cost of a request, today and at the target")
rows = {c.name: formats.money(c.usd) for c in now.components}
later = {c.name: formats.money(c.usd) for c in found.at_target.components} if found.at_target else {}
st.dataframe(
    [{"part": name, "today": value, "at the target": later.get(name, "–")} for name, value in rows.items()]
    + [{"part": "total", "today": formats.money(now.usd),
        "at the target": formats.money(found.at_target.usd) if found.at_target else "–"}],
    hide_index=True, alt="Parts of the cost of a request in dollars",
)
if found.at_target is None:
    st.warning(found.why_no_plan)
st.caption(f"Every assumption at its median. Model building counts as "
           f"{'COGS' if found.policy == 'cogs' else 'research'}. Scenario {found.scenario_digest}.")
