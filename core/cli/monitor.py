"""``datawall monitor``: is your own loop collapsing, generation after generation?"""

import argparse
from contextlib import ExitStack
from dataclasses import asdict

from core.analysis.monitor import (
    MonitorAnswer,
    Rows,
    Shift,
    Watched,
    monitor,
    run_rows,
    runs_of_slice,
)
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.datasets import dataset_for
from core.errors import InputError
from core.formats import count, number, percent
from core.workspace.datasets import Dataset, examples


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "monitor",
        parents=[shared],
        help="hold the generations of your own loop against the real rows",
        description="Duplicates, rare classes, variety, density, recall, distance and wording of "
        "each generation, each beside what real rows differ by; one risk, its cause, what to do. "
        "Without files or runs: all runs on the slice, in the order of their time.",
    )
    command.add_argument("data", metavar="DATA", help="the real examples")
    command.add_argument("--label", required=True, metavar="COL")
    command.add_argument("--text", metavar="COL")
    command.add_argument("--slice", metavar="NAME", dest="slice_name")
    command.add_argument("--generations", nargs="+", metavar="FILE", help="one file each, in order")
    command.add_argument("--corpus", metavar="FILE", help="one file of all generations")
    command.add_argument("--generation-column", metavar="COL", help="its column that tells them")
    command.add_argument("--runs", nargs="+", metavar="RUN")
    command.add_argument("--strictness", type=float, default=0.5, metavar="T", help="of the runs")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Look at every generation."""
    asked = context.arguments
    with ExitStack() as open_files:
        data = open_files.enter_context(dataset_for(context.workspace, asked.data))
        found = monitor(
            context.workspace,
            data,
            _generations(context, data, open_files),
            label=asked.label,
            text=asked.text,
            slice_name=asked.slice_name,
            seed=asked.seed,
            progress=context.progress,
        )
    return Answer(json={**asdict(found), "words": found.words}, text=_text(found))


def _generations(context: Context, data: Dataset, open_files: ExitStack) -> list[Rows]:
    asked, workspace = context.arguments, context.workspace
    given = [bool(asked.generations), bool(asked.corpus), bool(asked.runs)]
    if sum(given) > 1:
        raise InputError("--generations, --corpus and --runs are three ways to say it; choose one.")
    if asked.generations:
        loaded = [open_files.enter_context(dataset_for(workspace, f)) for f in asked.generations]
        return [
            Rows(name=str(name), frame=examples(workspace, each))
            for name, each in zip(asked.generations, loaded, strict=True)
        ]
    if asked.corpus:
        if not asked.generation_column:
            raise InputError("--corpus needs --generation-column, which tells the generations.")
        one = open_files.enter_context(dataset_for(workspace, asked.corpus))
        one.column(asked.generation_column, "generation column")
        frame = examples(workspace, one)
        by = frame.groupby(frame[asked.generation_column].astype("string"), sort=True)
        return [Rows(name=f"generation {name}", frame=part) for name, part in by]
    runs = asked.runs or []
    if not runs:
        if not asked.slice_name:
            raise InputError("name the generations by --generations, --corpus, --runs or --slice.")
        runs = runs_of_slice(workspace, data.fingerprint, asked.slice_name)
        if not runs:
            raise InputError(
                f"there is no run on {asked.slice_name!r} yet; generate one, or name files by "
                "--generations."
            )
    return run_rows(workspace, runs, asked.strictness)


def _text(found: MonitorAnswer) -> str:
    rows = [
        [
            each.name,
            count(each.rows),
            percent(each.copies),
            percent(each.real_share),
            "unknown" if odds is None or odds.odds is None else number(odds.odds),
            ", ".join(f.metric for f in _alarms(each)) or "none",
        ]
        for each, odds in zip(found.generations, found.critics, strict=True)
    ]
    heads = ["generation", "rows", "copies", "real rows", "critic's odds", "alarms"]
    last = found.generations[-1]
    findings = [
        [f.metric, number(f.value), number(f.null_mean), number(f.z, 2), f.words]
        for f in last.findings
    ]
    parts = [found.words, f"What to do: {found.action}." if found.action else "", ""]
    parts += [table(heads, rows), ""]
    if findings:
        parts.append(table(["figure", "last", "real sets", "z", "what it says"], findings))
    return "\n".join([*parts, *found.notes])


def _alarms(each: Watched) -> list[Shift]:
    rare = [each.rare] if each.rare is not None else []
    return [*rare, *(f for f in each.findings if f.alarm)]
