"""What is the whole story, in one screen?"""

import streamlit as st

from core.analysis.story import deficit_range, story_of
from core.formats import count, interval, money, percent
from dashboard import cached, charts, inputs, show

st.title("What does the next accuracy point cost?")
data, now, chain = show.chosen_data(), inputs.choice(), show.chain_now()
if chain.part is None:
    st.write(f"**{data.name}** is loaded: {data.rows:,} rows.")
part = show.audited_part(chain)
facts, sizing, cost = part.facts, part.sizing, chain.cost
margin = cached.margin(chain.scenario, now.target)
at, target = margin.margin_at_target, percent(now.target, 0)


def card(view: str, label: str, icon: str) -> None:
    """The link to the page that made the number."""
    st.page_link(f"views/{view}.py", label=label, icon=f":material/{icon}:")


with st.grid(4, min_column_width=190, gap="medium"):
    with st.container(border=True, height="stretch"):
        spread = interval(percent(facts.score_low, 0), percent(facts.score_high, 0))
        score = percent(facts.score, 0)
        show.number("1 · Bottleneck: score today", score, spread, "95 % interval", boxed=False)
        card("audit", part.name, "troubleshoot")
    with st.container(border=True, height="stretch"):
        missing = "unknown" if sizing.deficit.p50 is None else count(sizing.deficit.p50)
        name = f"2 · Samples missing to {target}"
        show.number(name, missing, deficit_range(sizing), "P10 to P90", boxed=False)
        card("audit", f"reachable: {sizing.reachable}", "query_stats")
    with st.container(border=True, height="stretch"):
        made = f"{cost.accepted:,} of {cost.proposed:,} accepted" if cost else "nothing generated"
        show.number(
            "3 · Cost per accepted sample",
            money(cost.per_accepted_usd if cost else None),
            made,
            f"τ = {cost.tau:g}" if cost else "",
            why="Paid to models. The embedded generator calls none, so it costs nothing.",
            boxed=False,
        )
        if chain.evidence:
            card("evidence", f"evidence: {chain.evidence.verdict}", "science")
        else:
            card("generate", "not tested yet", "science")
    with st.container(border=True, height="stretch"):
        spread = interval(percent(float(at.p10), 0), percent(float(at.p90), 0))
        name = f"4 · Gross margin at {target}"
        show.number(name, percent(float(at.p50)), spread, "P10 to P90", boxed=False)
        best = margin.optimum.value
        card("margin", "see why" if best is None else f"best at {percent(best)}", "show_chart")

left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Gross margin against accuracy")
    described = "Gross margin against accuracy, with the best and the collapse points"
    show.chart(charts.margin_curve(margin), "margin", described)
with right:
    st.subheader("In words")
    for line in story_of(chain, margin):
        st.markdown(f"- {line.finding} [{line.heading}](/{line.page})")
st.caption(
    f"{data.name}, label {now.label}. Scenario {chain.scenario.name} ({chain.scenario.digest}), "
    f"{margin.draws:,} draws, seed {margin.seed}."
)
