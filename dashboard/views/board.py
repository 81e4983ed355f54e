"""What would one tell the board?"""

import streamlit as st

from core.analysis.story import story_of
from dashboard import cached, inputs, reporting, scoring, show

st.title("Board")
target, chain = inputs.choice().target, show.chain_now()
found = cached.findings(chain, target)
decision = reporting.decision(found)
st.subheader(show.written(decision.headline))
reporting.said(decision)
reporting.figures(decision)
reporting.files(found)
scoring.section(found)
st.subheader("The chain, link by link")
for line in story_of(chain, cached.margin(chain.scenario, target)):
    with st.container(border=True):
        head, body = st.columns([1, 4])
        link = f"views/{line.page}.py"
        head.page_link(link, label=line.heading, icon=":material/open_in_new:")
        body.write(show.written(line.finding))
        if line.trust:
            body.caption(show.written(line.trust))
scenario = chain.scenario
st.caption(f"Scenario {scenario.name} ({scenario.digest}).")
