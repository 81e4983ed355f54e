"""The frontier of a scenario: cheapest plans, cost of the next point, and what is out of reach."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from core.analysis.cogs import cogs_of
from core.analysis.frontier import frontier_of
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.errors import AssumptionError
from core.prices import PriceBook

TODAY = date(2026, 11, 22)
SHIPPED = default_scenario(PriceBook(), TODAY)
DEFAULT = replace(SHIPPED, settings={**SHIPPED.settings, "levers": "data votes review"})
FOUND = frontier_of(DEFAULT)


def edited(**changes: float) -> Scenario:
    """The default with some values changed."""
    return DEFAULT.edited(changes, on=TODAY)


def test_accuracy_never_gets_cheaper_along_the_frontier() -> None:
    """Each plan on the frontier is both better and dearer than the one before."""
    accuracy = np.array([plan.accuracy for plan in FOUND.frontier])
    cost = np.array([plan.unit_cost_usd for plan in FOUND.frontier])
    assert (np.diff(accuracy) > 0).all()
    assert (np.diff(cost) > 0).all()
    assert FOUND.frontier[0] == FOUND.cheapest


def test_the_cheapest_plan_at_the_target_beats_all_that_were_tried() -> None:
    """It reaches the target, and no plan of the table reaches it for less."""
    assert FOUND.plan is not None
    assert FOUND.plan.accuracy >= FOUND.target - 1e-12
    tried = FOUND.plans.unit_cost[FOUND.plans.accuracy >= FOUND.target].min()
    assert FOUND.plan.unit_cost_usd <= tried
    assert FOUND.plan.unit_cost_usd == pytest.approx(tried, rel=0.15)


def test_a_plans_cost_is_its_parts() -> None:
    """Unit cost is what each request costs plus its share of what is paid once."""
    for plan in FOUND.frontier:
        share = plan.fixed_usd / FOUND.requests
        assert plan.unit_cost_usd == pytest.approx(plan.variable_usd + share)
    assert FOUND.requests == 1_000 * 600 * 24


def test_a_campaign_costs_its_set_up_and_its_samples() -> None:
    """$2,000 once, $0.06 to make and $0.05 to check each sample, and the proof."""
    plan = next(plan for plan in FOUND.frontier if plan.new_samples > 0)
    assert plan.fixed_usd == pytest.approx(2_000 + 0.11 * plan.new_samples + plan.proof_usd)
    labels = 1.959964**2 * plan.accuracy / (0.2**2 * (1 - plan.accuracy))
    assert plan.proof_usd == pytest.approx(0.05 * labels)
    assert FOUND.cheapest.proof_usd == 0
    assert FOUND.cheapest.fixed_usd == 0


def test_the_points_add_up() -> None:
    """The cost of all points is the cost from the cheapest plan to the best one."""
    total = sum(
        100 * (point.accuracy_to - point.accuracy_from) * point.usd_per_request
        for point in FOUND.cost_per_point
    )
    assert total == pytest.approx(FOUND.best.unit_cost_usd - FOUND.cheapest.unit_cost_usd)
    late, early = FOUND.cost_per_point[-1], FOUND.cost_per_point[2]
    assert late.usd_per_request > 10 * early.usd_per_request
    assert late.usd_over_period == pytest.approx(late.usd_per_request * FOUND.requests)


def test_a_target_out_of_reach_names_the_best() -> None:
    """99.9 % is not reachable, and the best that is, is said."""
    found = frontier_of(edited(target_accuracy=0.999))
    assert found.plan is None
    assert "99.9 % is not reachable" in found.why_no_plan
    assert "98.3 %" in found.why_no_plan
    assert found.best.accuracy == pytest.approx(FOUND.best.accuracy)


def test_many_requests_make_building_free() -> None:
    """At ever more seats the unit cost of a plan is its variable cost."""
    plan = frontier_of(edited(seats=1e12)).plan
    assert plan is not None
    assert plan.unit_cost_usd == pytest.approx(plan.variable_usd)
    assert plan.new_samples == DEFAULT.value("max_new_samples")


def test_without_new_samples_other_levers_remain() -> None:
    """Where no sample can be made, votes and review are all there is."""
    found = frontier_of(edited(max_new_samples=0))
    assert set(found.grid.new_samples) == {0.0}
    assert found.best.accuracy < FOUND.best.accuracy


def test_no_volume_is_refused() -> None:
    """Costs cannot be spread over no requests."""
    with pytest.raises(AssumptionError, match="requests_per_seat must be in"):
        frontier_of(edited(requests_per_seat=0))


def test_cost_of_a_request_is_the_sum_of_its_parts() -> None:
    """The parts sum to the total, and the margin follows from it and the revenue."""
    found = cogs_of(DEFAULT)
    assert found.at_target is not None
    for cost in (found.now, found.at_target):
        assert cost.usd == sum(part.usd for part in cost.components)
        assert cost.gross_margin == pytest.approx(1 - cost.usd / (29 / 600))
        assert cost.gross_margin < cost.gross_margin_before_errors
    parts = {part.name: part.usd for part in found.now.components}
    assert parts["uncached input"] == pytest.approx(3 * 1_000 * 0.10 / 1e6)
    assert parts["cached input"] == pytest.approx(3 * 1_000 * 0.01 / 1e6)
    assert parts["output"] == pytest.approx(3 * 250 * 0.50 / 1e6)
    assert parts["wrong answers"] == pytest.approx(0.15 * 0.05)


def test_the_request_at_the_target_is_the_frontiers_plan() -> None:
    """Cost of a request and frontier tell of one plan, at one price."""
    found = cogs_of(DEFAULT)
    assert found.at_target is not None
    assert found.plan == FOUND.plan
    wrong = (1 - found.at_target.accuracy) * 0.05
    assert FOUND.plan is not None
    assert found.at_target.usd - wrong == pytest.approx(FOUND.plan.unit_cost_usd)


def test_building_can_stay_in_research() -> None:
    """Under the other policy building and proof are 0 and nothing else changes."""
    policy = {**DEFAULT.settings, "training_policy": "rnd"}
    found = cogs_of(replace(DEFAULT, settings=policy)).at_target
    counted = cogs_of(DEFAULT).at_target
    assert found is not None
    assert counted is not None
    changed = [a.name for a, b in zip(found.components, counted.components, strict=True) if a != b]
    assert changed == ["building the model", "proving the accuracy"]
    assert found.gross_margin > counted.gross_margin
