"""What does reaching the target return, over the years, and how sure is that?"""

import streamlit as st

from core.analysis.roi import headline_of
from core.formats import percent
from dashboard import cached, inputs, returning, show

st.title("Return")
target, chain = inputs.choice().target, show.chain_now()
found = cached.roi(chain.scenario, target)
if found.plan is None:
    st.subheader(f"{percent(target, 0)} accuracy is not reachable, so there is no return")
    st.warning(found.why_no_plan)
else:
    st.subheader(show.written(headline_of(found)))
    returning.figures(found)
    returning.flows(found)
    st.subheader("What it hangs on")
    returning.risk(found)
    returning.percentiles(found)
    returning.illustration(found)
st.caption(
    f"Against staying as today, over {found.horizon_years} years at "
    f"{percent(found.discount_rate)} a year. The team, the horizon and the rate are assumptions "
    f"like all others. Scenario {chain.scenario.name} ({found.scenario_digest}), {found.draws:,} "
    f"draws, seed {found.seed}."
)
show.next_step("board", "the pack for the board")
