"""The file of a kept scenario: a scenario file that also says when it was saved."""

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.assumptions import (
    SCENARIO_SCHEMA,
    Scenario,
    scenario_from_tables,
    scenario_to_toml,
)
from core.errors import ScenarioError

_SCHEMA_LINE = f"schema = {SCENARIO_SCHEMA}\n"
_SAVED, _FORMERLY = "saved", "formerly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a file of the library holds."""

    scenario: Scenario
    """As it stands in the file, nothing added from today's defaults."""
    saved: datetime
    formerly: tuple[str, ...] = ()
    """Ids that it had under earlier names."""


def entry_to_text(entry: Entry) -> str:
    """The file; the command line reads it like any scenario file."""
    saved = entry.saved.astimezone(UTC).isoformat(timespec="microseconds")
    lines = f'{_SAVED} = "{saved}"\n'
    if entry.formerly:
        lines += f"{_FORMERLY} = {json.dumps(entry.formerly)}\n"
    head, schema, rest = scenario_to_toml(entry.scenario).partition(_SCHEMA_LINE)
    return head + schema + lines + rest


def entry_from(path: Path) -> Entry:
    """Read a file of the library.

    Raises
    ------
    ScenarioError
        It cannot be read, or is no scenario file.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ScenarioError("it is not valid TOML; it was damaged or edited.") from error
    except OSError as error:
        raise ScenarioError(f"{error.strerror}.") from error
    scenario = scenario_from_tables(tables, where=path.name)
    head = tables.get("scenario", {})
    return Entry(
        scenario=scenario,
        saved=_saved(head.get(_SAVED), path),
        formerly=_formerly(head.get(_FORMERLY)),
    )


def _saved(said: Any, path: Path) -> datetime:
    """When it was saved; the time of the file where it does not say."""
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _formerly(said: Any) -> tuple[str, ...]:
    return tuple(str(key) for key in said) if isinstance(said, list) else ()
