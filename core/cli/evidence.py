"""``datawall evidence``: does the corpus really move the slice?"""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from core.analysis.evidence import Corpus, EvidenceAnswer, evidence, file_corpus, run_corpus
from core.analysis.evidence.answer import Setting
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.cli.training import add_options, trainer_from
from core.datasets import dataset_for
from core.errors import InputError
from core.formats import count, interval, number, percent, points
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
        "and compare on real rows that neither the generator nor the critics saw. Further arms "
        "take copies of real rows, unfiltered candidates or more real rows in its place.",
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
    _add_settings(command)
    add_options(command)
    command.set_defaults(answer=answer)


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--repeats",
        type=int,
        metavar="K",
        help="trainings of each arm on other splits; 10, or 1 where a training costs money",
    )
    command.add_argument(
        "--anchors",
        type=int,
        metavar="N",
        help="train on N real examples of the slice and hold the others back for comparison",
    )
    command.add_argument(
        "--more-real", metavar="FILE", help="further real examples of the slice, for comparison"
    )
    command.add_argument(
        "--arms",
        choices=("all", "two"),
        help="all, or without and with the corpus only; two where a training costs money",
    )
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")


def answer(context: Context) -> Answer:
    """Run the experiment and say what it shows."""
    asked = context.arguments
    if asked.repeats is not None and not 1 <= asked.repeats <= 200:
        raise InputError(f"--repeats is {asked.repeats}; expected a number from 1 to 200.")
    with ExitStack() as open_files:
        data = open_files.enter_context(dataset_for(context.workspace, asked.data))
        corpus = open_files.enter_context(_corpus(context, asked.synthetic))
        more = None
        if asked.more_real is not None:
            loaded = open_files.enter_context(dataset_for(context.workspace, asked.more_real))
            more = examples(context.workspace, loaded)
        found = evidence(
            context.workspace,
            data,
            label=asked.label,
            slice_name=asked.slice_name,
            corpus=corpus,
            text=asked.text,
            repeats=asked.repeats,
            seed=asked.seed,
            trainer=trainer_from(context),
            anchors=asked.anchors,
            more_real=more,
            more_real_name=str(asked.more_real),
            controls=None if asked.arms is None else asked.arms == "all",
            progress=context.progress,
        )
    return Answer(json=asdict(found), text=_text(found))


@contextmanager
def _corpus(context: Context, source: str) -> Iterator[Corpus]:
    run, at, strictness = source.rpartition("@")
    if at and not Path(source).exists():
        try:
            tau = float(strictness)
        except ValueError:
            raise InputError(
                f"--synthetic {source!r}: the strictness after @ is not a number; expected "
                "RUN@0.6 or a file."
            ) from None
        yield run_corpus(context.workspace, run, tau)
        return
    with dataset_for(context.workspace, source) as loaded:
        yield file_corpus(examples(context.workspace, loaded), source)


def _text(found: EvidenceAnswer) -> str:
    rate = found.exchange_rate
    lines = [
        f"{found.slice}: {found.verdict}. {found.why}",
        found.controls,
        "",
        _arms(found),
        "",
        f"Gain {points(found.gain.p50)} (P10 to P90: {points(found.gain.p10)} to "
        f"{points(found.gain.p90)}), "
        f"p = {number(found.p_value, 2)}; on all other slices {points(found.elsewhere.p50)}.",
        f"One synthetic sample is worth {number(rate.p50, 2)} real ones "
        f"({interval(number(rate.p10, 2), number(rate.p90, 2))}).",
        *_settings("strictness", found.exchange_by_strictness),
        *_settings("synthetic share", found.exchange_by_share),
        found.shares,
        *found.not_trained,
        *found.notes,
    ]
    return "\n".join(line for i, line in enumerate(lines) if line or i in (2, 4))


def _arms(found: EvidenceAnswer) -> str:
    rows = [
        [
            name,
            count(arm.n_train),
            count(arm.n_test),
            percent(arm.score),
            f"{percent(arm.score_low)} to {percent(arm.score_high)}",
        ]
        for name, arm in (("without", found.baseline), ("with the corpus", found.augmented))
    ]
    lines = [
        table(["", "training samples", "held-out samples", "recall", "95 % interval"], rows),
    ]
    if found.arms:
        rows = [
            [
                arm.name,
                count(arm.added),
                percent(arm.score),
                points(arm.gain.p50),
                f"{points(arm.gain_low)} to {points(arm.gain_high)}",
                points(arm.elsewhere.p50),
            ]
            for arm in found.arms
        ]
        heads = ["added", "rows", "recall", "gain", "90 % interval", "elsewhere"]
        lines += ["", table(heads, rows)]
    return "\n".join(lines)


def _settings(name: str, settings: tuple[Setting, ...]) -> list[str]:
    if not settings:
        return []
    rows = [
        [
            number(s.at, 2),
            count(s.samples),
            percent(s.score),
            points(s.gain.p50),
            number(s.exchange_rate.p50, 2),
            interval(number(s.exchange_range[0], 2), number(s.exchange_range[2], 2)),
        ]
        for s in settings
    ]
    heads = [name, "synthetic rows", "recall", "gain", "real samples each", "90 % interval"]
    return ["", table(heads, rows), ""]
