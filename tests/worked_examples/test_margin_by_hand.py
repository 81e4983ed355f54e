"""Costs and margins, worked out by hand."""

import numpy as np
import pytest

from core.calculators import cogs, frontier, margin, predictivity


def test_a_support_ticket() -> None:
    """Two calls of 2,000 in and 250 out at $3 and $15 per million cost $0.0195."""
    parts = cogs.inference_costs(2, 2_000, 0.0, 250, 3.0, 0.3, 15.0)
    assert parts["uncached input"] == pytest.approx(0.012)
    assert parts["cached input"] == 0
    assert parts["output"] == pytest.approx(0.0075)
    assert cogs.total(parts) == pytest.approx(0.0195)


def test_cached_tokens_are_cheaper() -> None:
    """Half of 2,000 tokens at $1, half at $0.10 per million: $0.001 and $0.0001."""
    parts = cogs.inference_costs(1, 2_000, 0.5, 0, 1.0, 0.1, 4.0)
    assert [float(cost) for cost in parts.values()] == pytest.approx([0.001, 0.0001, 0.0])


def test_retries_and_review() -> None:
    """A fifth of calls again and again adds a quarter; 90 s at $30 an hour are $0.75."""
    assert cogs.retry_cost(0.01, 0.2) == pytest.approx(0.0025)
    assert cogs.retry_cost(0.01, 1.0) == np.inf
    assert cogs.review_cost(1.5, 30.0) == pytest.approx(0.75)


def test_a_flat_price_is_used_up() -> None:
    """$29 a seat, $0.50 of it fixed, at $0.025 a request lasts 1,140 requests."""
    assert margin.usage_break_even(29.0, 0.5, 0.025) == pytest.approx(1_140)
    assert margin.usage_break_even(29.0, 30.0, 0.025) == 0
    assert margin.usage_break_even(29.0, 0.5, 0.0) == np.inf


def test_gross_margin() -> None:
    """$0.25 of revenue and $0.06 of cost leave 76 %; without revenue there is no margin."""
    assert margin.gross_margin(0.25, 0.06) == pytest.approx(0.76)
    assert np.isnan(margin.gross_margin(0.0, 0.06))
    assert margin.cost_ceiling(0.25, 0.76) == pytest.approx(0.06)
    assert margin.revenue_per_request(30.0, 600) == pytest.approx(0.05)
    assert margin.revenue_per_request(0.0, 0.0) == 0


def test_what_is_built_once_is_spread() -> None:
    """$12,000 over 1.2 million requests add a cent; over ever more they add nothing."""
    assert margin.unit_cost(12_000, 0.02, 1.2e6) == pytest.approx(0.03)
    assert margin.unit_cost(12_000, 0.02, np.inf) == pytest.approx(0.02)
    assert margin.unit_cost(0.0, 0.02, 0.0) == pytest.approx(0.02)


def test_the_last_crossing_counts() -> None:
    """A margin that starts low, rises and falls crosses 50 % for good between 0.93 and 0.95."""
    accuracy, falling = [0.90, 0.93, 0.95], [0.4, 0.6, 0.2]
    assert margin.margin_crossing(accuracy, falling, 0.5) == pytest.approx(0.935)
    assert margin.margin_crossing(accuracy, falling, 0.1) == np.inf
    assert margin.margin_crossing(accuracy, falling, 0.7) == -np.inf
    assert np.isnan(margin.margin_crossing(accuracy, [np.nan] * 3, 0.5))


def test_the_cheaper_lever_depends_on_volume() -> None:
    """$5,000 of data that saves a cent a request overtakes votes at 500,000 requests."""
    assert frontier.break_even_volume(0, 0.03, 5_000, 0.02) == pytest.approx(500_000)
    assert frontier.break_even_volume(0, 0.02, 5_000, 0.03) == np.inf
    assert frontier.break_even_volume(5_000, 0.03, 0, 0.02) == 0


def test_plans_that_are_beaten_leave_the_frontier() -> None:
    """A plan dearer and worse than another, or equal to it, is no choice."""
    cost = [0.03, 0.01, 0.02, 0.02, 0.01, np.inf]
    accuracy = [0.95, 0.80, 0.90, 0.85, 0.80, 0.99]
    assert frontier.pareto_mask(cost, accuracy).tolist() == [True, True, True, *[False] * 3]
    assert frontier.cheapest_cost(cost, accuracy, 0.87) == pytest.approx(0.02)
    assert frontier.cheapest_cost(cost, accuracy, 0.995) == np.inf
    assert frontier.cost_per_point([0.80, 0.90, 0.95], [0.01, 0.02, 0.03]) == pytest.approx(
        [0.001, 0.002]
    )


def test_the_ten_times_rule_is_a_power_of_the_error() -> None:
    """80 to 95 % is a cut of 4, 95 to 99 % one of 5: ln 10 / ln 4 and ln 10 / ln 5."""
    assert predictivity.rule_exponent(0.80, 0.95, 10) == pytest.approx(1.661, abs=5e-4)
    assert predictivity.rule_exponent(0.95, 0.99, 10) == pytest.approx(1.431, abs=5e-4)
    assert predictivity.rule_multiple([0.80, 0.95, 0.99]) == pytest.approx([1, 10, 100])
    assert predictivity.rule_multiple(1.0) == np.inf
    assert predictivity.IS_HEURISTIC


BETA = float(predictivity.rule_exponent(0.80, 0.95, 10))


def test_one_exponent_for_the_whole_curve() -> None:
    """With the first exponent throughout, 99 % costs 144.9 times as much as 80 %."""
    assert predictivity.cost_at(0.99, 1.0, 0.80, BETA) == pytest.approx(144.9, abs=0.05)
    points = predictivity.marginal_cost_at([0.80, 0.95, 0.99], 0.01, 0.80, BETA)
    assert points == pytest.approx([0.00083, 0.0332, 2.41], rel=3e-3)


@pytest.mark.parametrize(("wanted", "accuracy"), [(0, 0.96706), (0.5, 0.94054), (0.7, 0.88480)])
def test_the_accuracy_that_leaves_a_margin(wanted: float, accuracy: float) -> None:
    """$0.25 of revenue, $0.05 of other cost, $0.01 at 80 %."""
    found = predictivity.accuracy_at_margin(wanted, 0.25, 0.05, 0.01, 0.80, BETA)
    assert found == pytest.approx(accuracy, abs=5e-6)
    cost = 0.05 + predictivity.cost_at(found, 0.01, 0.80, BETA)
    assert margin.gross_margin(0.25, cost) == pytest.approx(wanted, abs=1e-9)


def test_no_accuracy_leaves_an_impossible_margin() -> None:
    """At 80 % margin the other costs alone use up the whole budget."""
    assert np.isnan(predictivity.accuracy_at_margin(0.8, 0.25, 0.05, 0.01, 0.80, BETA))


@pytest.mark.parametrize(("loss", "error"), [(0.1, 0.18652), (1, 0.07851), (10, 0.03305)])
def test_the_error_worth_leaving(loss: float, error: float) -> None:
    """The dearer an error, the fewer are worth leaving."""
    assert predictivity.best_error(loss, 0.01, 0.80, BETA) == pytest.approx(error, abs=1e-5)
    assert predictivity.best_error(loss, 0.01, 0.80, BETA, 0.1) >= 0.1
    assert predictivity.best_error(0.0, 0.01, 0.80, BETA) == pytest.approx(0.2)
