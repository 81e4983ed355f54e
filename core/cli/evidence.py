"""``datawall evidence``: does the corpus really move the slice?"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from core.analysis.corpus import accepted_corpus
from core.analysis.evidence import EvidenceAnswer, evidence
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.datasets import dataset_for
from core.errors import InputError
from core.formats import interval, number, percent, points
from core.workspace.datasets import examples


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "evidence",
        parents=[shared],
        help="train with and without a corpus, test on held-out real data",
        description="Train on real rows with and without the synthetic corpus, paired over seeds, "
        "and compare on real rows that neither the generator nor the critics saw.",
    )
    command.add_argument("data", metavar="DATA", help="the real examples")
    command.add_argument("--label", required=True, metavar="COL")
    command.add_argument("--text", metavar="COL")
    command.add_argument("--slice", required=True, metavar="NAME", dest="slice_name")
    command.add_argument(
        "--synthetic",
        required=True,
        metavar="CORPUS",
        help="a file of synthetic rows, or RUN@STRICTNESS such as 20261122-ab12@0.6",
    )
    command.add_argument("--repeats", type=int, default=10, metavar="K")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Run the experiment and say what it shows."""
    asked = context.arguments
    if not 2 <= asked.repeats <= 200:
        raise InputError(f"--repeats is {asked.repeats}; expected a number from 2 to 200.")
    with (
        dataset_for(context.workspace, asked.data) as data,
        _corpus(context, asked.synthetic) as corpus,
    ):
        found = evidence(
            context.workspace,
            data,
            label=asked.label,
            slice_name=asked.slice_name,
            corpus=corpus,
            corpus_name=asked.synthetic,
            text=asked.text,
            repeats=asked.repeats,
            seed=asked.seed,
            progress=context.progress,
        )
    return Answer(json=asdict(found), text=_text(found))


@contextmanager
def _corpus(context: Context, source: str) -> Iterator[pd.DataFrame]:
    run, at, strictness = source.rpartition("@")
    if at and not Path(source).exists():
        try:
            tau = float(strictness)
        except ValueError:
            raise InputError(
                f"--synthetic {source!r}: the strictness after @ is not a number; expected "
                "RUN@0.6 or a file."
            ) from None
        yield accepted_corpus(context.workspace, run, tau)
        return
    with dataset_for(context.workspace, source) as loaded:
        yield examples(context.workspace, loaded)


def _text(found: EvidenceAnswer) -> str:
    rows = [
        [
            name,
            f"{arm.n_train:,}",
            f"{arm.n_test:,}",
            percent(arm.score),
            f"{percent(arm.score_low)} to {percent(arm.score_high)}",
        ]
        for name, arm in (("without", found.baseline), ("with the corpus", found.augmented))
    ]
    rate = found.exchange_rate
    return "\n".join(
        [
            f"{found.slice}: {found.verdict}. {found.why}",
            "",
            table(["", "training samples", "held-out samples", "recall", "95 % interval"], rows),
            "",
            f"Gain {points(found.gain.p50)} (P10 to P90: {points(found.gain.p10)} to "
            f"{points(found.gain.p90)}), "
            f"p = {number(found.p_value, 2)}; on all other slices {points(found.elsewhere.p50)}.",
            f"One synthetic sample is worth {number(rate.p50, 2)} real ones "
            f"({interval(number(rate.p10, 2), number(rate.p90, 2))}).",
            *found.notes,
        ]
    )
