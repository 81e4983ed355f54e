"""Scenarios as TOML files: read with every key checked, written so that they read back equal."""

import json
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from math import inf
from typing import Any, get_args

import numpy as np

from core.assumptions.assumption import Assumption, Status
from core.assumptions.distributions import (
    DISTRIBUTIONS,
    Distribution,
    empirical_quantiles,
    middle,
)
from core.assumptions.scenario import Pair, Scenario
from core.errors import AssumptionError, ScenarioError
from core.units import Unit, conversion_from

SCENARIO_SCHEMA = 1
"""Version of the scenario file; readers understand every earlier one."""

_TABLES = ("scenario", "settings", "correlations", "assumptions")
_STATUSES: tuple[Status, ...] = get_args(Status)
_ENTRY_KEYS = (
    "value", "low", "high", "distribution", "draws", "unit", "status", "source", "as_of", "note",
)  # fmt: skip


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
    return scenario_from_tables(document, where=where)


def scenario_from_tables(document: dict[str, Any], *, where: str = "scenario") -> Scenario:
    """The scenario in the tables of a file that has been parsed.

    Raises
    ------
    ScenarioError
        A table has an unknown key or unit.
    AssumptionError
        A number lies outside what its unit allows.
    """
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
        correlations=_correlations(document.get("correlations", {}), where),
    )


def _refuse_odd_tables(document: dict[str, Any], where: str) -> None:
    expected = "expected the tables [scenario], [settings], [correlations] and [assumptions.NAME]"
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
    if "unit" not in table:
        raise ScenarioError(f"{at} has no 'unit'; add it.")
    low, high = (_number(table[n], f"{at}.{n}") if n in table else None for n in ("low", "high"))
    draws = _draws(table.get("draws", []), at)
    distribution = _distribution(table.get("distribution", "empirical" if draws else "auto"), at)
    _refuse_odd_interval(distribution, low, high, draws, at)
    if "value" in table:
        value = _number(table["value"], f"{at}.value")
    else:
        value = _own_median(distribution, low, high, draws, at)
    return Assumption(
        key=key,
        value=value,
        low=low,
        high=high,
        distribution=distribution,
        draws=draws,
        unit=_unit(table["unit"], at),
        status=_status(table.get("status", "edited"), at),
        source=str(table.get("source", "not stated")),
        as_of=_date(table.get("as_of", date(1970, 1, 1)), at),
        note=str(table.get("note", "")),
    )


def _draws(given: Any, at: str) -> tuple[float, ...]:
    if not isinstance(given, list):
        raise ScenarioError(f"{at}.draws is {given!r}; expected a list of numbers.")
    return tuple(_number(draw, f"{at}.draws[{i}]") for i, draw in enumerate(given))


def _distribution(found: Any, at: str) -> Distribution:
    for distribution in DISTRIBUTIONS:
        if found == distribution:
            return distribution
    near = _nearest(str(found), DISTRIBUTIONS)
    raise ScenarioError(f"{at} has the unknown distribution {found!r}{near}")


def _refuse_odd_interval(
    distribution: Distribution,
    low: float | None,
    high: float | None,
    draws: tuple[float, ...],
    at: str,
) -> None:
    """An interval where the distribution needs one, and none where it follows from draws."""
    if distribution == "empirical":
        if not draws:
            raise ScenarioError(f"{at} is empirical; give its draws as a list: draws = [..].")
        if low is not None or high is not None:
            raise ScenarioError(f"{at} has draws, from which low and high follow; leave them out.")
    elif distribution != "auto" and (low is None or high is None):
        raise ScenarioError(f"{at} is a {distribution}; give its low and high (90 % interval).")


def _own_median(
    distribution: Distribution,
    low: float | None,
    high: float | None,
    draws: tuple[float, ...],
    at: str,
) -> float:
    """The value of an entry that leaves it to its distribution."""
    if draws:
        return float(empirical_quantiles(np.array(0.5), tuple(sorted(draws))))
    if distribution == "auto" or low is None or high is None:
        raise ScenarioError(f"{at} has no 'value'; add it.")
    bounds = (0.0, 1.0 if distribution == "beta" else inf)
    if not bounds[0] < low <= high < bounds[1]:
        raise AssumptionError(
            f"{at} is a {distribution} from {low:g} to {high:g}; expected low below high, both "
            f"{'between 0 and 1' if distribution == 'beta' else 'above 0'}."
        )
    return low if low == high else middle(distribution, low, high)


def _correlations(table: dict[str, Any], where: str) -> dict[Pair, float]:
    """The pairs of the table; which assumptions there are is not known here."""
    found: dict[Pair, float] = {}
    for name, given in table.items():
        at = f"{where}: correlations.{_string(name)}"
        one, colon, other = name.partition(":")
        if not colon or not one or not other or one == other:
            raise ScenarioError(f"{at} names no pair; expected two keys like 'seats:error_cost'.")
        rank = _number(given, at)
        if not -1 <= rank <= 1:
            raise ScenarioError(f"{at} is {rank:g}; expected a rank correlation from -1 to 1.")
        if (other, one) in found:
            raise ScenarioError(f"{at} is given twice, the other way round too; give it once.")
        found[one, other] = rank
    return found


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
        how = conversion_from(str(value))
        near = f"; {how}." if how else _nearest(str(value), [unit.value for unit in Unit])
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
        "# 5th and 95th percentile. status is default, edited or measured. distribution, where",
        "# given, is lognormal, beta or empirical; pairs in [correlations] are ranks, -1 to 1.",
        "",
        "[scenario]",
        f"name = {_string(scenario.name)}",
        f"schema = {SCENARIO_SCHEMA}",
        "",
        "[settings]",
    ]
    lines += [f"{_key(key)} = {_string(value)}" for key, value in scenario.settings.items()]
    if scenario.correlations:
        pairs = [(_string(":".join(pair)), rank) for pair, rank in scenario.correlations.items()]
        lines += ["", "[correlations]", *(f"{pair} = {rank!r}" for pair, rank in pairs)]
    for assumption in scenario.assumptions.values():
        lines += ["", f"[assumptions.{_key(assumption.key)}]", *_entry(assumption)]
    return "\n".join(lines) + "\n"


def _entry(a: Assumption) -> list[str]:
    lines = [f"# {_comment(a.note)}"] if a.note else []
    lines.append(f"value = {a.value!r}")
    if a.draws:
        lines.append(f"draws = {list(a.draws)!r}")
    elif a.low is not None and a.high is not None:
        lines += [f"low = {a.low!r}", f"high = {a.high!r}"]
        if a.distribution != "auto":
            lines.append(f"distribution = {_string(a.distribution)}")
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
