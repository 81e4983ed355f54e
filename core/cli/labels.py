"""``datawall labels``: what people say of a run's candidates, in and out as CSV."""

import argparse
from dataclasses import asdict
from typing import Any, get_args

from core.analysis.labels.drawing import Pool
from core.analysis.labels.files import ImportedLabels, import_labels
from core.analysis.labels.settled import Kappa
from core.analysis.labels.sheets import export_labels, export_sheet
from core.analysis.labels.standing import LabelStanding, standing_of
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.errors import InputError
from core.formats import coefficient, count, interval, percent

_Actions = argparse._SubParsersAction


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command and its actions."""
    command = commands.add_parser(
        "labels",
        help="what people say of candidates: import, export, show",
        description="Labels by people turn the critics' scores into probabilities; those of "
        "candidates drawn by chance can certify a precision.",
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_import(actions, shared)
    _add_export(actions, shared)
    show = actions.add_parser(
        "show",
        parents=[shared],
        help="how many there are, who gave them, and where labellers disagree",
        description="Counts, agreement beyond chance, and how many may serve a certificate.",
    )
    show.add_argument("run", metavar="RUN")
    show.set_defaults(answer=shown)


def _add_import(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    action = actions.add_parser(
        "import",
        parents=[shared],
        help="record the labels of a CSV file",
        description="Columns candidate and label (1 good, 0 bad), optionally labeller, "
        "labelled_by and note; drawn and of as labels export --sample writes them. All rows or "
        "none. Labels made by a model are refused.",
    )
    action.add_argument("run", metavar="RUN")
    action.add_argument("file", metavar="FILE.csv")
    action.add_argument(
        "--labeller", metavar="NAME", default="", help="who labelled rows without a labeller"
    )
    action.set_defaults(answer=imported)


def _add_export(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    action = actions.add_parser(
        "export",
        parents=[shared],
        help="write what was labelled, or a sheet of candidates to label",
        description="With --sample, a sheet of candidates drawn by chance, without their scores: "
        "fill in the column label and import it.",
    )
    action.add_argument("run", metavar="RUN")
    action.add_argument("-o", "--output", required=True, metavar="FILE.csv")
    action.add_argument("--force", action="store_true", help="replace a file that is there")
    action.add_argument("--acts", action="store_true", help="every act and not what was settled")
    action.add_argument("--sample", type=int, metavar="N", help="a sheet of N candidates to label")
    action.add_argument(
        "--pool",
        choices=get_args(Pool),
        default="upper",
        help="draw from the upper half of the scores (default) or from all",
    )
    action.add_argument("--seed", type=seed_number, default=0, metavar="S")
    action.add_argument("--labeller", metavar="NAME", help="leave out what this person skipped")
    action.add_argument(
        "--again",
        action="store_true",
        help="a sheet of what others have labelled and --labeller has not, to measure agreement",
    )
    action.add_argument("--scores", action="store_true", help="show the critics' scores in it")
    action.set_defaults(answer=exported)


def imported(context: Context) -> Answer:
    """Record a file's labels."""
    asked = context.arguments
    done = import_labels(context.workspace, asked.run, asked.file, asked.labeller)
    return Answer(json={"run": asked.run, **asdict(done)}, text=imported_text(done))


def imported_text(done: ImportedLabels) -> str:
    """What became of a file's rows, in sentences."""
    parts = [f"{done.file}: {count(done.added)} labels added"]
    for number_of, what in (
        (done.changed, "changed"),
        (done.unchanged, "there already"),
        (done.empty, "rows without a label, which are still to be labelled"),
    ):
        if number_of:
            parts.append(f"{count(number_of)} {what}")
    said = ", ".join(parts) + "."
    if done.drawn:
        said += f" {count(done.drawn)} of them were drawn by chance and may serve a certificate."
    if done.by_hand:
        said += (
            f" {count(done.by_hand)} were picked by hand: they calibrate, but certify nothing. "
            "For a certificate label a sheet of labels export --sample."
        )
    if done.contested:
        said += f" On {count(done.contested)} candidates labellers disagree: datawall labels show."
    return said


def exported(context: Context) -> Answer:
    """Write the file."""
    asked = context.arguments
    if asked.sample is None:
        if asked.again or asked.scores:
            raise InputError("--again and --scores belong to a sheet: add --sample N.")
        done = export_labels(
            context.workspace, asked.run, asked.output, acts=asked.acts, force=asked.force
        )
        said = f"wrote {count(done.rows)} {'acts' if asked.acts else 'candidates'} to {done.file}"
        return Answer(json={"run": asked.run, **asdict(done)}, text=said)
    if asked.acts:
        raise InputError("--acts and --sample exclude each other; give one of them.")
    done = export_sheet(
        context.workspace,
        asked.run,
        asked.output,
        n=asked.sample,
        pool=asked.pool,
        seed=asked.seed,
        labeller=asked.labeller,
        again=asked.again,
        scores=asked.scores,
        force=asked.force,
    )
    return Answer(
        json={"run": asked.run, **asdict(done)},
        text=f"wrote {count(done.to_label)} candidates to label to {done.file}\nFill in the "
        f"column label with 1 for good and 0 for bad, every row of it, then: datawall labels "
        f"import {asked.run} {done.file} --labeller NAME",
    )


def shown(context: Context) -> Answer:
    """What people said of a run."""
    run_id = context.arguments.run
    found = standing_of(context.workspace, run_id)
    return Answer(json=_facts(run_id, found), text=_text(run_id, found))


def _facts(run_id: str, found: LabelStanding) -> dict[str, Any]:
    said = found.said
    return {
        "run": run_id,
        "labels": len(said.labels),
        "good": found.good,
        "bad": len(said.labels) - found.good,
        "drawn": said.drawn_by_chance,
        "by_hand": len(said.labels) - said.drawn_by_chance,
        "outgrown": said.outgrown,
        "skipped": len(said.skipped),
        "contested": [
            {"candidate": name, "said": dict(said.words[name])} for name in said.contested
        ],
        "labellers": dict(said.labellers),
        "kappa": None if said.kappa is None else asdict(said.kappa),
        "pools": [{"limit": limit, "labels": n} for limit, n in found.pools],
        "first_needed": found.first_needed,
        "acts": said.acts,
    }


def _text(run_id: str, found: LabelStanding) -> str:
    said = found.said
    if not said.acts:
        return (
            f"Nobody has labelled a candidate of run {run_id}. Write a sheet: datawall labels "
            f"export {run_id} --sample 50 -o sheet.csv"
        )
    rows = [[name, count(n)] for name, n in said.labellers.items()]
    lines = [
        f"{count(len(said.labels))} candidates labelled, {count(found.good)} of them good "
        f"({percent(found.good / len(said.labels)) if said.labels else 'unknown'}).",
        f"{count(said.drawn_by_chance)} were drawn by chance and may serve a certificate; "
        f"{found.next_words}.",
    ]
    if said.outgrown:
        lines.append(f"{count(said.outgrown)} were drawn before the run grew: as picked by hand.")
    if said.skipped:
        lines.append(f"{count(len(said.skipped))} came up and were skipped.")
    lines.append(kappa_text(said.kappa))
    if said.contested:
        lines.append(
            f"Contested and not used: {count(len(said.contested))}, until a third labeller or "
            f"a correction settles them: {', '.join(said.contested[:10])}"
            + (", …" if len(said.contested) > 10 else ".")
        )
    return "\n".join([table(["labeller", "labels"], rows), "", *lines])


def kappa_text(kappa: Kappa | None) -> str:
    """How far two labellers agree, in a sentence."""
    if kappa is None:
        return "No two labellers have labelled the same candidate, so agreement is unknown."
    who = f"{kappa.first} and {kappa.second} both labelled {count(kappa.both)}"
    if kappa.why:
        return f"{who}; Cohen's κ is unknown: {kappa.why}."
    spread = interval(coefficient(kappa.low), coefficient(kappa.high))
    return (
        f"{who} and agree on {percent(kappa.agreement, 0)}; Cohen's κ {coefficient(kappa.kappa)} "
        f"({spread}, P10 to P90)."
    )
