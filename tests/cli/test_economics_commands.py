"""The commands about money: what they print, and what they say to bad input."""

import json
from argparse import ArgumentParser
from pathlib import Path
from types import ModuleType

import pytest

from core.analysis.scenario import expected_units
from core.cli import cogs, frontier, margin, scenario
from core.cli.context import Context
from core.cli.output import Answer, as_json
from core.errors import InputError

MODULES: tuple[ModuleType, ...] = (cogs, frontier, margin, scenario)


def ran(*words: str) -> Answer:
    """What a command line answers."""
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    shared.add_argument("--json", action="store_true")
    commands = top.add_subparsers()
    for module in MODULES:
        module.add_to(commands, shared)
    arguments = top.parse_args(words)
    answer = arguments.answer(Context(arguments))
    assert isinstance(answer, Answer)
    return answer


def facts(*words: str) -> dict[str, object]:
    """The JSON object of a command line, as a program reads it."""
    read: dict[str, object] = json.loads(as_json(ran(*words).json))
    return read


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A scenario file as ``scenario new`` writes it."""
    path = str(tmp_path / "ours.toml")
    ran("scenario", "new", "-o", path)
    return path


def test_a_new_scenario_is_not_written_over(file: str) -> None:
    """A second one needs --force, and a folder that is not there a sentence."""
    with pytest.raises(InputError, match="exists; choose another name"):
        ran("scenario", "new", "-o", file)
    ran("scenario", "new", "-o", file, "--force")
    with pytest.raises(InputError, match="cannot be written"):
        ran("scenario", "new", "-o", f"{file}/no/such.toml")
    assert "[assumptions.seats]" in ran("scenario", "new").text


def test_a_shown_scenario_has_every_source(file: str) -> None:
    """Each assumption is shown with unit, status, source and date."""
    shown = facts("scenario", "show", file)
    rows = shown["assumptions"]
    assert isinstance(rows, list)
    assert {row["key"] for row in rows} == set(expected_units())
    assert all(row["source"] and row["unit"] and row["as_of"] for row in rows)
    assert "genai-prices" in ran("scenario", "show", file).text


def test_cogs_sums_exactly(file: str) -> None:
    """The components of a request sum to its cost, to the last digit."""
    found = facts("cogs", file)
    parts = found["components"]
    assert isinstance(parts, list)
    assert sum(part["usd"] for part in parts) == found["per_request_usd"]
    assert {"per_request_usd", "components", "gross_margin"} <= set(found)
    assert "gross margin" in ran("cogs", file).text


def test_frontier_lists_plans_and_points(file: str) -> None:
    """Every plan has its levers, every point its price."""
    found = facts("frontier", file)
    plans, points = found["plans"], found["cost_per_point"]
    assert isinstance(plans, list)
    assert isinstance(points, list)
    assert set(plans[0]) == {"accuracy", "fixed_usd", "variable_usd", "unit_cost_usd", "levers"}
    assert set(plans[0]["levers"]) == {
        "new_samples", "tier", "retrieval", "votes", "strictness", "attempts", "review_share",
    }  # fmt: skip
    assert {"from", "to", "usd"} <= set(points[0])
    assert "plans are on the frontier" in ran("frontier", file).text


def test_margin_has_its_curve_and_three_collapse_points(file: str) -> None:
    """The keys that programs rely on are there, and nothing missing is shown as 0."""
    found = facts("margin", file, "--draws", "200", "--seed", "3")
    collapse, optimum, curve = found["collapse"], found["optimum"], found["curve"]
    assert isinstance(collapse, dict)
    assert isinstance(optimum, dict)
    assert isinstance(curve, list)
    assert {"usage_per_seat", "accuracy_zero", "accuracy_target", "why"} <= set(collapse)
    assert set(collapse["why"]) <= {"accuracy_zero"}
    assert {"accuracy", "gross_margin"} <= set(optimum)
    assert set(curve[0]["gross_margin"]) == {"p10", "p50", "p90"}
    assert "Where margin collapses" in ran("margin", file, "--draws", "200").text


def test_a_collapse_point_that_does_not_exist_says_why(file: str) -> None:
    """Beyond the best reachable accuracy usage is null, with a sentence."""
    asked = ("margin", file, "--draws", "200", "--target", "0.995")
    collapse = facts(*asked)["collapse"]
    assert isinstance(collapse, dict)
    assert collapse["usage_per_seat"] is None
    assert "99.5 % is not reachable" in collapse["why"]["usage_per_seat"]
    assert "no such point. 99.5 % is not reachable" in ran(*asked).text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--target", "1.0"), "cannot be proven or reached"),
        (("--target", "85"), "write 0.85"),
        (("--draws", "0"), "draws must be"),
        (("--seed", "-1"), "seed must be"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(file: str, words: tuple[str, ...], says: str) -> None:
    """A target, a number of draws and a seed are refused with what is expected."""
    with pytest.raises(InputError, match=says):
        ran("margin", file, *words)


def test_a_missing_file_is_named() -> None:
    """A path that leads nowhere is said."""
    with pytest.raises(InputError, match=r"nowhere\.toml does not exist"):
        ran("cogs", "nowhere.toml")
