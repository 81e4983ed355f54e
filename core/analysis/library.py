"""Which scenarios are kept in the workspace, and how is one saved, found, renamed or used?"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from core.analysis.chain import SCENARIO_FILE, save_scenario
from core.analysis.library_file import Entry, entry_from, entry_to_text
from core.analysis.price_book import book_of
from core.analysis.scenario import load_scenario
from core.assumptions import Scenario
from core.errors import DatawallError, InputError
from core.formats import count
from core.workspace import Workspace

LONGEST_NAME = 80

_FOLDER = "scenarios"
_ID = re.compile(r"[0-9a-f]{8}")
_COPY = "copy"
_LEFT_OUT = "Left out: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A scenario as it was saved; its file is never changed but by a new name."""

    id: str
    """Eight hexadecimal digits that follow from name and content."""
    name: str
    version: int
    """1 for the first content saved under the name, 2 for the next."""
    saved: datetime
    digest: str
    target: float | None
    """The accuracy promised; None where the file does not say. [fraction]"""
    edited: int
    """Assumptions that somebody typed."""
    measured: int
    formerly: tuple[str, ...] = ()
    """Ids that it had under earlier names; they still lead here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every stored scenario, newest first, and which files cannot be read."""

    stored: tuple[Stored, ...]
    notes: tuple[str, ...]


def checked_name(name: str) -> str:
    """The name without blanks around it.

    Raises
    ------
    InputError
        It is empty, too long, or holds characters that cannot be seen.
    """
    found = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(found) <= LONGEST_NAME:
        raise InputError(
            f"the name of a scenario has {count(len(found))} characters; expected 1 to "
            f"{LONGEST_NAME}."
        )
    odd = next((c for c in found if not c.isprintable()), None)
    if odd is not None:
        raise InputError(
            f"the name of a scenario holds the character U+{ord(odd):04X}, which cannot be seen; "
            f"expected letters, digits, signs and blanks."
        )
    return found


def id_of(name: str, digest: str) -> str:
    """The short id of a name and a content."""
    return hashlib.sha256(json.dumps([name, digest]).encode()).hexdigest()[:8]


def library_of(workspace: Workspace) -> Library:
    """Every stored scenario; a file that cannot be read is named in a note."""
    found: dict[str, Entry] = {}
    notes = []
    for path in sorted(workspace.path(_FOLDER).glob("*.toml")):
        if path.name == SCENARIO_FILE or path.name.startswith("."):
            continue
        try:
            found[path.stem] = _entry_in(path)
        except DatawallError as error:
            notes.append(f"{_LEFT_OUT}{error}")
    return Library(stored=_in_order(found), notes=tuple(notes))


def _entry_in(path: Path) -> Entry:
    """What a file holds, if it still is what its id says."""
    if not _ID.fullmatch(path.stem):
        raise InputError(
            f"{path.name} is no stored scenario; put it there with `datawall scenario save`."
        )
    entry = entry_from(path)
    if id_of(entry.scenario.name, entry.scenario.digest) != path.stem:
        raise InputError(
            f"{path.name} was changed after it was saved; store it anew with `datawall scenario "
            f"save` if that is meant."
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


def _stored(key: str, entry: Entry, version: int) -> Stored:
    scenario = entry.scenario
    statuses = [a.status for a in scenario.values()]
    return Stored(
        id=key,
        name=scenario.name,
        version=version,
        saved=entry.saved,
        digest=scenario.digest,
        target=scenario.value("target_accuracy") if "target_accuracy" in scenario else None,
        edited=statuses.count("edited"),
        measured=statuses.count("measured"),
        formerly=entry.formerly,
    )


def stored(workspace: Workspace) -> tuple[Stored, ...]:
    """Every stored scenario that can be read, newest first."""
    return library_of(workspace).stored


def find(workspace: Workspace, id_or_name: str) -> Stored:
    """The stored scenario of an id, or the newest of a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    library, asked = library_of(workspace), id_or_name.strip()
    if asked in ("current", SCENARIO_FILE):
        raise InputError(
            "current is the workspace's own scenario and not a stored one; save it under a name "
            "first."
        )
    for is_meant in (
        lambda s: s.id == asked.lower(),
        lambda s: asked.lower() in s.formerly,
        lambda s: s.name == asked,
        lambda s: s.name.casefold() == asked.casefold(),
    ):
        if (found := next(filter(is_meant, library.stored), None)) is not None:
            return found
    raise InputError(_not_there(asked, library))


def _not_there(asked: str, library: Library) -> str:
    """Why a scenario is not found, and which one may be meant."""
    odd = next((note for note in library.notes if f" {asked.lower()}.toml" in note), None)
    if odd is not None:
        return odd.removeprefix(_LEFT_OUT)
    said = f"no stored scenario is called {asked[:LONGEST_NAME]!r}"
    if not library.stored:
        return f"{said}; `datawall scenario save FILE --name NAME` stores the first one."
    known = [*(s.name for s in library.stored), *(s.id for s in library.stored)]
    near = get_close_matches(asked, known, 1)
    return f"{said}; " + (
        f"did you mean {near[0]!r}?" if near else "`datawall scenario list` shows all."
    )


def stored_by(workspace: Workspace, id_or_name: str) -> Scenario:
    """A stored scenario, every figure as it stood when it was saved.

    Raises
    ------
    InputError
        There is none, or its file cannot be read.
    """
    path = _path(workspace, find(workspace, id_or_name).id)
    today = datetime.now(UTC).date()
    return load_scenario(path.read_text("utf-8"), path.name, book_of(workspace), today)


def save_as(
    workspace: Workspace, scenario: Scenario, name: str, *, at: datetime | None = None
) -> Stored:
    """Store a scenario under a name; the same content under the same name is stored once.

    Raises
    ------
    InputError
        The name is empty, too long or cannot be seen.
    """
    named = replace(scenario, name=checked_name(name))
    return _put(workspace, Entry(scenario=named, saved=at or datetime.now(UTC)))


def duplicate(workspace: Workspace, id_or_name: str, name: str | None = None) -> Stored:
    """Store a copy under another name, by default the name with “copy” behind it."""
    meant = find(workspace, id_or_name)
    chosen = _free_name(meant.name, (s.name for s in stored(workspace))) if name is None else name
    if checked_name(chosen) == meant.name:
        raise InputError(
            f"a scenario is called {meant.name!r} already; give the copy another name."
        )
    entry = entry_from(_path(workspace, meant.id))
    return save_as(workspace, entry.scenario, chosen)


def _free_name(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    for i in range(1, len(known) + 2):
        tail = f" ({_COPY})" if i == 1 else f" ({_COPY} {i})"
        free = name[: LONGEST_NAME - len(tail)].rstrip() + tail
        if free not in known:
            break
    return free


def rename(workspace: Workspace, id_or_name: str, name: str) -> Stored:
    """Give a stored scenario another name; its earlier id still leads to it."""
    meant, chosen = find(workspace, id_or_name), checked_name(name)
    if chosen == meant.name:
        return meant
    entry = entry_from(_path(workspace, meant.id))
    named = replace(entry.scenario, name=chosen)
    before = tuple(dict.fromkeys((*meant.formerly, meant.id)))
    found = _put(workspace, Entry(scenario=named, saved=entry.saved, formerly=before))
    _path(workspace, meant.id).unlink(missing_ok=True)
    return found


def delete(workspace: Workspace, id_or_name: str) -> Stored:
    """Delete one stored scenario; the workspace's own is none of them."""
    meant = find(workspace, id_or_name)
    _path(workspace, meant.id).unlink(missing_ok=True)
    return meant


def use(workspace: Workspace, id_or_name: str) -> Scenario:
    """Make a stored scenario the workspace's own; the stored one stays."""
    scenario = stored_by(workspace, id_or_name)
    save_scenario(workspace, scenario)
    return scenario


def _put(workspace: Workspace, entry: Entry) -> Stored:
    """Write a file, unless it is there; it then keeps its date and learns earlier ids."""
    key = id_of(entry.scenario.name, entry.scenario.digest)
    path = _path(workspace, key)
    if path.exists():
        known = entry_from(path)
        ids = dict.fromkeys((*known.formerly, *(i for i in entry.formerly if i != key)))
        entry = replace(known, formerly=tuple(ids))
    workspace.write_text(path, entry_to_text(entry))
    return find(workspace, key)


def _path(workspace: Workspace, key: str) -> Path:
    return workspace.path(_FOLDER, f"{key}.toml")
