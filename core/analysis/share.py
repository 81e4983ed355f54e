"""A scenario as a link: the state that differs from the shipped default, as text in a URL."""

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from core.analysis.library import checked_name, id_of
from core.analysis.scenario import (
    GROUPS,
    PRICE_ROWS,
    STRONG_PRICE_KEYS,
    TOKEN_PRICE_KEYS,
    completed,
    default_scenario,
)
from core.assumptions import Assumption, Scenario, scenario_from_tables
from core.errors import InputError, ScenarioError
from core.formats import count
from core.prices import PriceBook

LONGEST_LINK = 6_000
"""Characters of a link; programs that pass links on cut longer ones."""

STATE, STORED = "state", "scenario"
"""What a link carries: the scenario itself, or the id of a stored one."""

_VERSION = "A"
_LARGEST = 200_000
"""Bytes that a link may hold once it is unpacked."""

_SHOWN = 40
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
_WHERE = "the link"
_AGAIN = "ask for it again, or for the scenario as a file"
_BROKEN = f"the link is cut short or was changed on the way; {_AGAIN}."
_NONE = f"the link holds no scenario; {_AGAIN}."
_ALWAYS = (*TOKEN_PRICE_KEYS, *STRONG_PRICE_KEYS, *PRICE_ROWS)
"""Prices always travel along: the one who opens the link may have others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link leads to."""

    kind: Literal["state", "scenario"]
    text: str
    """The state itself, or the id of a stored scenario."""


def to_link(scenario: Scenario, base: str) -> str:
    """A link that opens the dashboard at *base* with this scenario, whoever opens it.

    Raises
    ------
    InputError
        The scenario needs a longer link than programs pass on, its name cannot be shown, or
        *base* is no address of a page.
    """
    link = f"{_page(base)}?{STATE}={_packed(scenario)}"
    if len(link) > LONGEST_LINK:
        raise InputError(
            f"a link with all of {scenario.name!r} has {count(len(link))} characters, more than "
            f"the {count(LONGEST_LINK)} that programs pass on; share the file, or store it and "
            f"share its id."
        )
    return link


def stored_link(key: str, base: str) -> str:
    """A link that opens the dashboard at *base* with a scenario that its workspace stores."""
    return f"{_page(base)}?{STORED}={key}"


def read_link(text: str) -> Link:
    """What a link, or the text after its equals sign, leads to.

    Raises
    ------
    InputError
        It leads to no scenario.
    """
    plain = "".join(text.split())
    try:
        query = parse_qs(urlsplit(plain).query)
    except ValueError:
        query = {}
    if STATE in query:
        return Link(kind="state", text=query[STATE][0])
    if STORED in query:
        return Link(kind="scenario", text=query[STORED][0])
    if _ALPHABET.fullmatch(plain):
        return Link(kind="state", text=plain)
    raise InputError(
        f"{_cut(plain)!r} is no link to a scenario; expected an address with ?{STATE}= or "
        f"?{STORED}= in it."
    )


def from_link(text: str, prices: PriceBook, today: date) -> Scenario:
    """The scenario that a link carries, equal to the one it was made of.

    Parameters
    ----------
    prices
        For prices that this version knows and the link does not carry.

    Raises
    ------
    InputError
        The link is cut short, changed, too large, of another version, or leads to a stored
        scenario, for which its workspace is needed.
    """
    link = read_link(text)
    if link.kind != STATE:
        raise InputError(
            f"the link leads to the stored scenario {_cut(link.text)!r}; open it in the dashboard "
            f"that it was made in, or ask for the scenario as a file."
        )
    tables = _tables(_unpacked(link.text), today)
    check = tables.pop("check", None)
    given = scenario_from_tables(tables, where=_WHERE)
    checked_name(given.name)
    found = completed(given, _WHERE, prices, today)
    if _check(found) != check:
        raise ScenarioError(
            f"the link does not add up: it was changed on the way, or made by a version of "
            f"Datawall with other defaults; {_AGAIN}."
        )
    return found


def _page(base: str) -> str:
    """The address of the dashboard, without anything after its path."""
    try:
        parts = urlsplit(base.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError(
            f"{_cut(base)!r} is no address of a dashboard; expected one like http://127.0.0.1:8501."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def _packed(scenario: Scenario) -> str:
    text = json.dumps(_state(scenario), separators=(",", ":"), ensure_ascii=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9))
    return _VERSION + packed.decode().rstrip("=")


def _state(scenario: Scenario) -> dict[str, Any]:
    """What differs from the shipped default, as the tables of a scenario file."""
    shipped = default_scenario(PriceBook(), datetime.now(UTC).date())
    if set(scenario) != set(shipped):
        raise ScenarioError(
            f"{scenario.name!r} does not hold every assumption; complete it with `datawall "
            f"scenario show`."
        )
    settings = {k: v for k, v in scenario.settings.items() if shipped.settings.get(k) != v}
    differing = {
        key: _entry(scenario[key], shipped[key])
        for keys in GROUPS.values()
        for key in keys
        if key in _ALWAYS or scenario[key] != shipped[key]
    }
    pairs = {":".join(pair): rank for pair, rank in scenario.correlations.items()}
    named = {"scenario": {"name": checked_name(scenario.name)}, "check": _check(scenario)}
    parts = {"settings": settings, "correlations": pairs, "assumptions": differing}
    return named | {name: part for name, part in parts.items() if part}


def _check(scenario: Scenario) -> str:
    return id_of(scenario.name, scenario.digest)


def _entry(a: Assumption, usual: Assumption) -> dict[str, Any]:
    """An assumption as in a scenario file; its unit is the one that the key has."""
    entry: dict[str, Any] = {"value": a.value}
    if a.draws:
        entry["draws"] = a.draws
    elif a.low is not None and a.high is not None:
        entry |= {"low": a.low, "high": a.high}
        if a.distribution != "auto":
            entry["distribution"] = a.distribution
    entry |= {"status": a.status, "source": a.source, "as_of": a.as_of.isoformat()}
    return entry if a.note == usual.note else entry | {"note": a.note}


def _unpacked(text: str) -> bytes:
    """The bytes in a text, never more than a scenario can have."""
    if not text.startswith(_VERSION):
        raise ScenarioError(
            f"the link begins with {_cut(text[:1])!r}, so another version of Datawall made it; "
            f"update Datawall, or ask for the scenario as a file."
        )
    if len(text) > LONGEST_LINK:
        raise ScenarioError(
            f"the link has {count(len(text))} characters; expected at most {count(LONGEST_LINK)}."
        )
    code = text[len(_VERSION) :]
    unpacking = zlib.decompressobj()
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        content = unpacking.decompress(packed, _LARGEST)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ScenarioError(
            f"the link is cut short or was changed on the way; {_AGAIN}."
        ) from error
    if unpacking.unconsumed_tail:
        raise ScenarioError(
            f"the link unpacks to more than {count(_LARGEST)} bytes; no scenario is so large."
        )
    if not unpacking.eof or unpacking.unused_data:
        raise ScenarioError(_BROKEN)
    return content


def _tables(content: bytes, today: date) -> dict[str, Any]:
    """The tables in a link, each assumption with its unit and what it means."""
    try:
        tables = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(_NONE) from error
    if not isinstance(tables, dict) or not isinstance(tables.get("assumptions", {}), dict):
        raise ScenarioError(_NONE)
    shipped = default_scenario(PriceBook(), today)
    for key, entry in tables.get("assumptions", {}).items():
        if key not in shipped:
            raise ScenarioError(
                f"the link holds {_cut(key)!r}, which this version of Datawall does not know; "
                f"update Datawall, or ask for the scenario as a file."
            )
        if isinstance(entry, dict):
            entry["unit"] = shipped[key].unit.value
            entry.setdefault("note", shipped[key].note)
    return tables


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
