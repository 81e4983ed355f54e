"""What people enter into the 90-day plan: its start, who does what until when, notes, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.analysis.programme.steps import DAYS, STEPS, Plan90
from core.errors import InputError, WorkspaceError
from core.workspace import Workspace

FILE = "programme.json"
LONGEST = 200
"""Characters of a name or a note."""

_FARTHEST = timedelta(days=3_650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What was entered for one step."""

    owner: str = ""
    due: date | None = None
    note: str = ""
    is_done: bool = False
    """For a step that only people can call done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was entered for the plan."""

    start: date | None = None
    steps: Mapping[str, Entered] = field(default_factory=dict)

    def of(self, key: str) -> Entered:
        """What was entered for a step."""
        return self.steps.get(key, Entered())


def kept_programme(workspace: Workspace) -> Kept:
    """What was entered; nothing before anything was.

    Raises
    ------
    WorkspaceError
        The file is damaged.
    """
    path = workspace.path(FILE)
    try:
        return TypeAdapter(Kept).validate_json(path.read_bytes())
    except FileNotFoundError:
        return Kept()
    except ValidationError as error:
        raise WorkspaceError(
            f"{path} is damaged or was written by another version ({error.error_count()} fields do "
            "not fit); delete it and enter owners and dates again."
        ) from error


def keep(
    workspace: Workspace,
    *,
    start: date | None = None,
    owners: Mapping[str, str] | None = None,
    due: Mapping[str, date | None] | None = None,
    notes: Mapping[str, str] | None = None,
    done: Mapping[str, bool] | None = None,
) -> Kept:
    """Enter something; what is not given stays as it was.

    Raises
    ------
    InputError
        A step does not exist or cannot be called done by hand, a text is too long, or a date
        is out of reach.
    """
    before = kept_programme(workspace)
    steps = dict(before.steps)

    def enter(key: str, **what: Any) -> None:
        steps[key] = replace(steps.get(key, Entered()), **what)

    for name, owner in (owners or {}).items():
        enter(step_named(name).key, owner=_text("the owner", owner))
    for name, note in (notes or {}).items():
        enter(step_named(name).key, note=_text("the note", note))
    for name, is_done in (done or {}).items():
        enter(_manual(name).key, is_done=is_done)
    begins = before.start if start is None else start
    for name, day in (due or {}).items():
        enter(step_named(name).key, due=_day(day, begins))
    now = Kept(start=begins, steps=steps)
    workspace.write_text(workspace.path(FILE), TypeAdapter(Kept).dump_json(now, indent=1).decode())
    return now


def step_named(name: str) -> Plan90:
    """The step of a key or a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    wanted = name.strip().lower()
    for step in STEPS:
        if wanted in (step.key, step.name.lower()):
            return step
    keys = [step.key for step in STEPS]
    near = get_close_matches(wanted, [*keys, *(s.name.lower() for s in STEPS)], 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}."
    raise InputError(f"the 90-day plan has no step {name!r}; {hint}")


def _manual(name: str) -> Plan90:
    step = step_named(name)
    if not step.is_manual:
        raise InputError(
            f"{step.name!r} is done when it is measured, not when it is said: {step.criterion}"
        )
    return step


def _text(what: str, text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > LONGEST or not plain.isprintable():
        raise InputError(f"{what} must be at most {LONGEST} printable characters.")
    return plain


def _day(day: date | None, start: date | None) -> date | None:
    if day is not None and start is not None and not start <= day <= start + _FARTHEST:
        raise InputError(
            f"{day} lies outside the plan, which begins on {start} and is meant to take {DAYS} "
            f"days; give a later date, or another start."
        )
    return day
