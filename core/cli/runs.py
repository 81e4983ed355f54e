"""``datawall runs``: which runs there are, and steering those that run."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.cli.context import Context
from core.cli.output import Answer, table
from core.formats import count, money
from core.workspace import Workspace
from core.workspace.control import continue_run, live_of, pause_run, stop_run
from core.workspace.runs import RunSummary, runs

_STEERING: dict[str, tuple[Callable[[Workspace, str], None], str, str]] = {
    "pause": (pause_run, "send nothing until it is told to go on", "sends nothing more for now"),
    "continue": (continue_run, "let a paused run go on", "goes on"),
    "stop": (stop_run, "stop a run and keep what is settled", "is stopping"),
}


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command and its actions."""
    command = commands.add_parser(
        "runs",
        parents=[shared],
        help="list the runs; pause, continue or stop one",
        description="Without an action: the runs of the workspace, newest first.",
    )
    command.set_defaults(answer=listed)
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    for name, (_, purpose, _) in _STEERING.items():
        action = actions.add_parser(name, parents=[shared], help=purpose)
        action.add_argument("run", metavar="RUN")
        action.set_defaults(answer=steered)


def listed(context: Context) -> Answer:
    """The runs of the workspace."""
    found = runs(context.workspace)
    facts = [_facts(context.workspace, run) for run in found]
    if not found:
        return Answer(
            json={"runs": facts}, text="No run yet. Start one: datawall generate PLAN.toml"
        )
    rows = [
        [
            run.run_id,
            run.run.slice,
            run.state if run.stopped is None else run.stopped,
            f"{count(run.proposed)} of {count(run.wanted)}",
            count(run.calls),
            money(run.cost_usd),
        ]
        for run in found
    ]
    heads = ["run", "slice", "state", "candidates", "calls", "cost"]
    return Answer(json={"runs": facts}, text=table(heads, rows))


def _facts(workspace: Workspace, run: RunSummary) -> dict[str, Any]:
    live = live_of(workspace, run.run_id)
    return {
        "run": run.run_id,
        "slice": run.run.slice,
        "state": run.state,
        "stopped": run.stopped,
        "why": run.why,
        "proposed": run.proposed,
        "wanted": run.wanted,
        "calls": run.calls,
        "cost_usd": run.cost_usd,
        "unsettled_usd": run.unsettled_usd,
        "live": asdict(live) if live else None,
    }


def steered(context: Context) -> Answer:
    """Pause, continue or stop a run."""
    asked = context.arguments
    steer, _, done = _STEERING[asked.action]
    steer(context.workspace, asked.run)
    return Answer(json={"run": asked.run, "asked": asked.action}, text=f"Run {asked.run} {done}.")
