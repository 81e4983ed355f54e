"""Is your own loop collapsing, generation after generation?"""

import streamlit as st

from dashboard import charts, monitoring, show, work

st.title("Corpus monitor")
data, label = show.chosen_data(), show.chosen_label()
chain = show.chain_now()
part = show.audited_part(chain)
cost = chain.cost
if cost is None:
    show.no_run(part.name)

st.write(
    f"Each run on **{part.name}** is a generation: what strictness {cost.tau:g} accepts of it is "
    "held against the real examples that may train. Every figure stands beside what real "
    "examples differ by among themselves."
)
asked = ["--label", label, "--slice", part.name, "--strictness", f"{cost.tau:g}"]
command = ["monitor", data.fingerprint, *asked]
work.button("Look at the loop", "Monitor", lambda: command, usable=cost.accepted > 0)
found = monitoring.newest(data.fingerprint, label, part.name)
if found is None:
    st.info("Nothing was looked at yet. Files of your own loop: datawall monitor --generations.")
    st.stop()

st.subheader(show.written(found.words))
if found.action:
    st.write(f"**What to do:** {show.written(found.action)}.")
monitoring.numbers(found)
metrics = monitoring.metrics(found)
if metrics:
    grid = charts.monitor_grid(found, metrics, monitoring.NAMES)
    described = "Every figure of every generation in standard deviations of its null band"
    show.chart(grid, "monitor", described)
    st.caption(
        "Standard deviations of what real sets differ by; “!” is an alarm: red is more, blue is "
        "less than usual."
    )
if len(found.generations) > 1 and metrics:
    names = monitoring.NAMES
    metric = st.selectbox("Figure", metrics, format_func=lambda m: names.get(m, m))
    course = charts.monitor_course(found, metric, names.get(metric, metric))
    show.chart(course, "course", f"{names.get(metric, metric)} over the generations")
st.dataframe(monitoring.table(found), hide_index=True, alt="Every figure of the last generation")
st.caption(monitoring.read(found))
show.notes(found.notes)
show.next_step("collapse", "what such loops come to in theory")
