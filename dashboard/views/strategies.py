"""Which way of reaching the same accuracy costs least?"""

import streamlit as st

from core.formats import count, percent
from dashboard import charts, show, strategies

st.title("Strategies")
scenario = show.chain_now().scenario
question = st.selectbox(
    "What is compared", list(strategies.TITLES), format_func=lambda name: strategies.TITLES[name]
)
found = strategies.comparison(scenario, question)
st.subheader(show.written(found.reason))
described = "What a request costs under each strategy, part by part"
show.chart(charts.strategy_costs(found.rows), "strategies", described)
st.dataframe(strategies.table(found), hide_index=True, alt="Each strategy with its figures")
for row in found.rows:
    detail = f" {row.why}" if row.why else ""
    st.markdown(f"- **{row.strategy.name}**: {show.written(row.strategy.what + detail)}")
grounds = strategies.grounds(found)
guesses = len(found.guesses)
with st.expander(f"What it rests on beside the assumptions: {count(guesses)} guesses of ours"):
    st.dataframe(grounds, hide_index=True, alt="Guesses and prices with their sources")
st.caption(
    f"Same task, same target of {percent(found.target)}, {count(found.requests)} requests over the "
    "amortisation time, every assumption at its median. Building counts as COGS here, whatever "
    "the policy. Each strategy takes the cheapest of the plans that it allows. Break-even "
    f"chooses plans and whole GPUs anew at each volume. Scenario {found.scenario_digest}."
)
show.next_step("margin", "what margin is left")
