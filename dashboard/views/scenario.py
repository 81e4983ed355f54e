"""Which assumptions does everything rest on, and where does each come from?"""

import streamlit as st

from core import formats
from dashboard import cached, inputs

choice = inputs.choice()
st.title("Assumptions")
chain = cached.chain(choice.data.fingerprint if choice.data else None, choice.label, choice.target, choice.tau,
                     choice.slice_name)
scenario = chain.scenario
statuses = [a.status for a in scenario.values()]
st.subheader(f"{statuses.count('measured')} measured, {statuses.count('edited')} edited, "
             f"{statuses.count('default')} at their default")
with st.form("edit", border=True):
    st.write("Change a value; it is then marked as edited, loses its interval, and no measurement replaces it.")
    changes = {}
    for heading, keys in cached.scenario_groups().items():
        st.markdown(f"**{heading}**")
        with st.grid(3, min_column_width=260):
            for key in keys:
                a = scenario[key]
                low, high = a.unit.bounds
                spread = (f"{formats.quantity(a.low, a.unit)} to {formats.quantity(a.high, a.unit)} (90 %). "
                          if a.low is not None and a.high is not None else "")
                if key == "target_accuracy":  # set by the slider that every page shows
                    continue
                changes[key] = st.number_input(
                    f"{key.replace('_', ' ')} [{a.unit}] · {a.status}", value=a.value, min_value=low,
                    max_value=high if high < float("inf") else None, step=None, format="%.6g",
                    key=f"assumption {key} {a.value!r}",
                    help=f"{a.note} {spread}Source: {a.source}. As of {a.as_of}.",
                )
    apply, reset = st.columns(2)
    applied = apply.form_submit_button("Apply", type="primary")
    back = reset.form_submit_button("Back to defaults and measurements")
if back:
    cached.reset_scenario()
    st.rerun()
if applied:
    cached.edit_scenario({k: v for k, v in changes.items() if v is not None and v != scenario[k].value})
    st.rerun()
st.dataframe(
    [
        {"assumption": a.key.replace("_", " "), "value": formats.quantity(a.value, a.unit),
         "90 % interval": f"{formats.number(a.low)} to {formats.number(a.high)}"
         if a.low is not None and a.high is not None else "–",
         "status": a.status, "source": a.source, "as of": a.as_of.isoformat()}
        for a in scenario.values()
    ],
    hide_index=True, alt="Every assumption with value, interval, status, source and date",
)
st.download_button("Download as scenario file", data=lambda: cached.scenario_file(scenario), mime="application/toml",
                   file_name="scenario.toml", on_click="ignore", icon=":material/download:")
