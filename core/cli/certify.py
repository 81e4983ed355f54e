"""``datawall certify``: may it be promised that so many of the accepted are good?"""

import argparse
from dataclasses import asdict

from core.analysis.certify import Certificate, certify_run, certify_scores, promised
from core.analysis.scores import read_scores
from core.cli.context import Context
from core.cli.output import Answer, table
from core.errors import InputError
from core.formats import count, interval, number, percent


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "certify",
        parents=[shared],
        help="a certificate of precision, with confidence, or how many labels are missing",
        description="Certify from human labels drawn by chance that at least so many of the "
        "accepted are good. Every look at new labels of a run spends a part of the error that "
        "the confidence allows; the same labels are never looked at twice.",
    )
    command.add_argument("run", metavar="RUN", nargs="?")
    command.add_argument(
        "--scores",
        metavar="SCORES.csv",
        help="instead of a run: columns score, label (1, 0 or empty) and perhaps drawn, the "
        "lowest score of the rows that a label was drawn from by chance (all rows without it)",
    )
    command.add_argument("--precision", type=float, required=True, metavar="P")
    command.add_argument("--confidence", type=float, required=True, metavar="C")
    command.add_argument(
        "--looks",
        type=int,
        metavar="K",
        help="looks still planned, this one included (default: each spends half of what is left)",
    )
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Look at the labels."""
    asked = context.arguments
    if bool(asked.run) == bool(asked.scores):
        raise InputError("give either a RUN or --scores SCORES.csv.")
    if asked.scores:
        if asked.looks is not None:
            raise InputError("--looks is for a RUN; a file of scores is looked at once.")
        found = certify_scores(
            read_scores(asked.scores), precision=asked.precision, confidence=asked.confidence
        )
    else:
        found = certify_run(
            context.workspace,
            asked.run,
            precision=asked.precision,
            confidence=asked.confidence,
            looks=asked.looks,
        )
    return Answer(json=asdict(found), text=_text(found))


def _text(found: Certificate) -> str:
    lines = [promised(found), f"Why: {found.why.removeprefix('not certified: ')}."]
    if found.certified:
        known = found.precision
        middle = f", precision {interval(percent(known.p10), percent(known.p90))}" if known else ""
        lines.append(
            f"Strictness {found.tau:.4g}: accepts {percent(found.acceptance_rate)} of the "
            f"candidates{middle}."
        )
    if found.labels_missing is not None:
        lines.append(f"Labels missing: about {count(found.labels_missing)}.")
    spent = (
        f"look {found.look}, which may be wrong with a probability of at most "
        f"{number(found.error_spent)}"
        if found.error_spent
        else "no look was spent on them"
    )
    lines.append(f"{count(found.labels_used)} labels drawn by chance; {spent}.")
    if found.run:
        lines.append(f"Status: {found.status}.")
    if found.steps:
        rows = [
            [f"{s.score:.4g}", count(s.labels), count(s.bad), f"{s.p_value:.2g}"]
            for s in found.steps
        ]
        lines += ["", table(["score from", "labels", "bad", "p-value"], rows)]
    if found.versions:
        said = ", ".join(f"{name} {value}" for name, value in found.versions.items())
        lines += ["", f"For {said}."]
    return "\n".join(lines)
