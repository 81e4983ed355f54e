"""``datawall generate``: propose and judge candidates, within a budget."""

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.analysis.generate import generate_from_plan
from core.cli.context import Context, text_of
from core.cli.output import Answer, State, table
from core.errors import InputError
from core.formats import count, money
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.workspace.runs import RunSummary


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "generate",
        parents=[shared],
        help="propose and judge candidates for a slice",
        description="Run a generation plan. Every call is recorded before its result counts; a run "
        "that stopped goes on with --resume and pays for nothing twice.",
    )
    command.add_argument("plan", metavar="PLAN.toml")
    command.add_argument(
        "--budget-usd",
        type=float,
        metavar="X",
        help="what the run may cost in all (default: the plan's [budget])",
    )
    command.add_argument("--resume", metavar="RUN", help="go on with this run of the same plan")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Run the plan."""
    asked = context.arguments
    budget: float | None = asked.budget_usd
    if budget is not None and not (math.isfinite(budget) and budget >= 0):
        raise InputError(f"--budget-usd is {budget:g}; expected an amount of at least 0.")
    plan = _plan(asked.plan)
    found = generate_from_plan(
        context.workspace,
        plan,
        budget_usd=budget,
        resume=asked.resume,
        progress=context.progress,
    )
    failed = found.stopped == "failed"
    state: State = "failed" if failed else "cancelled" if found.stopped == "cancelled" else "done"
    why = found.why if failed else ""
    return Answer(json=facts_of(found), text=_text(found), state=state, why=why)


def _plan(path: str) -> GenerationPlan:
    """The plan in a file; a relative path in it starts at the file."""
    plan = plan_from_toml(text_of(path, "plan"), path)
    beside = Path(path).expanduser().parent / plan.data
    if not Path(plan.data).is_absolute() and beside.exists():
        return replace(plan, data=str(beside.resolve()))
    return plan


def facts_of(run: RunSummary) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "run": run.run_id,
        "proposed": run.proposed,
        "wanted": run.wanted,
        "cost_usd": run.cost_usd,
        "unsettled_usd": run.unsettled_usd,
        "calls": run.calls,
        "tokens": {
            "input": run.input_tokens,
            "output": run.output_tokens,
            "cached": run.cached_tokens,
        },
        "stopped": run.stopped,
        "why": run.why,
        "slice": run.run.slice,
    }


def _text(run: RunSummary) -> str:
    tokens = f"{count(run.input_tokens)} in, {count(run.output_tokens)} out"
    rows = [
        ["run", run.run_id],
        ["slice", run.run.slice],
        ["proposed", f"{count(run.proposed)} of {count(run.wanted)}"],
        ["calls", count(run.calls)],
        ["tokens", tokens],
        ["cost", money(run.cost_usd)],
        ["stopped", run.stopped or "unknown"],
    ]
    if run.unsettled_usd:
        rows.insert(-1, ["may be billed besides", f"up to {money(run.unsettled_usd)}"])
    text = table(["", ""], rows)
    if run.stopped != "done":
        why = f"{run.why[:1].upper()}{run.why[1:]}."
        text += f"\n\n{why} Go on with: datawall generate PLAN.toml --resume {run.run_id}"
    return f"{text}\n\nNext: datawall strictness {run.run_id}"
