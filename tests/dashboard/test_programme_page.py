"""The 90-day plan and the scorecard as one sees and changes them on the pages."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.programme import STEPS, keep, kept_programme
from core.analysis.sample import fill_with_sample
from core.analysis.scorecard import kept_wanted, want
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
HOSTILE = '=HYPERLINK("http://127.0.0.1/") <img src=x onerror=alert(1)> $5 **bold**'

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
    app.switch_page(f"views/{view}.py").run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Click a button."""
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """The words of the page."""
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info, *app.error, *app.success]
    return "\n".join(str(p.value) for p in parts).replace("\\", "")


def today() -> date:
    """The day it is."""
    return datetime.now(UTC).date()


def test_the_headline_says_how_the_plan_stands(app: AppTest, home: Workspace) -> None:
    """Steps done, the day, what is next; each phase and the team in a figure."""
    keep(home, start=today() - timedelta(days=11))
    opened(app, "programme")
    head = app.subheader[0].value.replace("\\", "")
    assert head == (
        "3 of 11 steps are done; day 12 of 90; 4 measured but not met; next: size the deficit"
    )
    assert [m.value for m in app.metric] == ["2 of 3", "1 of 4", "0 of 4", "$47.1 K"]


def test_every_step_shows_its_criterion_and_what_is_missing(app: AppTest) -> None:
    """And where the proof is."""
    opened(app, "programme")
    text = said(app)
    assert all(f"Done when: {step.criterion}" in text for step in STEPS)
    assert "**Missing:** 29 more labels drawn by chance." in text
    assert "Proof: evidence fb72255932c1." in text
    assert "nobody named" in text


def test_every_step_is_a_bar_with_its_name_and_state(app: AppTest) -> None:
    """Eleven bars in time; the state is said and not only coloured."""
    opened(app, "programme")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert sum(len(bar["base"]) for bar in figure["data"]) == len(STEPS)
    names = [a["text"] for a in figure["layout"]["annotations"]]
    assert "Prove the gain · not met" in names
    assert "today" in names


def test_a_decision_is_ticked_and_nothing_else_can_be(app: AppTest, home: Workspace) -> None:
    """The box of the form; taken back the same way."""
    opened(app, "programme")
    assert [c.label for c in app.checkbox] == ["Decide on the target: done"]
    app.checkbox[0].check()
    press(app, "Keep")
    assert kept_programme(home).of("decision").is_done
    assert f"Decided on {today()}" in said(app)
    app.checkbox[0].uncheck()
    press(app, "Keep")
    assert not kept_programme(home).of("decision").is_done


def test_another_first_day_moves_every_date_that_nobody_set(app: AppTest, home: Workspace) -> None:
    """A date that was set stays; one that would lie before the start is refused."""
    first = date(2027, 1, 4)
    keep(home, due={"gain": date(2027, 3, 1)})
    opened(app, "programme")
    next(d for d in app.date_input if d.label == "First day").set_value(first)
    press(app, "Keep")
    assert kept_programme(home).start == first
    assert kept_programme(home).of("gain").due == date(2027, 3, 1)
    assert "4\u00a0Jan\u00a02027 to 8\u00a0Jan\u00a02027" in said(app)
    next(d for d in app.date_input if d.label == "First day").set_value(date(2027, 6, 1))
    press(app, "Keep")
    assert "lies outside the plan" in said(app)
    assert kept_programme(home).start == first


def test_keeping_what_is_shown_fixes_the_first_day_and_nothing_else(
    app: AppTest, home: Workspace
) -> None:
    """What another person entered meanwhile is not written over."""
    opened(app, "programme")
    keep(home, owners={"gain": "Grace"})
    press(app, "Keep")
    assert kept_programme(home).start == today()
    assert kept_programme(home).of("gain").owner == "Grace"


def test_names_and_notes_are_shown_as_text(app: AppTest, home: Workspace) -> None:
    """Neither a formula nor markup, on both pages."""
    short = HOSTILE[:78]
    keep(home, owners={"gain": HOSTILE}, notes={"loop": HOSTILE})
    want(home, owners={"payback": short})
    opened(app, "programme")
    raw = "\n".join(str(c.value) for c in app.caption)
    assert "\\<img src=x" in raw
    assert "\\$5" in raw
    assert "\\*\\*bold" in raw
    opened(app, "board")
    assert any("\\<img src=x" in str(m.value) for m in app.markdown)
    assert not any("<img" in str(m.value).replace("\\<", "") for m in app.markdown)


def test_a_damaged_plan_is_one_sentence_on_the_page(app: AppTest, home: Workspace) -> None:
    """And no traceback."""
    home.path("programme.json").write_text("{", "utf-8")
    opened(app, "programme")
    assert any("programme.json is damaged" in e.value for e in app.error)


def test_the_cards_say_value_status_target_prior_and_owner(app: AppTest) -> None:
    """Unknown with its reason; no target is invented."""
    opened(app, "board")
    metrics = {m.label: m for m in app.metric}
    assert metrics["Score at the edge case"].value == "66.1 %"
    assert metrics["Score at the edge case"].delta == "52.0 % to 77.9 %"
    assert metrics["Precision of the critics"].value == "unknown"
    text = said(app)
    assert "Target: at least 85.0 % (the target for the slice)" in text
    assert "Target: none set" in text
    assert "Unknown until candidates drawn by chance are labelled." in text
    assert "Watch: the interval reaches across the target" in text


def test_a_target_is_set_and_taken_back(app: AppTest, home: Workspace) -> None:
    """Of one figure, in the form."""
    opened(app, "board")
    next(n for n in app.number_input if n.label == "Target").set_value(0.6)
    next(t for t in app.text_input if t.label == "Owner").set_value("Ada")
    press(app, "Set")
    entered = kept_wanted(home).of("capability")
    assert (entered.target, entered.owner) == (0.6, "Ada")
    assert "Target: at least 60.0 % (entered here)" in said(app)
    press(app, "Take both back")
    assert kept_wanted(home).of("capability").target is None
    assert "Owner: Ada" not in said(app)


def test_the_same_snapshot_twice_is_said(app: AppTest, home: Workspace) -> None:
    """One file; the second click says that nothing has changed."""
    opened(app, "board")
    press(app, "Keep a snapshot")
    assert "Kept as snapshot" in said(app)
    press(app, "Keep a snapshot")
    assert "Nothing has changed since snapshot" in said(app)
    assert len(list(home.path("snapshots").glob("*.json"))) == 1
