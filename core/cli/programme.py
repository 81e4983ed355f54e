"""``datawall programme``: how does the 90-day plan stand?"""

import argparse
from datetime import UTC, date, datetime

from core.analysis.margin import margin_of
from core.analysis.programme import Programme, Step, keep, programme_of
from core.cli.context import Context
from core.cli.latest import add_choice, chosen_chain, chosen_data
from core.cli.output import Answer, table
from core.errors import InputError
from core.formats import money, number


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "programme",
        parents=[shared],
        help="the 90-day plan: what is done, by whom, until when",
        description="The steps from an audit to a decision, filled from what the workspace shows "
        "done. Owners, dates and notes are kept with the workspace.",
    )
    command.add_argument("--start", metavar="DATE", help="the first day, as 2026-12-01")
    for name, meta, purpose in (
        ("owner", "STEP=NAME", "who does a step; nothing after the sign takes it back"),
        ("due", "STEP=DATE", "until when; nothing after the sign: as planned"),
        ("note", "STEP=TEXT", "a note"),
    ):
        command.add_argument(f"--{name}", metavar=meta, action="append", default=[], help=purpose)
    command.add_argument(
        "--done", metavar="STEP", action="append", default=[], help="a step that only people decide"
    )
    command.add_argument(
        "--undo", metavar="STEP", action="append", default=[], help="take that back"
    )
    add_choice(command)
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Enter what was given, then show the plan."""
    asked = context.arguments
    start = None if asked.start is None else _date(asked.start)
    due = {step: _date(day) if day else None for step, day in pairs(asked.due, "--due").items()}
    done = dict.fromkeys(asked.done, True) | dict.fromkeys(asked.undo, False)
    owners, notes = pairs(asked.owner, "--owner"), pairs(asked.note, "--note")
    if start or due or done or owners or notes:
        keep(context.workspace, start=start, owners=owners, due=due, notes=notes, done=done)
    chain = chosen_chain(context)
    margin = margin_of(chain.scenario)
    today = datetime.now(UTC).date()
    found = programme_of(
        context.workspace, chain, today=today, margin=margin, fingerprint=chosen_data(context)
    )
    return Answer(json=_facts(found), text=_text(found))


def pairs(given: list[str], option: str) -> dict[str, str]:
    """``KEY=VALUE`` arguments by key.

    Raises
    ------
    InputError
        One has no equals sign.
    """
    found = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise InputError(f"{option} {text!r} names no value; write {option} KEY=VALUE.")
        found[key.strip()] = value.strip()
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no date; write it like 2026-12-01.") from None


def _facts(found: Programme) -> dict[str, object]:
    return {
        "start": found.start.isoformat(),
        "started": found.is_started,
        "today": found.today.isoformat(),
        "day": found.day,
        "done": found.done,
        "headline": found.headline,
        "phases": [
            {
                "phase": phase.phase,
                "steps": phase.steps,
                "done": phase.done,
                "starts": phase.starts.isoformat(),
                "due": phase.due.isoformat(),
            }
            for phase in found.phases
        ],
        "steps": [_step_facts(step) for step in found.steps],
        "team": {
            role.key: {
                "role": role.role,
                "months": role.months,
                "salary_usd": role.salary_usd,
                "usd": role.usd,
            }
            for role in found.team
        },
        "total_usd": found.total_usd,
    }


def _step_facts(step: Step) -> dict[str, object]:
    return {
        "key": step.key,
        "phase": step.phase,
        "name": step.name,
        "owner": step.owner,
        "named": step.is_named,
        "starts": step.starts.isoformat(),
        "due": step.due.isoformat(),
        "state": step.state,
        "late": step.is_late,
        "criterion": step.criterion,
        "measured": step.measured,
        "missing": step.missing or None,
        "proof": step.proof or None,
        "page": step.page,
        "note": step.note,
    }


def _text(found: Programme) -> str:
    rows = [
        [step.name, step.words, step.owner, step.starts.isoformat(), step.due.isoformat()]
        for step in found.steps
    ]
    team = [[r.role, number(r.months), money(r.salary_usd), money(r.usd)] for r in found.team]
    return "\n".join(
        [
            f"{found.headline}.",
            "" if found.is_started else "No first day is set; dates count from today (--start).",
            table(["step", "state", "owner", "from", "due"], rows),
            "",
            *(line for step in found.steps for line in _said(step)),
            "",
            table(["role", "months", "salary a year", "cost"], team),
            f"Together {money(found.total_usd)}, as the return counts it.",
        ]
    )


def _said(step: Step) -> list[str]:
    """What was measured of a step, and what its criterion is as long as it is not met."""
    proof = f" [{step.proof}]" if step.proof else ""
    said = [f"{step.name}: {step.measured}{proof}"]
    if step.state != "done":
        said.append(f"  Done when: {step.criterion}")
    if step.missing:
        said.append(f"  Missing: {step.missing}")
    if step.note:
        said.append(f"  Note: {step.note}")
    return said
