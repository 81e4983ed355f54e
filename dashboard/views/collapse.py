"""What becomes of a loop that is trained on its own output?"""

import streamlit as st

from core.analysis.collapse import FIGURES
from dashboard import charts, collapsing, show

st.title("Collapse lab")
st.write(
    "A model that is trained on what its predecessor made can lose the rare cases first and then "
    "everything else. Each experiment runs many such chains and lays the exact expectation over "
    "them, so that the simulation can be seen to be right."
)
preset, settings, beside, figure = collapsing.chosen()
answer = collapsing.simulated(settings)
other = collapsing.simulated(beside) if beside is not None else None

is_told = preset is not None and settings == preset.settings
if preset is not None and is_told:
    st.subheader(preset.title)
    st.write(preset.claim)
    st.write(f"**{answer.verdict.capitalize()}.** {show.written(answer.why)}")
else:
    st.subheader(answer.verdict.capitalize())
    st.write(show.written(answer.why))
collapsing.figures(answer, figure)
lines = (collapsing.in_words(settings), collapsing.in_words(beside) if beside is not None else "")
shown = FIGURES[figure]
chart = charts.generations(answer, figure, other, shown, lines)
show.chart(chart, "collapse", f"{shown} over the generations, with the exact expectation")
with st.expander("All figures of the last generation"):
    st.dataframe(collapsing.table(answer), hide_index=True, alt="All figures of the loop")
source = f" After {preset.source}." if preset is not None else ""
st.caption(
    f"{settings.repeats:,} chains, seed {settings.seed}; bars are two standard errors of the mean, "
    "too short where few chains carry it; circles are exact expectations."
    f"{source} "
    "“Model collapse” is said of at least eight things (R. Schaeffer et al., 2025). Here early "
    "collapse is that more than half of the tails or rare categories are lost, and late collapse "
    "that less than a tenth of the spread is left."
)
show.next_step("scenario", "the assumptions of the economics")
