"""Scenarios as TOML files: read with every key checked, written so that they read back equal."""

import json
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, get_args

from core.assumptions.scenario import Assumption, Scenario, Status
from core.errors import ScenarioError
from core.units import Unit

SCENARIO_SCHEMA = 1
"""Version of the scenario file; readers understand every earlier one."""

_TABLES = ("scenario", "settings", "assumptions")
_STATUSES: tuple[Status, ...] = get_args(Status)
_ENTRY_KEYS = ("value", "low", "high", "unit", "status", "source", "as_of", "note")


def scenario_from_toml(text: str, *, where: str = "scenario") -> Scenario:
    """Read a scenario file.

    Raises
    ------
    ScenarioError
        The text is not TOML, or a table has an unknown key or unit.
    AssumptionError
        A number lies outside what its unit allows.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(
            f"{where}: not valid TOML: {error}. Expected a scenario file."
        ) from error
    _refuse_odd_tables(document, where)
    head = document.get("scenario", {})
    schema = head.get("schema", SCENARIO_SCHEMA)
    if schema != SCENARIO_SCHEMA:
        raise ScenarioError(
            f"{where}: schema {schema} was written by another version; expected {SCENARIO_SCHEMA}."
        )
    tables = document.get("assumptions", {})
    return Scenario(
        name=str(head.get("name", "unnamed")),
        assumptions={key: _assumption(key, table, where) for key, table in tables.items()},
        settings={key: str(value) for key, value in document.get("settings", {}).items()},
    )


def _refuse_odd_tables(document: dict[str, Any], where: str) -> None:
    expected = "expected the tables [scenario], [settings] and [assumptions.NAME]"
    for name, table in document.items():
        if name not in _TABLES:
            raise ScenarioError(f"{where}: unknown table [{name}]; {expected}.")
        if not isinstance(table, dict):
            raise ScenarioError(f"{where}: {name} is {table!r}; {expected}.")


def _assumption(key: str, table: Any, where: str) -> Assumption:
    at = f"{where}: assumptions.{key}"
    if not isinstance(table, dict):
        raise ScenarioError(f"{at} is {table!r}; expected a table with value, unit and source.")
    for name in table:
        if name not in _ENTRY_KEYS:
            raise ScenarioError(f"{at} has an unknown key {name!r}{_nearest(name, _ENTRY_KEYS)}")
    for name in ("value", "unit"):
        if name not in table:
            raise ScenarioError(f"{at} has no {name!r}; add it.")
    return Assumption(
        key=key,
        value=_number(table["value"], f"{at}.value"),
        low=_number(table["low"], f"{at}.low") if "low" in table else None,
        high=_number(table["high"], f"{at}.high") if "high" in table else None,
        unit=_unit(table["unit"], at),
        status=_status(table.get("status", "edited"), at),
        source=str(table.get("source", "not stated")),
        as_of=_date(table.get("as_of", date(1970, 1, 1)), at),
        note=str(table.get("note", "")),
    )


def _nearest(found: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(found, names, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; expected one of {', '.join(names)}."


def _number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"{at} is {value!r}; expected a number.")
    try:
        return float(value)
    except OverflowError:
        raise ScenarioError(f"{at} has {len(str(value))} digits; expected a number.") from None


def _unit(value: Any, at: str) -> Unit:
    try:
        return Unit(value)
    except ValueError:
        near = _nearest(str(value), [unit.value for unit in Unit])
        raise ScenarioError(f"{at} has the unknown unit {value!r}{near}") from None


def _status(value: Any, at: str) -> Status:
    for status in _STATUSES:
        if value == status:
            return status
    raise ScenarioError(f"{at} has status {value!r}; expected default, edited or measured.")


def _date(value: Any, at: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ScenarioError(f"{at} has as_of {value!r}; expected a date like 2026-11-22.") from None


def scenario_to_toml(scenario: Scenario) -> str:
    """The scenario as a commented file that :func:`scenario_from_toml` reads back equal."""
    lines = [
        "# A Datawall scenario. value is the median; low and high, where given, are the",
        "# 5th and 95th percentile. status is default, edited or measured.",
        "",
        "[scenario]",
        f"name = {_string(scenario.name)}",
        f"schema = {SCENARIO_SCHEMA}",
        "",
        "[settings]",
    ]
    lines += [f"{_key(key)} = {_string(value)}" for key, value in scenario.settings.items()]
    for assumption in scenario.assumptions.values():
        lines += ["", f"[assumptions.{_key(assumption.key)}]", *_entry(assumption)]
    return "\n".join(lines) + "\n"


def _entry(a: Assumption) -> list[str]:
    lines = [f"# {_comment(a.note)}"] if a.note else []
    lines.append(f"value = {a.value!r}")
    if a.low is not None and a.high is not None:
        lines += [f"low = {a.low!r}", f"high = {a.high!r}"]
    lines += [
        f"unit = {_string(a.unit.value)}",
        f"status = {_string(a.status)}",
        f"source = {_string(a.source)}",
        f"as_of = {a.as_of.isoformat()}",
    ]
    return [*lines, f"note = {_string(a.note)}"] if a.note else lines


def _string(text: str) -> str:
    """A TOML string: JSON's, but for characters beyond 16 bits and for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _string(text)


def _comment(text: str) -> str:
    """The text on one line, without what a comment may not hold."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
