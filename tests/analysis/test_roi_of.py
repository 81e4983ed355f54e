"""The return on a decision: whose money flows when, and what is said where there is none."""

from datetime import date

import numpy as np
import pytest

from core.analysis.cash_flows import ONCE, flows_of, horizon_of
from core.analysis.cogs import cogs_of
from core.analysis.outcome import commit
from core.analysis.roi import RoiAnswer, headline_of, roi_of
from core.analysis.roi_words import figure_in_words, illustration_in_words
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.calculators import roi
from core.errors import AssumptionError
from core.prices import PriceBook
from core.uncertainty import medians

TODAY = date(2026, 11, 23)
DEFAULT = default_scenario(PriceBook(), TODAY)
DRAWS = 400


def found(target: float = 0.95, **changes: float) -> RoiAnswer:
    """The return with some values changed."""
    return roi_of(changed(**changes), target=target, draws=DRAWS)


def changed(**changes: float) -> Scenario:
    """The default scenario with some values changed."""
    return DEFAULT.edited(changes, on=TODAY)


def test_the_team_is_paid_by_month() -> None:
    """1.5/12 of $200,000, 0.75/12 of $170,000, 0.5/12 of $95,000 and of $180,000: $47,083.33."""
    assert found().lines["team"][0] == pytest.approx(-(25_000 + 10_625 + 3_958 + 1 / 3 + 7_500))


def test_what_is_paid_once_is_what_the_plan_costs_and_the_team_and_training() -> None:
    """Generation, critique, labels and set-up are the plan's fixed cost, to the cent."""
    answer = found()
    assert answer.plan is not None
    assert answer.plan.new_samples > 0
    fixed = -sum(answer.lines[name][0] for name in ("generation", "critique", "labels", "set-up"))
    assert fixed == pytest.approx(answer.plan.fixed_usd, rel=1e-12)
    made = answer.plan.new_samples * DEFAULT.value("cost_per_accepted_sample")
    assert answer.lines["critique"][0] == pytest.approx(-0.33 * made)
    assert answer.invested_usd == pytest.approx(fixed + 47_083 + 1 / 3 + 500)


def test_a_year_is_what_serving_and_errors_differ_by() -> None:
    """7.2 million requests, each dearer to serve and wrong less often than today."""
    answer, costs = found(), cogs_of(DEFAULT)
    there = costs.at_target
    assert there is not None
    requests = 12 * DEFAULT.value("seats") * DEFAULT.value("requests_per_seat")
    assert requests == 7_200_000
    building = ("model building", "proof of the accuracy")
    errors = {
        side: next(c.usd for c in side.components if c.name == "wrong answers")
        for side in (costs.now, there)
    }
    served = {
        side: sum(c.usd for c in side.components if c.name not in (*building, "wrong answers"))
        for side in (costs.now, there)
    }
    assert answer.lines["avoided errors"][1] == pytest.approx(
        (errors[costs.now] - errors[there]) * requests
    )
    fixed = answer.plan.fixed_usd / 14_400_000 if answer.plan else 0.0
    extra = sum(c.usd for c in there.components) - errors[there] - fixed - served[costs.now]
    assert answer.lines["serving"][1] == pytest.approx(-extra * requests)


def test_upkeep_is_a_share_of_everything_spent_at_the_start() -> None:
    """A fifth of it, every year."""
    answer = found()
    assert answer.lines["upkeep"][1:] == pytest.approx([-0.2 * answer.invested_usd] * 3)


def test_seats_won_bring_revenue_and_cost_what_seats_cost() -> None:
    """1 % more seats for each point: the price of a year for them, and their serving."""
    plain, won = found(), found(seats_per_point=0.01)
    assert won.plan is not None
    points = 100 * (won.plan.accuracy - (1 - DEFAULT.value("error_now")))
    seats = 1_000 * 0.01 * points
    assert won.lines["revenue"][1] == pytest.approx(seats * 29 * 12)
    assert won.lines["serving"][1] < plain.lines["serving"][1]
    assert won.lines["avoided errors"][1] < plain.lines["avoided errors"][1]


def test_growth_multiplies_every_later_year() -> None:
    """Half as many seats more each year: flows rise by half."""
    line = found(seat_growth=0.5).lines["avoided errors"]
    assert line[2] == pytest.approx(1.5 * line[1])
    assert line[3] == pytest.approx(2.25 * line[1])


def test_the_figures_follow_from_the_cash_flows() -> None:
    """Whoever adds up the lines comes to the same NPV, rate and payback."""
    answer = found(error_cost=0.10)
    flows = np.array(answer.cash_flows)
    assert answer.npv_usd.at_medians == pytest.approx(float(roi.net_present_value(flows, 0.1)))
    assert answer.irr.at_medians == pytest.approx(float(roi.internal_rate(flows)))
    assert answer.payback_years.at_medians == pytest.approx(float(roi.payback_years(flows)))
    benefit = sum(max(sum(line), 0.0) for line in answer.lines.values())
    cost = -sum(min(sum(line), 0.0) for line in answer.lines.values())
    assert answer.roi.at_medians == pytest.approx((benefit - cost) / cost)


def test_percentiles_are_ordered_and_the_tornado_starts_at_the_medians() -> None:
    """P10 below P50 below P90; every bar moves from the figure at the medians."""
    answer = found(error_cost=0.10)
    drawn = answer.npv_usd.drawn
    assert drawn.p10 is not None
    assert drawn.p50 is not None
    assert drawn.p90 is not None
    assert drawn.p10 < drawn.p50 < drawn.p90
    assert answer.tornado is not None
    assert answer.tornado.at_medians == answer.npv_usd.at_medians
    bars = {bar.key: bar for bar in answer.tornado.bars}
    assert bars["discount_rate"].at_low > bars["discount_rate"].at_high
    assert bars["gross_profit_multiple"].swing == 0
    assert 0 < answer.chance_of_gain < 1


def test_the_same_seed_gives_the_same_return() -> None:
    """And another seed another one."""
    again = [roi_of(DEFAULT, draws=DRAWS, seed=seed).npv_usd.drawn for seed in (3, 3, 4)]
    assert again[0] == again[1] != again[2]


def test_what_never_pays_back_is_said() -> None:
    """Wrong answers that cost nothing bring nothing in: no payback, no rate, in words."""
    answer = found(error_cost=0.0)
    assert answer.payback_years.at_medians is None
    assert answer.payback_years.why == "No payback within 3 years."
    assert answer.irr.at_medians is None
    assert "no year brings in more than it pays" in answer.irr.why
    assert answer.payback_years.share == 0
    assert figure_in_words("payback_years", answer.payback_years)[0] == "never"
    assert "loses" in headline_of(answer)


def test_one_year_is_said_as_one_year() -> None:
    """No plural of one."""
    assert found(horizon_years=1.0, error_cost=0.0).payback_years.why == (
        "No payback within 1 year."
    )


@pytest.mark.parametrize("years", [0.0, 2.5, 11.0])
def test_a_horizon_that_is_none_is_refused(years: float) -> None:
    """Whole years from 1 to 10."""
    with pytest.raises(AssumptionError, match=r"horizon_years is .* whole number of years"):
        horizon_of(changed(horizon_years=years))
    with pytest.raises(AssumptionError, match="nothing can pay back"):
        found(horizon_years=years)


def test_a_target_out_of_reach_has_no_return_but_a_reason() -> None:
    """No figure, no cash flow, the reason everywhere."""
    answer = found(0.9999)
    assert answer.plan is None
    assert answer.lines == {}
    assert answer.cash_flows == ()
    assert all("not reachable" in figure.why for figure in answer.figures.values())
    assert headline_of(answer) == answer.why_no_plan
    assert illustration_in_words(answer) == []


def test_without_a_price_the_return_stands_and_the_rule_of_40_does_not() -> None:
    """Fewer errors are worth what they save, whoever pays for the seats."""
    answer = found(price_per_seat=0.0, error_cost=0.10)
    assert answer.npv_usd.at_medians is not None
    assert answer.illustration is not None
    assert answer.illustration.rule_of_40_points is None
    assert illustration_in_words(answer)[0] == "Without revenue there is no rule of 40."


def test_a_cash_flow_that_changes_its_sign_twice_lists_its_rates() -> None:
    """A rate of return that is one of several is none: the net present value decides."""
    from core.analysis.cash_flows import Flows
    from core.analysis.roi import _reasons

    one = np.ones(1)
    flows = Flows(
        lines={"odd": np.array([[-100.0, 230.0, -132.0]])},
        revenue=one, revenue_after=one, margin=one, margin_after=one,
    )  # fmt: skip
    why = _reasons(flows, tuple(roi.rates_of_return(flows.total[0])), 2)["irr"]
    assert "10.0 % and 20.0 %" in why
    assert "net present value" in why


def test_draws_and_medians_are_the_same_arithmetic() -> None:
    """One draw at the medians is the point estimate."""
    committed = commit(DEFAULT, 0.95)
    point = flows_of(committed, medians(DEFAULT), 3)
    twice = {key: np.repeat(value, 2) for key, value in medians(DEFAULT).items()}
    both = flows_of(committed, twice, 3)
    assert both.total == pytest.approx(np.repeat(point.total, 2, axis=0), rel=1e-12)
    assert set(ONCE) < set(point.lines)
