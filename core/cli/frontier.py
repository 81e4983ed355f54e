"""``datawall frontier``: what does each accuracy cost at the least?"""

import argparse

from core.analysis.frontier import FrontierAnswer, frontier_of
from core.analysis.plans import Plan
from core.cli.context import Context
from core.cli.output import Answer, table
from core.cli.scenario import read_scenario
from core.formats import count, money, percent

_ROWS = 24


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "frontier",
        parents=[shared],
        help="the cheapest plan for each accuracy, and what the next point costs",
        description="Every plan of new samples, votes and human review at the medians of the "
        "scenario, and those that no other plan beats on both cost and accuracy.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Find the frontier of the scenario."""
    found = frontier_of(read_scenario(context.arguments.scenario))
    return Answer(json=_facts(found), text=_text(found))


def plan_facts(plan: Plan) -> dict[str, object]:
    """A plan as JSON shows it."""
    return {
        "accuracy": plan.accuracy,
        "fixed_usd": plan.fixed_usd,
        "variable_usd": plan.variable_usd,
        "unit_cost_usd": plan.unit_cost_usd,
        "levers": plan.levers,
    }


def plan_cells(plan: Plan) -> list[str]:
    """A plan as a row of a table, under ``PLAN_HEADINGS``."""
    return [
        percent(plan.accuracy),
        count(plan.new_samples),
        str(plan.votes),
        percent(plan.review_share),
        money(plan.fixed_usd),
        money(plan.variable_usd),
        money(plan.unit_cost_usd),
    ]


PLAN_HEADINGS = (
    "accuracy", "new samples", "votes", "reviewed", "once", "per request", "both, per request",
)  # fmt: skip


def _facts(found: FrontierAnswer) -> dict[str, object]:
    return {
        "plans": [plan_facts(plan) for plan in found.frontier],
        "cost_per_point": [
            {
                "from": point.accuracy_from,
                "to": point.accuracy_to,
                "usd": point.usd_per_request,
                "usd_over_period": point.usd_over_period,
            }
            for point in found.cost_per_point
        ],
        "plans_considered": len(found.plans.accuracy),
        "requests_over_period": found.requests,
        "target": found.target,
        "cheapest_at_target": plan_facts(found.plan) if found.plan else None,
        "best_reachable": plan_facts(found.best),
        "why": found.why_no_plan or None,
        "scenario": found.scenario_digest,
    }


def _text(found: FrontierAnswer) -> str:
    every = max(1, -(-len(found.frontier) // _ROWS))
    shown = [plan_cells(plan) for plan in found.frontier[::every]]
    points = [
        [
            f"{percent(p.accuracy_from)} to {percent(p.accuracy_to)}",
            money(p.usd_per_request),
            money(p.usd_over_period),
        ]
        for p in found.cost_per_point
    ]
    lines = [
        table(list(PLAN_HEADINGS), shown),
        "",
        table(["one point more", "per request", "over the period"], points),
        "",
        f"{len(found.frontier)} of {len(found.plans.accuracy):,} plans are on the frontier; the "
        f"best reachable accuracy is {percent(found.best.accuracy)}.",
    ]
    if found.plan:
        lines.append(f"The cheapest plan for {percent(found.target)}:")
        lines.append(table(list(PLAN_HEADINGS), [plan_cells(found.plan)]))
    return "\n".join([*lines, *([found.why_no_plan] if found.why_no_plan else [])])
