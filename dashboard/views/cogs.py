"""What does a request cost?"""

import streamlit as st

from core.formats import money
from dashboard import cached, costs, show

st.title("Cost of a request")
chain = show.chain_now()
found = cached.cogs(chain.scenario)
earned = money(found.revenue_per_request)
st.subheader(f"A request costs {money(found.now.usd)} today and earns {earned}")
costs.figures(found)
request, seats, savings, sample = st.tabs(["Parts", "Seats", "Savings", "A sample"])
with request:
    costs.parts(found)
with seats:
    costs.seats(chain.scenario, found)
with savings:
    costs.savings(chain.scenario)
with sample:
    costs.sample(chain, found)
counted = "COGS" if found.policy == "cogs" else "research"
st.caption(
    f"Every assumption at its median. Model building counts as {counted}. "
    f"Scenario {found.scenario_digest}."
)
show.next_step("frontier", "what each accuracy point costs")
