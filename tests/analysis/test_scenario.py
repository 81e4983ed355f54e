"""A scenario is complete, says where each number comes from, and refuses what it cannot use."""

from datetime import date

import pytest

from core.analysis.scenario import (
    GROUPS,
    default_scenario,
    expected_units,
    load_scenario,
)
from core.assumptions import Scenario, scenario_from_toml, scenario_to_toml
from core.errors import AssumptionError, PriceError, ScenarioError
from core.prices import PriceBook
from core.units import Unit

TODAY = date(2026, 11, 22)
BOOK = PriceBook()
DEFAULT = default_scenario(BOOK, TODAY)


def loaded(text: str) -> Scenario:
    """The scenario that a file of this text resolves to."""
    return load_scenario(text, "my.toml", BOOK, TODAY)


def test_every_assumption_is_grouped_sourced_and_explained() -> None:
    """Nothing in the default scenario lacks a unit, a source, a sentence or a heading."""
    grouped = [key for keys in GROUPS.values() for key in keys]
    assert grouped == list(DEFAULT)
    assert set(grouped) == set(expected_units())
    for key, assumption in DEFAULT.items():
        assert assumption.unit is expected_units()[key]
        assert assumption.status == "default"
        assert assumption.source.strip()
        assert assumption.note.endswith(".")


def test_token_prices_come_from_the_price_book() -> None:
    """The default model's prices carry the list they are from and its date."""
    assert DEFAULT.value("input_price") == 0.10
    assert DEFAULT.value("output_price") == 0.50
    assert DEFAULT.value("cached_price") == 0.01
    assert DEFAULT["input_price"].source == "genai-prices 0.2.3 openai/gpt-6-luna"
    assert DEFAULT["input_price"].as_of == date(2026, 11, 10)


def test_a_written_scenario_reads_back_equal() -> None:
    """What `scenario new` writes is the scenario that it was."""
    assert loaded(scenario_to_toml(DEFAULT)).digest == DEFAULT.digest


def test_a_file_only_has_to_say_what_differs() -> None:
    """Missing keys come from the default; a model brings its own prices."""
    found = loaded(
        '[scenario]\nname = "ours"\n[settings]\nmodel = "claude-sonnet-5-5"\n'
        '[assumptions.seats]\nvalue = 50\nunit = "seats"\nsource = "CRM"\n'
    )
    assert found.name == "ours"
    assert (found.value("seats"), found["seats"].status) == (50.0, "edited")
    assert found.value("output_price") == 10.0
    assert found["hosting_cost"] == DEFAULT["hosting_cost"]


PRICES = "".join(
    f'[assumptions.{key}]\nvalue = 1.5\nunit = "USD/Mtok"\nsource = "contract"\n'
    for key in ("input_price", "output_price", "cached_price")
)


def test_a_model_of_ones_own_needs_its_prices() -> None:
    """An unlisted model is an error until all three of its prices are given."""
    text = '[settings]\nmodel = "our-own-7b"\n'
    with pytest.raises(PriceError, match="our-own-7b"):
        loaded(text)
    assert loaded(text + PRICES).settings["model"] == "our-own-7b"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[assumptions.seat]\nvalue = 1\nunit = "seats"\n', r"unknown assumption 'seat'.*'seats'"),
        ('[assumptions.zzz]\nvalue = 1\nunit = "1"\n', r"unknown assumption 'zzz'.*scenario new"),
        (
            '[assumptions.input_price]\nvalue = 1\nunit = "USD/request"\n',
            r"input_price has the unit 'USD/request'; expected 'USD/Mtok'",
        ),
        ('[settings]\nmodle = "gpt-6-luna"\n', r"unknown setting 'modle'; did you mean 'model'"),
        ('[settings]\ntraining_policy = "opex"\n', r"'opex'; expected 'cogs'.*'rnd'"),
        ("not toml", r"my\.toml: not valid TOML"),
    ],
)
def test_what_no_question_uses_is_refused(text: str, says: str) -> None:
    """A wrong key, unit, setting or file is answered with what is expected."""
    with pytest.raises(ScenarioError, match=says):
        loaded(text)


def test_a_percentage_is_recognised() -> None:
    """85 for a fraction is answered with 0.85."""
    with pytest.raises(AssumptionError, match=r"write 0\.85"):
        loaded('[assumptions.target_accuracy]\nvalue = 85\nunit = "fraction"\n')


def test_the_shipped_file_is_a_scenario_file() -> None:
    """The text that is written is TOML with a comment for every assumption."""
    text = scenario_to_toml(DEFAULT)
    assert text.count("\n# ") >= len(DEFAULT)
    assert scenario_from_toml(text)["exchange_rate"].unit is Unit.ONE
