"""What more customers do to the margin: the section of the margin page."""

import streamlit as st

from core.analysis.plan_words import plan_in_words
from core.assumptions import Scenario
from core.formats import count, money
from dashboard import cached, charts, show


def section(scenario: Scenario) -> None:
    """Margin from a hundred to a hundred thousand seats, and what moves it."""
    found = cached.scale(scenario)
    st.subheader("With more customers")
    st.write(show.written(found.why))
    if not found.plans:
        return
    described = "Gross margin at the target against the number of seats"
    show.chart(charts.margin_at_scale(found), "scale", described)
    rows = [
        {
            "from seats": count(part.seats_from),
            "cheapest plan": plan_in_words(part.plan),
            "once": money(part.plan.fixed_usd),
            "per request": money(part.plan.variable_usd),
        }
        for part in found.plans
    ]
    st.dataframe(rows, hide_index=True, alt="The cheapest plan at each number of seats")
