"""What people enter into the 90-day plan: its start, who does what until when, notes, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.analysis.naming import one_named
from core.analysis.programme.steps import DAYS, STEPS, Plan90
from core.errors import InputError, WorkspaceError
from core.workspace import Workspace
from core.workspace.entered import entering, load_entered, save_entered

FILE = "programme.json"
LONGEST = 200
"""Characters of a name or a note."""

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
"""Days on which a plan may begin or a step be due."""

_FARTHEST = timedelta(days=3_650)
_AGAIN = "owners and dates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What was entered for one step."""

    owner: str = ""
    due: date | None = None
    note: str = ""
    is_done: bool = False
    """For a step that only people can call done."""
    done_on: date | None = None
    """When it was called done."""


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
    kept = load_entered(workspace, FILE, Kept, _AGAIN) or Kept()
    days = [kept.start, *(step.due for step in kept.steps.values())]
    odd = [day for day in days if day is not None and not FIRST <= day <= LAST]
    if odd:
        raise WorkspaceError(
            f"{workspace.path(FILE)} is damaged: {odd[0]} is no day of a plan; delete it and enter "
            f"{_AGAIN} again."
        )
    return kept


def keep(
    workspace: Workspace,
    *,
    start: date | None = None,
    owners: Mapping[str, str] | None = None,
    due: Mapping[str, date | None] | None = None,
    notes: Mapping[str, str] | None = None,
    done: Mapping[str, bool] | None = None,
) -> Kept:
    """Enter something; what is not given stays as it was, and an empty text or date takes it back.

    Raises
    ------
    InputError
        A step does not exist or cannot be called done by hand, a text is too long, or a date
        is out of reach.
    """
    with entering(workspace):
        before = kept_programme(workspace)
        steps = dict(before.steps)

        def enter(key: str, **what: Any) -> None:
            steps[key] = replace(steps.get(key, Entered()), **what)

        for name, owner in (owners or {}).items():
            enter(step_named(name).key, owner=_text("the owner", owner))
        for name, note in (notes or {}).items():
            enter(step_named(name).key, note=_text("the note", note))
        for name, is_done in (done or {}).items():
            step = _manual(name)
            if is_done != before.of(step.key).is_done:
                enter(step.key, is_done=is_done, done_on=_today() if is_done else None)
        begins = before.start if start is None else _first_day(start)
        for name, day in (due or {}).items():
            enter(step_named(name).key, due=day)
        for key, entered in steps.items():
            _check_due(step_named(key), entered.due, begins)
        now = Kept(start=begins, steps=steps)
        save_entered(workspace, FILE, now)
    return now


def step_named(name: str) -> Plan90:
    """The step of a key or a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    return one_named(STEPS, name, "the 90-day plan has no step")


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


def _first_day(start: date) -> date:
    if not FIRST <= start <= LAST - _FARTHEST:
        raise InputError(
            f"the plan cannot begin on {start}; give a day from {FIRST} to {LAST - _FARTHEST}."
        )
    return start


def _check_due(step: Plan90, day: date | None, start: date | None) -> None:
    if day is None:
        return
    begins, ends = (FIRST, LAST) if start is None else (start, start + _FARTHEST)
    if not begins <= day <= ends:
        since = "" if start is None else f", which begins on {start} and takes {DAYS} days"
        raise InputError(
            f"{step.name!r} is due on {day}, which lies outside the plan{since}; give a later due "
            "date, or another start."
        )


def _today() -> date:
    return datetime.now(UTC).date()
