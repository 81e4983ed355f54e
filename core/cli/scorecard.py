"""``datawall scorecard``: where do the board's figures stand, should stand, and stood before?"""

import argparse
from dataclasses import asdict

from core.analysis.margin import margin_of
from core.analysis.roi import roi_of
from core.analysis.scorecard import Row, Scorecard, scorecard_of, want
from core.cli.context import Context
from core.cli.latest import add_choice, chosen_chain
from core.cli.output import Answer, table
from core.cli.programme import pairs
from core.errors import InputError


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "scorecard",
        parents=[shared],
        help="the board's figures: actual, target, prior, status, owner",
        description="Nine figures from the edge case to the payback. Prior values come from the "
        "newest snapshot of the workspace; targets from audit and scenario, or as set here.",
    )
    command.add_argument("--snapshot", metavar="NAME", nargs="?", const="", help="keep them")
    command.add_argument("--set-target", metavar="FIGURE=VALUE", action="append", default=[])
    command.add_argument("--set-owner", metavar="FIGURE=NAME", action="append", default=[])
    add_choice(command)
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Enter what was given, show the figures, and keep them if asked."""
    asked = context.arguments
    targets = {k: _number(v) for k, v in pairs(asked.set_target, "--set-target").items()}
    owners = pairs(asked.set_owner, "--set-owner")
    if targets or owners:
        want(context.workspace, targets=targets, owners=owners)
    chain = chosen_chain(context)
    margin, roi = margin_of(chain.scenario), roi_of(chain.scenario)
    found = scorecard_of(context.workspace, chain, margin, roi)
    kept = None if asked.snapshot is None else found.keep(context.workspace, asked.snapshot)
    text = _text(found)
    if kept is not None:
        text += f"\nKept as snapshot {kept.snapshot_id} of {kept.at}."
    facts = {
        "headline": found.headline,
        "rows": [_facts(row) for row in found.rows],
        "prior": None if found.prior is None else asdict(found.prior),
        "snapshot": None if kept is None else asdict(kept),
        "scenario": found.scenario_digest,
    }
    return Answer(json=facts, text=text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--set-target {text!r} is no number; write e.g. 0.85.") from None


def _facts(row: Row) -> dict[str, object]:
    return {
        "key": row.kpi.key,
        "name": row.kpi.name,
        "unit": row.kpi.unit.value,
        "actual": row.now.value,
        "low": row.now.low,
        "high": row.now.high,
        "target": row.target,
        "prior": row.prior,
        "status": row.status,
        "owner": row.owner,
        "why": row.now.why,
    }


def _text(found: Scorecard) -> str:
    rows = [
        [
            row.kpi.name,
            row.actual_in_words,
            row.target_in_words,
            row.prior_in_words,
            row.status,
            row.owner,
        ]
        for row in found.rows
    ]
    prior = "No snapshot was kept yet; --snapshot keeps these figures."
    if found.prior is not None:
        prior = (
            f"Prior: snapshot {found.prior.name or found.prior.snapshot_id} of {found.prior.at}."
        )
    return "\n".join(
        [
            f"{found.headline}.",
            "",
            table(["figure", "actual", "target", "prior", "status", "owner"], rows),
            prior,
        ]
    )
