"""The pages of prices and strategies on the sample workspace, in process."""

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.sample import fill_with_sample
from core.analysis.strategies import QUESTIONS
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


def test_a_price_of_ones_own_is_kept_and_used(app: AppTest, tmp_path: Path) -> None:
    """A contract for today's model becomes the scenario's price, and the file says so."""
    app.switch_page("views/prices.py").run()
    assert not app.exception
    before = next(m.value for m in app.metric if m.label == "Your own or measured")
    next(t for t in app.text_input if t.label == "Model").set_value("gpt-6-luna")
    for label, price in (("Input, USD/Mtok", 0.05), ("Output, USD/Mtok", 0.25)):
        next(n for n in app.number_input if n.label == label).set_value(price)
    next(t for t in app.text_input if t.key == "source of model").set_value("contract 7")
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    kept = tomllib.loads((tmp_path / "workspace" / "prices.toml").read_text("utf-8"))
    assert kept["models"]["gpt-6-luna"]["input"] == 0.05
    after = next(m.value for m in app.metric if m.label == "Your own or measured")
    assert int(after) > int(before)


def test_each_question_of_strategies_is_answered(app: AppTest) -> None:
    """Whatever is compared, the headline says what decides."""
    app.switch_page("views/strategies.py").run()
    chosen = next(s for s in app.selectbox if s.label == "What is compared")
    for name in chosen.options:
        next(s for s in app.selectbox if s.label == "What is compared").set_value(
            next(value for value in QUESTIONS if QUESTIONS[value].title == name)
        ).run()
        assert not app.exception
        assert "$" in app.subheader[0].value
