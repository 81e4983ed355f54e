"""Strategies are presets of one model: same target, same volume, one set of cost lines."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.analysis.cogs import cogs_of
from core.analysis.scale import cost_at_volumes
from core.analysis.scenario import default_scenario
from core.analysis.strategies import QUESTIONS, compare, compare_all
from core.analysis.strategies.commercial import PLANS, seat_revenue
from core.analysis.strategies.compare import changed
from core.analysis.strategies.guesses import GUESSES
from core.analysis.strategies.volume import FACTORS
from core.assumptions import scenario_to_toml
from core.calculators import seats
from core.cli import compare as command
from core.cli.context import Context
from core.cli.output import as_json
from core.errors import InputError
from core.prices import PriceBook

TODAY = date(2026, 11, 22)
BOOK = PriceBook()
DEFAULT = default_scenario(BOOK, TODAY)
ALL = {one.question: one for one in compare_all(DEFAULT, BOOK)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_strategy_is_the_scenario_with_its_changes(question: str) -> None:
    """The figures are those that the cost of a request gives for the changed scenario."""
    for row in ALL[question].rows:
        alone = cogs_of(changed(DEFAULT, row.strategy)).at_target
        assert alone is not None
        assert row.unit_cost_usd == pytest.approx(alone.usd, rel=1e-12)
        assert row.accuracy is not None
        assert row.accuracy >= DEFAULT.value("target_accuracy") - 1e-9
        assert row.fixed_usd is not None
        assert row.variable_usd is not None
        both = row.fixed_usd / row.requests + row.variable_usd
        assert both == pytest.approx(alone.usd, rel=1e-12)


@pytest.mark.parametrize("question", [name for name in QUESTIONS if name != "price-plan"])
def test_the_cheapest_comes_first_and_the_others_say_where_they_are(question: str) -> None:
    """At the break-even volume a strategy costs as much as the cheapest, plans chosen anew."""
    rows = ALL[question].rows
    costs = [row.unit_cost_usd or 0.0 for row in rows]
    assert costs == sorted(costs)
    first = next(row for row in rows if row.reachable)
    assert first.break_even is None
    for row in rows:
        if row.break_even is None or row.break_even.requests is None:
            continue
        times = row.break_even.requests / row.requests
        assert (times > 1) == row.break_even.is_above
        beyond = np.array([times * (1.4 if row.break_even.is_above else 0.7)])
        own, other = (
            cost_at_volumes(changed(DEFAULT, one.strategy), beyond)[0] for one in (row, first)
        )
        assert own <= other * 1.02


def test_reserved_machines_are_never_overtaken_by_the_same_on_demand() -> None:
    """The same GPUs at a lower price cannot lose at any volume."""
    rows = {row.strategy.name: row for row in ALL["serving"].rows}
    reserved, demand = (
        cost_at_volumes(changed(DEFAULT, rows[f"own GPUs {how}"].strategy), FACTORS)
        for how in ("reserved", "on demand")
    )
    assert (reserved <= demand + 1e-15).all()


def test_both_ways_are_never_dearer_than_one() -> None:
    """Retrieval and fine-tuning together may use either alone."""
    cost = {row.strategy.name: row.unit_cost_usd for row in ALL["knowledge"].rows}
    assert cost["both"] <= min(cost["retrieval"], cost["fine-tune"])  # type: ignore[type-var]


def test_a_correct_label_costs_price_by_workers_over_accuracy() -> None:
    """Onshore: $0.22 by three workers who are right nine times of ten is $0.73."""
    facts = {row.strategy.name: row.facts for row in ALL["labels"].rows}
    assert facts["people onshore"]["cost_per_correct_label_usd"] == pytest.approx(0.22 * 3 / 0.9)
    made = (0.06 + 0.05) / 0.97
    assert facts["synthetic"]["cost_per_correct_label_usd"] == pytest.approx(made)


def test_people_take_longer_than_a_model() -> None:
    """200,000 labels by three people each at 4,000 a day take 150 days and the briefing."""
    days = {row.strategy.name: row.delay_days for row in ALL["labels"].rows}
    plans = {row.strategy.name: row.plan for row in ALL["labels"].rows}
    needed = plans["people onshore"].new_samples  # type: ignore[union-attr]
    assert days["people onshore"] == pytest.approx(10 + needed * 3 / 4_000)
    assert days["synthetic"] < days["people offshore"]  # type: ignore[operator]


def test_the_team_pays_from_the_samples_that_earn_it_back() -> None:
    """Four, two and one months of three salaries over what each sample saves."""
    build = next(row for row in ALL["loop"].rows if row.strategy.name == "build")
    team = (200_000 * 4 + 170_000 * 2 + 180_000) / 12
    assert build.facts["team_usd"] == pytest.approx(team)
    assert build.facts["break_even_samples"] == pytest.approx(team / (0.06 * (1 - 0.33)))


def test_an_idle_gpu_is_paid_and_a_reserved_one_costs_less() -> None:
    """Both need as many GPUs; the contract takes 40 % off."""
    rows = {row.strategy.name: row for row in ALL["serving"].rows}
    assert rows["own GPUs reserved"].strategy.changes["gpu_reserved_discount"] == pytest.approx(
        1 - 1.79 / 3.0
    )
    on_demand = rows["own GPUs on demand"].unit_cost_usd
    reserved = rows["own GPUs reserved"].unit_cost_usd
    assert reserved < on_demand  # type: ignore[operator]


@pytest.mark.parametrize("name", PLANS)
def test_every_price_plan_earns_the_same_on_average(name: str) -> None:
    """Plans differ in who pays, not in how much is paid."""
    usage = seats.usage_at(600.0, 5.0, (np.arange(1_000) + 0.5) / 1_000)
    assert seat_revenue(name, 29.0, 600.0, usage).mean() == pytest.approx(29.0)


def test_a_flat_price_loses_on_heavy_seats_and_a_price_per_request_does_not() -> None:
    """Whoever pays by the request pays for what it costs, but for the seats that ask little."""
    rows = {row.strategy.name: row.facts["seats_that_lose_money"] for row in ALL["price-plan"].rows}
    assert rows["flat"] > rows["hybrid"]


def test_a_target_out_of_reach_is_said_with_the_best(tmp_path: Path) -> None:
    """Without review 99 % is reached by none; the sentence says what the best is."""
    settings = {**DEFAULT.settings, "levers": "data retrieval"}
    hard = type(DEFAULT)(
        name="hard",
        assumptions=DEFAULT.edited({"target_accuracy": 0.99}, on=TODAY).assumptions,
        settings=settings,
    )
    found = compare(hard, "knowledge", BOOK)
    assert all(not row.reachable and row.unit_cost_usd is None for row in found.rows)
    assert "not reachable" in found.rows[0].why
    assert found.reason.startswith("None of them reaches 99.0 %")


def test_every_guess_is_used_and_says_that_it_is_one() -> None:
    """What a comparison rests on is listed beside it, and nothing else."""
    used = {guess.what for one in ALL.values() for guess in one.guesses}
    assert used == {guess.what for guess in GUESSES.values()}
    assert all(guess.source for guess in GUESSES.values())


def test_an_unknown_question_names_the_nearest() -> None:
    """A misspelt question is answered with the right one."""
    with pytest.raises(InputError, match="did you mean 'labels'"):
        compare(DEFAULT, "label", BOOK)


def test_the_command_says_what_the_comparison_found(tmp_path: Path) -> None:
    """The same figures as JSON and as a table."""
    path = tmp_path / "ours.toml"
    path.write_text(scenario_to_toml(DEFAULT), "utf-8")
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    command.add_to(top.add_subparsers(), shared)
    words = ["compare", str(path), "--question", "labels", "--workspace", str(tmp_path / "none")]
    arguments = top.parse_args(words)
    answer = arguments.answer(Context(arguments))
    found = json.loads(as_json(answer.json))["questions"][0]
    expected = [row.unit_cost_usd for row in ALL["labels"].rows]
    assert [row["unit_cost_usd"] for row in found["strategies"]] == expected
    total = sum(part["usd"] for part in found["strategies"][0]["components"])
    assert total == pytest.approx(expected[0], rel=1e-12)
    assert ALL["labels"].reason in answer.text
