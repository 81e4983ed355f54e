"""What does each strictness accept, how good is that, and what does it cost?"""

from functools import partial

import streamlit as st

from dashboard import cached, certifying, knobs, setting, show, turning

st.title("Strictness")
data = show.chosen_data()
left, right = st.columns(2, gap="large")
with left:
    run_id = turning.chosen_run(data.fingerprint)
with right:
    objective = turning.objective()
tau = turning.slider(knobs.advice(run_id, objective))
now = knobs.setting(run_id, tau)

setting.figures(now)
show.notes(knobs.notes(run_id))
setting.drawn(now, knobs.curve(run_id))

edge, critics, parts, whole, trust, promise = st.tabs(
    ["At the threshold", "Critics", "Sub-slices", "Whole set", "Calibration", "Certificate"]
)
with edge:
    turning.at_the_threshold(run_id, tau)
with critics:
    turning.critics(run_id, tau)
with parts:
    turning.sub_slices(now)
with whole:
    turning.shift(run_id, tau)
with trust:
    turning.calibration(run_id)
with promise:
    certifying.panel(run_id)

st.subheader("Accepted corpus")
with st.container(horizontal=True):
    for fmt, suffix in cached.EXPORTS.items():
        st.download_button(
            f"Accepted corpus: {fmt}",
            data=partial(cached.exported, run_id, tau, fmt),
            file_name=f"{run_id}-{fmt}.{suffix}",
            on_click="ignore",
            disabled=not now.accepted,
            icon=":material/download:",
        )
show.next_step("evidence", "prove it on real data")
