"""Which accuracy earns the most, and where does the margin collapse?"""

import streamlit as st

from core.formats import count, interval, percent
from dashboard import cached, charts, inputs, levering, scaling, show

st.title("Margin")
target, chain = inputs.choice().target, show.chain_now()
found = cached.margin(chain.scenario, target)
at, plan = found.margin_at_target, found.plan
if plan is None:
    st.subheader(f"{percent(target, 0)} accuracy is not reachable")
    st.warning(found.why_no_plan)
else:
    st.subheader(f"At {percent(target, 0)} accuracy the gross margin is {percent(float(at.p50))}")
wanted = percent(found.target_margin, 0)
points = (
    ("Highest at", found.optimum, percent),
    (f"{wanted} lost above", found.accuracy_target, percent),
    ("Zero above", found.accuracy_zero, percent),
    ("Seat used up at", found.usage_per_seat, count),
)
with st.grid(5, min_column_width=150):
    spread = interval(percent(float(at.p10), 0), percent(float(at.p90), 0))
    show.number("Gross margin", percent(float(at.p50)), spread)
    for name, point, write in points:
        if point.value is None:
            show.number(name, "none", "see below", why=point.why)
            continue
        low, high = ("open" if v is None else write(v) for v in (point.p10, point.p90))
        why = "Open: in more than one draw in ten it is never crossed."
        show.number(name, write(point.value), interval(low, high), why=why)
st.caption("Ranges are P10 to P90; requests are those of one seat in a month.")
described = "Gross margin against the accuracy promised, with the best and the collapse points"
show.chart(charts.margin_curve(found), "margin", described)
for name, point, _ in points:
    if point.value is None:
        st.caption(f"{name}: {point.why}")
if plan is not None:
    levering.plan_said(plan, target)
    kept = found.reachable_share[found.accuracy.tolist().index(target)]
    there = cached.cogs(chain.scenario).at_target
    st.caption(
        "The plan is chosen with every assumption at its median"
        + (f", where it leaves {percent(there.gross_margin)}, " if there else " ")
        + "and then kept; where it falls short, people review as many requests as it takes. It "
        f"keeps {percent(target, 0)} in {percent(float(kept), 0)} of the draws."
    )
built, unbuilt = found.margin_with_building, found.margin_without_building
st.caption(
    f"Accuracy is that of {chain.part.name if chain.part else 'the served task'}. Scenario "
    f"{chain.scenario.name} ({chain.scenario.digest}), {found.draws:,} draws, seed {found.seed}. "
    f"Margin at the target with the cost of building {percent(float(built.p50))}, without "
    f"{percent(float(unbuilt.p50))} (P50)."
)
scaling.section(chain.scenario)
show.next_step("board", "the summary for the board")
