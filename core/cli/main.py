"""The headless face: ``datawall COMMAND``. Each command is a file of its own name."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

from core.cli.context import Context
from core.cli.output import as_json, plain
from core.errors import Cancelled, DatawallError
from core.heap import keep_arrays
from core.workspace.jobs import JobState, finish_job

COMMANDS = {
    "app": "start the dashboard (the default)",
    "audit": "find the most constrained slice and size its deficit",
    "curve": "extrapolate learning-curve points of your own pipeline",
    "knowledge": "the facts of the domain: import, check, extract from documents",
    "generate": "propose and judge candidates for a slice",
    "runs": "list the runs; pause, continue or stop one",
    "ledger": "what a run paid for what, and whether its ledger holds",
    "labels": "what people say of candidates: import, export, show",
    "strictness": "acceptance, precision and cost at each strictness",
    "certify": "a certificate of precision, with confidence, or how many labels are missing",
    "evidence": "train with and without a corpus, test on held-out real data",
    "collapse": "simulate a loop that is trained on its own output",
    "monitor": "hold the generations of your own loop against the real rows",
    "cogs": "what serving one request costs, part by part",
    "frontier": "the cheapest plan for each accuracy, and what the next point costs",
    "margin": "gross margin against accuracy, its optimum and its collapse points",
    "roi": "what reaching the target returns over the years: cash flows, NPV, IRR, payback",
    "scorecard": "the board's figures: actual, target, prior, status, owner",
    "programme": "the 90-day plan: what is done, by whom, until when",
    "report": "the board pack: slides, a workbook that recalculates, or one HTML page",
    "sensitivity": "what margin, cost of a request and profit hang on",
    "goal": "the value of one assumption at which an outcome reaches a goal",
    "export": "write the samples that a strictness accepts",
    "compare": "strategies at the same accuracy and volume, and where the cheapest one changes",
    "prices": "what a request costs on each model, and what everything else costs",
    "scenario": "write, show, keep, share and compare scenarios",
}
"""Every command and what it is for; each is the module of its name beside this one."""

EXIT_OK, EXIT_INPUT, EXIT_INTERRUPTED = 0, 2, 130
EXIT_OF = {"done": EXIT_OK, "failed": EXIT_INPUT, "cancelled": EXIT_INTERRUPTED}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_INPUT, f"datawall: {message}. See `{self.prog} --help`.\n")


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The command line with every command; only the *chosen* one is imported and complete.

    Learners and model clients take seconds to import, and no command needs all of them.
    """
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
    for name, purpose in COMMANDS.items():
        if name == chosen:
            import_module(f"core.cli.{name}").add_to(commands, shared)
        else:
            commands.add_parser(name, help=purpose)
    return top


def _chosen(words: Sequence[str]) -> str | None:
    return next((word for word in words if not word.startswith("-")), None)


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = parser(_chosen(words)).parse_args(words)
    if arguments.command is None:
        arguments = parser("app").parse_args(["app"])
    keep_arrays()
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
