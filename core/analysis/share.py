"""A scenario as a link: what differs from the default, packed into text that fits an address."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, get_args
from urllib.parse import urlsplit

from core.analysis.scenario import (
    PRICE_ROWS,
    STRONG_PRICE_KEYS,
    TOKEN_PRICE_KEYS,
    completed,
    default_scenario,
    expected_units,
)
from core.assumptions import Assumption, Scenario
from core.assumptions.assumption import Status
from core.errors import InputError, PriceError
from core.prices import PriceBook

VERSION = "1"
LONGEST = 6_000
"""Characters of a state: browsers and mail cut longer addresses."""

STATE, STORED = "state", "scenario"
"""Parameters of an address that hold a state, or the id of a scenario that is kept."""

_LONGEST_NAME = 200
_LARGEST = 400_000
"""Bytes that a state may unpack to."""

_STATUSES = get_args(Status)
_ALWAYS = frozenset((*TOKEN_PRICE_KEYS, *STRONG_PRICE_KEYS, *PRICE_ROWS))
"""Prices travel along even at their default: the one who opens the link may have others."""

_WHERE, _SHOWN = "the link", 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A scenario from a link."""

    scenario: Scenario
    is_same: bool
    """Whether it is the one that was shared, to the last figure."""

    @property
    def words(self) -> str:
        """What to know of it; empty where it is the same."""
        if self.is_same:
            return ""
        return (
            "Defaults have moved since the link was made (prices, or another version), so what it "
            "leaves at its default is not what the sender saw."
        )


def to_state(scenario: Scenario, prices: PriceBook, today: date) -> str:
    """What of a scenario differs from the default, as text for an address.

    Raises
    ------
    InputError
        There is too much for an address: draws of measurements take the room.
    """
    base = _base(scenario.settings, prices, today)
    facts = {
        "n": scenario.name,
        "d": scenario.digest,
        "s": {k: v for k, v in scenario.settings.items() if base.settings.get(k) != v},
        "c": [[*pair, rank] for pair, rank in scenario.correlations.items()],
        "a": {a.key: _packed(a) for a in scenario.values() if a.key in _ALWAYS or base[a.key] != a},
    }
    text = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode("ascii").rstrip("=")
    if len(packed) >= LONGEST:
        raise InputError(
            f"this scenario takes {len(packed):,} characters, too many for a link ({LONGEST:,}); "
            "save it and share its id, or share its file."
        )
    return VERSION + packed


def to_link(state: str, base: str) -> str:
    """The address that opens a state on a dashboard.

    Raises
    ------
    InputError
        *base* is no address of a dashboard.
    """
    return f"{_page(base)}?{STATE}={state}"


def to_stored_link(scenario_id: str, base: str) -> str:
    """The address that opens a kept scenario on a dashboard of the same workspace.

    Raises
    ------
    InputError
        *base* is no address of a dashboard.
    """
    return f"{_page(base)}?{STORED}={scenario_id}"


def _page(base: str) -> str:
    """The page that a link opens: the first one about money."""
    try:
        parts = urlsplit(base.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError(
            f"{base[:_SHOWN]!r} is no address of a dashboard; expected one like "
            f"http://127.0.0.1:8501."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/margin"


def stored_in(link: str) -> str | None:
    """The id of a kept scenario in an address; None where it carries none."""
    return _parameter(link, STORED)


def from_state(state: str, prices: PriceBook, today: date) -> Opened:
    """The scenario of a link, on today's defaults.

    Raises
    ------
    InputError
        The text was cut, changed, or made by another version.
    AssumptionError
        A number lies outside what its unit allows.
    """
    facts = _unpacked("".join(state.split()))
    try:
        given = Scenario(
            name=str(facts["n"])[:_LONGEST_NAME],
            assumptions={key: _assumption(key, values) for key, values in facts["a"].items()},
            settings={str(k): str(v) for k, v in facts["s"].items()},
            correlations={(str(a), str(b)): float(rank) for a, b, rank in facts["c"]},
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise _damaged() from error
    found = completed(given, _WHERE, prices, today)
    return Opened(scenario=found, is_same=found.digest == facts.get("d"))


def state_in(link: str) -> str:
    """The state in an address, or the text itself where it is no address.

    Raises
    ------
    InputError
        The address holds none.
    """
    if "://" not in link and "?" not in link:
        return link
    state = _parameter(link, STATE)
    if not state:
        raise InputError(f"the link holds no scenario; expected {STATE}=… in its address.")
    return state


def _parameter(link: str, name: str) -> str | None:
    """What an address says after a name; mail may have broken it into lines."""
    query = "".join(link.split()).partition("?")[2].partition("#")[0]
    return next((v for k, _, v in (p.partition("=") for p in query.split("&")) if k == name), None)


def _base(settings: Mapping[str, str], prices: PriceBook, today: date) -> Scenario:
    """The default with the prices of the models that are named, if the book knows them."""
    models = {k: settings[k] for k in ("model", "strong_model") if k in settings}
    known = {k: v for k, v in models.items() if _is_priced(v, prices, today)}
    return default_scenario(prices, today, **known)


def _is_priced(model: str, prices: PriceBook, today: date) -> bool:
    """Whether the book knows a model; prices that the link gives itself need none."""
    try:
        prices.token_prices(model, datetime.combine(today, time(), UTC))
    except PriceError:
        return False
    return True


def _packed(a: Assumption) -> list[Any]:
    return [
        a.value, a.low, a.high, a.distribution, list(a.draws), _STATUSES.index(a.status),
        a.source, a.as_of.isoformat(), a.note,
    ]  # fmt: skip


def _assumption(key: str, values: list[Any]) -> Assumption:
    units = expected_units()
    if key not in units:
        raise InputError(
            f"the link sets {key[:_SHOWN]!r}, which this version of Datawall does not know; update "
            f"it, or ask for the scenario's file."
        )
    value, low, high, distribution, draws, status, source, as_of, note = values
    return Assumption(
        key=key,
        value=float(value),
        low=None if low is None or draws else float(low),
        high=None if high is None or draws else float(high),
        distribution=distribution,
        draws=tuple(float(draw) for draw in draws),
        unit=units[key],
        status=_STATUSES[status],
        source=str(source),
        as_of=date.fromisoformat(as_of),
        note=str(note),
    )


def _unpacked(state: str) -> dict[str, Any]:
    if not state.startswith(VERSION):
        raise InputError(
            "the link was made by another version or is no link of Datawall; ask for a new one, "
            "or for the scenario's file."
        )
    packed = state[len(VERSION) :]
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(raw, _LARGEST)
        if not unpacker.eof:
            raise _damaged()
        facts = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(facts, dict):
        raise _damaged()
    return facts


def _damaged() -> InputError:
    return InputError(
        "the link was cut or changed on its way; copy the whole of it, or ask for the scenario's "
        "file."
    )
