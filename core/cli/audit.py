"""``datawall audit``: which slice starves the model, and how many samples does it lack?"""

import argparse

from core.analysis.audit import AuditAnswer, audit, audit_at
from core.analysis.chain import chain_of
from core.analysis.order import Order, order_of
from core.analysis.predictions import measurement_of_predictions
from core.analysis.target import checked_target
from core.cli.audit_words import audit_facts, audit_text
from core.cli.context import Context, seed_number
from core.cli.output import Answer
from core.datasets import dataset_for
from core.errors import InputError
from core.workspace.datasets import Dataset

_OF_PREDICTIONS = ("item", "confidence", "train_size", "repeat")
_TAU = 0.5


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "audit",
        parents=[shared],
        help="find the most constrained slice and size its deficit",
        description="Train a learner on the data, score every slice on rows left out, and say how "
        "many samples the worst ones lack to reach the target. With --prediction, your own "
        "model's predictions are judged instead, and nothing is trained.",
    )
    command.add_argument(
        "data",
        metavar="DATA",
        help="CSV, TSV, JSONL, Parquet or Excel file, or a dataset's fingerprint",
    )
    command.add_argument("--label", required=True, metavar="COL", help="the column to predict")
    _add_columns(command)
    command.add_argument("--metric", choices=["recall", "f1", "accuracy"], default="recall")
    command.add_argument(
        "--target",
        type=float,
        default=0.9,
        metavar="T",
        help="the score wanted for every slice, between 0 and 1 (default 0.9)",
    )
    command.add_argument(
        "--no-curves",
        action="store_true",
        help="only the ranked scores, in a fraction of the time; ask again without it for deficits",
    )
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def _add_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--text",
        metavar="COL",
        help="the text to predict it from (default: the column that looks like text; "
        "without one, all other columns; '' for all other columns in any case)",
    )
    command.add_argument(
        "--slice-by",
        action="append",
        default=[],
        metavar="COL",
        help="also look at the values of this column (may be repeated)",
    )
    command.add_argument(
        "--use",
        metavar="COL",
        help="a number per row: how often its kind occurs in use, or what an error there costs",
    )
    command.add_argument(
        "--prediction",
        metavar="COL",
        help="what your own model predicted for each row: judge that, train nothing",
    )
    for name in _OF_PREDICTIONS:
        command.add_argument(
            f"--{name.replace('_', '-')}",
            metavar="COL",
            help=f"with --prediction: the column of the {name.replace('_', ' ')} "
            f"(default: the column named {name!r}, if there is one)",
        )


def answer(context: Context) -> Answer:
    """Load the data, audit it, and say what was found."""
    asked = context.arguments
    checked_target(asked.target)
    _refuse_contradictions(asked)
    with dataset_for(context.workspace, asked.data) as data:
        found = _judged(context, data) if asked.prediction else _trained(context, data)
    order = _order(context, found)
    return Answer(json=audit_facts(found, order), text=audit_text(found, order))


def _refuse_contradictions(asked: argparse.Namespace) -> None:
    if asked.prediction:
        for option in ("text", "use", "no_curves"):
            if getattr(asked, option):
                raise InputError(
                    f"--{option.replace('_', '-')} is for a model that Datawall trains; with "
                    "--prediction leave it out."
                )
        return
    for option in _OF_PREDICTIONS:
        if getattr(asked, option):
            raise InputError(
                f"--{option.replace('_', '-')} describes a file of predictions; name the "
                "column of the predictions with --prediction."
            )


def _trained(context: Context, data: Dataset) -> AuditAnswer:
    asked = context.arguments
    return audit(
        context.workspace,
        data,
        label=asked.label,
        text=asked.text,
        slice_by=asked.slice_by,
        metric=asked.metric,
        target=asked.target,
        seed=asked.seed,
        use=asked.use,
        curves=not asked.no_curves,
        progress=context.progress,
    )


def _judged(context: Context, data: Dataset) -> AuditAnswer:
    asked = context.arguments
    measured = measurement_of_predictions(
        context.workspace,
        data,
        label=asked.label,
        prediction=asked.prediction,
        item=asked.item,
        confidence=asked.confidence,
        train_size=asked.train_size,
        repeat=asked.repeat,
        slice_by=asked.slice_by,
        metric=asked.metric,
        seed=asked.seed,
    )
    return audit_at(measured, asked.target)


def _order(context: Context, found: AuditAnswer) -> Order:
    """What has to be ordered for the bottleneck, at prices and rates that the workspace knows."""
    worst = found.bottleneck
    chain = chain_of(
        context.workspace,
        fingerprint=found.measured.fingerprint,
        label=found.measured.label,
        target=found.target,
        tau=_TAU,
        slice_name=worst.name,
    )
    return order_of(
        worst,
        target=found.target,
        metric=found.measured.metric,
        scenario=chain.scenario,
        run=chain.cost,
        evidence=chain.evidence,
    )
