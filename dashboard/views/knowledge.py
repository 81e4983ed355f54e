"""What is known of the domain, where is it from, and does it contradict itself?"""

import streamlit as st

from dashboard import charts, facts, show

st.title("Knowledge")
found = facts.known()
triples = found.graph.triples
if not triples:
    st.info(
        "Import a file of facts below: one per row, with the columns subject, relation and "
        "object. Or let a model read your documents and keep what they say word for word: "
        "`datawall knowledge extract handbook.md --model MODEL`.",
        title="No facts of your domain yet",
    )
    facts.upload()
    st.stop()

st.caption(
    f"{facts.headline(found)} A plan with `knowledge = true` keeps its generator to these facts "
    "and judges by them."
)
left, right = st.columns([3, 2], gap="large")
with left:
    name = facts.chosen(found)
    part = facts.part(found, name)
    facts.picture(charts.knowledge_graph(part), f"The facts as a network. {facts.described(part)}")
    st.caption(show.written(facts.described(part)))
with right:
    about = facts.rows(found, name)
    heading = (
        "All facts" if name is None else f"{name}: {facts.counted(len(about), 'fact', 'facts')}"
    )
    st.subheader(show.written(heading))
    facts.table(about)
st.subheader("Contradictions, duplicates and loose ends")
facts.problems(found)
with st.expander("Add facts", icon=":material/upload_file:"):
    facts.upload()
show.next_step("generate", "generate candidates that keep to the facts")
