"""What a run would have cost on other models, and which prices a scenario rests on."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.analysis.price_book import book_of, own_prices_of, save_own_prices
from core.analysis.price_lines import price_lines
from core.analysis.prices import run_on_models
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.errors import InputError, PriceError, WorkspaceError
from core.prices import ModelPrice, OwnPrices, PriceBook, own_row
from core.records import Call, Run, TokenUsage
from core.workspace import Workspace
from core.workspace.journal import RunWriter
from core.workspace.run_folder import save_run

RUN = "20261122-120000-aaaaaa"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SMALL = TokenUsage(input_tokens=2_000, output_tokens=500, counted_by="provider")


def call(index: int, usage: TokenUsage = SMALL) -> Call:
    """One call to GPT-6 Luna at noon, which the ledger says cost $0.00045."""
    return Call(
        call_id=f"{RUN}/{index}/generator/1",
        run_id=RUN,
        at=NOON,
        role="generator",
        model="gpt-6-luna",
        attempt=1,
        candidate_index=index,
        cost_usd=0.00045,
        price_source="genai-prices 0.2.3 openai/gpt-6-luna",
        usage=usage,
        latency_seconds=0.5,
        outcome="ok",
    )


def with_calls(folder: Path, calls: Sequence[Call]) -> Workspace:
    """A workspace with one run that made these calls."""
    workspace = Workspace(folder)
    run = Run(
        run_id=RUN, started_at=NOON, seed=0, dataset="d1:0", label_column="label", slice="s",
        kind="training_case", generator="openai", model="gpt-6-luna", critics=("one",),
    )  # fmt: skip
    save_run(workspace, run)
    with RunWriter(workspace, RUN) as writer:
        writer.append(calls)
    return workspace


def test_each_call_is_priced_alone_on_the_other_model(tmp_path: Path) -> None:
    """A thousand calls cost $0.45 on Haiku, not the $2.25 of their sum; Luna is the actual one."""
    workspace = with_calls(tmp_path, [call(i) for i in range(1_000)])
    found = run_on_models(workspace, RUN, ["claude-haiku-5-5", "gpt-6-luna", "claude-opus-5-5"])
    cost = {row.model: row.usd for row in found.rows}
    assert cost["anthropic/claude-haiku-5-5"] == pytest.approx(0.45)
    assert cost["openai/gpt-6-luna"] == pytest.approx(found.paid_usd) == pytest.approx(0.45)
    assert cost["anthropic/claude-opus-5-5"] == pytest.approx(18.0)  # (2,000 × 4 + 500 × 20) / 1e6
    assert [row.model for row in found.rows if row.is_actual] == ["openai/gpt-6-luna"]
    assert [row.usd for row in found.rows] == sorted(cost.values())
    assert found.rows[-1].multiple == pytest.approx(40)


def test_a_call_is_priced_at_its_own_time_and_size(tmp_path: Path) -> None:
    """At 02:00 DeepSeek costs twice as much; one long prompt pays Luna's long price."""
    night = replace(call(0), at=NOON.replace(hour=2))
    december = replace(call(1), at=datetime(2026, 12, 1, tzinfo=UTC))
    long = call(2, TokenUsage(input_tokens=300_000, output_tokens=500, counted_by="provider"))
    workspace = with_calls(tmp_path, [night, december, long])
    models = ["deepseek-v4-pro", "gemini-4-argon", "gpt-6-luna"]
    cost = {r.model.partition("/")[2]: r.usd for r in run_on_models(workspace, RUN, models).rows}
    one = (2_000 * 0.66 + 500 * 1.98) / 1e6
    assert cost["deepseek-v4-pro"] == pytest.approx(
        3 * one + (300_000 * 0.66 + 500 * 1.98) / 1e6
    )  # twice at night, once in December, and the long one
    argon = (2_000 * 2 + 500 * 10 + 2_000 * 4 + 500 * 20 + 300_000 * 2 + 500 * 10) / 1e6
    assert cost["gemini-4-argon"] == pytest.approx(argon)
    assert cost["gpt-6-luna"] == pytest.approx(2 * 0.00045 + (300_000 * 0.2 + 500 * 0.75) / 1e6)


def test_every_model_of_the_book_is_priced_within_two_seconds(tmp_path: Path) -> None:
    """Two thousand models by five thousand calls; those without a price are named."""
    sizes = [TokenUsage(input_tokens=1_000 + i, output_tokens=i % 700) for i in range(5_000)]
    workspace = with_calls(tmp_path, [call(i, usage) for i, usage in enumerate(sizes)])
    run_on_models(workspace, RUN, ["gpt-6-luna"])  # The lists are loaded once per process.
    began = time.perf_counter()
    found = run_on_models(workspace, RUN)
    assert time.perf_counter() - began < 2
    assert len(found.rows) > 2_000
    assert "openai/text-embedding-3-small" in found.unpriced
    assert not {row.model for row in found.rows} & set(found.unpriced)
    assert found.rows[0].usd >= 0


def test_what_the_cache_answered_is_not_priced_again(tmp_path: Path) -> None:
    """An answer from our own cache used no tokens at a provider; neither did a failed call."""
    cached = replace(call(1), outcome="cached", cost_usd=0.0)
    failed = replace(call(2), outcome="failed", usage=TokenUsage(), cost_usd=0.0)
    found = run_on_models(with_calls(tmp_path, [call(0), cached, failed]), RUN, ["gpt-6-luna"])
    assert found.calls == 1
    assert found.rows[0].usd == pytest.approx(0.00045)


def test_tokens_that_no_provider_counted_are_marked(tmp_path: Path) -> None:
    """One call that was counted here makes every total one that rests on it."""
    here = call(1, replace(SMALL, counted_by="tokenizer"))
    found = run_on_models(with_calls(tmp_path, [call(0), here]), RUN, ["gpt-6-luna"])
    assert found.counted == {"provider": 1, "tokenizer": 1}
    assert found.rows[0].counted_by == "tokenizer"


def test_calls_in_a_batch_cost_a_batch_where_one_is_sold(tmp_path: Path) -> None:
    """Haiku sells batches at half its price; Azure lists none, so that calls are made alone."""
    batch = replace(call(0), price_source="genai-prices 0.2.3 openai/gpt-6-luna batch")
    models = ["claude-haiku-5-5", "azure/gpt-6-luna"]
    found = run_on_models(with_calls(tmp_path, [batch]), RUN, models)
    rows = {row.model: row for row in found.rows}
    assert rows["anthropic/claude-haiku-5-5"].usd == pytest.approx(0.000225)
    assert rows["anthropic/claude-haiku-5-5"].batch is True
    assert rows["azure/gpt-6-luna"].usd == pytest.approx(0.00045)
    assert rows["azure/gpt-6-luna"].batch is False


def test_a_run_that_cannot_be_priced_is_answered_with_a_sentence(tmp_path: Path) -> None:
    """No run, a run without calls, and a model that no list knows."""
    workspace = with_calls(tmp_path, [])
    with pytest.raises(InputError, match="called no model"):
        run_on_models(workspace, RUN)
    with pytest.raises(WorkspaceError):
        run_on_models(workspace, "20261122-120000-bbbbbb")
    other = with_calls(tmp_path / "other", [call(0)])
    with pytest.raises(PriceError, match="gpt-6-luna"):
        run_on_models(other, RUN, ["gpt-6-lnua"])


OWN = OwnPrices(
    models={
        "gpt-6-luna": ModelPrice(
            input_usd_per_mtok=0.05, output_usd_per_mtok=0.25, source="contract 7", as_of=TODAY
        )
    },
    rows={"gpu_hour_h100": own_row("gpu_hour_h100", 2.1, source="our machine room", on=TODAY)},
    discounts={"anthropic": 0.5},
)


def test_own_prices_of_a_workspace_are_used_for_its_runs(tmp_path: Path) -> None:
    """A contract halves Luna, a discount halves Haiku; both name who says so."""
    workspace = with_calls(tmp_path, [call(0)])
    save_own_prices(workspace, OWN)
    assert own_prices_of(workspace) == OWN
    found = run_on_models(workspace, RUN, ["openai/gpt-6-luna", "claude-haiku-5-5"])
    assert [row.usd for row in found.rows] == [pytest.approx(0.000225)] * 2
    assert {row.source for row in found.rows} == {
        "contract 7",
        "genai-prices 0.2.3 anthropic/claude-haiku-5-5, less 50 % as agreed",
    }


def test_a_workspace_without_own_prices_has_the_lists(tmp_path: Path) -> None:
    """Nothing has to be entered before anything can be priced."""
    assert own_prices_of(Workspace(tmp_path)) == OwnPrices()
    (tmp_path / "prices.toml").write_text("[models", "utf-8")
    with pytest.raises(PriceError, match=r"prices\.toml: not valid TOML"):
        book_of(Workspace(tmp_path))


def test_every_price_of_a_scenario_has_its_kind_source_and_date() -> None:
    """List prices, quotes and guesses are told apart; what customers pay is no price of ours."""
    lines = {line.key: line for line in price_lines(DEFAULT, PriceBook())}
    assert lines["input_price"].kind == "list"
    assert lines["gpu_rate"].kind == "quote"
    assert (lines["gpu_rate"].low, lines["gpu_rate"].high) == (1.99, 5.0)
    assert lines["monitoring_cost"].kind == "assumption"
    assert "price_per_seat" not in lines
    assert "error_cost" not in lines
    assert all(line.source and line.unit.is_money for line in lines.values())


def test_own_prices_reach_the_scenario() -> None:
    """An own row and an own model price are the defaults, marked as the user's own."""
    scenario = default_scenario(OWN.book(), TODAY, model="gpt-6-luna")
    assert scenario.value("gpu_rate") == 2.1
    lines = {line.key: line for line in price_lines(scenario, OWN.book())}
    assert (lines["input_price"].value, lines["input_price"].kind) == (0.05, "own")
    assert (lines["gpu_rate"].kind, lines["gpu_rate"].source) == (
        "quote",
        "our machine room (quote)",
    )
    edited = scenario.edited({"hosting_cost": 3.0}, on=TODAY)
    kinds = {line.key: line.kind for line in price_lines(edited, OWN.book())}
    assert kinds["hosting_cost"] == "own"


DEFAULT: Scenario = default_scenario(PriceBook(), TODAY)
