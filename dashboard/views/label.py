"""What do people say of the candidates?"""

import streamlit as st

from dashboard import choosing, label_sharing, labelling, show

st.title("Label")
data = show.chosen_data()
chain = show.chain_now()
run = choosing.chosen(data.fingerprint)
if run is None:
    show.no_run(chain.part.name if chain.part else "the bottleneck")
now = labelling.sitting(run.run_id)
labelling.desk(now)
with st.expander("Label elsewhere, import and export", icon=":material/swap_vert:"):
    label_sharing.panel(now)
st.caption(
    "Judge by what you see; scores are shown after your verdict. Each judgement is kept at once. "
    "The labels of one run say nothing of another."
)
show.next_step("strictness", "see what the labels say at each strictness")
