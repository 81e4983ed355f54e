"""What one request costs on each model, by the command line too."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.analysis.request_prices import request_prices
from core.cli import prices
from core.cli.context import Context
from core.cli.output import Answer, as_json
from core.errors import PriceError, ScenarioError
from core.prices import PriceBook
from core.records import TokenUsage

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SMALL = TokenUsage(input_tokens=2_000, output_tokens=500)


def ran(*words: str) -> Answer:
    """What the command answers."""
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    shared.add_argument("--json", action="store_true")
    prices.add_to(top.add_subparsers(), shared)
    arguments = top.parse_args(["prices", *words])
    answer = arguments.answer(Context(arguments))
    assert isinstance(answer, Answer)
    json.loads(as_json(answer.json))
    return answer


def test_every_model_is_priced_or_named() -> None:
    """Cheapest first, with the prices that apply to the way of being served."""
    found = request_prices(PriceBook(), (), SMALL, at=NOON, service="flex")
    cost = {row.model: row for row in found.rows}
    luna = cost["openai/gpt-6-luna"]
    assert (luna.usd, luna.input_usd_per_mtok) == (pytest.approx(0.000225), pytest.approx(0.05))
    assert "anthropic/claude-opus-5-5" in found.unpriced
    assert [row.usd for row in found.rows] == sorted(row.usd for row in found.rows)


def test_a_named_model_without_the_service_is_an_error() -> None:
    """Whoever names a model wants its price, not that of the others."""
    with pytest.raises(PriceError, match="no flex price"):
        request_prices(PriceBook(), ["claude-opus-5-5"], SMALL, at=NOON, service="flex")


def test_the_command_prices_a_request_of_a_day(tmp_path: Path) -> None:
    """o3 on 2025-06-01: 2,000 at $10 and 500 at $40 a million; no workspace is made for it."""
    folder = tmp_path / "none"
    found = ran("o3", "--at", "2025-06-01", "--workspace", str(folder)).json
    assert found["models"][0]["usd"] == pytest.approx(0.04)
    assert "first listed price" in found["models"][0]["source"]
    assert not folder.exists()
    batch = ran("gpt-6-luna", "--batch", "--at", "2026-11-22", "--workspace", str(folder))
    assert batch.json["models"][0]["usd"] == pytest.approx(0.000225)
    assert "$0.000225" in batch.text


def test_the_command_shows_the_table_with_own_rows(tmp_path: Path) -> None:
    """A row of one's own stands in the place of the bundled one."""
    (tmp_path / "prices.toml").write_text("[rows.edge_box]\nvalue = 55\nsource = 'ours'", "utf-8")
    found = ran("--rows", "--workspace", str(tmp_path))
    row = next(row for row in found.json["rows"] if row["key"] == "edge_box")
    assert (row["value"], row["unit"], row["source"]) == (55, "USD/month", "ours")
    assert "$200 K per year" in found.text


def test_the_command_names_what_it_cannot_price(tmp_path: Path) -> None:
    """An unknown service or model is a sentence; so is a day that is none."""
    for words, says in (
        (("gpt-6-luna", "--service", "flexible"), "did you mean 'flex'"),
        (("gpt-6-lnua",), "gpt-6-luna"),
        (("gpt-6-luna", "--cached", "5000"), "5000 cached"),
    ):
        with pytest.raises(PriceError, match=says):
            ran(*words, "--workspace", str(tmp_path))
    with pytest.raises(SystemExit):
        ran("gpt-6-luna", "--at", "2026")


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("USD/token", "unknown unit 'USD/token'; multiply the number by 1,000,000 and write"),
        ("USD/hour", "expected 'USD/Mtok': convert the number and write 'USD/Mtok'"),
    ],
)
def test_a_price_in_another_unit_is_refused_with_the_way_to_convert(unit: str, says: str) -> None:
    """A price per token is a million times too small as one per million tokens."""
    from core.analysis.scenario import load_scenario

    text = f"[assumptions.input_price]\nvalue = 0.000001\nunit = '{unit}'"
    with pytest.raises(ScenarioError, match=says):
        load_scenario(text, "ours.toml", PriceBook(), NOON.date())
