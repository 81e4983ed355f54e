"""Assumptions keep what was typed, and a scenario file reads back what was written."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.assumptions import Assumption, Scenario, scenario_from_toml, scenario_to_toml
from core.errors import AssumptionError, ScenarioError
from core.units import Unit

LAW = settings(max_examples=80, derandomize=True, deadline=None)
TODAY = date(2026, 11, 22)


def assumption(
    value: float, low: float | None = None, high: float | None = None, **more: Any
) -> Assumption:
    """An assumption of a plain number."""
    facts = {"key": "a", "unit": Unit.ONE, "source": "test", "as_of": TODAY, **more}
    return Assumption(value=value, low=low, high=high, **facts)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WORDS = TEXT.filter(lambda s: bool(s.strip()))
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@st.composite
def assumptions(draw: st.DrawFn, key: str = "a") -> Assumption:
    """Any assumption that can exist."""
    unit = draw(st.sampled_from(list(Unit)))
    top = 1.0 if unit is Unit.FRACTION else 1e12
    low, value, high = sorted(draw(st.lists(st.floats(0, top), min_size=3, max_size=3)))
    known = draw(st.booleans())
    return Assumption(
        key=key, value=value, low=low if known else None, high=high if known else None, unit=unit,
        source=draw(WORDS), as_of=draw(st.dates()), note=draw(TEXT),
        status=draw(st.sampled_from(["default", "edited", "measured"])),
    )  # fmt: skip


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario, odd keys and texts included."""
    keys = draw(st.lists(KEYS, max_size=4, unique=True))
    return Scenario(
        name=draw(TEXT),
        assumptions={key: draw(assumptions(key)) for key in keys},
        settings=draw(st.dictionaries(KEYS, TEXT, max_size=3)),
    )


@LAW
@given(known=assumptions())
def test_the_interval_is_hit_exactly(known: Assumption) -> None:
    """The 5th, 50th and 95th percentiles are low, value and high, on every scale."""
    low, middle, high = known.ppf([0.05, 0.5, 0.95])
    if known.low is None or known.high is None:
        assert low == middle == high == known.value
    else:
        near = {"rel": 1e-9, "abs": 1e-12 * max(known.high, 1e-3)}
        assert low == pytest.approx(known.low, **near)
        assert middle == pytest.approx(known.value, **near)
        assert high == pytest.approx(known.high, **near)


@LAW
@given(known=assumptions())
def test_quantiles_rise_and_stay_within_the_unit(known: Assumption) -> None:
    """No draw leaves what the unit allows, the ends of probability included."""
    drawn = known.ppf(np.linspace(0, 1, 41))
    least, most = known.unit.bounds
    assert not np.isnan(drawn).any()
    assert ((drawn >= least) & (drawn <= most)).all()
    assert (np.diff(drawn[1:-1]) >= -1e-9 * np.abs(drawn[1:-2])).all()


def test_the_scale_follows_the_range() -> None:
    """Half and double are equally far for prices; 90 and 99 % are equally far from 97 in odds."""
    price = assumption(1.0, 0.5, 2.0)
    assert price.ppf(0.25) * price.ppf(0.75) == pytest.approx(1.0)
    share = assumption(0.9, 0.5, 0.9878048780487805, unit=Unit.FRACTION)  # odds 1, 9, 81
    odds = [q / (1 - q) for q in share.ppf([0.25, 0.75])]
    assert odds[0] * odds[1] == pytest.approx(81.0)
    from_zero = assumption(2.0, 0.0, 4.0)
    assert from_zero.ppf(0.25) + from_zero.ppf(0.75) == pytest.approx(4.0)


@LAW
@given(made=scenarios())
def test_a_scenario_file_reads_back_equal(made: Scenario) -> None:
    """Odd keys, emoji, line breaks in notes, control characters: all survive."""
    again = scenario_from_toml(scenario_to_toml(made))
    assert again == made
    assert again.digest == made.digest


@LAW
@given(one=scenarios(), other=scenarios())
def test_equal_digests_mean_equal_content(one: Scenario, other: Scenario) -> None:
    """Two scenarios have one digest if and only if they differ in name and notes at most."""

    def content(scenario: Scenario) -> object:
        plain = {key: replace(a, note="") for key, a in scenario.assumptions.items()}
        return plain, dict(scenario.settings)

    assert (one.digest == other.digest) == (content(one) == content(other))
    assert replace(one, name="another").digest == one.digest


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1.5}, {"low": 0.4}, {"high": 2.5}, {"unit": Unit.USD}, {"status": "edited"},
        {"source": "elsewhere"}, {"as_of": date(2026, 11, 23)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_fact_is_part_of_the_digest(change: dict[str, Any]) -> None:
    """One fact more or less is another scenario."""
    old = assumption(1.0, 0.5, 2.0)
    digests = {
        Scenario(name="s", assumptions={"a": a}).digest for a in (old, replace(old, **change))
    }
    assert len(digests) == 2


def test_whole_numbers_and_numpy_numbers_are_the_same_number() -> None:
    """3, 3.0 and NumPy's 3.0 make one scenario, which can be written."""
    made = [
        Scenario(name="s", assumptions={"a": assumption(value)})
        for value in (3, 3.0, np.float64(3.0), np.int64(3))
    ]
    assert len({s.digest for s in made}) == len({scenario_to_toml(s) for s in made}) == 1
    assert "value = 3.0" in scenario_to_toml(made[2])
    assert (
        scenario_to_toml(Scenario(name="s", assumptions={"a": assumption(-0.0)})).count("-0") == 0
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "said"),
    [
        (85.0, None, None, Unit.FRACTION, "a: value is 85 fraction, .* mean 85 %, write 0.85"),
        (-1.0, None, None, Unit.USD, "a: value is -1 USD, expected a finite number from 0 to inf"),
        (float("nan"), None, None, Unit.ONE, "a: value is nan 1, expected a finite number"),
        (float("inf"), None, None, Unit.ONE, "a: value is inf"),
        (0.5, 0.1, 20.0, Unit.FRACTION, "a: high is 20 fraction, .* write 0.2"),
        (5.0, 1.0, 4.0, Unit.ONE, "the value 5 lies outside its own interval 1 to 4"),
        (5.0, 6.0, 4.0, Unit.ONE, "lies outside its own interval"),
        (5.0, 1.0, None, Unit.ONE, "give both low and high, or neither"),
    ],
)
def test_a_number_its_unit_does_not_allow_is_refused(
    value: float, low: float | None, high: float | None, unit: Unit, said: str
) -> None:
    """The message names the assumption, the number, the unit and the range; per cent is guessed."""
    with pytest.raises(AssumptionError, match=said):
        assumption(value, low, high, unit=unit)


def test_a_number_needs_a_source() -> None:
    """Nobody can check a number from nowhere."""
    with pytest.raises(AssumptionError, match="a: source is empty; say where"):
        assumption(1.0, source="  ")


GOOD = '[assumptions.price]\nvalue = 1\nunit = "USD"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "s.toml: not valid TOML"),
        ("price = 3", "s.toml: unknown table \\[price\\]; expected the tables"),
        ("scenario = 3", "s.toml: scenario is 3; expected the tables"),
        ("assumptions = 3", "s.toml: assumptions is 3; expected the tables"),
        ('settings = "x"', "s.toml: settings is 'x'; expected the tables"),
        ("[scenario]\nschema = 2", "s.toml: schema 2 was written by another version; expected 1"),
        ("[assumptions]\nprice = 3", "assumptions.price is 3; expected a table with value"),
        (GOOD + "vaule = 2", "assumptions.price has an unknown key 'vaule'; did you mean 'value'?"),
        (GOOD + "zzz = 2", "has an unknown key 'zzz'; expected one of value, low, high"),
        ('[assumptions.price]\nunit = "USD"', "assumptions.price has no 'value'; add it"),
        ("[assumptions.price]\nvalue = 1", "assumptions.price has no 'unit'; add it"),
        (GOOD.replace("USD", "USD/Mtk"), "unknown unit 'USD/Mtk'; did you mean 'USD/Mtok'?"),
        (GOOD.replace('"USD"', "[1]"), "has the unknown unit \\[1\\]; expected one of 1, fraction"),
        (GOOD.replace("= 1", '= "1"'), "assumptions.price.value is '1'; expected a number"),
        (GOOD.replace("= 1", "= true"), "assumptions.price.value is True; expected a number"),
        (GOOD.replace("= 1", "= 1" + "0" * 400), "value has 401 digits; expected a number"),
        (GOOD + 'status = "guess"', "status 'guess'; expected default, edited or measured"),
        (GOOD + 'as_of = "yesterday"', "as_of 'yesterday'; expected a date like 2026-11-22"),
        (GOOD + "as_of = 2026", "as_of 2026; expected a date like 2026-11-22"),
    ],
)
def test_a_scenario_file_with_a_slip_is_told_which(text: str, said: str) -> None:
    """The file, the key, what was found, what is expected, and the nearest that exists."""
    with pytest.raises(ScenarioError, match=said):
        scenario_from_toml(text, where="s.toml")


def test_a_file_may_be_brief() -> None:
    """Value and unit are enough; times of day are dropped from dates."""
    read = scenario_from_toml(GOOD + "as_of = 2026-11-22T10:00:00Z")["price"]
    assert (read.value, read.unit, read.status, read.source) == (
        1.0,
        Unit.USD,
        "edited",
        "not stated",
    )
    assert read.as_of == TODAY
    assert type(read.as_of) is date


def test_editing_drops_the_interval_and_says_who_did_it() -> None:
    """A typed number is the user's, even where it is the one that was there."""
    before = Scenario(name="s", assumptions={"a": assumption(1.0, 0.5, 2.0), "b": assumption(3.0)})
    after = before.edited({"a": 1.5, "b": 3.0}, on=TODAY)
    assert (after["a"].value, after["a"].low, after["a"].status) == (1.5, None, "edited")
    assert (after["b"].value, after["b"].status) == (3.0, "edited")
    with pytest.raises(ScenarioError, match="scenario 's' has no assumption 'c'; add a table"):
        before.edited({"c": 1.0}, on=TODAY)
    bound = before.bound(assumption(9.0, status="measured"))
    assert (bound["a"].value, bound["a"].status, bound.value("b")) == (9.0, "measured", 3.0)
