"""Typing intervals, finding what matters, seeking goals and comparing, on the pages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on a workspace of its own, filled with the sample."""
    import streamlit as st

    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    fill_with_sample(Workspace(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    return AppTest.from_file(APP, default_timeout=60)


def opened(app: AppTest, view: str) -> AppTest:
    """Go to a page."""
    app.run()
    return app.switch_page(f"views/{view}.py").run()


def press(app: AppTest, label: str) -> None:
    """Click a button."""
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception


def number(app: AppTest, start: str) -> object:
    """The value in a field whose key begins so."""
    return next(n for n in app.number_input if str(n.key).startswith(start)).value


def type_in(app: AppTest, start: str, value: float | None) -> None:
    """Type a number into a field whose key begins so."""
    next(n for n in app.number_input if str(n.key).startswith(start)).set_value(value)


def test_an_interval_can_be_typed_and_taken_away(app: AppTest) -> None:
    """It stays with the scenario until the number is said to be certain."""
    opened(app, "scenario")
    type_in(app, "low of seats ", 800.0)
    type_in(app, "high of seats ", 1_300.0)
    press(app, "Apply")
    assert not app.error
    assert number(app, "low of seats ") == 800.0
    next(b for b in app.selectbox if str(b.key).startswith("spread of seats")).set_value("certain")
    press(app, "Apply")
    assert number(app, "low of seats ") is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1_200.0, 1_300.0, "lies outside its own interval"),
        (800.0, None, "give both low and high"),
    ],
)
def test_an_interval_that_cannot_be_is_refused_in_a_sentence(
    app: AppTest, low: float, high: float | None, said: str
) -> None:
    """And nothing is changed."""
    opened(app, "scenario")
    type_in(app, "low of seats ", low)
    type_in(app, "high of seats ", high)
    press(app, "Apply")
    assert any(said in e.value for e in app.error)
    assert app.switch_page("views/margin.py").run().metric


def test_a_search_finds_assumptions_of_every_group(app: AppTest) -> None:
    """By name or description; what is not there is said."""
    opened(app, "scenario")
    app.text_input(key="assumption searched").set_value("vote correlation").run()
    assert any(n.label.startswith("vote correlation") for n in app.number_input)
    app.text_input(key="assumption searched").set_value("zebra").run()
    assert any("zebra" in i.value for i in app.info)


def test_a_scenario_file_is_taken_or_refused(app: AppTest) -> None:
    """Distributions and correlations come with it; a slip is named with the nearest key."""
    opened(app, "scenario")
    good = (
        '[scenario]\nname = "Ours"\n[assumptions.seats]\nunit = "seats"\nlow = 500\nhigh = 2000\n'
        'distribution = "lognormal"\n[correlations]\n"seats:input_tokens" = 0.4\n'
    )
    app.file_uploader(key="scenario file").upload("ours.toml", good.encode(), "text/plain").run()
    press(app, "Use “Ours”")
    assert any("seats (0.4)" in c.value for c in app.caption)
    assert number(app, "seats [seats]") == pytest.approx(1_000.0)
    bad = good.replace("assumptions.seats", "assumptions.seat")
    app.file_uploader(key="scenario file").upload("bad.toml", bad.encode(), "text/plain").run()
    assert any("did you mean 'seats'" in e.value for e in app.error)


def test_the_page_says_what_the_command_line_says(app: AppTest) -> None:
    """The margin at the medians, and the goal that is reached."""
    from core.analysis.goal_seek import goal_seek
    from core.analysis.sensitivity import sensitivity_of
    from core.formats import quantity
    from dashboard import cached

    opened(app, "sensitivity")
    data = cached.known_datasets()[0]
    scenario = cached.chain(data.fingerprint, "intent", 0.85, 0.5, None).scenario
    tornado = sensitivity_of(scenario).of("gross_margin")
    assert tornado is not None
    assert app.metric[0].value == quantity(tornado.at_medians, tornado.unit)
    assert app.metric[1].value == quantity(tornado.drawn.p50, tornado.unit)
    press(app, "Find it")
    found = goal_seek(scenario, outcome="gross_margin", wanted=0.7, key="price_per_seat")
    assert any(found.sentence.replace("$", "\\$") == s.value for s in app.success)
    app.segmented_control(key="outcome").set_value("unit_cost_usd").run()
    assert app.metric[0].value.startswith("$")


def test_two_scenarios_are_compared(app: AppTest) -> None:
    """The same twice differ in nothing; a file stands against the own."""
    opened(app, "compare")
    assert any("The gross margin goes from" in s.value for s in app.subheader)
    app.selectbox(key="scenario From").set_value("Yours, with what is measured").run()
    assert any("the same values" in s.value for s in app.subheader)
    app.selectbox(key="scenario To").set_value("A file").run()
    assert any("Choose a scenario file" in i.value for i in app.info)
    app.file_uploader(key="scenario file To").upload("bad.toml", b"x = ", "text/plain").run()
    assert any("not valid TOML" in e.value for e in app.error)
