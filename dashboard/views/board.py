"""What would one tell the board?"""

import streamlit as st

from dashboard import cached, inputs, show

st.title("Summary for the board")
target, chain = inputs.choice().target, show.chain_now()
summary = cached.board(chain, target)
st.subheader(summary.headline)
for line in summary.lines:
    with st.container(border=True):
        head, body = st.columns([1, 4])
        link = f"views/{line.page}.py"
        head.page_link(link, label=line.heading, icon=":material/open_in_new:")
        body.write(line.finding)
        if line.trust:
            body.caption(line.trust)
st.download_button(
    "Download as one HTML page",
    data=lambda: cached.board_page(chain, target),
    mime="text/html",
    file_name="datawall-summary.html",
    on_click="ignore",
    type="primary",
    icon=":material/download:",
)
st.caption(summary.footnote)
