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
from core.assumptions import Assumption
from core.errors import AssumptionError
from core.prices import PriceBook
from core.units import Unit

DEFAULT = default_scenario(PriceBook(), date(2026, 11, 22))
ALL = DEFAULT.settings["levers"]
MUST_BE_POSITIVE = {
    "seats", "requests_per_seat", "amortisation_months", "samples_held", "cache_write_multiple",
    "embedding_price", "vector_storage_price", "reranker_price", "tool_price", "gpu_rate",
    "gpu_input_throughput", "gpu_output_throughput",
}  # fmt: skip
BELOW_ONE = {"target_accuracy", "retry_rate", "batch_price_share", "flex_price_share",
             "gpu_max_load", "proof_precision"}  # fmt: skip
FROM_ONE = {"gpu_peak_factor", "usage_spread"}


def values(assumption: Assumption) -> st.SearchStrategy[float]:
    """The ends of what the unit allows, tiny, huge, and what it was."""
    if assumption.key in BELOW_ONE:
        return st.sampled_from([1e-6, 0.5, 0.95, 1 - 1e-9])
    if assumption.unit is Unit.FRACTION:
        return st.sampled_from([0.0, 1e-9, 0.5, 1.0, assumption.value])
    if assumption.key in FROM_ONE:
        return st.sampled_from([1.0, 5.0, 1e6])
    if assumption.unit is Unit.HOURS_PER_MONTH:
        return st.sampled_from([1e-6, 730.0, 744.0])
    least = 1e-6 if assumption.key in MUST_BE_POSITIVE else 0.0
    return st.sampled_from([least, 1e-6, 1.0, 1e6, assumption.value])


@st.composite
def edits(draw: st.DrawFn) -> tuple[dict[str, float], str, str]:
    """Up to eight values moved to where they may lawfully be, a policy and the levers."""
    keys = draw(st.lists(st.sampled_from(sorted(DEFAULT)), max_size=8, unique=True))
    changes = {key: draw(values(DEFAULT[key])) for key in keys}
    levers = draw(st.sampled_from(["data votes review", "data critic cascade", "", ALL]))
    return changes, draw(st.sampled_from(["cogs", "rnd"])), levers


@settings(max_examples=120, derandomize=True, deadline=None)
@given(edits())
def test_every_lawful_scenario_is_answered(edited: tuple[dict[str, float], str, str]) -> None:
    """No traceback, no warning; a missing number has its reason, an impossible one its name."""
    changes, policy, levers = edited
    moved = DEFAULT.edited(changes, on=date(2026, 11, 22))
    chosen = {**moved.settings, "training_policy": policy, "levers": levers}
    scenario = replace(moved, settings=chosen)
    try:
        found, frontier = margin_of(scenario, draws=40), frontier_of(scenario)
        costs_now = cogs_of(scenario).now
    except AssumptionError as error:
        assert any(key in str(error) for key in changes), str(error)  # noqa: PT017 -- any of them
        return
    for point in (found.optimum, found.usage_per_seat, found.accuracy_zero, found.accuracy_target):
        assert (point.value is None) == bool(point.why)
    assert (found.plan is None) == bool(found.why_no_plan)
    assert not np.isinf(found.gross_margin.p50).any()
    costs = [plan.unit_cost_usd for plan in frontier.frontier]
    assert costs == sorted(costs)
    assert not np.isnan(costs_now.usd)
