"""The margin curve of a scenario, its optimum, and its three collapse points kept apart."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from core.analysis import outcome
from core.analysis.cogs import cogs_of
from core.analysis.margin import MarginAnswer, margin_of
from core.analysis.scenario import default_scenario
from core.assumptions import Assumption, Scenario
from core.errors import AssumptionError, InputError
from core.prices import PriceBook
from core.units import Unit

TODAY = date(2026, 11, 22)
SHIPPED = default_scenario(PriceBook(), TODAY)
DEFAULT = replace(SHIPPED, settings={**SHIPPED.settings, "levers": "data votes review"})
CERTAIN = replace(
    DEFAULT, assumptions={k: replace(a, low=None, high=None) for k, a in DEFAULT.items()}
)
FOUND = margin_of(DEFAULT)
SURE = margin_of(CERTAIN, draws=1)


def edited(**changes: float) -> Scenario:
    """The certain scenario with some values changed."""
    return CERTAIN.edited(changes, on=TODAY)


def sure(**changes: float) -> MarginAnswer:
    """The margin when nothing is uncertain and some values are changed."""
    return margin_of(edited(**changes), draws=1)


def test_the_default_shows_the_whole_picture() -> None:
    """Over 60 % at the cheapest plan, an optimum inside, and all three collapse points."""
    assert 0.60 < FOUND.gross_margin.p50[0] < 0.80
    assert 0.70 < SURE.gross_margin.p50[0] < 0.80
    assert FOUND.optimum.value is not None
    assert FOUND.accuracy[0] < FOUND.optimum.value < FOUND.best_reachable - 0.02
    points = (FOUND.usage_per_seat, FOUND.accuracy_zero, FOUND.accuracy_target)
    assert [point.why for point in points] == ["", "", ""]
    usage, zero, wanted = (point.value or 0.0 for point in points)
    assert usage > 600
    assert FOUND.optimum.value < wanted < zero


def test_percentiles_are_in_order_and_the_promise_is_kept_less_often_at_the_end() -> None:
    """P10 is below P50 below P90 wherever there is a plan, and near the best it is often broken."""
    band = FOUND.gross_margin
    known = np.isfinite(band.p10)
    assert known.all()
    assert (band.p10 <= band.p50).all()
    assert (band.p50 <= band.p90).all()
    assert FOUND.reachable_share[0] == 1.0
    assert FOUND.reachable_share[-1] < 0.7


def test_a_plan_is_chosen_before_anyone_knows_better() -> None:
    """Where the truth is worse than the median, people make up for it, and that costs."""
    at = FOUND.margin_at_target
    sure = SURE.margin_at_target
    assert at.p10 < sure.p50 < at.p90


def test_certainty_has_no_band() -> None:
    """Without intervals all percentiles are the point estimate, which is that of a request."""
    np.testing.assert_array_equal(SURE.gross_margin.p10, SURE.gross_margin.p90)
    at_target = cogs_of(CERTAIN).at_target
    assert at_target is not None
    assert SURE.margin_at_target.p50 == pytest.approx(at_target.gross_margin)
    assert SURE.plan == cogs_of(CERTAIN).plan


def test_margin_at_the_collapse_points_is_what_they_say() -> None:
    """At the two accuracies the margin is 0 and 65 %, to a tenth of a point."""
    for point, level in ((SURE.accuracy_zero, 0.0), (SURE.accuracy_target, 0.65)):
        assert point.value is not None
        there = margin_of(CERTAIN, target=point.value, draws=1).margin_at_target
        assert there.p50 == pytest.approx(level, abs=1e-3)


def test_a_seat_is_used_up_at_its_price() -> None:
    """Price less the seat's share of building, over what each request costs at the target."""
    plan = SURE.plan
    assert plan is not None
    left = 29.0 - plan.fixed_usd / (24 * 1_000)
    each = plan.variable_usd + (1 - plan.accuracy) * 0.05
    assert SURE.usage_per_seat.value == pytest.approx(left / each)


def test_no_accuracy_earns_more_than_the_optimum() -> None:
    """The optimum is the highest point of the median curve."""
    assert FOUND.optimum_margin == np.nanmax(FOUND.gross_margin.p50)
    assert FOUND.optimum.p10 is not None
    assert FOUND.optimum.p90 is not None
    assert FOUND.optimum.p10 <= FOUND.optimum.p90
    assert FOUND.optimum_plan is not None


def test_without_the_cost_of_errors_the_cheapest_plan_is_best() -> None:
    """If wrong answers cost nothing, accuracy only costs."""
    found = sure(error_cost=0.0)
    assert found.optimum.value == found.accuracy[0]
    np.testing.assert_array_equal(found.gross_margin.p50, found.before_errors.p50)


def test_all_money_times_three_changes_no_margin() -> None:
    """Margin is a ratio of money to money."""
    money = {key: 3 * a.value for key, a in CERTAIN.items() if a.unit.is_money}
    found = sure(**money)
    np.testing.assert_allclose(found.gross_margin.p50, SURE.gross_margin.p50)
    assert found.usage_per_seat.value == pytest.approx(SURE.usage_per_seat.value)


def test_a_target_out_of_reach() -> None:
    """Above the best accuracy there is no plan and no margin, and it says what is reachable."""
    found = margin_of(CERTAIN, target=0.995, draws=1)
    assert found.plan is None
    assert "99.5 % is not reachable" in found.why_no_plan
    assert np.isnan(found.margin_at_target.p50)
    assert found.usage_per_seat.value is None
    assert "best reachable accuracy is 98.3 %" in found.usage_per_seat.why
    assert found.accuracy_zero.value == pytest.approx(SURE.accuracy_zero.value, abs=1e-3)


def test_a_price_that_never_pays() -> None:
    """At $1 a seat no accuracy has a margin above 65 %, nor above zero."""
    found = sure(price_per_seat=1.0)
    for point in (found.accuracy_zero, found.accuracy_target):
        assert point.value is None
        assert "at every accuracy" in point.why


def test_a_price_that_always_pays() -> None:
    """At $2,000 a seat the margin has not fallen to 65 % at the best accuracy."""
    found = sure(price_per_seat=2_000.0)
    for point in (found.accuracy_zero, found.accuracy_target):
        assert point.value is None
        assert "best reachable accuracy" in point.why


def test_no_price_has_no_margin() -> None:
    """Without revenue margin is unknown, not 0 and not minus infinity."""
    found = sure(price_per_seat=0.0)
    assert np.isnan(found.gross_margin.p50).all()
    assert np.isnan(found.optimum_margin)
    for point in (found.optimum, found.accuracy_zero, found.accuracy_target):
        assert point.value is None
        assert "price_per_seat is 0" in point.why
    assert "more than a seat's price" in found.usage_per_seat.why


def test_building_in_research_raises_the_reported_margin() -> None:
    """Both margins are known under either policy; the policy chooses which is reported."""
    rnd = margin_of(
        replace(CERTAIN, settings={**CERTAIN.settings, "training_policy": "rnd"}), draws=1
    )
    assert rnd.margin_at_target == rnd.margin_without_building
    assert SURE.margin_at_target == SURE.margin_with_building
    assert rnd.margin_with_building == SURE.margin_with_building
    assert rnd.margin_without_building.p50 > rnd.margin_with_building.p50
    assert rnd.optimum.value == SURE.optimum.value
    assert rnd.plan == SURE.plan


def test_draws_repeat_and_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed gives one answer however the draws are divided; another seed one nearby."""
    whole = margin_of(DEFAULT, draws=600, seed=4)
    monkeypatch.setattr(outcome, "_DRAWS_AT_A_TIME", 128)
    parts = margin_of(DEFAULT, draws=600, seed=4)
    np.testing.assert_array_equal(whole.gross_margin.p10, parts.gross_margin.p10)
    assert whole.accuracy_target == parts.accuracy_target
    other = margin_of(DEFAULT, draws=600, seed=5)
    assert other.accuracy_target != whole.accuracy_target
    assert other.accuracy_target.value == pytest.approx(whole.accuracy_target.value, abs=0.01)


def test_a_measurement_takes_the_place_of_a_default() -> None:
    """A model measured at 8 % errors starts the curve at 92 %."""
    measured = Assumption(
        key="error_now", value=0.08, low=0.07, high=0.09, unit=Unit.FRACTION,
        source="audit 3", as_of=TODAY, status="measured",
    )  # fmt: skip
    found = margin_of(DEFAULT.bound(measured), draws=200)
    assert found.accuracy[0] == pytest.approx(0.92)
    assert found.scenario_digest != FOUND.scenario_digest


def test_errors_already_at_the_floor() -> None:
    """Where data moves nothing, the curve still has votes and review."""
    found = sure(error_now=0.02, error_floor=0.04, target_accuracy=0.985)
    assert found.plan is not None
    assert found.plan.new_samples == 0
    assert found.accuracy[0] == pytest.approx(0.98)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (1.0, r"cannot be proven or reached at finite cost.*choose e\.g\. 0\.99"),
        (85.0, r"target is 85.*write 0\.85"),
        (0.0, r"strictly between 0 and 1"),
        (-0.2, r"target is -0\.2"),
        (float("nan"), r"target is nan"),
    ],
)
def test_a_target_that_is_none(target: float, says: str) -> None:
    """1, a percentage, zero and a negative number are each answered in a sentence."""
    with pytest.raises(AssumptionError, match=says):
        margin_of(DEFAULT, target=target)


def test_an_impossible_number_of_draws() -> None:
    """No draws, no percentiles."""
    with pytest.raises(InputError, match="draws must be from 1"):
        margin_of(DEFAULT, draws=0)
