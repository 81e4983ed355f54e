"""Cost of a request and of a sample, seats and savings: their laws, and what they refuse."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.cogs import BUILDING, cogs_of, sample_cost_of
from core.analysis.measured import RunCost
from core.analysis.savings import SAVINGS, savings_of
from core.analysis.scenario import default_scenario
from core.analysis.seats import seats_of, usage_counts
from core.analysis.serving import (
    BY_THE_MONTH,
    Inputs,
    answer_cost,
    asked_share,
    gpus_on,
    monthly_fixed,
    serving_costs,
)
from core.analysis.spending import Spending, SpendingLine
from core.assumptions import Scenario
from core.calculators import margin, seats
from core.cli import cogs as command
from core.cli.context import Context
from core.cli.output import as_json
from core.errors import AssumptionError, DataError, InputError
from core.prices import PriceBook
from core.uncertainty import draws, medians

DEFAULT = default_scenario(PriceBook(), date(2026, 11, 22))
TODAY = {
    "uncached input", "cached input", "output", "retries", "retrieval", "monitoring", "hosting",
    "wrong answers",
}  # fmt: skip
EVERYTHING = {
    "cache_write_share": 0.5, "reasoning_tokens": 100.0, "batch_share": 0.2, "flex_share": 0.1,
    "fallback_after": 2.0, "app_cache_share": 0.15, "embedding_tokens": 300.0,
    "reindexed_tokens": 5e7, "vector_storage": 40.0, "reranker_calls": 1.0, "tool_calls": 0.2,
    "guardrail_cost": 0.0004, "support_cost": 1.5, "governance_cost": 4_000.0,
    "self_hosted_share": 0.4,
}  # fmt: skip
"""Something of every part."""


def edited(**changes: float) -> Scenario:
    """The default with these values."""
    return DEFAULT.edited(changes, on=date(2026, 11, 22))


FULL = edited(**EVERYTHING)
STATES = st.dictionaries(
    st.sampled_from(sorted(EVERYTHING)), st.floats(0.01, 0.9), max_size=len(EVERYTHING)
)


def parts_of(scenario: Scenario) -> dict[str, float]:
    """What a request costs, part by part."""
    return {name: float(usd) for name, usd in serving_costs(medians(scenario)).items()}


def test_the_default_uses_what_it_always_did() -> None:
    """Nothing is paid for what nobody has said is used, and each such part is named."""
    found = cogs_of(DEFAULT)
    assert {c.name for c in found.now.components if c.usd} == TODAY
    parts = parts_of(DEFAULT)
    tokens = 3 * 1_000 * 0.10 / 1e6 + 3 * 1_000 * 0.01 / 1e6 + 3 * 250 * 0.50 / 1e6
    assert sum(parts.values()) == pytest.approx(tokens / 0.97 + 0.002 + 0.0005 + 0.002, rel=1e-12)
    assert {"cache writes", "own GPUs", "governance"} <= set(found.not_used)
    assert not TODAY & set(found.not_used)


def test_every_part_can_be_used() -> None:
    """With something of everything no part of serving is 0."""
    parts = parts_of(FULL)
    assert all(usd > 0 for usd in parts.values()), parts
    assert set(BY_THE_MONTH) <= set(parts)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(STATES)
def test_parts_sum_to_the_total(changes: dict[str, float]) -> None:
    """The cost of a request is the sum of its parts to 1e-12, today and at the target."""
    found = cogs_of(edited(**changes))
    for cost in (found.now, found.at_target):
        if cost is not None:
            parts = [c.usd for c in cost.components]
            assert cost.usd == pytest.approx(sum(parts[::-1]), rel=1e-12)
            assert cost.fixed_usd + cost.variable_usd == pytest.approx(cost.usd, rel=1e-12)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(STATES, st.floats(0.01, 50))
def test_prices_times_k_are_costs_times_k(changes: dict[str, float], k: float) -> None:
    """Every price k times as high makes every part and one more answer k times as dear."""
    inputs = medians(edited(**changes))
    priced = {key: a for key, a in DEFAULT.items() if a.unit.is_money}
    dearer = {key: v * k if key in priced else v for key, v in inputs.items()}
    once, then = serving_costs(inputs), serving_costs(dearer)
    for name, usd in once.items():
        np.testing.assert_allclose(then[name], k * usd, rtol=1e-9)
    np.testing.assert_allclose(answer_cost(dearer), k * answer_cost(inputs), rtol=1e-9)


def test_draws_are_served_one_by_one() -> None:
    """A hundred draws together cost what each of them costs alone."""
    drawn = draws(FULL, 100, 3)
    together, more = serving_costs(drawn), answer_cost(drawn, extra_input_tokens=500.0)
    for i in (0, 17, 99):
        one = {key: v[i] if v.ndim else v for key, v in drawn.items()}
        for name, usd in serving_costs(one).items():
            np.testing.assert_allclose(np.broadcast_to(together[name], 100)[i], usd, rtol=1e-12)
        np.testing.assert_allclose(more[i], answer_cost(one, extra_input_tokens=500.0), rtol=1e-12)


def test_cached_tokens_are_a_part_of_the_prompt() -> None:
    """10,000 tokens, 8,000 read and 1,000 written, 500 out at $2, $0.10, $2.50, $10: $0.0103."""
    found = parts_of(
        edited(
            calls_per_request=1, input_tokens=10_000, output_tokens=500, cached_share=0.8,
            cache_write_share=0.5, input_price=2, cached_price=0.1, output_price=10, retry_rate=0,
        )
    )  # fmt: skip
    assert found["uncached input"] == pytest.approx(0.002)
    assert found["cached input"] == pytest.approx(0.0008)
    assert found["cache writes"] == pytest.approx(0.0025)
    assert sum(list(found.values())[:5]) == pytest.approx(0.0103)


def test_a_hit_of_the_own_cache_pays_no_model() -> None:
    """At a share of 1 no model, retrieval, reranker or tool is paid; the rest stays."""
    changes = {**EVERYTHING, "app_cache_share": 1.0}
    found, before = (
        parts_of(edited(**changes)),
        parts_of(edited(**{**changes, "app_cache_share": 0})),
    )
    free = {
        "uncached input", "cached input", "cache writes", "output", "reasoning", "retries",
        "fallback", "retrieval", "reranker", "tools", "own GPUs", "running own GPUs",
    }  # fmt: skip
    assert {name for name, usd in found.items() if usd == 0} == free
    assert {name for name in found if found[name] == before[name]} == set(found) - free
    assert asked_share(medians(edited(**changes))) == 0


def test_one_more_answer() -> None:
    """An answer costs its calls and their retries; what it reads besides is not cached."""
    inputs = medians(DEFAULT)
    parts = parts_of(DEFAULT)
    calls = sum(parts[name] for name in ("uncached input", "cached input", "output", "retries"))
    assert answer_cost(inputs) == pytest.approx(calls, rel=1e-12)
    longer = answer_cost(inputs, extra_input_tokens=1_000.0) - answer_cost(inputs)
    assert longer == pytest.approx(1_000 * 0.10 / 1e6 / 0.97)
    own = medians(edited(self_hosted_share=1))
    assert answer_cost(own, strong=True) == answer_cost(inputs, strong=True)
    assert answer_cost(own, strong=True) > answer_cost(inputs)
    assert answer_cost(own) == pytest.approx(
        3 / 3600 / (0.7 / 3) * (6_000 / 7_000 + 750 / 700) / 0.97
    )


def test_own_gpus_are_a_staircase() -> None:
    """The bill never falls as requests rise, moves in whole GPUs, and is none without them."""
    volumes = np.array([1.0, 100, 500, 1_000, 2_000, 5_000, 20_000])
    inputs = {**medians(edited(self_hosted_share=1)), "seats": volumes}
    bill = monthly_fixed(inputs)["own GPUs"]
    assert (np.diff(bill) >= 0).all()
    assert bill == pytest.approx(gpus_on(inputs) * 3.0 * 730)
    assert gpus_on(inputs)[0] == 1
    assert gpus_on({**inputs, "seats": np.array(0.0)}) == 0
    per_request = serving_costs(inputs)["own GPUs"]
    found = cogs_of(edited(self_hosted_share=1))
    assert (found.gpus, cogs_of(DEFAULT).gpus) == (2, 0)
    assert found.gpu_load == pytest.approx(0.454 / 2, abs=1e-3)
    assert np.isnan(cogs_of(DEFAULT).gpu_load)
    assert per_request[0] > per_request[3] > per_request[-1]


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_low_load_never_looks_cheaper(one: float, other: float) -> None:
    """Whoever lets GPUs be loaded less pays at least as much by the month and per answer."""
    low, high = sorted((one, other))
    less, more = (
        medians(edited(self_hosted_share=1, gpu_max_load=load, requests_per_seat=9_000))
        for load in (low, high)
    )
    assert monthly_fixed(less)["own GPUs"] >= monthly_fixed(more)["own GPUs"]
    assert answer_cost(less) >= answer_cost(more)


def test_growth_alone_never_moves_a_linear_margin() -> None:
    """A hundred times the seats leave cost and margin of a request as they were."""
    few, many = cogs_of(DEFAULT).now, cogs_of(edited(seats=100_000)).now
    assert many.usd == few.usd
    assert many.gross_margin == few.gross_margin
    assert cogs_of(edited(seats=100_000, governance_cost=5_000)).now.gross_margin > (
        cogs_of(edited(governance_cost=5_000)).now.gross_margin
    )


def test_what_is_paid_by_the_month_is_shared() -> None:
    """$6,000 of governance over 600,000 requests are a cent each, over twice as many half."""
    assert parts_of(edited(governance_cost=6_000))["governance"] == pytest.approx(0.01)
    assert parts_of(edited(governance_cost=6_000, seats=2_000))["governance"] == pytest.approx(
        0.005
    )
    assert parts_of(edited(support_cost=6, seats=7))["support"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"vector_storage": 5, "vector_storage_price": 0}, "vector_storage is above 0, but"),
        ({"tool_calls": 1, "tool_price": 0}, "give tool_price, or set tool_calls to 0"),
        ({"batch_share": 0.1, "batch_price_share": 0}, "batch_price_share is 0"),
        ({"self_hosted_share": 1, "gpu_rate": 0}, "gpu_rate is 0"),
        ({"self_hosted_share": 1, "gpu_output_throughput": 0}, "gpu_output_throughput is 0"),
        ({"self_hosted_share": 1, "gpu_peak_factor": 0.5}, "gpu_peak_factor is below 1"),
        ({"self_hosted_share": 1, "gpu_hours_on": 900}, "hours_on must be in"),
        ({"retry_rate": 1}, "no call ever succeeds"),
    ],
)
def test_what_has_no_price_is_said(changes: dict[str, float], says: str) -> None:
    """Something that is used without a known price or limit is refused, never taken as free."""
    with pytest.raises(AssumptionError, match=says):
        cogs_of(edited(**changes))


def test_a_fallback_makes_hopeless_calls_possible() -> None:
    """If every attempt fails, two are paid and then the fallback."""
    found = parts_of(edited(retry_rate=1, fallback_after=2, fallback_cost=0.5))
    calls = found["uncached input"] + found["cached input"] + found["output"]
    assert found["retries"] == pytest.approx(calls)
    assert found["fallback"] == pytest.approx(3 * 0.5)


@pytest.mark.parametrize("policy", ["cogs", "rnd"])
def test_both_margins_are_given_under_either_policy(policy: str) -> None:
    """The policy decides which of the two is the gross margin, and changes neither."""
    found = cogs_of(replace(DEFAULT, settings={**DEFAULT.settings, "training_policy": policy}))
    there, counted = found.at_target, cogs_of(DEFAULT).at_target
    assert there is not None
    assert counted is not None
    built = sum(c.usd for c in counted.components if c.name in BUILDING)
    assert built > 0
    assert there.margin_with_building == counted.margin_with_building
    assert there.margin_without_building == counted.margin_without_building
    more = there.margin_without_building - there.margin_with_building
    assert more == pytest.approx(built / found.revenue_per_request)
    reported = there.margin_with_building if policy == "cogs" else there.margin_without_building
    assert there.gross_margin == reported


def test_seats_lose_money_beyond_their_break_even() -> None:
    """The share that loses is that beyond the price less what is paid alike, over the cost."""
    cost = cogs_of(edited(support_cost=2, governance_cost=3_000)).now
    found = seats_of(DEFAULT, cost)
    alike = 2 + 3
    each = cost.usd - alike / 600
    assert found.break_even_requests == pytest.approx((29 - alike) / each)
    assert found.losing_share == pytest.approx(
        float(seats.share_above(600, 5, found.break_even_requests))
    )
    assert 0 < found.losing_share < 0.1
    assert found.mean_margin == pytest.approx(cost.gross_margin)
    assert [seat.gross_margin for seat in found.curve] == sorted(
        (seat.gross_margin for seat in found.curve), reverse=True
    )


def test_seats_do_not_depend_on_how_many_there_are() -> None:
    """Cost and margin of a seat are the same for a hundred as for a hundred thousand."""
    few, many = (seats_of(s, cogs_of(s).now) for s in (edited(seats=100), edited(seats=1e5)))
    assert few == many


def test_counted_seats_take_the_place_of_the_spread() -> None:
    """Seats drawn from the distribution give what its formulas give; each has its own margin."""
    cost = cogs_of(DEFAULT).now
    shares = (np.arange(20_000) + 0.5) / 20_000
    counts = seats.usage_at(600, 5.0, shares)
    formula, counted = seats_of(DEFAULT, cost), seats_of(DEFAULT, cost, counts.tolist())
    assert counted.counted == 20_000
    assert counted.losing_share == pytest.approx(formula.losing_share, abs=1e-4)
    assert counted.heaviest_usage_share == pytest.approx(formula.heaviest_usage_share, abs=2e-3)
    each = [1 - cost.usd * made / 29 for made in counts]
    assert counted.mean_margin == pytest.approx(float(np.mean(each)))


def test_without_a_price_every_seat_loses() -> None:
    """A price of 0 is no division by zero: all seats lose, and the margin is undefined."""
    scenario = edited(price_per_seat=0)
    found = seats_of(scenario, cogs_of(scenario).now)
    assert (found.losing_share, found.break_even_requests) == (1.0, 0.0)
    assert np.isnan(found.mean_margin)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("5\n7\n", (5.0, 7.0)),
        ("requests\n5\n\n7\n", (5.0, 7.0)),
        ("seat,Requests,name\na,5,x\nb,7,y\n", (5.0, 7.0)),
    ],
)
def test_counts_are_read(text: str, counts: tuple[float, ...]) -> None:
    """One column needs no name; of several the one named requests is taken."""
    assert usage_counts(text, "seats.csv") == counts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"seats\.csv is empty"),
        ("requests\n", "a heading only"),
        ("a,b\n1,2\n", "expected one named 'requests'"),
        ("requests\n5\n-1\n", "row 3: '-1' is no number"),
        ("requests\n5\nnan\n", "row 3: 'nan' is no number"),
        ("seat,requests\na\n", "row 2: '' is no number"),
    ],
)
def test_bad_counts_are_refused(text: str, says: str) -> None:
    """Row and content are named."""
    with pytest.raises(DataError, match=says):
        usage_counts(text, "seats.csv")


@settings(max_examples=25, derandomize=True, deadline=None)
@given(STATES, st.permutations(sorted(SAVINGS)))
def test_savings_do_not_depend_on_their_order(changes: dict[str, float], order: list[str]) -> None:
    """Each is a pure change of the assumptions; any order of all gives the same cost."""
    inputs = medians(edited(**changes))
    one: Inputs = inputs
    other: Inputs = inputs
    for name in sorted(SAVINGS):
        one = SAVINGS[name](one)
    for name in order:
        other = SAVINGS[name](other)
    assert inputs == medians(edited(**changes))
    np.testing.assert_allclose(
        sum(serving_costs(one).values()), sum(serving_costs(other).values()), rtol=1e-9
    )


def test_savings_alone_together_and_their_overlap() -> None:
    """What each saves alone sums to what they save together and the overlap."""
    found = savings_of(FULL)
    now = cogs_of(FULL).now
    assert found.before_usd == now.usd
    assert found.gross_margin_before == now.gross_margin
    assert sum(s.alone.net_usd for s in found.every) == pytest.approx(
        found.together.net_usd + found.overlap_usd, rel=1e-12
    )
    assert found.overlap_usd != 0
    pair = savings_of(DEFAULT, ["shorter-prompts", "application-caching"])
    assert [s.name for s in pair.every if s.chosen] == ["application-caching", "shorter-prompts"]
    assert pair.overlap_usd > 0
    assert savings_of(FULL, []).together.net_usd == 0


def test_shorter_prompts_by_hand() -> None:
    """A quarter less input saves a quarter of $0.00033 a request, retries included."""
    alone = {s.name: s.alone for s in savings_of(DEFAULT).every}
    assert alone["shorter-prompts"].serving_usd == pytest.approx(0.25 * 0.00033 / 0.97)
    assert alone["batching"].serving_usd == pytest.approx(0.3 * 0.5 * 0.000705 / 0.97)
    assert alone["distillation"].serving_usd == pytest.approx(0.7 * 0.000705 / 0.97)
    assert alone["distillation"].errors_usd == pytest.approx(0.02 * 0.05)


def test_a_saving_that_costs_accuracy_can_lose() -> None:
    """Two points of accuracy cost more than a cheaper model saves, and that is said."""
    alone = {s.name: s.alone for s in savings_of(DEFAULT).every}["distillation"]
    assert alone.accuracy_lost == pytest.approx(0.02)
    assert alone.serving_usd > 0 > alone.net_usd


def test_a_saving_without_effect_says_why() -> None:
    """What is not used cannot be made cheaper, and then costs no accuracy either."""
    found = {s.name: s for s in savings_of(DEFAULT).every}["quantisation"]
    assert found.alone.net_usd == 0
    assert found.alone.accuracy_lost == 0
    assert "nothing of yours to quantise" in found.why_nothing
    with pytest.raises(AssumptionError, match="saving_quantised_speed must be in"):
        savings_of(edited(saving_quantised_speed=0))
    with pytest.raises(InputError, match="did you mean 'batching'"):
        savings_of(DEFAULT, ["bathing"])


def paid(**by_role: float) -> tuple[RunCost, Spending]:
    """What a run of 40 candidates paid, a quarter of them accepted."""
    lines = tuple(
        SpendingLine(
            role=role, model="m", outcome="ok", calls=40, input_tokens=1, output_tokens=1,
            cached_tokens=0, reasoning_tokens=0, cost_usd=usd, saved_usd=0.0, median_seconds=1.0,
        )
        for role, usd in by_role.items()
    )  # fmt: skip
    whole = sum(by_role.values())
    run = RunCost(run_id="20261122-1", tau=0.5, proposed=40, accepted=10, calls=80, cost_usd=whole)
    spent = Spending(
        run_id=run.run_id, cost_usd=whole, unsettled_usd=0.0, saved_usd=0.0, lines=lines,
        reasons=(), refused=(),
    )  # fmt: skip
    return run, spent


def test_a_sample_pays_for_those_rejected() -> None:
    """$0.20 and $0.10 for 10 accepted of 40 are 2 and 1 cents, people's check besides."""
    found = sample_cost_of(DEFAULT, None, paid(generator=0.2, critic=0.1))
    assert {c.name: c.usd for c in found.components} == pytest.approx(
        {"generation": 0.02, "critics": 0.01, "people's check": 0.05}
    )
    assert found.usd == sum(c.usd for c in found.components)
    assert "10 accepted of 40" in found.source


def test_a_sample_without_a_run_follows_from_the_scenario() -> None:
    """6 cents and 5 cents, and its share of the set-up where a plan makes samples."""
    plan = cogs_of(DEFAULT).plan
    assert plan is not None
    found = sample_cost_of(DEFAULT, plan)
    assert found.usd == pytest.approx(0.11 + 2_000 / plan.new_samples)
    assert found.run_id is None
    none_accepted = replace(paid(generator=0.2)[0], accepted=0)
    assert sample_cost_of(DEFAULT, None, (none_accepted, paid(generator=0.2)[1])).usd == 0.11


def answered(tmp_path: Path, *words: str) -> dict[str, object]:
    """What the command says of a scenario that is all default."""
    file = tmp_path / "ours.toml"
    file.write_text("[scenario]\nname = 'ours'\n", "utf-8")
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    command.add_to(top.add_subparsers(), shared)
    arguments = top.parse_args(["cogs", str(file), *words])
    answer = arguments.answer(Context(arguments))
    assert "NaN" not in answer.text
    found: dict[str, object] = json.loads(as_json(answer.json))
    return found


def test_the_command_tells_all(tmp_path: Path) -> None:
    """Parts, both margins, seats, a sample and savings, to the last digit of the functions."""
    found = answered(tmp_path)
    asked = cogs_of(DEFAULT)
    there = found["at_target"]
    assert isinstance(there, dict)
    assert asked.at_target is not None
    assert there["gross_margins"] == {
        "cogs": asked.at_target.margin_with_building,
        "rnd": asked.at_target.margin_without_building,
    }
    seats_now, saved, sample = found["seats"], found["savings"], found["per_sample"]
    assert isinstance(seats_now, dict)
    assert isinstance(saved, dict)
    assert isinstance(sample, dict)
    assert seats_now["losing_share"] == seats_of(DEFAULT, asked.now).losing_share
    assert saved["together"]["saved_usd"] == savings_of(DEFAULT).together.net_usd
    assert sum(part["usd"] for part in sample["components"]) == sample["usd"]


def test_the_command_takes_savings_and_counts(tmp_path: Path) -> None:
    """Some savings, none, and a file of counted seats."""
    usage = tmp_path / "usage.csv"
    usage.write_text("requests\n100\n200\n9000\n", "utf-8")
    found = answered(tmp_path, "--savings", "batching,routing", "--usage", str(usage))
    saved, seats_now = found["savings"], found["seats"]
    assert isinstance(saved, dict)
    assert isinstance(seats_now, dict)
    assert [s["name"] for s in saved["every"] if s["chosen"]] == ["batching", "routing"]
    assert seats_now["counted"] == 3
    assert seats_now["losing_share"] == pytest.approx(1 / 3)
    assert answered(tmp_path, "--savings", "none")["savings"] is None
    with pytest.raises(InputError, match="is no saving"):
        answered(tmp_path, "--savings", "magic")


def test_the_margin_of_the_parts_is_the_margin_of_the_whole() -> None:
    """The shares of revenue that the parts take and the margin sum to 1."""
    found = cogs_of(FULL)
    shares = [c.usd / found.revenue_per_request for c in found.now.components]
    assert sum(shares) + found.now.gross_margin == pytest.approx(1, abs=1e-12)
    assert margin.gross_margin(found.revenue_per_request, found.now.usd) == found.now.gross_margin
