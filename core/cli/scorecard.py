"""``datawall scorecard``: where do the board's figures stand, should stand, and stood before?"""

import argparse
from dataclasses import asdict

from core.analysis.margin import margin_of
from core.analysis.roi import roi_of
from core.analysis.scorecard import WATCH, Row, Scorecard, Snapshot, scorecard_of, want
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
    for name, value in (("target", "VALUE"), ("owner", "NAME")):
        command.add_argument(
            f"--set-{name}",
            metavar=f"FIGURE={value}",
            action="append",
            default=[],
            help=f"the {name} of a figure; nothing after the sign takes it back",
        )
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
    facts = {
        "headline": found.headline,
        "rows": [_facts(row) for row in found.rows],
        "prior": None if found.prior is None else asdict(found.prior),
        "snapshot": None if kept is None else asdict(kept),
        "data": found.fingerprint or None,
        "label": found.label or None,
        "slice": found.slice or None,
        "target": found.target,
        "scenario": found.scenario_digest,
    }
    return Answer(json=facts, text=_text(found, kept))


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--set-target {text!r} is no number; write e.g. 0.85.") from None


def _facts(row: Row) -> dict[str, object]:
    return {
        "key": row.kpi.key,
        "name": row.kpi.name,
        "unit": row.kpi.unit.value,
        "better": "higher" if row.kpi.more_is_better else "lower",
        "actual": row.now.value,
        "low": row.now.low,
        "high": row.now.high,
        "verdict": row.now.verdict or None,
        "target": row.target,
        "target_from": row.target_from or None,
        "prior": row.prior,
        "prior_at": row.prior_at or None,
        "prior_of": row.prior_of or None,
        "status": row.status,
        "owner": row.owner,
        "page": row.kpi.page,
        "why": row.now.why,
    }


def _text(found: Scorecard, kept: Snapshot | None) -> str:
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
        prior = f"Prior: snapshot {found.prior.words}."
    lines = [
        f"{found.headline}.",
        "",
        table(["figure", "actual", "target", "prior", "status", "owner"], rows),
        f"{prior} {WATCH}",
        "",
        *(f"{row.kpi.name}: {row.now.why}" for row in found.rows if row.now.why),
    ]
    if kept is not None and found.prior is not None and kept == found.prior:
        lines.append(f"Nothing has changed since snapshot {kept.words}; it is not kept twice.")
    elif kept is not None:
        lines.append(f"Kept as snapshot {kept.snapshot_id} of {kept.at}.")
    return "\n".join(lines)
