"""``datawall generate``: propose and judge candidates, within a budget."""

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.analysis.estimate import accepted_of, actual_of
from core.analysis.generate import estimate_of_plan, generate_from_plan
from core.analysis.quote import Quote
from core.cli.context import Context, text_of
from core.cli.output import Answer, State, table
from core.errors import InputError
from core.formats import count, interval, money, percent
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.records import Quantiles
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
    command.add_argument(
        "--estimate", action="store_true", help="say what the run would cost, and call nothing"
    )
    command.add_argument(
        "--yes", action="store_true", help="do not ask before money is spent on a terminal"
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
    if asked.estimate:
        return _estimate(context, plan if budget is None else replace(plan, budget_usd=budget))
    found = generate_from_plan(
        context.workspace,
        plan,
        budget_usd=budget,
        resume=asked.resume,
        confirm=_agrees if not asked.yes and not context.job else None,
        progress=context.progress,
    )
    failed = found.stopped == "failed"
    state: State = "failed" if failed else "cancelled" if found.stopped == "cancelled" else "done"
    why = found.why if failed else ""
    accepted = accepted_of(context.workspace, found)
    return Answer(json=facts_of(found, accepted), text=_text(found, accepted), state=state, why=why)


def _agrees(expected: Quote) -> bool:
    """Say what the run will cost; on a terminal, ask."""
    spread = interval(money(expected.cost_usd_p10), money(expected.cost_usd_p90))
    sys.stderr.write(
        f"datawall: this run is expected to cost {money(expected.cost_usd_p50)} ({spread}) on "
        f"{expected.model}, prices of {expected.as_of} ({expected.source}).\n"
    )
    if not (expected.cost_usd_p90 and sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    sys.stderr.write("Go on? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _estimate(context: Context, plan: GenerationPlan) -> Answer:
    """What the plan would cost."""
    expected = estimate_of_plan(context.workspace, plan, context.progress)
    if expected is None:
        facts = {"cost_usd": {"p10": 0.0, "p50": 0.0, "p90": 0.0}, "model": None}
        return Answer(json=facts, text="No model is asked: the run costs nothing.")
    return Answer(json=_quoted(expected), text=_quote_text(expected))


def _quoted(expected: Quote) -> dict[str, Any]:
    return {
        "model": expected.model,
        "cost_usd": {
            "p10": expected.cost_usd_p10,
            "p50": expected.cost_usd_p50,
            "p90": expected.cost_usd_p90,
        },
        "candidates_needed": asdict(expected.candidates_needed),
        "acceptance_rate": asdict(expected.acceptance_rate),
        "usd_per_accepted": asdict(expected.usd_per_accepted),
        "p_enough": expected.p_enough,
        "p_within_budget": expected.p_within_budget,
        "tokens": {"input": expected.input_tokens, "output": expected.output_tokens},
        "counted_by": expected.counted_by,
        "source": expected.source,
        "as_of": expected.as_of.isoformat(),
        "assumptions": list(expected.assumptions),
    }


def _quote_text(expected: Quote) -> str:
    def spread(found: Quantiles, worded: Callable[[float | None], str]) -> list[str]:
        return [worded(found.p10), worded(found.p50), worded(found.p90)]

    cost = Quantiles(
        p10=expected.cost_usd_p10, p50=expected.cost_usd_p50, p90=expected.cost_usd_p90
    )
    rows = [
        ["cost", *spread(cost, money)],
        ["candidates", *spread(expected.candidates_needed, count)],
        ["acceptance rate", *spread(expected.acceptance_rate, lambda x: percent(x, 0))],
        ["cost per accepted", *spread(expected.usd_per_accepted, money)],
    ]
    lines = [table([expected.model, "P10", "P50", "P90"], rows), ""]
    if expected.p_enough is not None:
        lines.append(f"Enough is accepted with a probability of {percent(expected.p_enough, 0)}.")
    if expected.p_within_budget is not None:
        lines.append(f"It stays within the budget: {percent(expected.p_within_budget, 0)}.")
    lines += [f"Prices: {expected.source}, {expected.as_of}.", *expected.assumptions]
    return "\n".join(lines)


def _plan(path: str) -> GenerationPlan:
    """The plan in a file; a relative path in it starts at the file."""
    plan = plan_from_toml(text_of(path, "plan"), path)
    beside = Path(path).expanduser().parent / plan.data
    if not Path(plan.data).is_absolute() and beside.exists():
        return replace(plan, data=str(beside.resolve()))
    return plan


def facts_of(run: RunSummary, accepted: int) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "run": run.run_id,
        "proposed": run.proposed,
        "wanted": run.wanted,
        "accepted": accepted,
        "cost_usd": run.cost_usd,
        "saved_usd": run.saved_usd,
        "estimate_usd": dict(run.run.estimate) or None,
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


def _extras(run: RunSummary) -> list[list[str]]:
    """Lines that only some runs have: what was saved and expected."""
    rows = []
    if run.saved_usd:
        rows.append(["saved by the cache", money(run.saved_usd)])
    if (held := actual_of(run)) is not None:
        expected = run.run.estimate
        spread = interval(money(expected["p10"]), money(expected["p90"]))
        inside = "within" if held.is_within else "outside"
        rows.append(["was expected", f"{money(expected['p50'])} ({spread}): {inside}"])
    return rows


def _text(run: RunSummary, accepted: int) -> str:
    tokens = f"{count(run.input_tokens)} in, {count(run.output_tokens)} out"
    rows = [
        ["run", run.run_id],
        ["slice", run.run.slice],
        ["proposed", f"{count(run.proposed)} of {count(run.wanted)}"],
        ["accepted", f"{count(accepted)} at strictness {run.strictness:.2f}"],
        ["calls", count(run.calls)],
        ["tokens", tokens],
        ["cost", money(run.cost_usd)],
        *_extras(run),
        ["stopped", run.stopped or "unknown"],
    ]
    if run.unsettled_usd:
        rows.insert(-1, ["may be billed besides", f"up to {money(run.unsettled_usd)}"])
    text = table(["", ""], rows)
    if run.why:
        text += f"\n\n{run.why[:1].upper()}{run.why[1:]}."
    if run.stopped != "done":
        text += f"\n\nGo on with: datawall generate PLAN.toml --resume {run.run_id}"
    return f"{text}\n\nNext: datawall strictness {run.run_id}"
