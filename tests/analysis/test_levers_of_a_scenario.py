"""All levers together: laws of the optimum, what a commitment brings, and volume."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.frontier import frontier_of
from core.analysis.grid import LEVERS, allowed_levers
from core.analysis.margin import margin_of
from core.analysis.outcome import commit, outcomes
from core.analysis.scale import scale_of
from core.analysis.scenario import default_scenario, load_scenario
from core.assumptions import Scenario
from core.errors import ScenarioError
from core.prices import PriceBook
from core.uncertainty import draws, medians

TODAY = date(2026, 11, 22)
DEFAULT = default_scenario(PriceBook(), TODAY)


def using(*levers: str, scenario: Scenario = DEFAULT) -> Scenario:
    """The scenario with some levers only."""
    return replace(scenario, settings={**scenario.settings, "levers": " ".join(levers)})


def edited(**changes: float) -> Scenario:
    """The default with some values changed."""
    return DEFAULT.edited(changes, on=TODAY)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.sets(st.sampled_from(LEVERS)), st.sampled_from(LEVERS), st.floats(0.86, 0.97))
def test_adding_a_lever_never_raises_the_optimum(
    some: set[str], another: str, target: float
) -> None:
    """More to choose from is never dearer, nor less accurate at best."""
    fewer = frontier_of(using(*some, scenario=edited(target_accuracy=target)))
    more = frontier_of(using(*some, another, scenario=edited(target_accuracy=target)))
    assert more.best.accuracy >= fewer.best.accuracy - 1e-12
    if fewer.plan is not None:
        assert more.plan is not None
        assert more.plan.unit_cost_usd <= fewer.plan.unit_cost_usd + 1e-15


@settings(max_examples=15, derandomize=True, deadline=None)
@given(st.floats(0.1, 30.0))
def test_all_prices_times_k_cost_k_times(k: float) -> None:
    """Every plan keeps its accuracy and every cost is scaled, the next point's included."""
    money = {key: k * a.value for key, a in DEFAULT.items() if a.unit.is_money}
    plain, scaled = frontier_of(DEFAULT), frontier_of(edited(**money))
    np.testing.assert_allclose(scaled.plans.unit_cost, k * plain.plans.unit_cost, rtol=1e-9)
    assert scaled.plan is not None
    assert plain.plan is not None
    assert scaled.plan.levers == plain.plan.levers
    assert scaled.cost_per_point[3].multiple == pytest.approx(plain.cost_per_point[3].multiple)


@pytest.mark.parametrize("target", [0.86, 0.9, 0.93, 0.96, 0.985])
def test_the_optimum_is_no_dearer_than_any_plan_tried(target: float) -> None:
    """Brute force over the whole table finds nothing cheaper, and little dearer."""
    found = frontier_of(edited(target_accuracy=target))
    assert found.plan is not None
    able = found.plans.accuracy >= target
    before_proof = found.plans.unit_cost - found.plans.proof / found.requests
    tried = before_proof[able].min() + found.plan.proof_usd / found.requests
    assert found.plan.unit_cost_usd <= tried + 1e-15
    assert found.plan.accuracy >= target - 1e-12


def test_today_is_the_first_plan_and_needs_no_proof() -> None:
    """Without levers there is one plan: what is served today."""
    found = frontier_of(using())
    assert len(found.plans.accuracy) == 1
    assert found.best == found.cheapest
    assert found.best.accuracy == pytest.approx(0.85)
    assert found.best.fixed_usd == 0
    assert "best reachable accuracy is 85.0 %" in found.why_no_plan
    assert found.by_volume == ()


def test_each_lever_alone_does_what_it_says() -> None:
    """One lever at a time moves one setting of the plan."""
    moved = {
        "data": "new_samples", "tier": "tier", "retrieval": "retrieval", "votes": "votes",
        "critic": "attempts", "cascade": "tier", "review": "review_share",
    }  # fmt: skip
    today = frontier_of(using()).best.levers
    for lever, setting in moved.items():
        best = frontier_of(using(lever)).best
        assert best.accuracy > 0.85, lever
        assert best.levers[setting] != today[setting]
        others = set(today) - {setting, "strictness", "attempts"}
        assert all(best.levers[name] == today[name] for name in others), lever


def test_the_plan_for_a_target_flips_with_volume() -> None:
    """At few requests nothing is built; each later plan costs more once and less per request."""
    parts = frontier_of(DEFAULT).by_volume
    assert parts[0].requests_from == 0
    assert parts[0].plan.new_samples == 0
    once = [part.plan.fixed_usd for part in parts]
    each = [part.plan.variable_usd for part in parts]
    assert once == sorted(once)
    assert each == sorted(each, reverse=True)
    for before, after in pairwise(parts):
        at = after.requests_from
        first = before.plan.fixed_usd + at * before.plan.variable_usd
        second = after.plan.fixed_usd + at * after.plan.variable_usd
        assert first == pytest.approx(second)


def test_the_rule_of_thumb_starts_at_the_cheapest_plan() -> None:
    """It passes through what is served today and rises to the best accuracy."""
    found = frontier_of(DEFAULT)
    assert found.rule.unit_cost[0] == pytest.approx(found.cheapest.unit_cost_usd)
    assert found.rule.accuracy[-1] == pytest.approx(found.best.accuracy)
    assert (np.diff(found.rule.unit_cost) > 0).all()


def test_a_commitment_at_the_medians_is_the_margin_of_the_plan() -> None:
    """One draw at the medians gives the point estimate; many draws give the page's percentiles."""
    commitment = commit(DEFAULT)
    assert commitment.plan is not None
    point = outcomes(commitment, medians(DEFAULT))
    assert point.accuracy[0] == pytest.approx(commitment.plan.accuracy)
    many = outcomes(commitment, draws(DEFAULT, 500, 1))
    found = margin_of(DEFAULT, draws=500, seed=1)
    p10 = np.quantile(many.gross_margin, 0.1, method="inverted_cdf")
    assert found.margin_at_target.p10 == pytest.approx(float(p10))
    assert found.reachable_share[np.searchsorted(found.accuracy, 0.95)] == many.kept.mean()


def test_no_plan_brings_nothing() -> None:
    """Beyond what is reachable a commitment says why, and its outcomes are unknown."""
    commitment = commit(DEFAULT, 0.9999)
    assert commitment.plan is None
    assert "not reachable" in commitment.why
    assert np.isnan(outcomes(commitment, medians(DEFAULT)).gross_margin).all()


def test_the_levers_may_be_named_by_the_file() -> None:
    """A list in the settings; a word that is none is answered with the nearest."""
    assert allowed_levers("data, Votes") == {"data", "votes"}
    text = '[scenario]\nname = "x"\n[settings]\nlevers = "data vote"\n'
    with pytest.raises(ScenarioError, match="names 'vote'; did you mean 'votes'"):
        load_scenario(text, "x.toml", PriceBook(), TODAY)


def test_linear_prices_alone_do_not_move_the_margin() -> None:
    """Without anything paid once or by the month, a thousand times the seats change nothing."""
    found = scale_of(using("votes", scenario=edited(target_accuracy=0.84)))
    np.testing.assert_allclose(found.kept, found.kept[0], rtol=1e-12)
    assert "Nothing moves the margin" in found.why


def test_what_moves_the_margin_is_said() -> None:
    """Building and governance are shared by more requests; own GPUs come whole."""
    found = scale_of(edited(governance_cost=2_000, self_hosted_share=0.5, gpu_rate=3.0))
    assert found.kept[0] < found.kept[-1]
    for part in ("building and proof", "governance"):
        assert part in found.why
        assert (np.diff(found.shared_usd[part]) <= 0).all()
    assert (found.gpus == np.rint(found.gpus)).all()
    assert (np.diff(found.gpus) >= 0).all()
    assert (found.rechosen >= found.kept - 1e-12).all()
    assert found.plans[0].seats_from == 100
