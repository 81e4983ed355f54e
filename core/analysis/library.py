"""Scenarios that are kept by name: saved, found again, copied, renamed, deleted, put to use."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from core.analysis.chain import SCENARIO_FILE, save_scenario
from core.analysis.library_file import Entry, entry_from, entry_to_text
from core.analysis.price_book import book_of
from core.analysis.scenario import load_scenario
from core.assumptions import Scenario
from core.errors import DatawallError, InputError, ScenarioError
from core.workspace import Workspace

LONGEST_NAME = 80
_MOST_NAMED = 8
_ID = 8
_IS_ID = re.compile(rf"[0-9a-f]{{{_ID}}}")


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
    target: float | None = None
    """The accuracy that it promises; None where the file does not say. [fraction]"""
    version: int = 1
    """1 for what was kept first under the name."""
    formerly: tuple[str, ...] = ()
    """Ids that it had under earlier names; they still lead here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every scenario that is kept, and the files that cannot be read."""

    stored: tuple[Stored, ...]
    """Newest first; those of one name are its versions."""
    unreadable: tuple[str, ...]
    """A sentence each."""


def save_as(
    workspace: Workspace, scenario: Scenario, name: str, *, at: datetime | None = None
) -> Stored:
    """Keep a scenario exactly as it stands, measured values included.

    A name that exists with other content gets a new version; the older one keeps its id.

    Raises
    ------
    InputError
        The name is empty, too long or not printable.
    """
    named = replace(scenario, name=checked_name(name))
    return _put(workspace, Entry(scenario=named, saved=at or datetime.now(UTC)))


def _put(workspace: Workspace, entry: Entry) -> Stored:
    """Write the file; one that is there keeps the earlier ids that lead to it."""
    key = scenario_id(entry.scenario)
    path = _path(workspace, key)
    before = entry_from(path).formerly if path.exists() else ()
    ids = dict.fromkeys(i for i in (*before, *entry.formerly) if i != key)
    workspace.write_text(path, entry_to_text(replace(entry, formerly=tuple(ids))))
    return stored_named(workspace, key)


def library(workspace: Workspace) -> Library:
    """Every scenario that is kept."""
    found: dict[str, Entry] = {}
    odd = []
    for path in _files(workspace):
        try:
            found[path.stem] = _entry_in(path)
        except (DatawallError, OSError) as error:
            why = str(error).removeprefix(f"{path.name}: ")
            odd.append(f"{path.name} cannot be read: {why}")
    return Library(stored=_in_order(found), unreadable=tuple(odd))


def _entry_in(path: Path) -> Entry:
    """What a file holds, if it still is what its id says: half a file is not completed."""
    entry = entry_from(path)
    if not _IS_ID.fullmatch(path.stem):
        raise ScenarioError("its name is no id; `datawall scenario save` keeps a file by name.")
    if scenario_id(entry.scenario) != path.stem:
        raise ScenarioError(
            "it was cut or changed after it was kept; `datawall scenario save` keeps it anew."
        )
    return entry


def _in_order(found: dict[str, Entry]) -> tuple[Stored, ...]:
    """Newest first, each with its place among those of its name."""
    versions: dict[str, int] = {}
    stored = []
    for key, entry in sorted(found.items(), key=lambda pair: (pair[1].saved, pair[0])):
        name = entry.scenario.name
        versions[name] = versions.get(name, 0) + 1
        stored.append(_stored(key, entry, versions[name]))
    return tuple(reversed(stored))


def stored_named(workspace: Workspace, name: str) -> Stored:
    """The scenario of an id, or the newest version of a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    found, asked = library(workspace), name.strip()
    known = found.stored
    for is_meant in (
        lambda stored: asked.lower() == stored.scenario_id,
        lambda stored: asked.lower() in stored.formerly,
        lambda stored: asked == stored.name,
        lambda stored: asked.casefold() == stored.name.casefold(),
    ):
        if (meant := next(filter(is_meant, known), None)) is not None:
            return meant
    raise InputError(_missing(name[:LONGEST_NAME], found))


def _missing(name: str, found: Library) -> str:
    """Why there is no such scenario, and which one may be meant."""
    known = found.stored
    if name in ("current", SCENARIO_FILE):
        return "current is the workspace's own scenario; keep it under a name first."
    odd = next((said for said in found.unreadable if said.startswith(f"{name}.toml ")), None)
    if odd is not None:
        return odd
    names = [text for stored in known for text in (stored.name, stored.scenario_id)]
    near = get_close_matches(name, names, 1)
    if near:
        return f"no scenario {name!r} is kept; did you mean {near[0]!r}?"
    every = list(dict.fromkeys(repr(stored.name) for stored in known))
    listed = ", ".join(every[:_MOST_NAMED]) + (" and more" if len(every) > _MOST_NAMED else "")
    return f"no scenario {name!r} is kept in this workspace; kept: {listed or 'none yet'}."


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


def duplicate(workspace: Workspace, name: str, new_name: str | None = None) -> Stored:
    """A copy under another name, by default the name with “copy” behind it.

    Raises
    ------
    InputError
        There is no such scenario, or the new name is taken or impossible.
    """
    old = stored_named(workspace, name)
    free = _copy_name(workspace, old.name) if new_name is None else _free(workspace, new_name)
    entry = entry_from(_path(workspace, old.scenario_id))
    return save_as(workspace, entry.scenario, free)


def rename(workspace: Workspace, name: str, new_name: str) -> Stored:
    """The same scenario under another name, with another id; the earlier one still leads to it.

    Raises
    ------
    InputError
        There is no such scenario, or the new name is taken or impossible.
    """
    old = stored_named(workspace, name)
    if checked_name(new_name) == old.name:
        return old
    entry = entry_from(_path(workspace, old.scenario_id))
    named = replace(entry.scenario, name=_free(workspace, new_name))
    made = _put(
        workspace, replace(entry, scenario=named, formerly=(*entry.formerly, old.scenario_id))
    )
    _path(workspace, old.scenario_id).unlink(missing_ok=True)
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


def _copy_name(workspace: Workspace, name: str) -> str:
    """A name that is not taken yet, made of another."""
    taken = {stored.name for stored in library(workspace).stored}
    for i in range(1, len(taken) + 2):
        tail = " (copy)" if i == 1 else f" (copy {i})"
        free = name[: LONGEST_NAME - len(tail)].rstrip() + tail
        if free not in taken:
            break
    return free


def _files(workspace: Workspace) -> Iterator[Path]:
    """Files that should be kept scenarios; one that is being written has a dot before its name."""
    for path in sorted(workspace.path("scenarios").glob("*.toml")):
        if path.name != SCENARIO_FILE and not path.name.startswith("."):
            yield path


def _path(workspace: Workspace, name: str) -> Path:
    return workspace.path("scenarios", f"{name}.toml")


def _stored(key: str, entry: Entry, version: int) -> Stored:
    scenario = entry.scenario
    statuses = [a.status for a in scenario.values()]
    return Stored(
        scenario_id=key,
        name=scenario.name,
        digest=scenario.digest,
        saved_at=entry.saved.isoformat(timespec="seconds"),
        measured=statuses.count("measured"),
        edited=statuses.count("edited"),
        target=scenario.value("target_accuracy") if "target_accuracy" in scenario else None,
        version=version,
        formerly=entry.formerly,
    )
