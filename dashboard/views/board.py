"""What would one tell the board?"""

import streamlit as st

from dashboard import cached, inputs

PAGES = {name: f"views/{name}.py" for name in ("audit", "generate", "strictness", "evidence", "frontier", "margin")}

choice = inputs.choice()
st.title("Summary for the board")
chain = cached.chain(choice.data.fingerprint if choice.data else None, choice.label, choice.target, choice.tau,
                     choice.slice_name)
summary = cached.board(chain, choice.target)
st.subheader(summary.headline)
for line in summary.lines:
    with st.container(border=True):
        head, body = st.columns([1, 4])
        head.page_link(PAGES[line.page], label=line.heading, icon=":material/open_in_new:")
        body.write(line.finding)
        if line.trust:
            body.caption(line.trust)
st.download_button(
    "Download as one HTML page", data=lambda: cached.board_page(chain, choice.target), mime="text/html",
    file_name="datawall-summary.html", on_click="ignore", type="primary", icon=":material/download:",
)
st.caption(summary.footnote)
