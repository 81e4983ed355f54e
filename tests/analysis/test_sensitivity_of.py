"""What the outcome hangs on, goals, and differences of scenarios."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.analysis.difference import MOST_EXACT, difference_of, is_aside
from core.analysis.drawn_file import write_draws
from core.analysis.goal_seek import goal_seek
from core.analysis.outcome import commit, outcomes
from core.analysis.rechosen import OUTCOMES, rechosen
from core.analysis.scenario import default_scenario, load_scenario
from core.analysis.sensitivity import drawn_columns, sensitivity_of
from core.assumptions import Scenario, scenario_to_toml
from core.errors import AssumptionError, InputError, ScenarioError
from core.prices import PriceBook
from core.uncertainty import medians

TODAY = date(2026, 11, 23)
DEFAULT = default_scenario(PriceBook(), TODAY)


def edited(**changes: float) -> Scenario:
    """The default scenario with these numbers."""
    return DEFAULT.edited(changes, on=TODAY)


def odd_scenarios() -> Iterator[Scenario]:
    """Scenarios that differ in volume, target, policy and levers."""
    yield DEFAULT
    yield edited(seats=10, target_accuracy=0.9)
    yield edited(target_accuracy=0.97, error_now=0.3, max_new_samples=5_000)
    yield edited(target_accuracy=0.99999)
    settings = {**DEFAULT.settings, "training_policy": "rnd", "levers": "data tier review"}
    yield replace(DEFAULT, settings=settings)


def test_many_scenarios_at_once_are_each_as_they_are_alone() -> None:
    """The plan of each is its own cheapest, and the outcome that of committing to it."""
    every = list(odd_scenarios())
    found = rechosen(every)
    for i, scenario in enumerate(every):
        alone = outcomes(commit(scenario), medians(scenario))
        for name in (*OUTCOMES, "accuracy"):
            expected = float(np.squeeze(getattr(alone, name)))
            assert getattr(found, name)[i] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_a_linear_outcome_swings_by_its_coefficients() -> None:
    """Profit is linear in the hosting cost: requests a month times P90 less P10."""
    answer = sensitivity_of(DEFAULT, draws=500)
    profit = answer.of("profit_per_month_usd")
    assert profit is not None
    bar = next(b for b in profit.bars if b.key == "hosting_cost")
    low, high = DEFAULT["hosting_cost"].ppf([0.1, 0.9])
    monthly = DEFAULT.value("seats") * DEFAULT.value("requests_per_seat")
    assert bar.swing == pytest.approx(monthly * (high - low), rel=1e-9)
    assert bar.at_low > profit.at_medians > bar.at_high
    assert [b.swing for b in profit.bars] == sorted((b.swing for b in profit.bars), reverse=True)


def test_the_rank_correlation_is_that_of_the_exported_draws(tmp_path: Path) -> None:
    """Whatever the order of the rows, in CSV and Parquet alike."""
    answer = sensitivity_of(DEFAULT, draws=400, seed=3)
    margin = answer.of("gross_margin")
    assert margin is not None
    paths = [tmp_path / "draws.csv", tmp_path / "draws.parquet"]
    names = [write_draws(path, DEFAULT, draws=400, seed=3) for path in paths]
    frame, other = pd.read_csv(paths[0]), pd.read_parquet(paths[1])
    assert list(frame) == list(other) == names[0]
    np.testing.assert_allclose(frame.to_numpy(), other.to_numpy(), rtol=1e-12)
    shuffled = frame.sample(frac=1, random_state=1)
    for bar in margin.bars[:5]:
        by_hand = stats.spearmanr(shuffled[bar.key], shuffled["gross_margin"]).statistic
        assert bar.rank_correlation == pytest.approx(by_hand, abs=1e-9)
    assert len(drawn_columns(DEFAULT, draws=7)["gross_margin"]) == 7


def test_without_a_plan_nothing_matters() -> None:
    """The reason is given, and no bar; nor is there one when all is certain."""
    answer = sensitivity_of(DEFAULT, target=0.99999, draws=20)
    assert answer.tornados == ()
    assert "not reachable" in answer.why_no_plan
    certain = DEFAULT.edited({key: DEFAULT.value(key) for key in DEFAULT}, on=TODAY)
    answer = sensitivity_of(certain, draws=20)
    assert all(t.bars == () for t in answer.tornados)


@pytest.mark.parametrize("name", ["draws.txt", "draws"])
def test_draws_go_to_known_kinds_of_files(tmp_path: Path, name: str) -> None:
    """And to folders that exist."""
    with pytest.raises(InputError, match=r"expected \.csv or \.parquet"):
        write_draws(tmp_path / name, DEFAULT, draws=5)
    with pytest.raises(InputError, match="cannot be written"):
        write_draws(tmp_path / "no" / "draws.csv", DEFAULT, draws=5)


def test_the_price_for_a_margin_is_cost_over_one_less_it() -> None:
    """Price does not change the plan: p = cost of a seat / (1 - 0.7)."""
    found = goal_seek(DEFAULT, outcome="gross_margin", wanted=0.7, key="price_per_seat")
    [solution] = found.solutions
    cost = rechosen([DEFAULT]).unit_cost_usd[0] * DEFAULT.value("requests_per_seat")
    assert solution.value == pytest.approx(cost / 0.3, rel=1e-9)
    assert solution.outcome == pytest.approx(0.7, abs=1e-9)
    assert found.now == 29.0
    assert "is reached with price per seat at $18.43" in found.sentence


def test_a_goal_reached_twice_is_said_twice() -> None:
    """Too low a target leaves errors to pay, too high a one costs: the cost falls, then rises."""
    low = rechosen([edited(target_accuracy=t) for t in np.linspace(0.86, 0.97, 23)])
    least = float(low.unit_cost_usd.min())
    wanted = least + 0.3 * (min(low.unit_cost_usd[0], low.unit_cost_usd[-1]) - least)
    found = goal_seek(
        DEFAULT, outcome="unit_cost_usd", wanted=wanted, key="target_accuracy", low=0.86, high=0.97
    )
    assert len(found.solutions) + len(found.jumps) >= 2
    for solution in found.solutions:
        again = rechosen([edited(target_accuracy=solution.value)]).unit_cost_usd[0]
        assert again == pytest.approx(wanted, rel=1e-5)


def test_what_cannot_be_reached_is_said_with_what_can() -> None:
    """The range of outcomes, and where there is a plan at all."""
    found = goal_seek(DEFAULT, outcome="gross_margin", wanted=0.9, key="seats")
    assert found.solutions == ()
    assert "No solution: the gross margin ranges from" in found.sentence
    assert "between 10 seats and 100,000 seats" in found.sentence
    found = goal_seek(DEFAULT, outcome="gross_margin", wanted=0.999, key="target_accuracy")
    assert found.reached_to < found.high
    assert "where the target is within reach" in found.sentence
    best = goal_seek(
        edited(target_accuracy=0.99999), outcome="gross_margin", wanted=0.5, key="seats"
    )
    assert "no plan reaches the target for seats" in best.sentence
    still = goal_seek(DEFAULT, outcome="gross_margin", wanted=0.5, key="usage_spread")
    assert "the gross margin is 80.9 % for usage spread" in still.sentence


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"outcome": "margin", "wanted": 0.5, "key": "seats"}, "did you mean 'gross_margin'"),
        ({"outcome": "gross_margin", "wanted": 70.0, "key": "seats"}, "mean 70 %, write 0.7"),
        ({"outcome": "gross_margin", "wanted": math.nan, "key": "seats"}, "a finite number"),
        ({"outcome": "gross_margin", "wanted": 0.5, "key": "price"}, "mean 'price_per_seat'"),
        ({"outcome": "gross_margin", "wanted": 0.5, "key": "tool_calls"}, "give --from and --to"),
        (
            {"outcome": "gross_margin", "wanted": 0.5, "key": "seats", "low": 9.0, "high": 2.0},
            "seats is sought from 9 to 2",
        ),
        (
            {"outcome": "gross_margin", "wanted": 0.5, "key": "retry_rate", "high": 2.0},
            "retry_rate: value is 2 fraction",
        ),
    ],
)
def test_a_goal_that_cannot_be_sought_is_refused(how: dict[str, object], said: str) -> None:
    """One sentence with what to write."""
    with pytest.raises(InputError, match=said):
        goal_seek(DEFAULT, **how)  # type: ignore[arg-type]  # wrong on purpose


def test_two_changes_by_hand() -> None:
    """Price and policy: each share is the mean of both orders."""
    new = replace(
        edited(price_per_seat=40), settings={**DEFAULT.settings, "training_policy": "rnd"}
    )
    price = edited(price_per_seat=40)
    policy = replace(DEFAULT, settings=new.settings)
    none, p, q, both = rechosen([DEFAULT, price, policy, new]).gross_margin
    found = difference_of(DEFAULT, new)
    shares = {change.key: change.margin for change in found.changes}
    assert shares["price_per_seat"] == pytest.approx(((p - none) + (both - q)) / 2, abs=1e-12)
    assert shares["training_policy"] == pytest.approx(((q - none) + (both - p)) / 2, abs=1e-12)
    assert found.exact
    [setting] = [c for c in found.changes if c.unit is None]
    assert (setting.old, setting.new) == ("cogs", "rnd")


@pytest.mark.parametrize("n", [0, 1, 5, MOST_EXACT + 3])
def test_the_shares_sum_to_the_change(n: int) -> None:
    """To 1e-12 of margin points and of dollars, exact and sampled, there and back."""
    keys = [k for k in DEFAULT if DEFAULT[k].unit.is_money and DEFAULT.value(k) and not is_aside(k)]
    new = DEFAULT.edited({k: DEFAULT.value(k) * 1.07 for k in keys[:n]}, on=TODAY)
    found = difference_of(DEFAULT, new)
    assert len(found.changes) == n
    assert found.exact == (n <= MOST_EXACT)
    margin = math.fsum(100 * c.margin for c in found.changes)
    assert margin == pytest.approx(100 * found.margin, abs=1e-12)
    cost = math.fsum(c.unit_cost_usd for c in found.changes)
    assert cost == pytest.approx(found.unit_cost_usd, abs=1e-12)
    if n == 5:
        back = difference_of(new, DEFAULT)
        there = {c.key: c.margin for c in found.changes}
        for change in back.changes:
            assert change.margin == pytest.approx(-there[change.key], abs=1e-12)


def test_a_model_brings_its_prices() -> None:
    """The name and its three prices are one change; an interval alone is none."""
    new = default_scenario(PriceBook(), TODAY, model="gpt-4o-mini")
    wider = replace(DEFAULT["seats"], low=900.0, high=1100.0)
    found = difference_of(DEFAULT, new.bound(wider))
    assert [change.key for change in found.changes] == ["model"]
    assert found.changes[0].brings == ("input_price", "output_price", "cached_price")
    assert found.changes[0].margin == pytest.approx(found.margin, abs=1e-12)
    assert "seats" in found.same_value


def test_what_only_other_questions_use_has_no_share() -> None:
    """Wanted margin, spread of usage, the rule and the savings leave the outcome as it was."""
    aside = {k: DEFAULT.value(k) * 0.9 for k in DEFAULT if is_aside(k)}
    assert len(aside) > 5
    now, then = rechosen([DEFAULT, edited(**aside)]).gross_margin
    assert now == then
    found = difference_of(DEFAULT, edited(**aside, price_per_seat=30))
    assert {c.margin for c in found.changes if is_aside(c.key)} == {0.0}
    [price] = [c for c in found.changes if not is_aside(c.key)]
    assert price.margin == pytest.approx(found.margin, abs=1e-12)


def test_what_cannot_be_attributed_is_said() -> None:
    """No plan on one side, none between, or a scenario of other assumptions."""
    far = edited(target_accuracy=0.99999)
    found = difference_of(DEFAULT, far)
    assert found.why == f"No plan of {DEFAULT.name!r} reaches its target of 99.999 %."
    assert math.isnan(found.changes[0].margin)
    both = edited(target_accuracy=0.995, error_now=0.006, error_floor=0.001)
    found = difference_of(edited(max_new_samples=0), replace(both, name="new"))
    assert found.why == "" or "shares are not" in found.why
    with pytest.raises(ScenarioError, match="do not hold the same assumptions: seats"):
        difference_of(DEFAULT, replace(DEFAULT, assumptions={
            key: a for key, a in DEFAULT.assumptions.items() if key != "seats"
        }))  # fmt: skip
    free = difference_of(DEFAULT, edited(price_per_seat=0))
    assert "has no gross margin: price_per_seat is 0" in free.why


def test_correlations_come_with_the_file_and_are_checked() -> None:
    """They survive writing and reading; the nearest key is named."""
    made = replace(DEFAULT, correlations={("input_tokens", "output_tokens"): 0.5})
    again = load_scenario(scenario_to_toml(made), "s.toml", PriceBook(), TODAY)
    assert again.correlations == made.correlations
    assert again.digest == made.digest != DEFAULT.digest
    text = '[correlations]\n"input_token:output_tokens" = 0.5'
    with pytest.raises(ScenarioError, match="did you mean 'input_tokens'"):
        load_scenario(text, "s.toml", PriceBook(), TODAY)
    text = '[correlations]\n"seats:output_tokens" = 0.5'
    with pytest.raises(ScenarioError, match="seats is certain"):
        load_scenario(text, "s.toml", PriceBook(), TODAY)


def test_an_impossible_scenario_is_refused() -> None:
    """By whoever asks."""
    with pytest.raises(AssumptionError, match=r"target of 1\.0"):
        rechosen([edited(target_accuracy=1)])
