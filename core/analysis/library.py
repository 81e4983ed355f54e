"""Scenarios that are kept by name: saved, found again, copied, renamed, deleted, put to use."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from core.analysis.chain import SCENARIO_FILE, save_scenario
from core.analysis.price_book import book_of
from core.analysis.scenario import load_scenario
from core.assumptions import Scenario, scenario_from_toml, scenario_to_toml
from core.errors import DatawallError, InputError
from core.workspace import Workspace

LONGEST_NAME = 80
_ID = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A scenario of the library."""

    scenario_id: str
    """Eight characters that follow from name and content: equal scenarios, equal ids."""
    name: str
    digest: str
    saved_at: str
    measured: int
    edited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every scenario that is kept, and the files that cannot be read."""

    stored: tuple[Stored, ...]
    """Newest first; those of one name are its versions."""
    unreadable: tuple[str, ...]
    """A sentence each."""


def save_as(workspace: Workspace, scenario: Scenario, name: str) -> Stored:
    """Keep a scenario exactly as it stands, measured values included.

    A name that exists with other content gets a new version; the older one keeps its id.

    Raises
    ------
    InputError
        The name is empty, too long or not printable.
    """
    named = replace(scenario, name=checked_name(name))
    path = _path(workspace, scenario_id(named))
    workspace.write_text(path, scenario_to_toml(named))
    return _stored(path, named)


def library(workspace: Workspace) -> Library:
    """Every scenario that is kept."""
    found, odd = [], []
    for path in _files(workspace):
        try:
            found.append(
                _stored(path, scenario_from_toml(path.read_text("utf-8"), where=path.name))
            )
        except (DatawallError, OSError, UnicodeDecodeError) as error:
            odd.append(f"{path.name} cannot be read: {error}")
    found.sort(key=lambda stored: stored.saved_at, reverse=True)
    return Library(stored=tuple(found), unreadable=tuple(odd))


def stored_named(workspace: Workspace, name: str) -> Stored:
    """The scenario of an id, or the newest version of a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    known = library(workspace).stored
    for stored in known:
        if name in (stored.scenario_id, stored.name):
            return stored
    names = [text for stored in known for text in (stored.name, stored.scenario_id)]
    near = get_close_matches(name, names, 1)
    if near:
        raise InputError(f"no scenario {name!r} is kept; did you mean {near[0]!r}?")
    listed = ", ".join(dict.fromkeys(repr(stored.name) for stored in known)) or "none yet"
    raise InputError(f"no scenario {name!r} is kept in this workspace; kept: {listed}.")


def open_stored(workspace: Workspace, name: str) -> Scenario:
    """The scenario of an id or a name, completed with today's defaults where it is silent.

    Raises
    ------
    InputError, ScenarioError, AssumptionError
        There is none, or it cannot be read.
    """
    path = _path(workspace, stored_named(workspace, name).scenario_id)
    today = datetime.now(UTC).date()
    return load_scenario(path.read_text("utf-8"), path.name, book_of(workspace), today)


def duplicate(workspace: Workspace, name: str, new_name: str) -> Stored:
    """A copy under another name.

    Raises
    ------
    InputError
        There is no such scenario, or the new name is taken or impossible.
    """
    return save_as(workspace, open_stored(workspace, name), _free(workspace, new_name))


def rename(workspace: Workspace, name: str, new_name: str) -> Stored:
    """The same scenario under another name; its id changes with it.

    Raises
    ------
    InputError
        There is no such scenario, or the new name is taken or impossible.
    """
    old = stored_named(workspace, name)
    made = save_as(workspace, open_stored(workspace, old.scenario_id), _free(workspace, new_name))
    if made.scenario_id != old.scenario_id:
        delete(workspace, old.scenario_id)
    return made


def delete(workspace: Workspace, name: str) -> Stored:
    """Take a scenario out of the library; the workspace's own stays.

    Raises
    ------
    InputError
        There is no such scenario.
    """
    stored = stored_named(workspace, name)
    _path(workspace, stored.scenario_id).unlink(missing_ok=True)
    return stored


def use(workspace: Workspace, name: str) -> Scenario:
    """Make a kept scenario the workspace's own; measured figures are bound anew to it.

    Raises
    ------
    InputError
        There is no such scenario.
    """
    scenario = open_stored(workspace, name)
    save_scenario(workspace, scenario)
    return scenario


def checked_name(name: str) -> str:
    """A name as it is kept.

    Raises
    ------
    InputError
        It is empty, too long or not printable.
    """
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise InputError(
            f"a scenario's name must be 1 to {LONGEST_NAME} printable characters; found "
            f"{len(plain)}."
        )
    return plain


def scenario_id(scenario: Scenario) -> str:
    """The id under which a scenario is kept."""
    content = f"{scenario.digest}\n{scenario.name}"
    return hashlib.sha256(content.encode()).hexdigest()[:_ID]


def _free(workspace: Workspace, name: str) -> str:
    plain = checked_name(name)
    if any(stored.name == plain for stored in library(workspace).stored):
        raise InputError(f"a scenario {plain!r} is kept already; choose another name.")
    return plain


def _files(workspace: Workspace) -> Sequence[Path]:
    every = workspace.path("scenarios").glob("*.toml")
    return [path for path in sorted(every) if path.name != SCENARIO_FILE]


def _path(workspace: Workspace, name: str) -> Path:
    return workspace.path("scenarios", f"{name}.toml")


def _stored(path: Path, scenario: Scenario) -> Stored:
    statuses = [a.status for a in scenario.values()]
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Stored(
        scenario_id=path.stem,
        name=scenario.name,
        digest=scenario.digest,
        saved_at=saved.isoformat(timespec="seconds"),
        measured=statuses.count("measured"),
        edited=statuses.count("edited"),
    )
