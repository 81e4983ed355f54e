"""What is in the file?"""

import streamlit as st

from dashboard import cached, charts, inputs, show

st.title("Data")
data = show.chosen_data()
label = inputs.choice().label
st.caption(
    f"{data.name} · {data.rows:,} rows · {len(data.columns)} columns · "
    f"fingerprint {data.fingerprint}"
)
left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Columns")
    st.dataframe(
        [
            {
                "column": c.name,
                "type": c.type,
                "missing": c.missing,
                "different values": c.distinct,
                "examples": " · ".join(c.examples),
            }
            for c in data.columns
        ],
        hide_index=True,
        alt="The columns of the file with their types and examples",
    )
    st.subheader("First rows")
    st.dataframe(cached.first_rows(data.fingerprint, 50), hide_index=True, alt="The first 50 rows")
with right:
    st.subheader("Samples per label")
    if label is None:
        st.info("No column could be a label, so there is nothing to count.")
    else:
        counts = cached.counts(data.fingerprint, label)
        described = f"Samples per value of {label}, the rarest on top"
        show.chart(charts.label_counts(counts), "labels", described)
        st.caption(f"{len(counts):,} labels in column {label}; at most the rarest 30 are shown.")
show.next_step("audit", "find the bottleneck")
