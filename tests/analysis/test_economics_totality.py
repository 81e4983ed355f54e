"""Whatever a scenario may lawfully say, every question has an answer or a sentence."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.cogs import cogs_of
from core.analysis.frontier import frontier_of
from core.analysis.margin import margin_of
from core.analysis.scenario import default_scenario
from core.assumptions import Assumption, Scenario
from core.prices import PriceBook
from core.units import Unit

DEFAULT = default_scenario(PriceBook(), date(2026, 11, 22))
MUST_BE_POSITIVE = {"seats", "requests_per_seat", "amortisation_months", "samples_held"}
BELOW_ONE = {"target_accuracy", "retry_rate"}


def values(assumption: Assumption) -> st.SearchStrategy[float]:
    """The ends of what the unit allows, tiny, huge, and what it was."""
    if assumption.key in BELOW_ONE:
        return st.sampled_from([1e-6, 0.5, 0.95, 1 - 1e-9])
    if assumption.unit is Unit.FRACTION:
        return st.sampled_from([0.0, 1e-9, 0.5, 1.0, assumption.value])
    least = 1e-6 if assumption.key in MUST_BE_POSITIVE else 0.0
    return st.sampled_from([least, 1e-6, 1.0, 1e6, assumption.value])


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """The default with up to eight values moved to where they may lawfully be."""
    keys = draw(st.lists(st.sampled_from(sorted(DEFAULT)), max_size=8, unique=True))
    changes = {key: draw(values(DEFAULT[key])) for key in keys}
    moved = DEFAULT.edited(changes, on=date(2026, 11, 22))
    policy = draw(st.sampled_from(["cogs", "rnd"]))
    return replace(moved, settings={**moved.settings, "training_policy": policy})


@settings(max_examples=120, derandomize=True, deadline=None)
@given(scenarios())
def test_every_lawful_scenario_is_answered(scenario: Scenario) -> None:
    """No traceback, no warning; a missing number always has its reason."""
    found = margin_of(scenario, draws=40)
    for point in (found.optimum, found.usage_per_seat, found.accuracy_zero, found.accuracy_target):
        assert (point.value is None) == bool(point.why)
    assert (found.plan is None) == bool(found.why_no_plan)
    assert not np.isinf(found.gross_margin.p50).any()
    frontier = frontier_of(scenario)
    costs = [plan.unit_cost_usd for plan in frontier.frontier]
    assert costs == sorted(costs)
    costs_now = cogs_of(scenario).now
    assert not np.isnan(costs_now.usd)
