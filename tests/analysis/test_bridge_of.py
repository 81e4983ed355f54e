"""The gross-margin bridge and the plans of another kind."""

from datetime import date

import pytest

from core.analysis.bridge import bridge_of, largest_in_words
from core.analysis.cogs import cogs_of
from core.analysis.frontier import frontier_of
from core.analysis.ranked_plans import ranked_plans
from core.analysis.scenario import default_scenario
from core.prices import PriceBook

TODAY = date(2026, 11, 23)
DEFAULT = default_scenario(PriceBook(), TODAY)


@pytest.mark.parametrize("target", [0.88, 0.90, 0.95, 0.97])
def test_the_steps_sum_to_the_change_exactly(target: float) -> None:
    """From today's gross margin to that of the plan, and each step to its three parts."""
    found = bridge_of(DEFAULT, target)
    assert found.start + sum(s.margin for s in found.steps) == pytest.approx(found.end, abs=1e-12)
    revenue = 29 / 600
    for step in found.steps:
        parts = (step.serving_usd + step.building_usd + step.errors_usd) / revenue
        assert step.margin == pytest.approx(parts, abs=1e-12)


@pytest.mark.parametrize("policy", ["cogs", "rnd"])
def test_the_ends_are_the_margins_of_the_cost_page(policy: str) -> None:
    """Today and at the target, as `cogs` reports them under the same policy."""
    from dataclasses import replace

    scenario = replace(DEFAULT, settings={**DEFAULT.settings, "training_policy": policy})
    found, costs = bridge_of(scenario), cogs_of(scenario)
    assert costs.at_target is not None
    assert found.start == pytest.approx(costs.now.gross_margin, abs=1e-12)
    assert found.end == pytest.approx(costs.at_target.gross_margin, abs=1e-12)


def test_a_lever_that_only_costs_only_takes() -> None:
    """The proof makes no answer better."""
    proof = next(s for s in bridge_of(DEFAULT, 0.95).steps if s.lever == "proof of the accuracy")
    assert proof.margin < 0
    assert proof.errors_usd == proof.serving_usd == 0


def test_the_largest_step_is_named() -> None:
    """With its size in points."""
    found = bridge_of(DEFAULT, 0.95)
    assert largest_in_words(found).startswith("The largest part is new samples, +4.7 pp")


def test_without_a_price_or_a_plan_there_is_no_bridge_but_a_reason() -> None:
    """Never a number."""
    free = DEFAULT.edited({"price_per_seat": 0.0}, on=TODAY)
    assert "without revenue" in bridge_of(free, 0.9).why
    assert bridge_of(free, 0.9).steps == ()
    assert "not reachable" in bridge_of(DEFAULT, 0.9999).why
    assert "not reachable" in largest_in_words(bridge_of(DEFAULT, 0.9999))


def test_the_first_plan_is_the_cheapest_and_the_next_is_another_way() -> None:
    """No two use the same levers, and costs only rise."""
    found = ranked_plans(DEFAULT, 0.95)
    assert found.plans[0].plan == frontier_of(DEFAULT).plan
    kinds = [
        (p.plan.new_samples > 0, p.plan.tier, p.plan.retrieval, p.plan.votes > 1,
         p.plan.attempts > 1, p.plan.review_share > 0)
        for p in found.plans
    ]  # fmt: skip
    assert len(set(kinds)) == len(kinds) == 4
    extras = [p.extra_usd for p in found.plans]
    assert extras[0] == 0
    assert extras == sorted(extras)
    assert all(p.plan.accuracy >= 0.95 - 1e-9 for p in found.plans)


def test_no_plan_is_said() -> None:
    """With the best that can be reached."""
    assert ranked_plans(DEFAULT, 0.9999).plans == ()
    assert "not reachable" in ranked_plans(DEFAULT, 0.9999).why
