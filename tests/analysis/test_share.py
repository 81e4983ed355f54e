"""A scenario in an address: the same on the other side, or a sentence."""

import base64
import json
import zlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.scenario import default_scenario
from core.analysis.share import LONGEST, from_state, state_in, to_link, to_state
from core.assumptions import Scenario, Typed
from core.errors import AssumptionError, DatawallError, InputError
from core.prices import PriceBook

TODAY = date(2026, 11, 23)
BOOK = PriceBook()
DEFAULT = default_scenario(BOOK, TODAY)
AMOUNTS = ("price_per_seat", "seats", "error_cost", "input_tokens", "ml_engineer_salary")


def there_and_back(scenario: Scenario) -> Scenario:
    """Through an address."""
    link = to_link(to_state(scenario, BOOK, TODAY), "https://example.test:8501/")
    assert link.startswith("https://example.test:8501/margin?state=1")
    opened = from_state(state_in(link), BOOK, TODAY)
    assert opened.is_same
    assert opened.words == ""
    return opened.scenario


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(AMOUNTS), st.floats(0.01, 1e6), max_size=5),
    st.text(max_size=60),
)
def test_what_is_shared_arrives(changes: dict[str, float], name: str) -> None:
    """Values, intervals, settings, correlations and names, to the last digit."""
    typed = {
        key: Typed(value=v, low=v / 2, high=v * 2, distribution="lognormal")
        for key, v in changes.items()
    }
    scenario = replace(DEFAULT.edited(typed, on=TODAY), name=name)
    scenario = replace(
        scenario,
        settings={**scenario.settings, "levers": "data review", "training_policy": "rnd"},
        correlations={("error_now", "requests_per_seat"): 0.5},
    )
    arrived = there_and_back(scenario)
    assert arrived == scenario
    assert arrived.digest == scenario.digest


def test_a_measured_value_arrives_as_measured() -> None:
    """With its draws, its source and its date."""
    draws = tuple(float(x) for x in range(1, 60))
    measured = replace(
        DEFAULT["exchange_rate"], value=30.0, low=None, high=None, draws=draws, status="measured",
        distribution="empirical", source="evidence 1", as_of=date(2026, 1, 2),
    )  # fmt: skip
    assert there_and_back(DEFAULT.bound(measured))["exchange_rate"] == measured


def test_too_much_for_an_address_is_said() -> None:
    """Thousands of draws belong in a file."""
    draws = tuple((x * 7919 % 10007) / 7 for x in range(1, 4000))
    middle = sorted(draws)[len(draws) // 2]
    wide = replace(
        DEFAULT["error_cost"], value=middle, low=None, high=None, draws=draws,
        distribution="empirical",
    )  # fmt: skip
    with pytest.raises(InputError, match="too many for a link"):
        to_state(DEFAULT.bound(wide), BOOK, TODAY)
    assert len(to_state(DEFAULT, BOOK, TODAY)) < LONGEST


def test_a_link_that_was_cut_or_changed_gets_a_sentence() -> None:
    """At every place, and never a traceback."""
    state = to_state(DEFAULT.edited({"seats": 5.0}, on=TODAY), BOOK, TODAY)
    for cut in range(2, len(state), 7):
        with pytest.raises(InputError, match="cut or changed"):
            from_state(state[:cut], BOOK, TODAY)
    for odd in ("", "2abc", "1!!!!", "1", "\N{BOMB}", "1" + "A" * 5_000):
        with pytest.raises(InputError):
            from_state(odd, BOOK, TODAY)
    with pytest.raises(InputError, match="holds no scenario"):
        state_in("https://example.test/margin?target=0.9")


def packed(facts: object) -> str:
    """Facts as a link holds them."""
    text = zlib.compress(json.dumps(facts).encode())
    return "1" + base64.urlsafe_b64encode(text).decode().rstrip("=")


def test_a_bomb_does_not_unpack() -> None:
    """A gigabyte of nothing in a short link is refused before it is there."""
    bomb = zlib.compress(b"0" * 50_000_000, 9)
    with pytest.raises(InputError, match="cut or changed"):
        from_state("1" + base64.urlsafe_b64encode(bomb).decode(), BOOK, TODAY)


@pytest.mark.parametrize(
    "facts",
    [
        [],
        {"n": "x"},
        {"n": "x", "d": "", "s": {}, "c": [], "a": {"seats": [1]}},
        {"n": "x", "d": "", "s": {}, "c": [], "a": {"no_such": [1] * 9}},
        {"n": "x", "d": "", "s": {}, "c": [["seats"]], "a": {}},
        {"n": "x", "d": "", "s": [], "c": [], "a": {}},
        {"n": "x", "d": "", "s": {}, "c": [], "a": {"error_now":
            [9, None, None, "auto", [], 1, "s", "2026-01-01", ""]}},
        {"n": "x", "d": "", "s": {}, "c": [], "a": {"error_now":
            [0.1, None, None, "auto", [], 7, "s", "2026-01-01", ""]}},
    ],
)  # fmt: skip
def test_facts_that_are_none_get_a_sentence(facts: object) -> None:
    """Whatever somebody packs by hand."""
    with pytest.raises((InputError, AssumptionError)) as error:
        from_state(packed(facts), BOOK, TODAY)
    assert isinstance(error.value, DatawallError)
    assert "\n" not in str(error.value)


def test_other_defaults_on_the_other_side_are_said() -> None:
    """The receiver is told that what was left at its default is not what the sender saw."""
    state = to_state(DEFAULT.edited({"seats": 5.0}, on=TODAY), BOOK, TODAY)
    text = zlib.decompress(base64.urlsafe_b64decode(state[1:] + "=" * (-len(state[1:]) % 4)))
    facts = json.loads(text)
    opened = from_state(packed({**facts, "d": "a1:0000000000000000"}), BOOK, TODAY)
    assert not opened.is_same
    assert "Defaults have moved" in opened.words
