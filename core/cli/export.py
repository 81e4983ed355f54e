"""``datawall export``: the accepted corpus as files for training."""

import argparse
from dataclasses import asdict

from core.analysis.export import FORMATS, ExportAnswer, export
from core.cli.context import Context
from core.cli.output import Answer, table
from core.formats import count, money


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        parents=[shared],
        help="write the samples that a strictness accepts",
        description="Every row says that it is synthetic, and of which run and candidate. "
        "Training cases and evaluation items go to different files.",
    )
    command.add_argument("runs", metavar="RUN", nargs="+")
    command.add_argument(
        "--strictness",
        type=float,
        required=True,
        metavar="T",
        help="least probability of being good; the critics' score where too few are labelled",
    )
    command.add_argument(
        "--format", required=True, choices=FORMATS, metavar="F", help="one of " + ", ".join(FORMATS)
    )
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="a folder for huggingface"
    )
    _add_settings(command)
    command.set_defaults(answer=answer)


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    command.add_argument("--by-slice", action="store_true", help="one file per slice")
    command.add_argument(
        "--overlap",
        choices=("refuse", "leave-out"),
        default="refuse",
        help="what to do with items that would train and test",
    )
    command.add_argument(
        "--bare",
        action="store_true",
        help="conversations without marker and lineage, which then stand in a file beside",
    )
    command.add_argument(
        "--model", default="gpt-4.1-mini", metavar="M", help="whose tokens to count"
    )
    command.add_argument(
        "--quote", action="store_true", help="count tokens and price, and write nothing"
    )


def answer(context: Context) -> Answer:
    """Write the files, or say what they would hold and cost."""
    asked = context.arguments
    found = export(
        context.workspace,
        *asked.runs,
        strictness=asked.strictness,
        format=asked.format,
        target=asked.output,
        force=asked.force,
        by_slice=asked.by_slice,
        leave_out_overlap=asked.overlap == "leave-out",
        bare=asked.bare,
        model=asked.model,
        only_quote=asked.quote,
    )
    return Answer(json=asdict(found), text=_text(found))


def _text(found: ExportAnswer) -> str:
    did = "wrote" if found.written else "would write"
    lines = [f"{did} {count(found.rows)} samples to {found.file}"]
    if len(found.files) == 1:
        lines.append(f"sha256 {found.sha256}")
    else:
        rows = [[f.file, f.purpose or "beside", count(f.rows), f.sha256] for f in found.files]
        lines += ["", table(["file", "purpose", "rows", "sha256"], rows)]
    if (quoted := found.training) is not None:
        lines.append(
            f"As conversations {count(quoted.tokens)} tokens (counted by {quoted.counted_by} for "
            f"{quoted.model}); fine-tuning with {quoted.epochs} epochs about {money(quoted.usd)} "
            f"({money(quoted.low_usd)} to {money(quoted.high_usd)}; {quoted.price_source})."
        )
    return "\n".join([*lines, *found.notes])
