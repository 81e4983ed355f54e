"""``datawall cogs``: what does serving one request cost?"""

import argparse
from dataclasses import dataclass
from math import isfinite

from core.analysis.chain import run_cost
from core.analysis.cogs import CogsAnswer, RequestCost, SampleCost, cogs_of, sample_cost_of
from core.analysis.savings import SAVINGS, Saved, SavingsAnswer, savings_of
from core.analysis.seats import SeatsAnswer, seats_of, usage_counts
from core.analysis.spending import spending_of
from core.assumptions import Scenario
from core.cli.cogs_words import request_lines, sample_lines, saving_lines, seat_lines
from core.cli.context import Context, text_of
from core.cli.output import Answer
from core.cli.scenario_file import read_scenario
from core.workspace.runs import run_summary

ALL, NONE = "all", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Everything the command tells."""

    cogs: CogsAnswer
    seats_now: SeatsAnswer
    seats_at_target: SeatsAnswer | None
    sample: SampleCost
    savings: SavingsAnswer | None


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "cogs",
        parents=[shared],
        help="what serving one request costs, part by part",
        description="The cost of one request as it is served today, and with the cheapest plan "
        "that reaches the scenario's target accuracy; of one accepted sample; which seats lose "
        "money; and what would save.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument(
        "--savings",
        default=ALL,
        metavar="NAMES",
        help=f"savings to take together, with commas between: {', '.join(SAVINGS)}; "
        f"'{ALL}' (the default) or '{NONE}'",
    )
    command.add_argument(
        "--usage",
        metavar="FILE.csv",
        help="requests of each seat in a month, one seat per row, instead of the scenario's spread",
    )
    command.add_argument(
        "--run", metavar="RUN", help="take the cost of a sample from this run's ledger"
    )
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Price a request and a sample of the scenario."""
    arguments = context.arguments
    scenario = read_scenario(arguments.scenario, context.prices, context)
    counts = None
    if arguments.usage:
        counts = usage_counts(text_of(arguments.usage, "usage"), arguments.usage)
    found = cogs_of(scenario)
    there = found.at_target
    everything = _Found(
        cogs=found,
        seats_now=seats_of(scenario, found.now, counts),
        seats_at_target=seats_of(scenario, there, counts) if there else None,
        sample=_sample(context, scenario, found),
        savings=_savings(scenario, arguments.savings),
    )
    return Answer(json=_facts(everything), text=_text(everything))


def _sample(context: Context, scenario: Scenario, found: CogsAnswer) -> SampleCost:
    run_id = context.arguments.run
    if run_id is None:
        return sample_cost_of(scenario, found.plan)
    run = run_summary(context.workspace, run_id)
    cost = run_cost(context.workspace, run, run.strictness)
    paid = (cost, spending_of(context.workspace, run_id))
    return sample_cost_of(scenario, found.plan, paid)


def _savings(scenario: Scenario, names: str) -> SavingsAnswer | None:
    if names == NONE:
        return None
    listed = [name.strip() for name in names.split(",") if name.strip()]
    return savings_of(scenario, tuple(SAVINGS) if names == ALL else listed)


def _facts(everything: _Found) -> dict[str, object]:
    found, there = everything.cogs, everything.cogs.at_target
    seats = everything.seats_at_target
    return {
        **_cost(found.now),
        "revenue_per_request_usd": found.revenue_per_request,
        "training_policy": found.policy,
        "target": found.target,
        "at_target": {
            **_cost(there),
            "levers": found.plan.levers,
            "seats": _seats(seats) if seats else None,
        }
        if there and found.plan
        else None,
        "why": found.why_no_plan or None,
        "own_gpus": {"gpus": found.gpus, "load": found.gpu_load},
        "seats": _seats(everything.seats_now),
        "per_sample": {
            "usd": everything.sample.usd,
            "components": _parts(everything.sample),
            "source": everything.sample.source,
        },
        "savings": _saved_facts(everything.savings) if everything.savings else None,
        "scenario": found.scenario_digest,
    }


def _cost(cost: RequestCost) -> dict[str, object]:
    return {
        "accuracy": cost.accuracy,
        "per_request_usd": cost.usd,
        "components": _parts(cost),
        "gross_margin": cost.gross_margin,
        "gross_margin_before_errors": cost.gross_margin_before_errors,
        "gross_margins": {
            "cogs": cost.margin_with_building,
            "rnd": cost.margin_without_building,
        },
    }


def _parts(cost: RequestCost | SampleCost) -> list[dict[str, object]]:
    return [{"name": part.name, "usd": part.usd} for part in cost.components]


def _seats(found: SeatsAnswer) -> dict[str, object]:
    return {
        "counted": found.counted,
        "mean_requests": found.mean_requests,
        "spread": found.spread,
        "break_even_requests": found.break_even_requests,
        "why": None if isfinite(found.break_even_requests) else "a request costs nothing",
        "losing_share": found.losing_share,
        "heaviest_tenth": {
            "usage_share": found.heaviest_usage_share,
            "cost_share": found.heaviest_cost_share,
        },
        "gross_margin": found.mean_margin,
        "percentiles": [
            {
                "percentile": seat.percentile,
                "requests": seat.requests,
                "cost_usd": seat.cost_usd,
                "gross_margin": seat.gross_margin,
            }
            for seat in found.seats
        ],
    }


def _saved_facts(found: SavingsAnswer) -> dict[str, object]:
    return {
        "before_usd": found.before_usd,
        "after_usd": found.after_usd,
        "gross_margin_before": found.gross_margin_before,
        "every": [
            {
                "name": saving.name,
                "chosen": saving.chosen,
                **_one(saving.alone),
                "why": saving.why_nothing or None,
            }
            for saving in found.every
        ],
        "together": _one(found.together),
        "sum_of_alone_usd": found.sum_of_alone_usd,
        "overlap_usd": found.overlap_usd,
    }


def _one(saved: Saved) -> dict[str, object]:
    return {
        "saved_usd": saved.net_usd,
        "serving_usd": saved.serving_usd,
        "errors_usd": saved.errors_usd,
        "accuracy_lost": saved.accuracy_lost,
        "gross_margin": saved.gross_margin,
    }


def _text(everything: _Found) -> str:
    seats = everything.seats_at_target or everything.seats_now
    blocks = [
        request_lines(everything.cogs),
        seat_lines(seats),
        sample_lines(everything.sample),
        *([saving_lines(everything.savings)] if everything.savings else []),
    ]
    return "\n\n".join("\n".join(block) for block in blocks)
