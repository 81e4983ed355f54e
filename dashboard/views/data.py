"""What is in the file?"""

import streamlit as st

from core.errors import DatawallError
from dashboard import charts, files, inputs, show, tables

st.title("Data")
data = show.chosen_data()
question = inputs.choice().question
label = question.label if question else None
st.caption(
    f"{data.name} · {data.rows:,} rows · {len(data.columns)} columns · "
    f"fingerprint {data.fingerprint}"
)
if question is not None and question.prediction is None:
    try:
        show.notes(files.cleaned(data.fingerprint, question.label, question.text))
    except DatawallError as error:
        st.warning(str(error))
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
    st.dataframe(files.first_rows(data.fingerprint, 50), hide_index=True, alt="The first 50 rows")
with right:
    st.subheader("Samples per label")
    if label is None:
        st.info("No column could be a label, so there is nothing to count.")
    else:
        counts = files.counts(data.fingerprint, label)
        described = f"Samples per value of {label}, the rarest on top"
        show.chart(charts.label_counts(counts), "labels", described)
        st.caption(f"{len(counts):,} labels in column {label}; at most the rarest 30 are shown.")
    if question is not None:
        st.subheader("Rarest slices of the whole file")
        rare = files.rarest(data.fingerprint, question.label, question.text)
        st.dataframe(
            tables.smallest(rare),
            hide_index=True,
            alt="The rarest labels and values of columns, with rows, share and labels",
            column_config={"rows": st.column_config.NumberColumn(format="localized")},
        )
        few = "all slices" if len(rare.slices) < rare.most else f"the rarest {rare.most:,} slices"
        st.caption(" ".join([f"{rare.rows:,} rows with a label; {few}.", *rare.notes]))
show.next_step("audit", "find the bottleneck")
