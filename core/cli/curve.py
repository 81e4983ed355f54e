"""``datawall curve``: where will a learning curve that was measured elsewhere go?"""

import argparse
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from core.analysis.curve import Ask, answer_of, asks_of, curves_of_points, scores_of
from core.calculators.learning_curve import CurveFit
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.errors import DataError, InputError
from core.formats import count, percent
from core.records import Quantiles


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "curve",
        parents=[shared],
        help="extrapolate learning-curve points of your own pipeline",
        description="Points have columns n,score (or n,correct,total), optionally std, repeats, "
        "growth (slice or joint) and curve.",
    )
    command.add_argument("points", metavar="POINTS.csv")
    command.add_argument("--target", type=float, metavar="T", help="the score wanted")
    command.add_argument(
        "--at",
        type=float,
        action="append",
        default=[],
        metavar="N",
        help="also say the score at N samples (may be repeated)",
    )
    command.add_argument("--asks", metavar="ASKS.csv", help="many questions: curve,target,at")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Fit the curves and answer the questions."""
    asked = context.arguments
    fits = curves_of_points(_table(asked.points), Path(asked.points).name, seed=asked.seed)
    if asked.asks:
        return _many(fits, asked.asks)
    if len(fits) != 1:
        raise InputError(
            f"{asked.points} holds {len(fits)} curves; give the questions with --asks."
        )
    if asked.target is None:
        raise InputError("--target is missing; give the score wanted, such as 0.9.")
    return _one(next(iter(fits.values())), asked.target, asked.at)


def _one(fit: CurveFit, target: float, at: list[float]) -> Answer:
    found = answer_of("curve", fit, target)
    scores = scores_of(fit, at) if at else []
    facts = {
        "reachable": found.reachable,
        "p_reachable": found.p_reachable,
        "n_needed": asdict(found.n_needed),
        "at": [{"n": s.n, **asdict(s.score)} for s in scores],
        "families": found.families,
    }
    rows = [["samples for " + percent(target), *_counts(found.n_needed)]]
    rows += [[f"score at {count(s.n)}", *_percents(s.score)] for s in scores]
    text = table(["", "P10", "P50", "P90"], rows)
    return Answer(
        json=facts,
        text=f"{text}\n\nReachable: {found.reachable} "
        f"({percent(found.p_reachable, 0)} of the fitted curves).",
    )


def _many(fits: dict[str, CurveFit], path: str) -> Answer:
    answers, rows = [], []
    for ask in asks_of(_table(path), Path(path).name, list(fits)):
        facts, row = _answered(ask, fits[ask.curve])
        answers.append(facts)
        rows.append(row)
    return Answer(
        json={"answers": answers},
        text=table(["curve", "asked", "P10", "P50", "P90", "reachable"], rows),
    )


def _answered(ask: Ask, fit: CurveFit) -> tuple[dict[str, object], list[str]]:
    """One ask as JSON and as a row of the table."""
    if ask.target is not None:
        found = asdict(answer_of(ask.curve, fit, ask.target))
        keys = ("curve", "target", "reachable", "p_reachable", "n_needed")
        needed = _counts(Quantiles(**found["n_needed"]))
        row = [ask.curve, f"for {percent(ask.target)}", *needed, str(found["reachable"])]
        return {key: found[key] for key in keys}, row
    scored = scores_of(fit, [ask.at or 0.0])[0]
    row = [ask.curve, f"at {count(scored.n)}", *_percents(scored.score), ""]
    return {"curve": ask.curve, "at": scored.n, **asdict(scored.score)}, row


def _counts(needed: Quantiles) -> list[str]:
    return [
        count(v) if v is not None else "beyond the horizon"
        for v in (needed.p10, needed.p50, needed.p90)
    ]


def _percents(score: Quantiles) -> list[str]:
    return [percent(v) for v in (score.p10, score.p50, score.p90)]


def _table(path: str) -> pd.DataFrame:
    try:
        with Path(path).open("rb") as file:
            return pd.read_csv(file)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist; check the path.") from None
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise DataError(
            f"{path} is not a readable CSV table ({type(error).__name__}); expected "
            "column names in the first line and one point per line."
        ) from error
