"""A scenario as a link: what differs from the default, packed into text that fits an address."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, get_args

from core.analysis.scenario import default_scenario, expected_units
from core.assumptions import Assumption, Scenario
from core.assumptions.assumption import Status
from core.errors import AssumptionError, InputError, PriceError
from core.prices import PriceBook
from core.uncertainty import check_correlations

VERSION = "1"
LONGEST = 6_000
"""Characters of a state: browsers and mail cut longer addresses."""

STATE, STORED = "state", "scenario"
"""Parameters of an address that hold a state, or the id of a scenario that is kept."""

_LARGEST = 400_000
"""Bytes that a state may unpack to."""

_STATUSES = get_args(Status)


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
        "a": {a.key: _packed(a) for a in scenario.values() if base[a.key] != a},
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
    """The address that opens a state on a dashboard."""
    return f"{base.rstrip('/')}/margin?{STATE}={state}"


def to_stored_link(scenario_id: str, base: str) -> str:
    """The address that opens a kept scenario on a dashboard of the same workspace."""
    return f"{base.rstrip('/')}/margin?{STORED}={scenario_id}"


def from_state(state: str, prices: PriceBook, today: date) -> Opened:
    """The scenario of a link, on today's defaults.

    Raises
    ------
    InputError
        The text was cut, changed, or made by another version.
    AssumptionError
        A number lies outside what its unit allows.
    """
    facts = _unpacked(state.strip())
    try:
        settings = {str(k): str(v) for k, v in facts["s"].items()}
        base = _base(settings, prices, today)
        changed = [_assumption(base, key, values) for key, values in facts["a"].items()]
        found = replace(
            base.bound(*changed),
            name=str(facts["n"])[:200],
            settings={**base.settings, **settings},
            correlations={(str(a), str(b)): float(rank) for a, b, rank in facts["c"]},
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, AssumptionError):
            raise
        raise _damaged() from error
    check_correlations(found, "the link")
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
    _, _, query = link.partition("?")
    for part in query.partition("#")[0].split("&"):
        key, _, value = part.partition("=")
        if key == STATE and value:
            return value
    raise InputError(f"the link holds no scenario; expected {STATE}=… in its address.")


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


def _assumption(base: Scenario, key: str, values: list[Any]) -> Assumption:
    if key not in expected_units():
        raise InputError(f"the link sets {key!r}, which this version does not know; update it.")
    value, low, high, distribution, draws, status, source, as_of, note = values
    return Assumption(
        key=key,
        value=float(value),
        low=None if low is None or draws else float(low),
        high=None if high is None or draws else float(high),
        distribution=distribution,
        draws=tuple(float(draw) for draw in draws),
        unit=base[key].unit,
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
