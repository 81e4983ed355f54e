"""``datawall cogs``: what does serving one request cost?"""

import argparse

from core.analysis.cogs import CogsAnswer, RequestCost, cogs_of
from core.cli.context import Context
from core.cli.output import Answer, table
from core.cli.scenario import read_scenario
from core.formats import money, percent


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "cogs",
        parents=[shared],
        help="what serving one request costs, part by part",
        description="The cost of one request as it is served today, and with the cheapest plan "
        "that reaches the scenario's target accuracy.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Price a request of the scenario."""
    found = cogs_of(read_scenario(context.arguments.scenario))
    return Answer(json=_facts(found), text=_text(found))


def _facts(found: CogsAnswer) -> dict[str, object]:
    there = found.at_target
    return {
        **_cost(found.now),
        "revenue_per_request_usd": found.revenue_per_request,
        "training_policy": found.policy,
        "target": found.target,
        "at_target": {**_cost(there), "levers": found.plan.levers}
        if there and found.plan
        else None,
        "why": found.why_no_plan or None,
        "scenario": found.scenario_digest,
    }


def _cost(cost: RequestCost) -> dict[str, object]:
    return {
        "accuracy": cost.accuracy,
        "per_request_usd": cost.usd,
        "components": [{"name": part.name, "usd": part.usd} for part in cost.components],
        "gross_margin": cost.gross_margin,
        "gross_margin_before_errors": cost.gross_margin_before_errors,
    }


def _text(found: CogsAnswer) -> str:
    costs = [found.now, found.at_target] if found.at_target else [found.now]
    rows = [
        [part.name, *(money(cost.components[i].usd) for cost in costs)]
        for i, part in enumerate(found.now.components)
    ]
    rows += [
        ["a request", *(money(cost.usd) for cost in costs)],
        ["gross margin", *(percent(cost.gross_margin) for cost in costs)],
        ["before wrong answers", *(percent(cost.gross_margin_before_errors) for cost in costs)],
    ]
    headings = ["per request", f"today, {percent(found.now.accuracy)}"]
    if found.at_target:
        headings.append(f"at {percent(found.target)}")
    lines = [table(headings, rows), "", f"Revenue per request: {money(found.revenue_per_request)}."]
    return "\n".join([*lines, *([found.why_no_plan] if found.why_no_plan else [])])
