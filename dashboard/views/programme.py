"""What has to happen in 90 days, and what is done?"""

import streamlit as st

from dashboard import charts, inputs, show, tracking

st.title("90-day plan")
target, chain = inputs.choice().target, show.chain_now()
found = tracking.now(chain, target)
st.subheader(show.written(found.headline))
if not found.is_started:
    st.caption("The first day is not set yet; until then dates count from today.")
tracking.figures(found)
described = "Each step from its first day to its due date, coloured by its state"
show.chart(charts.ninety_days(found), "ninety days", described)
tracking.steps(found)
st.subheader("Who, until when")
tracking.editor(found)
st.subheader("The team")
tracking.team(found)
show.next_step("board", "the pack for the board")
