"""What does each strictness accept, and what does an accepted sample cost?"""

from functools import partial

import streamlit as st

from core.formats import money, percent
from dashboard import cached, charts, inputs, show, tables

st.title("Strictness")
data, tau = show.chosen_data(), inputs.choice().tau
chain = show.chain_now()
runs = {r.run_id: r for r in cached.runs_of(data.fingerprint) if r.proposed}
if not runs:
    show.no_run(chain.part.name if chain.part else "the bottleneck")
own = chain.run.run_id if chain.run and chain.run.run_id in runs else next(iter(runs))
run_id = st.selectbox(
    "Run",
    list(runs),
    index=list(runs).index(own),
    format_func=lambda r: f"{r} · {runs[r].run.slice} · {runs[r].proposed:,} candidates",
)
found = cached.strictness(run_id, tau)
now = min(found.points, key=lambda p: abs(p.tau - tau))

st.subheader(f"At τ = {tau:g}, {now.accepted:,} candidates are accepted")
with st.grid(4, min_column_width=190):
    show.number("Acceptance rate", percent(now.acceptance_rate))
    why = "Paid to models, rejected candidates included."
    show.number("Cost per accepted sample", money(now.cost_per_accepted_usd), why=why)
    why = "Share of the training-side anchors that an accepted candidate is close to."
    show.number("Coverage of anchors", percent(now.coverage), why=why)
    why = "Share of the accepted that is good. Known only with human labels."
    show.number("Precision", percent(now.precision.p50 if now.precision else None), why=why)
described = "Acceptance rate and coverage against strictness"
show.chart(charts.strictness(found, tau), "strictness", described)
st.caption(tables.calibration(found))

st.subheader("Right at the threshold")
near = cached.near_threshold(run_id, tau, 6)
st.dataframe(near, hide_index=True, alt="Candidates at the threshold and the critic that decided")
with st.container(horizontal=True):
    for fmt, suffix in (
        ("csv", "csv"),
        ("jsonl", "jsonl"),
        ("openai-chat", "jsonl"),
        ("parquet",) * 2,
    ):
        st.download_button(
            f"Accepted corpus: {fmt}",
            data=partial(cached.exported, run_id, tau, fmt),
            file_name=f"{run_id}-{fmt}.{suffix}",
            on_click="ignore",
            disabled=not now.accepted,
            icon=":material/download:",
        )
show.next_step("evidence", "prove it on real data")
