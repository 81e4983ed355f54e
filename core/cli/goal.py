"""``datawall goal``: at which value of one assumption does an outcome reach a goal?"""

import argparse

from core.analysis.goal_seek import GoalAnswer, goal_seek
from core.analysis.goal_strictness import StrictnessGoal, strictness_for
from core.analysis.plan_words import plan_in_words
from core.analysis.rechosen import OUTCOMES
from core.cli.context import Context
from core.cli.frontier import plan_facts
from core.cli.output import Answer
from core.cli.scenario_file import read_scenario
from core.errors import InputError
from core.formats import percent, quantity

_STRICTNESS = "strictness"


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "goal",
        parents=[shared],
        help="the value of one assumption at which an outcome reaches a goal",
        description="Every assumption at its median; the cheapest plan is chosen anew at each "
        "value. Where no value reaches the goal, the range of what can be had is said.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument(
        "--for",
        dest="goal",
        required=True,
        type=_goal,
        metavar="OUTCOME=VALUE",
        help=f"e.g. gross_margin=0.7; outcomes: {', '.join(OUTCOMES)}",
    )
    command.add_argument(
        "--by", required=True, metavar="KEY", help="the assumption that may change, or strictness"
    )
    command.add_argument("--from", dest="low", type=float, metavar="A", help="lowest value to try")
    command.add_argument("--to", dest="high", type=float, metavar="B", help="highest value to try")
    command.add_argument("--run", metavar="RUN", help="whose strictness, with --by strictness")
    command.set_defaults(answer=answer)


def _goal(text: str) -> tuple[str, float]:
    name, equals, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        what = "no number" if equals else "no '='"
        raise argparse.ArgumentTypeError(
            f"found {text!r} with {what}, expected e.g. gross_margin=0.7"
        ) from None


def answer(context: Context) -> Answer:
    """Seek the goal."""
    asked = context.arguments
    outcome, wanted = asked.goal
    scenario = read_scenario(asked.scenario, context.prices, context)
    if asked.by == _STRICTNESS:
        if asked.run is None:
            raise InputError("strictness is a run's; name it with --run RUN.")
        how = {"outcome": outcome, "wanted": wanted}
        by_run = strictness_for(context.workspace, scenario, asked.run, **how)
        return Answer(json=_strictness_facts(by_run), text=by_run.sentence)
    found = goal_seek(
        scenario,
        outcome=outcome,
        wanted=wanted,
        key=asked.by,
        low=asked.low,
        high=asked.high,
    )
    return Answer(json=_facts(found), text=_text(found))


def _strictness_facts(found: StrictnessGoal) -> dict[str, object]:
    curve = zip(
        found.taus, found.found, found.cost_per_accepted_usd, found.exchange_rate, strict=True
    )
    return {
        "for": found.outcome,
        "wanted": found.wanted,
        "by": _STRICTNESS,
        "run": found.run_id,
        "reached": [{"from": low, "to": high} for low, high in found.reached],
        "curve": [
            {"strictness": tau, "outcome": y, "cost_per_accepted_usd": cost, "exchange_rate": rate}
            for tau, y, cost, rate in curve
        ],
        "worth_is_known": found.worth_is_known,
        "why": None if found.reached else found.sentence,
        "scenario": found.scenario_digest,
    }


def _facts(found: GoalAnswer) -> dict[str, object]:
    return {
        "for": found.outcome,
        "wanted": found.wanted,
        "by": found.key,
        "unit": found.unit.value,
        "now": {"value": found.now, "outcome": found.outcome_now},
        "between": [found.low, found.high],
        "solutions": [
            {"value": s.value, "outcome": s.outcome, "plan": plan_facts(s.plan)}
            for s in found.solutions
        ],
        "jumps": list(found.jumps),
        "outcome_range": [found.least, found.most],
        "reached_between": [found.reached_from, found.reached_to],
        "why": None if found.solutions else found.sentence,
        "scenario": found.scenario_digest,
    }


def _text(found: GoalAnswer) -> str:
    now = quantity(found.now, found.unit)
    known = quantity(found.outcome_now, found.outcome_unit)
    lines = [found.sentence, f"Today: {found.key} {now}, {found.outcome_in_words} {known}."]
    lines += [
        f"At {quantity(s.value, found.unit)}: {plan_in_words(s.plan)}; accuracy "
        f"{percent(s.plan.accuracy)}."
        for s in found.solutions
    ]
    return "\n".join(lines)
