"""What matters, goals and differences on the command line."""

import json
import math
from argparse import ArgumentParser
from pathlib import Path

import pytest

from core.cli import goal, scenario, sensitivity
from core.cli.context import Context
from core.cli.output import Answer, as_json
from core.errors import InputError


def ran(*words: str) -> Answer:
    """What a command line answers."""
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    shared.add_argument("--json", action="store_true")
    commands = top.add_subparsers()
    for module in (goal, scenario, sensitivity):
        module.add_to(commands, shared)
    arguments = top.parse_args(words)
    answer = arguments.answer(Context(arguments))
    assert isinstance(answer, Answer)
    return answer


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scenario file as ``scenario new`` writes it."""
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "none"))
    path = str(tmp_path / "ours.toml")
    ran("scenario", "new", "-o", path)
    return path


def changed(file: str, *swaps: tuple[str, str]) -> str:
    """A copy of the file with some words swapped."""
    text = Path(file).read_text("utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    other = Path(file).with_name("other.toml")
    other.write_text(text, "utf-8")
    return str(other)


def test_the_difference_has_a_share_for_each_change(file: str) -> None:
    """The keys that programs read, and shares that sum."""
    other = changed(file, ("value = 29.0", "value = 35.0"), ('"cogs"', '"rnd"'))
    answer = ran("scenario", "diff", file, other)
    found = json.loads(as_json(answer.json))
    assert {c["key"]: (c["from"], c["to"], c["unit"]) for c in found["changes"]} == {
        "price_per_seat": (29.0, 35.0, "USD/seat/month"),
        "training_policy": ("cogs", "rnd", None),
    }
    for name in ("margin_points", "unit_cost_usd"):
        total = math.fsum(c[name] for c in found["changes"])
        assert total == pytest.approx(found["total"][name], abs=1e-12)
    points = 100 * (found["to"]["gross_margin"] - found["from"]["gross_margin"])
    assert found["total"]["margin_points"] == pytest.approx(points, abs=1e-9)
    assert "+4.38 pp" in answer.text
    assert "same values and settings" in ran("scenario", "diff", file, file).text


def test_what_matters_is_shown_and_exported(file: str, tmp_path: Path) -> None:
    """Widest first, with the caveat; the file has one row per draw."""
    out = str(tmp_path / "draws.csv")
    answer = ran("sensitivity", file, "--draws", "200", "--export", out)
    found = json.loads(as_json(answer.json))
    assert [o["outcome"] for o in found["outcomes"]] == [
        "gross_margin", "unit_cost_usd", "profit_per_month_usd",
    ]  # fmt: skip
    swings = [bar["swing"] for bar in found["outcomes"][0]["bars"]]
    assert swings == sorted(swings, reverse=True)
    assert "what assumptions do together is not in the bars" in answer.text
    lines = Path(out).read_text("utf-8").splitlines()
    assert len(lines) == 201
    assert lines[0].split(",") == found["columns"]
    assert "not reachable" in ran("sensitivity", file, "--draws", "5", "--target", ".99999").text


def test_a_goal_is_sought(file: str) -> None:
    """The value, the plan there; without one the range of what can be had."""
    answer = ran("goal", file, "--for", "gross_margin=0.7", "--by", "price_per_seat")
    found = json.loads(as_json(answer.json))
    assert found["solutions"][0]["outcome"] == pytest.approx(0.7, abs=1e-9)
    assert found["why"] is None
    none = ran(
        "goal", file, "--for", "gross_margin=0.7", "--by", "seats", "--from", "1", "--to", "2"
    )
    assert json.loads(as_json(none.json))["solutions"] == []
    assert "No solution: the gross margin ranges from" in none.text
    with pytest.raises(InputError, match="no assumption is called 'strictnes'"):
        ran("goal", file, "--for", "gross_margin=0.7", "--by", "strictnes")


@pytest.mark.parametrize("words", ["gross_margin", "gross_margin=high"])
def test_a_goal_needs_a_number(file: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the example to follow."""
    with pytest.raises(SystemExit):
        ran("goal", file, "--for", words, "--by", "seats")
    assert "expected e.g. gross_margin=0.7" in capsys.readouterr().err


def test_distributions_and_correlations_are_shown(file: str) -> None:
    """In words and as JSON."""
    other = changed(
        file,
        ("[assumptions.price_per_seat]", '[correlations]\n"input_tokens:output_tokens" = 0.5\n\n'
         "[assumptions.price_per_seat]"),
        ("low = 400.0\nhigh = 900.0", 'low = 400.0\nhigh = 900.0\ndistribution = "lognormal"'),
    )  # fmt: skip
    answer = ran("scenario", "show", other)
    assert "input_tokens and output_tokens: rank correlation 0.50" in answer.text
    assert "lognormal" in answer.text
    assert answer.json["correlations"] == {"input_tokens:output_tokens": 0.5}
