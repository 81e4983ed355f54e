"""``datawall strictness``: what does each setting of the knob accept, and at what cost?"""

import argparse
from dataclasses import asdict
from typing import Any

from core.analysis.scores import read_scores
from core.analysis.strictness import StrictnessAnswer, strictness_of_run, strictness_of_scores
from core.cli.context import Context
from core.cli.output import Answer, table
from core.errors import InputError
from core.formats import count, interval, money, percent


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
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Sweep the strictness."""
    asked = context.arguments
    if bool(asked.run) == bool(asked.scores):
        raise InputError("give either a RUN or --scores SCORES.csv.")
    if asked.scores:
        found = strictness_of_scores(read_scores(asked.scores), asked.at)
    else:
        found = strictness_of_run(context.workspace, asked.run, asked.at)
    return Answer(json=_facts(found), text=_text(found))


def _facts(found: StrictnessAnswer) -> dict[str, Any]:
    return asdict(found)


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
    return (
        f"{table(headings, rows)}\n\nRecommended: {at}: {best.why}.\n"
        f"Scores: {found.calibration.method}, {found.calibration.labels} labels."
    )
