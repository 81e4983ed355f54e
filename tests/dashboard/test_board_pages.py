"""The pages for the board: the pack, the 90-day plan, kept scenarios and links."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis import library
from core.analysis.chain import stored_scenario
from core.analysis.programme import keep, kept_programme
from core.analysis.sample import fill_with_sample
from core.analysis.scenario import default_scenario
from core.analysis.scorecard import kept_wanted
from core.analysis.share import to_state
from core.prices import PriceBook
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
HOSTILE = "=1+1 <script>alert(1)</script>"

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the sample."""
    import streamlit as st

    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    workspace = Workspace(tmp_path / "workspace")
    fill_with_sample(workspace)
    return workspace


@pytest.fixture
def app(home: Workspace) -> AppTest:
    """The app on that workspace."""
    return AppTest.from_file(APP, default_timeout=60)


def opened(app: AppTest, view: str) -> AppTest:
    """Go to a page."""
    app.run()
    return app.switch_page(f"views/{view}.py").run()


def press(app: AppTest, label: str) -> AppTest:
    """Click a button."""
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """The words of the page."""
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info, *app.error, *app.success]
    return "\n".join(str(p.value) for p in parts).replace("\\", "")


def default_at(price: float) -> str:
    """The state of a link to the default at another price."""
    today = datetime.now(UTC).date()
    scenario = default_scenario(PriceBook(), today).edited({"price_per_seat": price}, on=today)
    return to_state(scenario, PriceBook(), today)


def test_the_board_page_offers_three_files_and_a_scorecard(app: AppTest) -> None:
    """The decision, its figures, the scorecard and the chain."""
    opened(app, "board")
    assert app.subheader[0].value.startswith("85 % accuracy costs")
    assert "evidence is weak: no proven gain" in app.subheader[0].value
    files = [b.label for b in app.get("download_button")]
    assert files == ["Slides (.pptx)", "Workbook (.xlsx)", "Page (.html)"]
    assert "Decide: fund the proof first" in said(app)
    assert "No snapshot was kept yet" in said(app)


def test_a_snapshot_is_the_prior_of_the_next_look(app: AppTest) -> None:
    """One click, no typing of figures."""
    opened(app, "board")
    next(t for t in app.text_input if t.label == "Name of the snapshot").set_value(HOSTILE)
    press(app, "Keep a snapshot")
    assert f"Prior: snapshot “{HOSTILE}”" in said(app)
    priors = [list(d.value["prior"]) for d in app.dataframe if "prior" in d.value]
    assert priors[0][0] == "66.1 %"


def test_a_target_and_an_owner_are_set_and_an_impossible_one_is_refused(
    app: AppTest, home: Workspace
) -> None:
    """What cannot be is said, and nothing is changed."""
    opened(app, "board")
    next(n for n in app.number_input if n.label == "Target").set_value(85.0)
    next(t for t in app.text_input if t.label == "Owner").set_value("Ada")
    press(app, "Set")
    assert "Write 85 % as 0.85" in said(app)
    assert kept_wanted(home).figures == {}
    next(n for n in app.number_input if n.label == "Target").set_value(0.8)
    press(app, "Set")
    assert kept_wanted(home).of("capability").target == 0.8


def test_the_plan_shows_what_is_entered_as_text(app: AppTest, home: Workspace) -> None:
    """A name with a script in it is a name."""
    keep(home, start=date(2026, 11, 20), owners={"gain": HOSTILE}, notes={"gain": HOSTILE})
    opened(app, "programme")
    assert "3 of 11 steps are done" in app.subheader[0].value.replace("\\", "")
    assert HOSTILE in said(app)
    press(app, "Keep")
    assert kept_programme(home).of("gain").owner == HOSTILE
    assert kept_programme(home).start == date(2026, 11, 20)


def test_the_return_says_when_nothing_pays_back(app: AppTest, home: Workspace) -> None:
    """In words, on the page."""
    from core.analysis.chain import save_scenario

    scenario = stored_scenario(home).edited({"error_cost": 0.0}, on=date(2026, 11, 23))
    save_scenario(home, scenario)
    opened(app, "returns")
    assert "No payback within 3 years." in said(app)
    assert next(m for m in app.metric if m.label == "Payback").value == "never"


def test_scenarios_are_kept_copied_used_and_deleted(app: AppTest, home: Workspace) -> None:
    """All on one page, each with a sentence."""
    opened(app, "scenarios")
    next(t for t in app.text_input if t.label == "Name").set_value("Base <b>case</b>")
    press(app, "Keep what is shown now")
    assert "Kept “Base <b>case</b>”." in said(app)
    next(t for t in app.text_input if t.label == "New name").set_value("Copy").run()
    press(app, "Duplicate")
    assert {s.name for s in library.library(home).stored} == {"Base <b>case</b>", "Copy"}
    press(app, "Use as the workspace's scenario")
    assert "is now the workspace's own" in said(app)
    press(app, "Delete it")
    assert len(library.library(home).stored) == 1
    assert any("scenario=" in str(c.value) for c in app.code)


def test_a_link_is_looked_at_without_changing_anything(app: AppTest, home: Workspace) -> None:
    """Every page shows it; the workspace's own stays until somebody keeps it."""
    before = stored_scenario(home).digest
    app.query_params["state"] = default_at(77.0)
    opened(app, "scenario")
    assert "You are looking at “Message routing assistant”" in said(app)
    assert "keep it as the workspace's own to change it" in said(app)
    assert stored_scenario(home).digest == before
    assert app.slider(key="target").value == 0.95
    press(app, "Keep it as the workspace's scenario")
    assert stored_scenario(home).value("price_per_seat") == 77.0
    assert "You are looking at" not in said(app)


def test_a_stored_scenario_opens_by_its_id_and_can_be_left(app: AppTest, home: Workspace) -> None:
    """The address of the workspace's own library."""
    today = datetime.now(UTC).date()
    scenario = default_scenario(PriceBook(), today).edited({"price_per_seat": 55.0}, on=today)
    kept = library.save_as(home, scenario, "Dear")
    app.query_params["scenario"] = kept.scenario_id
    opened(app, "margin")
    assert "You are looking at “Dear”" in said(app)
    press(app, "Back to the workspace's own")
    assert "You are looking at" not in said(app)


def test_a_link_that_was_cut_is_said(app: AppTest) -> None:
    """And the pages go on with the workspace's own."""
    app.query_params["state"] = default_at(77.0)[:60]
    opened(app, "margin")
    assert "The link could not be opened: the link was cut or changed" in said(app)
    assert app.metric


def test_three_scenarios_stand_side_by_side(app: AppTest, home: Workspace) -> None:
    """Three kept ones: figures, what differs, and a step from each to the next."""
    today = datetime.now(UTC).date()
    base = default_scenario(PriceBook(), today)
    kept = [
        library.save_as(home, base.edited({"price_per_seat": price}, on=today), name)
        for price, name in ((29.5, "Base"), (35.0, "Fair"), (55.0, "Dear"))
    ]
    opened(app, "compare")
    for side, stored in zip(("From", "To", "And then"), kept, strict=True):
        app.selectbox(key=f"scenario {side}").set_value(stored.scenario_id)
    app.run()
    assert not app.exception
    heads = [str(head) for head in app.dataframe[0].value.columns]
    assert [head.startswith(letter) for head, letter in zip(heads[1:4], "ABC", strict=True)] == [
        True, True, True,
    ]  # fmt: skip
    assert sum("The gross margin goes from" in s.value for s in app.subheader) == 2
