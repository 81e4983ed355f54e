"""``datawall audit``: which slice starves the model, and how many samples does it lack?"""

import argparse
from dataclasses import asdict

from core.analysis.audit import AuditAnswer, audit
from core.analysis.sizing import SliceAudit
from core.analysis.target import checked_target
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.datasets import dataset_for
from core.formats import count, interval, percent


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "audit",
        parents=[shared],
        help="find the most constrained slice and size its deficit",
        description="Train a learner on the data, score every slice on rows left out, and say how "
        "many samples the worst ones lack to reach the target.",
    )
    command.add_argument(
        "data",
        metavar="DATA",
        help="CSV, TSV, JSONL, Parquet or Excel file, or a dataset's fingerprint",
    )
    command.add_argument("--label", required=True, metavar="COL", help="the column to predict")
    command.add_argument(
        "--text",
        metavar="COL",
        help="the text to predict it from (default: the column that looks like text; "
        "without one, all other columns)",
    )
    command.add_argument(
        "--slice-by",
        action="append",
        default=[],
        metavar="COL",
        help="also look at the values of this column (may be repeated)",
    )
    command.add_argument("--metric", choices=["recall", "f1", "accuracy"], default="recall")
    command.add_argument(
        "--target",
        type=float,
        default=0.9,
        metavar="T",
        help="the score wanted for every slice, between 0 and 1 (default 0.9)",
    )
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Load the data, audit it, and say what was found."""
    asked = context.arguments
    checked_target(asked.target)
    with dataset_for(context.workspace, asked.data) as data:
        found = audit(
            context.workspace,
            data,
            label=asked.label,
            text=asked.text,
            slice_by=asked.slice_by,
            metric=asked.metric,
            target=asked.target,
            seed=asked.seed,
            progress=context.progress,
        )
    return Answer(json=_facts(found), text=_text(found))


def _facts(found: AuditAnswer) -> dict[str, object]:
    of = found.measured
    return {
        "audit": of.name,
        "dataset": {"rows": of.rows, "fingerprint": of.fingerprint, "name": of.data_name},
        "metric": of.metric,
        "target": found.target,
        "seed": of.seed,
        "learner": of.learner,
        "bottleneck": found.bottleneck.name,
        "slices": [_slice_facts(s) for s in found.slices],
        "notes": list(of.notes),
    }


def _slice_facts(found: SliceAudit) -> dict[str, object]:
    facts = found.facts
    return {
        "slice": facts.slice,
        "n": facts.n,
        "score": facts.score,
        "score_low": facts.score_low,
        "score_high": facts.score_high,
        **asdict(found.sizing),
    }


def _text(found: AuditAnswer) -> str:
    of, rows = found.measured, []
    for s in found.slices:
        lacks = s.sizing.deficit
        beyond = "beyond the horizon" if lacks.p10 is not None else "–"
        low, middle, high = (
            count(v) if v is not None else beyond for v in (lacks.p10, lacks.p50, lacks.p90)
        )
        rows.append(
            [
                s.name,
                f"{s.facts.n:,}",
                percent(s.facts.score),
                interval(percent(s.facts.score_low), percent(s.facts.score_high)),
                s.sizing.reachable,
                middle,
                interval(low, high),
            ]
        )
    headings = ["slice", "samples", of.metric, "95 % interval", "reachable", "lacks", "P10 to P90"]
    return "\n".join(
        [
            f"{of.data_name}: {of.rows:,} rows, {of.metric} wanted {percent(found.target)}, "
            f"by {of.learner}",
            "",
            table(headings, rows),
            "",
            f"Bottleneck: {found.bottleneck.name}. {found.bottleneck.sizing.why}",
            *of.notes,
        ]
    )
