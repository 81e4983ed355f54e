"""The headless face: ``datawall COMMAND``. Each command is a file of its own name."""

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

from core.cli import (
    app,
    audit,
    cogs,
    curve,
    evidence,
    export,
    frontier,
    generate,
    margin,
    scenario,
    strictness,
)
from core.cli.context import Context
from core.cli.output import as_json, plain
from core.errors import Cancelled, DatawallError
from core.workspace.jobs import JobState, finish_job

COMMANDS = (
    app,
    audit,
    curve,
    generate,
    strictness,
    evidence,
    cogs,
    frontier,
    margin,
    export,
    scenario,
)
EXIT_OK, EXIT_INPUT, EXIT_INTERRUPTED = 0, 2, 130
EXIT_OF = {"done": EXIT_OK, "failed": EXIT_INPUT, "cancelled": EXIT_INTERRUPTED}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_INPUT, f"datawall: {message}. See `{self.prog} --help`.\n")


def parser() -> argparse.ArgumentParser:
    """The command line with every command that exists."""
    top = _Parser(
        prog="datawall",
        description="What each extra accuracy point costs, and what it "
        "does to margin. Without a command, the dashboard starts.",
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        metavar="DIR",
        help="folder of facts (default: $DATAWALL_HOME, else a per-user data folder)",
    )
    shared.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )
    shared.add_argument("--job", help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for module in COMMANDS:
        module.add_to(commands, shared)
    return top


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    arguments = parser().parse_args(argv)
    if arguments.command is None:
        arguments = parser().parse_args(["app"])
    signal.signal(signal.SIGTERM, _interrupt)
    context = Context(arguments)
    try:
        answer = arguments.answer(context)
        if answer is None:
            return EXIT_OK
        _ended(context, answer.state, error=answer.why, result=plain(answer.json))
        print(as_json(answer.json) if arguments.json else answer.text)
        if answer.why:
            sys.stderr.write(f"datawall: {answer.why}\n")
        return EXIT_OF[answer.state]
    except (KeyboardInterrupt, Cancelled):
        _ended(context, "cancelled")
        sys.stderr.write("datawall: stopped; what was finished is kept.\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_OK
    except DatawallError as error:
        _ended(context, "failed", error=str(error))
        sys.stderr.write(f"datawall: {error}\n")
        return EXIT_INPUT


def _ended(context: Context, state: JobState, **how: Any) -> None:
    """Record how the command ended, when it runs as a job."""
    if context.job:
        finish_job(context.workspace, context.job, state, **how)
