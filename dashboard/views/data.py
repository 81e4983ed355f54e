"""What is in the file?"""

import streamlit as st

from dashboard import cached, charts, empty, inputs

choice = inputs.choice()
st.title("Data")
if choice.data is None:
    empty.no_data()
data = choice.data
st.caption(f"{data.name} · {data.rows:,} rows · {len(data.columns)} columns · fingerprint {data.fingerprint}")
left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Columns")
    st.dataframe(
        [
            {"column": c.name, "type": c.type, "missing": c.missing, "different values": c.distinct,
             "examples": " · ".join(c.examples)}
            for c in data.columns
        ],
        hide_index=True, alt="The columns of the file with their types and examples",
        column_config={"different values": st.column_config.NumberColumn(help="Approximate for large files")},
    )
    st.subheader("First rows")
    st.dataframe(cached.first_rows(data.fingerprint, 50), hide_index=True, alt="The first 50 rows")
with right:
    st.subheader("Samples per label")
    if choice.label is None:
        st.info("No column could be a label, so there is nothing to count.")
    else:
        counts = cached.counts(data.fingerprint, choice.label)
        st.plotly_chart(charts.label_counts(counts), key="labels", config=charts.CONFIG,
                        alt=f"Samples per value of {choice.label}, rarest at the bottom")
        st.caption(f"{len(counts):,} labels in column {choice.label}; the rarest 30 are shown.")
st.page_link("views/audit.py", label="Next: find the bottleneck", icon=":material/arrow_forward:")
