"""A scenario from a link, and the scenarios that are kept: on the pages, nothing lost."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis import library
from core.analysis.chain import save_scenario, stored_scenario
from core.analysis.margin import margin_of
from core.analysis.sample import fill_with_sample
from core.analysis.scenario import default_scenario
from core.analysis.share import to_state
from core.assumptions import Scenario
from core.formats import percent
from core.prices import PriceBook
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
TODAY = datetime.now(UTC).date()
ODD_NAME = "=1+1 <script>x</script> $5 **b**"

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace of its own, filled with the sample."""
    import streamlit as st

    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    fill_with_sample(Workspace(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def app(home: Workspace) -> AppTest:
    """The app on that workspace."""
    return AppTest.from_file(APP, default_timeout=90)


def promising(target: float, name: str = "Theirs", price: float = 77.0) -> Scenario:
    """A scenario of somebody else."""
    changes = {"price_per_seat": price, "target_accuracy": target}
    return replace(default_scenario(PriceBook(), TODAY).edited(changes, on=TODAY), name=name)


def linked(app: AppTest, scenario: Scenario, view: str) -> AppTest:
    """Open a link to it, and go to a page."""
    app.query_params["state"] = to_state(scenario, PriceBook(), TODAY)
    app.run()
    return app.switch_page(f"views/{view}.py").run()


def said(app: AppTest) -> str:
    """Everything that the page says."""
    parts = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error,
             app.warning, app.success)  # fmt: skip
    return "\n".join(str(element.value) for group in parts for element in group)


def press(app: AppTest, label: str) -> None:
    """Click a button."""
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception


@pytest.mark.parametrize("target", [0.9, 0.8567, 0.995, 0.42])
def test_a_link_is_shown_at_its_own_target_to_the_last_digit(app: AppTest, target: float) -> None:
    """Also where the slider has no such place; the digest is the one that was shared."""
    scenario = promising(target)
    linked(app, scenario, "margin")
    assert not app.exception
    assert scenario.digest in said(app)
    expected = margin_of(scenario, target=target)
    assert app.metric[0].value == percent(float(expected.margin_at_target.p50))
    assert "you have moved the target" not in said(app)
    if target != round(target, 2) or not 0.5 <= target <= 0.99:
        assert f"The scenario promises {percent(target)}" in said(app)
    app.slider(key="target").set_value(0.88).run()
    assert "you have moved the target to 88.0 %" in said(app)


@pytest.mark.parametrize(
    "view", ["overview", "scenario", "scenarios", "cogs", "frontier", "compare", "board"]
)
def test_every_page_says_that_it_shows_a_link(app: AppTest, home: Workspace, view: str) -> None:
    """And leaves the workspace's own as it is."""
    before = stored_scenario(home).digest
    linked(app, promising(0.9, ODD_NAME), view)
    assert not app.exception
    assert not app.error
    assert "You are looking at “=1+1 \\<script\\>x\\</script\\> \\$5 \\*\\*b\\*\\*”" in said(app)
    assert stored_scenario(home).digest == before


def test_what_is_looked_at_cannot_be_edited_before_it_is_kept(app: AppTest) -> None:
    """Neither in the form, nor by the levers, nor by another file."""
    linked(app, promising(0.9), "scenario")
    assert "keep it as the workspace's own to change it" in said(app)
    assert not [b for b in app.button if b.label == "Apply"]
    assert not [f for f in app.file_uploader if f.key == "scenario file"]
    app.switch_page("views/frontier.py").run()
    assert "keep it as the workspace's own to change it" in said(app)


def test_whoever_goes_back_finds_the_own_scenario_and_the_target_of_before(
    app: AppTest, home: Workspace
) -> None:
    """As if no link had been opened."""
    app.run()
    app.slider(key="target").set_value(0.91).run()
    linked(app, promising(0.8), "margin")
    assert app.slider(key="target").value == 0.8
    press(app, "Back to the workspace's own")
    assert app.slider(key="target").value == 0.91
    assert "You are looking at" not in said(app)
    app.switch_page("views/scenario.py").run()
    assert "You are looking at" not in said(app)


def test_what_is_kept_is_the_own_scenario_at_its_target(app: AppTest, home: Workspace) -> None:
    """Now, and for whoever opens the dashboard next."""
    linked(app, promising(0.8567), "margin")
    shown = app.metric[0].value
    press(app, "Keep it as the workspace's scenario")
    assert "You are looking at" not in said(app)
    assert stored_scenario(home).value("price_per_seat") == 77.0
    assert stored_scenario(home).value("target_accuracy") == 0.8567
    later = AppTest.from_file(APP, default_timeout=90).run()
    assert later.slider(key="target").value == 0.86
    assert "The scenario promises 85.7 %" in said(later)
    assert shown.endswith("%")


def test_a_link_that_is_damaged_shows_the_own_scenario_and_says_why(app: AppTest) -> None:
    """In one sentence, whatever was packed into it."""
    for state in ("1garbage", "9zzz", "1", "<script>"):
        app.query_params["state"] = state
        app.run()
        assert not app.exception
        assert sum("The link could not be opened" in e.value for e in app.error) == 1
        assert "You are looking at" not in said(app)
    del app.query_params["state"]
    app.query_params["scenario"] = "../current"
    app.run()
    assert "The link could not be opened" in said(app)


def test_kept_scenarios_are_worked_on_by_their_page(app: AppTest, home: Workspace) -> None:
    """Names are text, versions are told apart, and a file that is damaged is named."""
    app.run()
    app.switch_page("views/scenarios.py").run()
    next(t for t in app.text_input if t.label == "Name").set_value(ODD_NAME)
    press(app, "Keep what is shown now")
    assert library.library(home).stored[0].name == ODD_NAME
    save_scenario(home, promising(0.9))
    next(t for t in app.text_input if t.label == "Name").set_value(ODD_NAME)
    press(app, "Keep what is shown now")
    names = list(app.dataframe[0].value["name"])
    assert names == [f"{ODD_NAME} (version 2)", ODD_NAME]
    press(app, "Duplicate")
    assert f"{ODD_NAME} (copy)" in {s.name for s in library.library(home).stored}
    next(t for t in app.text_input if t.label == "New name").set_value("Plain").run()
    press(app, "Rename")
    assert (
        app.selectbox(key="kept scenario").value == library.stored_named(home, "Plain").scenario_id
    )
    (home.root / "scenarios" / "0badf11e.toml").write_text("x = ", "utf-8")
    press(app, "Delete it")
    assert "“Plain” is deleted." in said(app)
    assert "0badf11e.toml cannot be read" in said(app)
    assert "<script>" not in said(app).replace("\\<script\\>", "")


def test_using_a_kept_scenario_aims_at_what_it_promises(app: AppTest, home: Workspace) -> None:
    """So that the pages show the figures for which it was kept."""
    kept = library.save_as(home, promising(0.93), "Bold")
    app.run()
    app.switch_page("views/scenarios.py").run()
    press(app, "Use as the workspace's scenario")
    assert app.slider(key="target").value == 0.93
    assert "take the place of measured ones" in said(app)
    assert any(kept.scenario_id in str(code.value) for code in app.code)


def test_scenarios_that_promise_different_accuracies_are_marked(
    app: AppTest, home: Workspace
) -> None:
    """Each margin is the one at its own target, and as its own page shows it."""
    app.run()
    scenario = promising(0.8)
    kept = library.save_as(home, scenario, ODD_NAME)
    app.switch_page("views/compare.py").run()
    app.selectbox(key="scenario From").set_value(kept.scenario_id).run()
    assert not app.exception
    assert "The scenarios promise different accuracies (A 80.0 %, B 85.0 %)" in said(app)
    figures = app.dataframe[0].value.set_index("figure")
    at = margin_of(scenario, target=0.8).margin_at_target
    assert figures.loc["gross margin there (P50)"].iloc[0] == percent(float(at.p50))
    differing = app.dataframe[1].value.set_index("assumption")
    assert differing.loc["price per seat", "unit"] == "USD/seat/month"
    assert "entered by the user" in differing.loc["price per seat", "source"]


def test_a_link_can_be_held_against_the_own_scenario(app: AppTest) -> None:
    """Both are on the page, each by its name."""
    linked(app, promising(0.9), "compare")
    app.selectbox(key="scenario From").set_value("The workspace's own").run()
    assert not app.exception
    own, theirs = list(app.dataframe[0].value.columns)[1:]
    assert own.startswith("A · Message routing")
    assert theirs == "B · Theirs"
