"""``datawall scenario``: write, show and compare scenario files; keep and share them."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from core.analysis.difference import difference_of
from core.analysis.scenario import GROUPS, default_scenario
from core.assumptions import Assumption, Scenario, scenario_to_toml
from core.cli import scenario_library
from core.cli.context import Context
from core.cli.difference_words import difference_facts, difference_text
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.errors import InputError
from core.formats import coefficient, interval, quantity


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command and its two actions."""
    command = commands.add_parser(
        "scenario",
        help="write, show, keep, share and compare scenarios",
        description="A scenario is a TOML file of assumptions, each with unit, source and date.",
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser(
        "new",
        parents=[shared],
        help="write a commented scenario to edit",
        description="Write the default scenario, to the terminal unless -o names a file.",
    )
    new.add_argument("-o", "--output", metavar="FILE", help="the file to write")
    new.add_argument("--force", action="store_true", help="replace the file if it exists")
    new.set_defaults(answer=write)
    shown = actions.add_parser(
        "show",
        parents=[shared],
        help="show a scenario resolved, with every source",
        description="Show every assumption, those that the file leaves out included.",
    )
    shown.add_argument("scenario", metavar="SCENARIO.toml")
    shown.set_defaults(answer=show)
    diff = actions.add_parser(
        "diff",
        parents=[shared],
        help="what changed between two scenarios, and what each change did to the margin",
        description="Every assumption and setting that differs, with its share of the change in "
        "gross margin and in the cost of a request; the shares sum to the change.",
    )
    diff.add_argument("old", metavar="A.toml")
    diff.add_argument("new", metavar="B.toml")
    diff.set_defaults(answer=compare)
    scenario_library.add_to(actions, shared)


def write(context: Context) -> Answer:
    """Write the default scenario."""
    text = scenario_to_toml(default_scenario(context.prices, _today()))
    path = context.arguments.output
    if path is None:
        return Answer(json={"toml": text}, text=text.rstrip("\n"))
    file = Path(path)
    try:
        with file.open("w" if context.arguments.force else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise InputError(
            f"{path} exists; choose another name, or replace it with --force."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return Answer(
        json={"file": path, "bytes": file.stat().st_size},
        text=f"Wrote {path}. Edit it, then ask `datawall margin {path}`.",
    )


def show(context: Context) -> Answer:
    """Show what a scenario file resolves to."""
    scenario = read_scenario(context.arguments.scenario, context.prices, context)
    return Answer(json=_facts(scenario), text=_text(scenario))


def compare(context: Context) -> Answer:
    """Show what changed from one scenario file to another."""
    asked, prices = context.arguments, context.prices
    sides = [read_scenario(path, prices, context) for path in (asked.old, asked.new)]
    found = difference_of(*sides)
    return Answer(json=difference_facts(found), text=difference_text(found))


def _today() -> date:
    return datetime.now(UTC).date()


def _facts(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "digest": scenario.digest,
        "settings": dict(scenario.settings),
        "correlations": {":".join(pair): rank for pair, rank in scenario.correlations.items()},
        "assumptions": [
            {
                "key": a.key,
                "value": a.value,
                "low": a.low,
                "high": a.high,
                "distribution": a.distribution,
                "unit": a.unit.value,
                "status": a.status,
                "source": a.source,
                "as_of": a.as_of.isoformat(),
                "note": a.note,
            }
            for a in scenario.values()
        ],
    }


def _text(scenario: Scenario) -> str:
    lines = [f"{scenario.name} ({scenario.digest})"]
    lines += [f"{key}: {value}" for key, value in scenario.settings.items()]
    lines += [
        f"{one} and {other}: rank correlation {coefficient(rank)}"
        for (one, other), rank in scenario.correlations.items()
    ]
    for heading, keys in GROUPS.items():
        rows = [_row(scenario[key]) for key in keys]
        lines += [
            "",
            heading,
            table(["assumption", "value", "90 % interval", "status", "as of"], rows),
        ]
        lines += [f"  {key}: {scenario[key].source}" for key in keys]
    return "\n".join(lines)


def _row(a: Assumption) -> list[str]:
    between = ""
    if a.low is not None and a.high is not None:
        between = interval(quantity(a.low, a.unit), quantity(a.high, a.unit))
        between += "" if a.distribution == "auto" else f", {a.distribution}"
    return [a.key, quantity(a.value, a.unit), between, a.status, a.as_of.isoformat()]
