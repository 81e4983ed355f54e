"""``datawall sensitivity``: which assumptions does the outcome hang on?"""

import argparse
from pathlib import Path

from core.analysis.drawn_file import write_draws
from core.analysis.margin import DRAWS
from core.analysis.rechosen import OUTCOMES
from core.analysis.sensitivity import CAVEAT, Bar, SensitivityAnswer, Tornado, sensitivity_of
from core.cli.context import Context, seed_number
from core.cli.frontier import plan_facts
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.formats import coefficient, interval, percent, quantity

_ROWS = 15


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "sensitivity",
        parents=[shared],
        help="what margin, cost of a request and profit hang on",
        description="Each uncertain assumption alone at its 10th and 90th percentile, and the "
        "rank correlation of all draws, for the cheapest plan at the target.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument(
        "--target", type=float, metavar="A", help="accuracy wanted (default: the scenario's)"
    )
    command.add_argument(
        "--outcome", choices=list(OUTCOMES), default="gross_margin", help="shown as a table"
    )
    command.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.add_argument(
        "--export", metavar="FILE", help="write every draw of inputs and outcomes (.csv, .parquet)"
    )
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Find what the outcomes of the scenario hang on."""
    asked = context.arguments
    scenario = read_scenario(asked.scenario, context.prices, context)
    how = {"target": asked.target, "draws": asked.draws, "seed": asked.seed}
    found = sensitivity_of(scenario, **how)
    facts, text = _facts(found), _text(found, asked.outcome)
    if asked.export:
        path = Path(asked.export)
        columns = write_draws(path, scenario, **how)
        facts |= {"file": asked.export, "columns": columns}
        text += f"\nWrote {asked.draws:,} draws of {len(columns):,} columns to {asked.export}."
    return Answer(json=facts, text=text)


def _facts(found: SensitivityAnswer) -> dict[str, object]:
    return {
        "target": found.target,
        "plan": plan_facts(found.plan) if found.plan else None,
        "why": found.why_no_plan or None,
        "outcomes": [_tornado_facts(tornado) for tornado in found.tornados],
        "kept_share": found.kept_share,
        "draws": found.draws,
        "seed": found.seed,
        "scenario": found.scenario_digest,
    }


def _tornado_facts(tornado: Tornado) -> dict[str, object]:
    return {
        "outcome": tornado.outcome,
        "unit": tornado.unit.value,
        "at_medians": tornado.at_medians,
        "p10": tornado.drawn.p10,
        "p50": tornado.drawn.p50,
        "p90": tornado.drawn.p90,
        "bars": [bar_facts(bar) for bar in tornado.bars],
    }


def bar_facts(bar: Bar) -> dict[str, object]:
    """One bar of a tornado as JSON."""
    return {
        "key": bar.key,
        "unit": bar.unit.value,
        "status": bar.status,
        "p10": bar.low,
        "p90": bar.high,
        "at_p10": bar.at_low,
        "at_p90": bar.at_high,
        "swing": bar.swing,
        "rank_correlation": bar.rank_correlation,
    }


def _text(found: SensitivityAnswer, outcome: str) -> str:
    tornado = found.of(outcome)
    if tornado is None:
        return found.why_no_plan
    moving = [bar for bar in tornado.bars if bar.swing]
    rows = [
        [
            bar.key,
            interval(quantity(bar.low, bar.unit), quantity(bar.high, bar.unit)),
            quantity(bar.at_low, tornado.unit),
            quantity(bar.at_high, tornado.unit),
            coefficient(bar.rank_correlation),
        ]
        for bar in moving[:_ROWS]
    ]
    still = len(tornado.bars) - len(moving)
    name, at = outcome.removesuffix("_usd").replace("_", " "), percent(found.target)
    middle = quantity(tornado.at_medians, tornado.unit)
    return "\n".join(
        [
            f"At the target of {at} and every assumption at its median: {name} {middle}.",
            "",
            table(["assumption", "P10 to P90", "at P10", "at P90", "rank"], rows),
            f"{still} more uncertain assumptions do not move it alone. {CAVEAT}",
        ]
    )
