"""``datawall frontier``: what does each accuracy cost at the least?"""

import argparse

from core.analysis.evaluation_file import read_evaluations
from core.analysis.evaluations import evaluations_of
from core.analysis.frontier import FrontierAnswer, frontier_of
from core.analysis.plan_words import plan_in_words
from core.analysis.plans import Plan
from core.cli.context import Context
from core.cli.evaluation_words import evaluation_facts, evaluation_text
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.formats import count, money, number, percent

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
    command.add_argument(
        "--evals",
        metavar="EVALS.csv",
        help="measured answers: item, config, correct, and cost_usd or input_tokens and "
        "output_tokens; confidence if there is one",
    )
    command.add_argument("--seed", type=int, default=0, metavar="S", help="of the two halves")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Find the frontier of the scenario."""
    asked = context.arguments
    scenario = read_scenario(asked.scenario, context.prices, context)
    found = frontier_of(scenario)
    if asked.evals is None:
        return Answer(json=_facts(found), text=_text(found))
    answers = read_evaluations(asked.evals, context.prices)
    measured = evaluations_of(answers, scenario, seed=asked.seed)
    facts = {**_facts(found), "measured": evaluation_facts(measured)}
    return Answer(json=facts, text=f"{_text(found)}\n\n{evaluation_text(measured)}")


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
        money(plan.fixed_usd),
        money(plan.variable_usd),
        money(plan.unit_cost_usd),
        plan_in_words(plan),
    ]


PLAN_HEADINGS = ("accuracy", "once", "per request", "both, per request", "plan")


def _facts(found: FrontierAnswer) -> dict[str, object]:
    return {
        "plans": [plan_facts(plan) for plan in found.frontier],
        "cost_per_point": [
            {
                "from": point.accuracy_from,
                "to": point.accuracy_to,
                "usd": point.usd_per_request,
                "usd_over_period": point.usd_over_period,
                "multiple": point.multiple,
            }
            for point in found.cost_per_point
        ],
        "plans_considered": len(found.plans.accuracy),
        "requests_over_period": found.requests,
        "target": found.target,
        "cheapest_at_target": plan_facts(found.plan) if found.plan else None,
        "best_reachable": plan_facts(found.best),
        "proof_usd": found.plan.proof_usd if found.plan else None,
        "by_volume": [
            {"requests_from": part.requests_from, **plan_facts(part.plan)}
            for part in found.by_volume
        ],
        "rule_of_thumb": {
            "is_heuristic": True,
            "multiple": found.rule_multiple,
            "accuracy": found.rule.accuracy.tolist(),
            "unit_cost_usd": found.rule.unit_cost.tolist(),
        },
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
            f"{number(p.multiple, 2)}x",
        ]
        for p in found.cost_per_point
    ]
    headings = ["one point more", "per request", "over the period", "of the cheapest plan"]
    lines = [
        table(list(PLAN_HEADINGS), shown),
        "",
        table(headings, points),
        "",
        f"{len(found.frontier)} of {len(found.plans.accuracy):,} plans are on the frontier; the "
        f"best reachable accuracy is {percent(found.best.accuracy)}.",
    ]
    if found.plan:
        lines.append(f"The cheapest plan for {percent(found.target)}:")
        lines.append(table(list(PLAN_HEADINGS), [plan_cells(found.plan)]))
        lines += ["", f"By volume (yours is {count(found.requests)} requests over the period):"]
        volumes = [[count(v.requests_from), *plan_cells(v.plan)] for v in found.by_volume]
        lines.append(table(["from requests", *PLAN_HEADINGS], volumes))
    return "\n".join([*lines, *([found.why_no_plan] if found.why_no_plan else [])])
