"""A scenario as a link: what is opened is what was passed on, or a sentence."""

import base64
import json
import zlib
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.scenario import default_scenario
from core.analysis.share import (
    LONGEST,
    from_state,
    state_in,
    stored_in,
    to_link,
    to_state,
    to_stored_link,
)
from core.assumptions import Scenario, Typed
from core.errors import InputError
from core.prices import PriceBook, own_prices_from_toml
from core.units import Unit

BASE = "http://127.0.0.1:8501"
TODAY = date(2026, 11, 23)


@cache
def shipped() -> Scenario:
    """The scenario that a new user starts from."""
    return default_scenario(PriceBook(), TODAY)


def link_of(scenario: Scenario) -> str:
    """A link that carries it."""
    return to_link(to_state(scenario, PriceBook(), TODAY), BASE)


def opened(link: str, prices: PriceBook | None = None) -> Scenario:
    """What a link carries."""
    return from_state(state_in(link), prices or PriceBook(), TODAY).scenario


def packed(state: Any) -> str:
    """A link made by hand."""
    content = state if isinstance(state, bytes) else json.dumps(state).encode()
    return "1" + base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


def unpacked(link: str) -> dict[str, Any]:
    """What a link holds."""
    code = state_in(link)[1:]
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
        name=draw(NAMES),
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
    found = opened(link_of(scenario))
    assert found.digest == scenario.digest
    assert found.name == scenario.name
    assert dict(found) == dict(scenario)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_link_that_was_cut_or_changed_says_so(data: st.DataObject) -> None:
    """Any other text either is refused in a sentence or carries the same scenario."""
    link = link_of(shipped())
    start = link.index("=") + 1
    at = data.draw(st.integers(start, len(link) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_%=&/<"))
    text = data.draw(st.sampled_from([link[:at], link[:at] + letter + link[at + 1 :]]))
    try:
        assert opened(text).digest == shipped().digest
    except InputError:
        return


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    """Rubbish is refused in a sentence, with or without the beginning of a link."""
    for start in ("", "1", f"{BASE}/?state=1", "http://["):
        with pytest.raises(InputError):
            opened(start + text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(["", "n", "s", "c", "a", "seats"]))
def test_no_content_at_all_breaks_the_reader(content: Any, place: str) -> None:
    """Whatever somebody packs into a link, wherever in it."""
    state = unpacked(link_of(shipped()))
    if place == "seats":
        state["a"]["seats"] = content
    elif place:
        state[place] = content
    else:
        state = content
    try:
        found = opened(packed(state))
    except InputError:
        return
    assert set(found) == set(shipped())


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("a", {"moon_phase": [1] * 9}, "does not know"),
        ("s", {"colour": "blue"}, "unknown setting 'colour'"),
        ("s", {"levers": "wishes"}, "wishes"),
        ("s", {"training_policy": "none"}, "training_policy"),
        ("c", [["seats", "moon_phase", 0.5]], "moon_phase"),
        ("c", [["seats", "seats", 0.5]], "correlation"),
        ("a", {"seats": [10**400, None, None, "auto", [], 0, "s", "2026-01-01", ""]}, "changed"),
    ],
)
def test_what_no_question_uses_is_refused_where_it_is_opened(
    part: str, content: Any, said: str
) -> None:
    """And not later, on a page that it breaks."""
    with pytest.raises(InputError, match=said):
        opened(packed({**unpacked(link_of(shipped())), part: content}))


def test_other_prices_of_the_reader_do_not_change_what_is_opened() -> None:
    """The link carries every price, at its default too."""
    theirs = own_prices_from_toml(
        "[models.gpt-6-luna]\ninput = 99.0\noutput = 99.0\n", where="prices.toml", on=TODAY
    ).book()
    assert default_scenario(theirs, TODAY).value("input_price") == 99.0
    state = state_in(link_of(shipped()))
    found = from_state(state, theirs, TODAY)
    assert found.is_same
    assert found.scenario.digest == shipped().digest
    assert len(state) < LONGEST / 2


@pytest.mark.parametrize(
    "base", ["", "javascript:alert(1)", "ftp://host", "http://", "http://h/?a=1", "127.0.0.1"]
)
def test_a_link_needs_the_address_of_a_dashboard(base: str) -> None:
    """And not just any text."""
    for make in (to_link, to_stored_link):
        with pytest.raises(InputError, match="no address of a dashboard"):
            make("0123abcd", base)


def test_a_link_that_mail_has_broken_into_lines_is_read() -> None:
    """Blanks are no part of it; a path of the dashboard is."""
    link = to_link(to_state(shipped(), PriceBook(), TODAY), "https://example.org/datawall/")
    assert link.startswith("https://example.org/datawall/margin?state=1")
    assert opened(f"  {link[:70]}\n{link[70:]} ").digest == shipped().digest


def test_a_link_to_a_kept_scenario_carries_its_id() -> None:
    """And no scenario of its own."""
    link = to_stored_link("0123abcd", BASE)
    assert stored_in(f"{link}&target=0.9") == "0123abcd"
    assert stored_in(link_of(shipped())) is None
    with pytest.raises(InputError, match="holds no scenario"):
        opened(link)
