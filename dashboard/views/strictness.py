"""What does each strictness accept, and what does an accepted sample cost?"""

import streamlit as st

from core import formats
from dashboard import cached, charts, empty, inputs

choice = inputs.choice()
st.title("Strictness")
if choice.data is None:
    empty.no_data()
found = cached.runs_of(choice.data.fingerprint)
chain = cached.chain(choice.data.fingerprint, choice.label, choice.target, choice.tau, choice.slice_name)
if not found:
    empty.no_run(chain.part.name if chain.part else "the bottleneck")
names = {r.run_id: f"{r.run_id} · {r.run.slice} · {r.proposed:,} candidates" for r in found if r.proposed}
if not names:
    st.info("The run has not proposed anything yet.")
    st.stop()
own = chain.run.run_id if chain.run and chain.run.run_id in names else next(iter(names))
run_id = st.selectbox("Run", list(names), index=list(names).index(own), format_func=lambda r: names[r], key="run")
answer = cached.strictness(run_id, choice.tau)
now = min(answer.points, key=lambda p: abs(p.tau - choice.tau))

st.subheader(f"At τ = {choice.tau:g}, {now.accepted:,} candidates are accepted")
with st.container(horizontal=True):
    st.metric("Acceptance rate", formats.percent(now.acceptance_rate), border=True)
    st.metric("Cost per accepted sample", formats.money(now.cost_per_accepted_usd), border=True,
              help="Paid to models, rejected candidates included.")
    st.metric("Coverage of anchors", formats.percent(now.coverage) if now.coverage is not None else "unknown",
              border=True, help="Share of the training-side anchors that an accepted candidate is close to.")
    precision = now.precision.p50 if now.precision else None
    st.metric("Precision", formats.percent(precision) if precision is not None else "unknown", border=True,
              help="Share of the accepted that is good. Known only with human labels.")
st.plotly_chart(charts.strictness(answer, choice.tau), key="strictness", config=charts.CONFIG,
                alt="Acceptance rate and coverage against strictness")
labels = answer.calibration.labels
st.caption(f"Calibration: {answer.calibration.method}, {labels} human labels. "
           f"Recommended τ: {answer.recommended.tau if answer.recommended.tau is not None else 'none'}. "
           f"{answer.recommended.why[:1].upper()}{answer.recommended.why[1:].rstrip('.')}. "
           "Moving τ re-reads the ledger; no call is made.")

st.subheader("Right at the threshold")
near = cached.near_threshold(run_id, choice.tau, 6)
st.dataframe(near, hide_index=True,
             alt="Candidates just above and below the threshold, with the critic that decided")
with st.container(horizontal=True):
    for fmt, name in (("csv", "CSV"), ("jsonl", "JSONL"), ("openai-chat", "OpenAI chat JSONL"), ("parquet", "Parquet")):
        st.download_button(
            f"Accepted corpus as {name}", data=lambda fmt=fmt: cached.exported(run_id, choice.tau, fmt),
            file_name=f"{run_id}-{fmt}.{'jsonl' if fmt == 'openai-chat' else fmt}", on_click="ignore",
            disabled=not now.accepted, key=f"export {fmt}", icon=":material/download:",
        )
st.page_link("views/evidence.py", label="Next: prove it on real data", icon=":material/arrow_forward:")
