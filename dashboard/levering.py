"""Which levers may be used, chosen on the page, and the plan that comes of them."""

import streamlit as st

from core.analysis.grid import LEVERS, allowed_levers
from core.analysis.plan_words import plan_in_words
from core.analysis.plans import Plan
from core.assumptions import Scenario
from core.formats import money, percent
from dashboard import cached, linked, show

_NAMES = {
    "data": "new samples",
    "tier": "stronger model",
    "retrieval": "deeper retrieval",
    "votes": "votes",
    "critic": "verifier, asking again",
    "cascade": "cascade",
    "review": "human review",
}
_KEY = "levers that may be used"


def choose(scenario: Scenario) -> None:
    """The levers as switches; a change is kept with the scenario."""
    if linked.guard():
        return
    may = allowed_levers(scenario.settings.get("levers"))
    st.session_state[_KEY] = [lever for lever in LEVERS if lever in may]
    st.pills(
        "Levers you may use",
        LEVERS,
        selection_mode="multi",
        format_func=_NAMES.__getitem__,
        key=_KEY,
        on_change=lambda: cached.set_levers(st.session_state[_KEY]),
        help="What a plan may combine. Effects that nobody measured are guesses; each is an "
        "assumption with its source on the page “Assumptions”.",
    )


def plan_said(plan: Plan, target: float) -> None:
    """The cheapest plan for the target, in a sentence."""
    st.markdown(
        f"The cheapest plan for {percent(target)}: **{show.written(plan_in_words(plan))}**. "
        f"It costs {show.written(money(plan.fixed_usd))} once "
        f"({show.written(money(plan.proof_usd))} of it to prove the accuracy) and "
        f"{show.written(money(plan.variable_usd))} per request."
    )
