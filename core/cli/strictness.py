"""``datawall strictness``: what does each setting of the knob accept, and at what cost?"""

import argparse
from dataclasses import asdict
from typing import Any, get_args

from core.analysis.scores import read_scores
from core.analysis.strictness.answer import (
    StrictnessAnswer,
    strictness_of_run,
    strictness_of_scores,
)
from core.analysis.strictness.recommend import Aim, Objective
from core.cli.context import Context
from core.cli.output import Answer, table
from core.errors import InputError
from core.formats import count, interval, money, number, percent


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "strictness",
        parents=[shared],
        help="acceptance, precision and cost at each strictness",
        description="Read a run's ledger, or a file of scores, at every strictness. No model is "
        "called.",
    )
    command.add_argument("run", metavar="RUN", nargs="?")
    command.add_argument(
        "--scores",
        metavar="SCORES.csv",
        help="instead of a run: columns score, label (1, 0 or empty), cost_usd",
    )
    command.add_argument(
        "--at",
        type=float,
        action="append",
        metavar="T",
        help="look at this strictness only (may be repeated)",
    )
    command.add_argument(
        "--objective",
        choices=get_args(Aim),
        default="information",
        help="what the recommended strictness is best at (default: information per dollar)",
    )
    for option, default, metavar, said in (
        ("--floor", 0.9, "P", "precision wanted, with --objective floor"),
        ("--value", 1.0, "USD", "worth of a good sample, with --objective value"),
        ("--harm", 1.0, "USD", "damage of a bad sample, with --objective value"),
        ("--downstream", 0.0, "USD", "what each accepted sample costs besides"),
    ):
        command.add_argument(option, type=float, default=default, metavar=metavar, help=said)
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Sweep the strictness."""
    asked = context.arguments
    if bool(asked.run) == bool(asked.scores):
        raise InputError("give either a RUN or --scores SCORES.csv.")
    objective = Objective(
        aim=asked.objective,
        floor=asked.floor,
        value_usd=asked.value,
        harm_usd=asked.harm,
        downstream_usd=asked.downstream,
    )
    if asked.scores:
        found = strictness_of_scores(read_scores(asked.scores), asked.at, objective=objective)
    else:
        found = strictness_of_run(context.workspace, asked.run, asked.at, objective=objective)
    return Answer(json=_facts(found), text=_text(found))


def _facts(found: StrictnessAnswer) -> dict[str, Any]:
    """The answer, with what stands behind the calibration under a name of its own."""
    facts = asdict(found)
    fit = facts["calibration"]
    facts["calibration"] = {name: fit.pop(name) for name in ("method", "ece", "labels")}
    return {**facts, "fit": fit}


def _text(found: StrictnessAnswer) -> str:
    rows = [
        [
            f"{p.tau:.2f}",
            count(p.accepted),
            percent(p.acceptance_rate),
            interval(percent(p.precision.p10), percent(p.precision.p90)) if p.precision else "–",
            percent(p.coverage) if p.coverage is not None else "–",
            money(p.cost_per_accepted_usd) if p.cost_per_accepted_usd is not None else "–",
            money(p.cost_per_good_usd) if p.cost_per_good_usd is not None else "–",
        ]
        for p in found.points
    ]
    headings = [
        "strictness",
        "accepted",
        "rate",
        "precision P10 to P90",
        "coverage",
        "per accepted",
        "per good",
    ]
    best = found.recommended
    at = "none" if best.tau is None else f"{best.tau:.2f}"
    lines = [
        table(headings, rows),
        "",
        f"Recommended: {at}: {best.why}.",
        f"Scores: {_calibration(found)}",
        *(f"Note: {note}" for note in found.notes),
    ]
    return "\n".join(lines)


def _calibration(found: StrictnessAnswer) -> str:
    said = found.calibration
    if said.why:
        return f"{said.method}: {said.why}."
    error = ""
    if said.ece is not None:
        beyond = percent(said.ece) if said.ece else "none beyond chance"
        error = f", calibration error {beyond}"
    return f"{said.method}, {said.labels} labels{error}, Brier score {number(said.brier)}."
