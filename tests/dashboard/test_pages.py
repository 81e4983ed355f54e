"""Every page of the real app on the sample workspace, in process."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
VIEWS = (
    "overview",
    "data",
    "audit",
    "knowledge",
    "generate",
    "label",
    "strictness",
    "evidence",
    "monitor",
    "collapse",
    "scenario",
    "scenarios",
    "prices",
    "cogs",
    "frontier",
    "margin",
    "sensitivity",
    "returns",
    "compare",
    "strategies",
    "board",
    "programme",
)

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


def text_of(app: AppTest) -> str:
    """Everything the page says."""
    parts = [
        *app.title,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.error,
        *app.warning,
    ]
    said = [element.value for element in parts]
    said += [f"{m.label} {m.value} {m.delta}" for m in app.metric]
    return "\n".join(str(s) for s in said)


NEED_DATA = (
    "overview",
    "data",
    "audit",
    "generate",
    "label",
    "strictness",
    "evidence",
    "monitor",
)


def open_view(app: AppTest, view: str) -> AppTest:
    """Go to a page and run it."""
    app.run()
    return app if view == "overview" else app.switch_page(f"views/{view}.py").run()


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_on_the_sample_without_an_error(app: AppTest, view: str) -> None:
    """No exception, no error box, no missing number shown as nan, inf or None."""
    open_view(app, view)
    assert not app.exception
    assert not app.error
    said = text_of(app)
    for word in ("nan", "inf ", "None", "Traceback"):
        assert word not in said.replace("finding", "").replace("governance", ""), word


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_of_an_empty_workspace_says_what_to_do_next(
    app: AppTest, view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without data the pages about data say where to get it; the economics still answer."""
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr("core.analysis.sample.sample_folder", lambda: tmp_path / "nowhere")
    open_view(app, view)
    assert not app.exception
    assert not app.error
    said = text_of(app)
    if view in (
        "overview",
        "data",
        "audit",
        "generate",
        "label",
        "strictness",
        "evidence",
        "monitor",
    ):
        assert "Use your own file" in said
    elif view == "knowledge":
        assert "Import a file of facts" in said
    else:
        assert "$" in said or "%" in said or "default" in said


def test_the_first_page_tells_the_story_in_four_numbers(app: AppTest) -> None:
    """Bottleneck, deficit, cost and margin, each with its unit and interval."""
    open_view(app, "overview")
    labels = [m.label for m in app.metric]
    assert [label[:1] for label in labels] == ["1", "2", "3", "4"]
    bottleneck, missing, cost, margin = app.metric
    assert bottleneck.value.endswith("%")
    assert "to" in bottleneck.delta
    assert missing.value.isdigit()
    assert cost.value.startswith("$")
    assert margin.value.endswith("%")


def test_moving_the_target_moves_the_margin_as_the_model_says(app: AppTest) -> None:
    """The number on the page is the answer of the same question asked directly."""
    from core.analysis.margin import margin_of
    from core.formats import percent
    from dashboard import cached

    open_view(app, "margin")
    before = app.metric[0].value
    app.slider(key="target").set_value(0.95).run()
    after = app.metric[0].value
    assert after != before
    data = cached.known_datasets()[0]
    chain = cached.chain(data.fingerprint, "intent", 0.95, 0.5, None)
    expected = margin_of(chain.scenario, target=0.95, draws=cached.DRAWS, seed=cached.SEED)
    assert after == percent(float(expected.margin_at_target.p50))


def test_moving_strictness_re_reads_the_ledger_and_calls_nobody(app: AppTest) -> None:
    """A stricter threshold accepts fewer; the run has no more calls than before."""
    from core.workspace.runs import runs
    from dashboard import cached

    open_view(app, "strictness")
    calls = sum(r.calls for r in runs(cached.workspace()))
    rate = float(app.metric[0].value.split()[0].rstrip("%"))
    app.slider(key="tau").set_value(0.9).run()
    stricter = float(app.metric[0].value.split()[0].rstrip("%"))
    assert stricter < rate
    assert sum(r.calls for r in runs(cached.workspace())) == calls


def test_the_figure_in_the_chart_is_the_figure_in_the_words(app: AppTest) -> None:
    """The margin at the target in the chart's data equals the headline."""
    open_view(app, "margin")
    headline = app.metric[0].value
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    line = next(t for t in figure["data"] if t.get("name") == "P50")
    x, y = _numbers(line["x"]), _numbers(line["y"])
    nearest = min(range(len(x)), key=lambda i: abs(x[i] - 85))
    assert x[nearest] == pytest.approx(85)
    assert f"{y[nearest]:.1f}" in headline.replace("−", "-")


def _numbers(values: object) -> list[float]:
    """Plotly's JSON holds lists, or base64 of float64."""
    if isinstance(values, dict):
        import base64

        import numpy as np

        return list(np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]))
    assert isinstance(values, list)
    return [float(v) for v in values]


def test_an_edited_assumption_is_marked_and_changes_the_margin(app: AppTest) -> None:
    """Typing a price makes it an edited assumption that no measurement replaces."""
    open_view(app, "margin")
    before = app.metric[0].value
    app.switch_page("views/scenario.py").run()
    price = next(n for n in app.number_input if n.label.startswith("price per seat"))
    price.set_value(28.0)
    next(b for b in app.button if b.label == "Apply").click().run()
    assert "edited" in text_of(app)
    app.switch_page("views/margin.py").run()
    assert app.metric[0].value != before


def test_a_file_that_cannot_be_read_is_said_and_nothing_is_lost(app: AppTest) -> None:
    """An upload that is no table gets one sentence; the sample stays."""
    app.run()
    app.file_uploader[0].upload("picture.csv", b"\x89PNG\r\n" + bytes(100), "text/csv").run()
    assert any("PNG picture" in e.value for e in app.error)
    assert app.selectbox(key="dataset").options == ["customer_messages.csv"]


def test_an_uploaded_file_becomes_the_data_of_every_page(app: AppTest) -> None:
    """After an upload the pages speak of the new file."""
    rows = "\n".join(f"message number {i} about bread,{'a' if i % 2 else 'b'}" for i in range(40))
    app.run()
    app.file_uploader[0].upload("mine.csv", f"text,label\n{rows}\n".encode(), "text/csv").run()
    app.run()
    assert not app.exception
    assert "mine.csv" in text_of(app)


def test_label_and_text_are_chosen_and_the_page_says_why(app: AppTest) -> None:
    """Nobody has to name a column, and everybody can see how it was chosen and change it."""
    open_view(app, "audit")
    said = text_of(app)
    assert "Chosen by its name." in said
    assert "Chosen as the only column of free text." in said
    text = next(s for s in app.selectbox if s.label == "Text column")
    assert text.value == "text"
    text.set_value("none (use all columns)").run()
    assert not app.exception
    assert "Run the audit" in [b.label for b in app.button]
    assert "from all columns" in text_of(app)


def test_the_audit_shown_is_the_one_that_was_asked_for(app: AppTest) -> None:
    """Another metric has not been measured, so the page offers to measure it and shows nothing."""
    open_view(app, "audit")
    assert "The bottleneck is" in text_of(app)
    next(s for s in app.selectbox if s.label == "Metric").set_value("f1").run()
    assert not app.exception
    assert "The bottleneck is" not in text_of(app)
    next(s for s in app.selectbox if s.label == "Metric").set_value("recall").run()
    assert "The bottleneck is" in text_of(app)


def test_one_choice_of_a_slice_moves_headline_curve_and_figures(app: AppTest) -> None:
    """The list, the headline, the figures and the curve speak of one slice."""
    open_view(app, "audit")
    before = [m.value for m in app.metric]
    slices = next(s for s in app.selectbox if s.label == "Slice")
    other = next(name for name in slices.options if name != slices.value)
    slices.set_value(other).run()
    assert not app.exception
    assert other in [h.value for h in app.subheader]
    assert [m.value for m in app.metric] != before
    next(b for b in app.button if b.label.startswith("Back to the bottleneck")).click().run()
    assert [m.value for m in app.metric] == before


def test_an_order_that_costs_money_is_no_formula(app: AppTest) -> None:
    """Dollars in the sentence are written as dollars."""
    open_view(app, "audit")
    sentence = next(m.value for m in app.markdown if "real-equivalent samples" in m.value)
    assert "\\$" in sentence
    assert "$" not in sentence.replace("\\$", "")


def test_an_audit_of_another_version_is_asked_again(app: AppTest, tmp_path: Path) -> None:
    """A stored audit that cannot be read is no traceback: the page offers to audit."""
    for path in (tmp_path / "workspace" / "audits").glob("*.json"):
        path.write_text('{"name": "an earlier shape"}', "utf-8")
    open_view(app, "audit")
    assert not app.exception
    assert not app.error
    assert "Run the audit" in [b.label for b in app.button]


def test_an_audit_that_was_stopped_shows_its_scores_and_the_way_on(
    app: AppTest, tmp_path: Path
) -> None:
    """What an audit stored before it was stopped is on the page, beside the button to go on."""
    for path in (tmp_path / "workspace" / "audits").glob("*.json"):
        facts = json.loads(path.read_text("utf-8"))
        facts |= {"is_complete": False, "repeats_done": 0, "fixes": []}
        facts["slices"] = [s | {"curve": None, "joint": None} for s in facts["slices"]]
        path.write_text(json.dumps(facts), "utf-8")
    open_view(app, "audit")
    assert not app.exception
    assert "Draw the curves" in [b.label for b in app.button]
    assert app.metric[0].value.endswith("%")
    assert "no learning curve of it has been drawn" in text_of(app)


def test_the_data_page_counts_the_rarest_slices_of_the_whole_file(app: AppTest) -> None:
    """A class of a few rows is listed first, however large the file is."""
    rows = [f"message number {i} about bread,{'a' if i % 2 else 'b'},north" for i in range(200)]
    rows[7] = rows[7].replace("north", "south")
    content = "text,label,region\n" + "\n".join(rows) + "\n"
    app.run()
    app.file_uploader[0].upload("mine.csv", content.encode(), "text/csv").run()
    app.switch_page("views/data.py").run()
    assert not app.exception
    rarest = next(d.value for d in app.dataframe if "per label" in d.value.columns)
    assert rarest.iloc[0].to_dict() == {
        "slice": "region = south",
        "rows": 1,
        "share": "0.5 %",
        "per label": "a 1",
    }


def test_a_file_of_predictions_is_recognised(app: AppTest) -> None:
    """A column named prediction is judged instead of training a model; it can be switched off."""
    rows = "\n".join(f"{'a' if i % 2 else 'b'},{'a' if i % 3 else 'b'}" for i in range(60))
    app.run()
    app.file_uploader[0].upload("said.csv", f"label,prediction\n{rows}\n".encode()).run()
    app.switch_page("views/audit.py").run()
    assert not app.exception
    assert "compares **prediction** with **label**" in text_of(app)
