"""Which assumptions does the outcome hang on, and what would reach a goal?"""

import streamlit as st

from core.analysis.sensitivity import CAVEAT
from core.formats import interval, percent
from dashboard import charts, sensing, show

st.title("What matters")
scenario = show.chain_now().scenario
found = sensing.sensitivity(scenario)
outcome = sensing.outcome()
tornado = found.of(outcome)
if tornado is None:
    st.subheader(f"{percent(found.target)} accuracy is not reachable")
    st.warning(found.why_no_plan)
else:
    st.subheader(show.written(sensing.moved_most(tornado)))
    drawn, unit, name = tornado.drawn, tornado.unit, sensing.NAMES[outcome]
    with st.grid(3, min_column_width=190):
        show.number(f"At all medians: {name}", sensing.shown(tornado.at_medians, unit))
        spread = interval(sensing.shown(drawn.p10, unit), sensing.shown(drawn.p90, unit))
        show.number("Middle of all draws", sensing.shown(drawn.p50, unit), spread, "P10 to P90")
        kept = percent(found.kept_share, 0)
        show.number("Promise is kept in", kept, f"{percent(found.target)} accuracy", "of the draws")
    described = f"The {name} with each assumption alone at its 10th and 90th percentile"
    show.chart(charts.tornado(tornado, name), "tornado", described)
    listed = sensing.bars(tornado)
    st.dataframe(listed, hide_index=True, alt="Each assumption that moves the outcome alone")
    still = len(tornado.bars) - len(listed)
    st.caption(f"{still} more uncertain assumptions do not move it alone. {CAVEAT}")
st.subheader("Reach a goal")
sensing.goal(scenario)
st.download_button(
    "Download all draws",
    data=lambda: sensing.draws_file(scenario),
    mime="text/csv",
    file_name="draws.csv",
    on_click="ignore",
    icon=":material/download:",
)
st.caption(f"{found.draws:,} draws, seed {found.seed}. Scenario {found.scenario_digest}.")
show.next_step("compare", "what changed between two scenarios")
