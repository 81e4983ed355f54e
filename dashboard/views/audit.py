"""Which slice starves the model, and how many samples does it lack?"""

import streamlit as st

from dashboard import audited, cached, inputs, show, tables

st.title("Bottleneck and deficit")
data, asked = show.chosen_data(), show.chosen_question()
target, chain = inputs.choice().target, show.chain_now()
found, part, order = chain.audit, chain.part, cached.order(chain, inputs.choice().target)
if found is None or part is None or order is None:
    audited.invitation(data, asked, target)
    st.stop()

audited.headline(found, part, order)
if found.is_incomplete:
    audited.to_go_on(data, asked, found.measured, target)
show.notes(found.measured.notes)
left, right = st.columns([5, 3], gap="medium")
with left:
    audited.slices(found, part, target)
with right:
    audited.curve(found, part, target)
audited.to_order(order)
audited.before_asking(found.measured)
st.caption(tables.audit_source(found.measured))
show.next_step("generate", "generate candidates for it")
