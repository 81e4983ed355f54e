"""``datawall ledger``: what a run paid for what, and whether its ledger holds."""

import argparse
from dataclasses import asdict

from core.analysis.ledger import Verification, verify_run
from core.analysis.spending import Spending, spending_of
from core.cli.context import Context
from core.cli.output import Answer, table
from core.formats import count, duration, money


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command and its two actions."""
    command = commands.add_parser(
        "ledger",
        help="what a run paid for what, and whether its ledger holds",
        description="The ledger has one row per attempt to call a model, whatever came of it.",
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    shown = actions.add_parser(
        "show", parents=[shared], help="calls, tokens and dollars of a run by role and outcome"
    )
    shown.add_argument("run", metavar="RUN")
    shown.set_defaults(answer=show)
    verified = actions.add_parser(
        "verify",
        parents=[shared],
        help="derive a run's hashes and totals again",
        description="Derive hashes, totals, prices and the budget again from rows and texts. "
        "The exit status is 2 when something does not hold.",
    )
    verified.add_argument("run", metavar="RUN")
    verified.set_defaults(answer=verify)


def verify(context: Context) -> Answer:
    """Derive a run's hashes and totals again."""
    found = verify_run(context.workspace, context.arguments.run)
    broken = [check.name for check in found.checks if not check.ok]
    why = f"the ledger of run {found.run_id} does not hold: {', '.join(broken)}." if broken else ""
    return Answer(
        json=_facts(found),
        text=table(
            ["what must hold", "", "found"],
            [[c.name, "yes" if c.ok else "NO", c.found] for c in found.checks],
        ),
        state="failed" if broken else "done",
        why=why,
    )


def _facts(found: Verification) -> dict[str, object]:
    return {
        "run": found.run_id,
        "ok": found.ok,
        "calls": found.calls,
        "cost_usd": found.cost_usd,
        "checks": [{"name": c.name, "ok": c.ok, "found": c.found} for c in found.checks],
    }


def show(context: Context) -> Answer:
    """What the run paid for what."""
    found = spending_of(context.workspace, context.arguments.run)
    return Answer(json=_spent(found), text=_text(found))


def _spent(found: Spending) -> dict[str, object]:
    return {
        "run": found.run_id,
        "cost_usd": found.cost_usd,
        "unsettled_usd": found.unsettled_usd,
        "saved_usd": found.saved_usd,
        "lines": [
            {
                "role": line.role,
                "model": line.model,
                "outcome": line.outcome,
                "calls": line.calls,
                "input_tokens": line.input_tokens,
                "output_tokens": line.output_tokens,
                "cached_tokens": line.cached_tokens,
                "reasoning_tokens": line.reasoning_tokens,
                "cost_usd": line.cost_usd,
                "saved_usd": line.saved_usd,
                "median_seconds": line.median_seconds,
            }
            for line in found.lines
        ],
        "reasons": [{"reason": reason, "calls": calls} for reason, calls in found.reasons],
        "refused": [asdict(one) for one in found.refused],
    }


def _text(found: Spending) -> str:
    rows = [
        [
            line.role,
            line.model,
            line.outcome,
            count(line.calls),
            count(line.input_tokens),
            count(line.output_tokens),
            money(line.cost_usd),
            money(line.saved_usd),
            duration(line.median_seconds),
        ]
        for line in found.lines
    ]
    heads = ["role", "model", "outcome", "calls", "tokens in", "out", "cost", "saved", "median"]
    text = table(heads, rows)
    if found.unsettled_usd:
        text += f"\n\nUp to {money(found.unsettled_usd)} more may be billed: answers were lost."
    if found.reasons:
        listed = "\n".join(f"  {calls} × {reason}" for reason, calls in found.reasons)
        text += f"\n\nWhat went wrong:\n{listed}"
    return text
