"""``datawall export``: the accepted corpus as a file for training."""

import argparse
from dataclasses import asdict

from core.analysis.export import FORMATS, export
from core.cli.context import Context
from core.cli.output import Answer
from core.formats import count


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "export",
        parents=[shared],
        help="write the samples that a strictness accepts",
        description="Every row says that it is synthetic, and of which run and candidate.",
    )
    command.add_argument("run", metavar="RUN")
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
    command.add_argument("-o", "--output", required=True, metavar="FILE")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Write the file."""
    asked = context.arguments
    found = export(
        context.workspace,
        asked.run,
        strictness=asked.strictness,
        format=asked.format,
        target=asked.output,
        force=asked.force,
    )
    return Answer(
        json=asdict(found),
        text=f"wrote {count(found.rows)} samples to {found.file}\nsha256 {found.sha256}",
    )
