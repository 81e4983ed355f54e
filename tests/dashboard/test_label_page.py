"""The page on which people judge candidates, in process."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.labels.drawing import next_to_label
from core.analysis.labels.settled import settled
from core.analysis.sample import fill_with_sample
from core.workspace import Workspace
from core.workspace.run_folder import run_folder, run_ids

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the sample in it."""
    import streamlit as st

    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    workspace = Workspace(tmp_path / "workspace")
    fill_with_sample(workspace)
    return workspace


def opened(who: str = "") -> AppTest:
    """The page, with this labeller's name given."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    app.switch_page("views/label.py").run()
    return app.text_input(key="labeller").set_value(who).run() if who else app


def press(app: AppTest, name: str) -> AppTest:
    """Click the button of this name."""
    app = next(b for b in app.button if b.label == name).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """What the page says in words."""
    parts = [*app.subheader, *app.markdown, *app.caption, *app.error, *app.success, *app.info]
    bars = [str(bar.proto.text) for bar in app.get("progress")]
    return "\n".join([*(str(part.value) for part in parts), *bars]).replace("\\", "")


def test_nothing_is_judged_without_a_name(home: Workspace) -> None:
    """The candidate is shown, its buttons wait, and no score is to be seen."""
    app = opened()
    assert not app.exception
    assert all(b.disabled for b in app.button if b.label in ("Good", "Bad", "Skip", "Undo"))
    assert "Give your name above" in said(app)
    assert "0 labelled; 29 more needed" in said(app)
    assert "score is" not in said(app)


def test_each_judgement_is_kept_at_once_and_can_be_undone(home: Workspace) -> None:
    """Good, bad, skip, undo: the journal says so after each click, in the order of the draw."""
    run = run_ids(home)[0]
    order = [c.candidate_id for c in next_to_label(home, run, 3).candidates]
    app = press(opened("Anna"), "Good")
    assert settled(home, run).labels == {order[0]: True}
    assert "Last: good; the critics' score is" in said(app)
    press(app, "Bad")
    press(app, "Skip")
    found = settled(home, run)
    assert found.labels == {order[0]: True, order[1]: False}
    assert found.skipped == (order[2],)
    assert "2 labelled, 1 skipped; 27 more needed" in said(app)
    press(press(app, "Undo"), "Undo")
    found = settled(home, run)
    assert (found.labels, found.skipped) == ({order[0]: True}, ())
    assert found.drawn_by_chance == 1


def test_a_second_opinion_measures_agreement_and_names_what_is_contested(home: Workspace) -> None:
    """Blind to the first verdict; a third word settles what the two disagree on."""
    run = run_ids(home)[0]
    app = opened("Anna")
    for name in ("Good", "Bad", "Good"):
        press(app, name)
    app.text_input(key="labeller").set_value("Bo").run()
    app.segmented_control(key="label mode").set_value("again").run()
    for name in ("Good", "Bad", "Bad"):
        press(app, name)
    assert "Anna and Bo have both judged 3 and say the same of 67 %" in said(app)
    assert "Cohen's κ 0.40 (" in said(app)
    assert "Labellers disagree" in said(app)
    assert "You have judged everything that others have judged" in said(app)
    assert len(settled(home, run).contested) == 1
    app.text_input(key="labeller").set_value("Cleo").run()
    press(app, "Good after all")
    assert settled(home, run).contested == ()
    assert len(settled(home, run).labels) == 3
    assert "Labellers disagree" not in said(app)


def test_a_model_is_refused_in_a_sentence(home: Workspace) -> None:
    """And nothing is recorded."""
    app = press(opened("gpt-5"), "Good")
    assert "Only labels by people are taken" in said(app)
    assert settled(home, run_ids(home)[0]).acts == 0


def test_a_file_of_labels_is_imported_once(home: Workspace) -> None:
    """What became of its rows is said; a bad file is one sentence and changes nothing."""
    run = run_ids(home)[0]
    app = opened("Anna")
    uploader = next(u for u in app.file_uploader if "candidate and label" in u.label)
    text = f"candidate,label\n{run}/0,0\n{run}/1,1\n"
    uploader.upload("labels.csv", text.encode(), "text/csv").run()
    assert not app.exception
    assert "labels.csv: 2 labels added. 2 were picked by hand" in said(app)
    assert "2 labelled, 2 of them not by chance" in said(app)
    uploader = next(u for u in app.file_uploader if "candidate and label" in u.label)
    uploader.upload("bad.csv", b"candidate,label\nx,1\n", "text/csv").run()
    assert "bad.csv: line 2, column candidate: found 'x'" in said(app)
    assert settled(home, run).acts == 2


def test_a_run_that_goes_on_waits_to_be_labelled(home: Workspace) -> None:
    """Its pool is not yet what it will be."""
    import fcntl
    import os

    lock = os.open(run_folder(home, run_ids(home)[0]) / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        app = opened("Anna")
        assert not app.exception
        assert "labelling begins when it has ended" in said(app)
    finally:
        os.close(lock)
