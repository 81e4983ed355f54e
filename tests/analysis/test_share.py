"""A scenario as a link: what is opened is what was passed on, or a sentence."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.library import checked_name
from core.analysis.scenario import GROUPS, default_scenario
from core.analysis.share import LONGEST_LINK, from_link, read_link, stored_link, to_link
from core.assumptions import Scenario, Typed
from core.errors import InputError
from core.prices import PriceBook
from core.units import Unit

BASE = "http://127.0.0.1:8501"
TODAY = date(2026, 11, 23)


@cache
def shipped() -> Scenario:
    """The scenario that a new user starts from."""
    return default_scenario(PriceBook(), TODAY)


def opened(link: str) -> Scenario:
    """What a link carries."""
    return from_link(link, PriceBook(), TODAY)


def packed(state: Any) -> str:
    """A link made by hand."""
    content = state if isinstance(state, bytes) else json.dumps(state).encode()
    return "A" + base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


def unpacked(link: str) -> dict[str, Any]:
    """What a link holds."""
    code = read_link(link).text[1:]
    content = zlib.decompress(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    state: dict[str, Any] = json.loads(content)
    return state


AMOUNTS = sorted(
    key for key, a in shipped().items() if a.unit not in (Unit.FRACTION, Unit.FRACTION_PER_YEAR)
)
NAMES = st.text(st.characters(categories=["L", "N", "S", "P"]), min_size=1, max_size=40)
SOURCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)


def _is_a_name(text: str) -> bool:
    try:
        return checked_name(text) == text
    except InputError:
        return False


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Typed values, intervals, measurements with draws, settings and correlations."""
    changes: dict[str, Typed] = {}
    for key in draw(st.lists(st.sampled_from(AMOUNTS), max_size=6, unique=True)):
        low, value, high = sorted(draw(st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3)))
        typed = Typed(value=value, low=low, high=high)
        changes[key] = draw(st.sampled_from([typed, Typed(value=value)]))
    found = shipped().edited(changes, on=draw(st.dates(date(2020, 1, 1), date(2030, 1, 1))))
    middle = draw(st.floats(0.1, 5.0))
    measured = replace(
        found["exchange_rate"],
        value=middle,
        low=None,
        high=None,
        distribution="auto",
        draws=draw(st.sampled_from([(), (middle, middle), (middle / 2, middle, 1.5 * middle)])),
        status="measured",
        source=draw(SOURCES),
        note=draw(st.text(max_size=20)),
    )
    return replace(
        found.bound(measured),
        name=draw(NAMES.filter(_is_a_name)),
        settings={**found.settings, "training_policy": draw(st.sampled_from(["cogs", "rnd"]))},
        correlations=draw(
            st.sampled_from([{}, {("seats", "retry_rate"): -0.25}])
            if found["seats"].is_uncertain
            else st.just({})
        ),
    )


@settings(max_examples=60, deadline=None)
@given(scenarios())
def test_what_is_opened_is_what_was_passed_on(scenario: Scenario) -> None:
    """Digest, name and notes: nothing is lost on the way."""
    found = opened(to_link(scenario, BASE))
    assert found.digest == scenario.digest
    assert found.name == scenario.name
    assert dict(found) == dict(scenario)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_link_that_was_cut_or_changed_says_so(data: st.DataObject) -> None:
    """Any other text either is refused in a sentence or carries the same scenario."""
    link = to_link(shipped(), BASE)
    start = link.index("=") + 1
    at = data.draw(st.integers(start, len(link) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_%=&/<"))
    text = data.draw(st.sampled_from([link[:at], link[:at] + letter + link[at + 1 :]]))
    try:
        assert opened(text).digest == shipped().digest
    except InputError as error:
        said = str(error)
        assert said.endswith(".")
        assert len(said) < 400


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    """Rubbish is refused in a sentence, with or without the beginning of a link."""
    for start in ("", "A", f"{BASE}/?state=A", "http://["):
        with pytest.raises(InputError):
            opened(start + text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(["", "scenario", "settings", "correlations", "assumptions", "seats"]))
def test_no_content_at_all_breaks_the_reader(content: Any, place: str) -> None:
    """Whatever somebody packs into a link, wherever in it."""
    state = unpacked(to_link(shipped(), BASE))
    if place == "seats":
        state["assumptions"]["seats"] = content
    elif place:
        state[place] = content
    else:
        state = content
    try:
        found = opened(packed(state))
    except InputError:
        return
    assert found.digest == shipped().digest


def test_a_link_that_unpacks_to_a_flood_is_refused_before_it_is_unpacked() -> None:
    """A few characters may stand for gigabytes."""
    for flood in (b" " * 50_000_000, b"[" * 3_000_000, b'{"a":' * 30_000):
        link = packed(flood)
        with pytest.raises(InputError, match=r"unpacks to more|characters|holds no scenario"):
            opened(link[:LONGEST_LINK] if len(link) > LONGEST_LINK else link)
    with pytest.raises(InputError, match="unpacks to more than 200,000 bytes"):
        opened(packed(b" " * 2_000_000))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"assumptions": {"moon_phase": {"value": 1.0}}}, "does not know"),
        ({"settings": {"colour": "blue"}}, "unknown setting 'colour'"),
        ({"extra": {}}, r"unknown table \[extra\]"),
        ({"assumptions": {"seats": {"value": 1e999}}}, "holds no scenario"),
        ({"assumptions": {"seats": {"value": -5.0, "source": "x"}}}, "seats"),
        ({"scenario": {"name": "x" * 500}}, "500 characters"),
        ({"scenario": {"name": "a\nb"}}, "cannot be seen"),
        ({"check": "00000000"}, "does not add up"),
    ],
)
def test_what_another_version_or_hand_put_in_is_said(change: Mapping[str, Any], said: str) -> None:
    """One clear sentence each."""
    with pytest.raises(InputError, match=said):
        opened(packed({**unpacked(to_link(shipped(), BASE)), **change}))


def test_a_link_of_another_version_says_so() -> None:
    """By its first letter."""
    with pytest.raises(InputError, match="another version"):
        opened(f"{BASE}/?state=B123")


def test_a_link_is_short_and_one_that_would_not_be_is_refused() -> None:
    """Programs cut long links, so draws travel as a file."""
    assert len(to_link(shipped(), BASE)) < 2_000
    long = replace(
        shipped()["exchange_rate"],
        value=0.5,
        low=None,
        high=None,
        draws=tuple(i / 3_001 for i in range(3_001)),
        distribution="auto",
    )
    with pytest.raises(InputError, match="share the file, or store it"):
        to_link(shipped().bound(long), BASE)


def test_other_prices_at_home_do_not_change_what_is_opened() -> None:
    """The link carries every price."""
    dear = {key: 77.0 for key in ("input_price", "strong_output_price", "gpu_rate")}
    scenario = shipped().edited(dear, on=TODAY)
    assert opened(to_link(scenario, BASE)).digest == scenario.digest
    assert set(GROUPS["Own GPUs"]) - set(unpacked(to_link(shipped(), BASE))["assumptions"])


@pytest.mark.parametrize(
    "base",
    ["", "javascript:alert(1)", "ftp://host", "http://", "http://h/?a=1", "127.0.0.1", "http://["],
)
def test_a_link_needs_the_address_of_a_dashboard(base: str) -> None:
    """And not just any text."""
    with pytest.raises(InputError, match="no address of a dashboard"):
        to_link(shipped(), base)


def test_a_link_that_mail_has_broken_into_lines_is_read() -> None:
    """Blanks are no part of it; a path of the dashboard is."""
    link = to_link(shipped(), "https://example.org/datawall/")
    assert link.startswith("https://example.org/datawall/?state=A")
    assert opened(f"  {link[:70]}\n{link[70:]} ").digest == shipped().digest
    assert opened(read_link(link).text).digest == shipped().digest


def test_a_link_to_a_stored_scenario_needs_its_workspace() -> None:
    """The short id says nothing elsewhere."""
    link = stored_link("0123abcd", BASE)
    assert link == f"{BASE}/?scenario=0123abcd"
    assert (read_link(link).kind, read_link(link).text) == ("scenario", "0123abcd")
    with pytest.raises(InputError, match="0123abcd"):
        opened(link)
