"""The page that plans, prices, starts and reviews generation runs, in process."""

from pathlib import Path

import pytest
from messages import endpoint_text, plan_text, written
from servers import Asked, Says, StubServer, obliging, refusal
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.analysis.generate import generate_from_plan
from core.analysis.sample import fill_with_sample
from core.datasets import load_dataset
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace
from core.workspace.jobs import jobs
from core.workspace.runs import RunSummary

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace, and no key in the environment."""
    import streamlit as st

    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    return Workspace(tmp_path / "workspace")


def opened() -> AppTest:
    """The page."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    return app.switch_page("views/generate.py").run()


def made(workspace: Workspace, folder: Path, plan: str) -> RunSummary:
    """A run of a plan over thirty-six messages."""
    data = load_dataset(workspace, str(written(folder)))
    found = plan_from_toml(plan.replace("messages.csv", data.fingerprint))
    return generate_from_plan(workspace, found)


def said(app: AppTest) -> str:
    """What the page says in words."""
    parts = [*app.subheader, *app.markdown, *app.caption, *app.warning, *app.success, *app.error]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


def ask_endpoint(app: AppTest, base_url: str, *, priced: bool = True) -> None:
    """Choose an endpoint, and the stub's model at $1 and $4 per million tokens."""
    app.radio(key="plan generator").set_value("openai").run()
    app.text_input(key="plan base url").set_value(base_url)
    app.text_input(key="plan model").set_value("stub")
    if priced:
        app.number_input(key="plan input_usd_per_mtok").set_value(1.0)
        app.number_input(key="plan output_usd_per_mtok").set_value(4.0)
    app.run()


def start_button(app: AppTest) -> Button:
    """The button that starts a run, or asks before it does."""
    return next(b for b in app.button if b.label.startswith("Generate"))


def test_closing_the_deficit_is_what_one_begins_with(home: Workspace) -> None:
    """The bottleneck and the number that closes its deficit are chosen, and nothing is paid."""
    fill_with_sample(home)
    app = opened()
    assert not app.exception
    assert app.segmented_control(key="plan amount").value == "Close the deficit"
    assert "close the median deficit of" in said(app)
    assert "$0: no model is asked" in said(app).replace("*", "")
    assert start_button(app).label == "Generate"


def test_nothing_is_paid_before_price_and_budget_are_confirmed(
    home: Workspace, tmp_path: Path
) -> None:
    """The first button only asks; cancelling sends nothing and keeps what was typed."""
    load_dataset(home, str(written(tmp_path)))
    with StubServer(obliging) as server:
        app = opened()
        ask_endpoint(app, server.base_url)
        assert not app.exception
        prices = {m.label: m.value for m in app.metric}
        assert prices["Cost (P50)"].startswith("$")
        assert app.number_input(key="plan budget").value >= 0.01
        start_button(app).click().run()
        assert "is expected to cost" in said(app)
        assert "The run stops before it passes" in said(app)
        next(b for b in app.button if b.label == "Cancel").click().run()
        assert "Start the run" not in [b.label for b in app.button]
        assert app.text_input(key="plan model").value == "stub"
        assert not server.asked
    assert not jobs(home)


def test_a_typed_budget_stays_when_the_plan_changes(home: Workspace, tmp_path: Path) -> None:
    """The proposed budget follows the price; one that was typed does not."""
    load_dataset(home, str(written(tmp_path)))
    app = opened()
    ask_endpoint(app, "http://127.0.0.1:9/v1")
    small = app.number_input(key="plan budget").value
    app.segmented_control(key="plan amount").set_value("Propose").run()
    many = next(n for n in app.number_input if n.label == "Candidates")
    many.set_value(20_000).run()
    assert app.number_input(key="plan budget").value > 10 * small
    app.number_input(key="plan budget").set_value(7.0).run()
    next(n for n in app.number_input if n.label == "Candidates").set_value(10).run()
    assert app.number_input(key="plan budget").value == 7.0


@pytest.mark.parametrize(
    ("base_url", "priced", "sentence"),
    [
        ("nonsense", True, "expected an address like http://127.0.0.1:8000/v1"),
        ("", True, "needs a key: set the variable OPENAI_API_KEY"),
        ("http://127.0.0.1:9/v1", False, "Give your own prices"),
    ],
)
def test_what_must_be_mended_is_one_sentence_and_the_button_waits(
    home: Workspace, tmp_path: Path, base_url: str, priced: bool, sentence: str
) -> None:
    """A wrong address, no key, no price: said beside the button, nothing typed is lost."""
    load_dataset(home, str(written(tmp_path)))
    app = opened()
    ask_endpoint(app, base_url, priced=priced)
    assert not app.exception
    assert [sentence in w.value for w in app.warning] == [True]
    assert "generator.model" not in app.warning[0].value
    assert "plan:" not in app.warning[0].value
    assert start_button(app).disabled
    assert app.text_input(key="plan base url").value == base_url


def test_a_budget_of_nothing_is_refused(home: Workspace, tmp_path: Path) -> None:
    """No call could be reserved."""
    load_dataset(home, str(written(tmp_path)))
    app = opened()
    ask_endpoint(app, "http://127.0.0.1:9/v1")
    app.number_input(key="plan budget").set_value(0.0).run()
    assert any("pays for no call" in w.value for w in app.warning)
    assert start_button(app).disabled


def test_too_few_anchors_and_facts_without_a_model_are_said(
    home: Workspace, tmp_path: Path
) -> None:
    """One real example is not enough to write more; recombining rows makes no facts."""
    rows = [f"how do I pay bill number {i},bill" for i in range(30)] + ["it burns,fire"]
    path = tmp_path / "few.csv"
    path.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    load_dataset(home, str(path))
    app = opened()
    slices = next(s for s in app.main.selectbox if s.label == "Slice")
    slices.set_value("fire").run()
    assert any("anchor on the training side" in w.value for w in app.warning)
    app.selectbox(key="plan kind").set_value("knowledge_triple").run()
    assert any("knows no facts" in w.value for w in app.warning)
    assert start_button(app).disabled
    assert not app.exception


def test_a_finished_run_is_told_with_estimate_spending_and_a_ledger_that_holds(
    home: Workspace, tmp_path: Path
) -> None:
    """What it paid lies beside what was expected; every refusal is counted; the sums hold."""

    def once_too_fast(asked: Asked) -> Says:
        if asked.number == 3:
            return refusal(429, "slow down", retry_after="0.01")
        return obliging(asked)

    with StubServer(once_too_fast) as server:
        done = made(home, tmp_path, endpoint_text(server.base_url, 14))
    app = opened()
    assert not app.exception
    words = said(app)
    assert f"of {done.proposed} candidates are accepted for $" in words
    assert "Expected were $" in words
    tables = [d.value for d in app.dataframe]
    spent = next(t for t in tables if "outcome" in t.columns)
    assert dict(zip(spent["outcome"], spent["calls"], strict=True)) == {"failed": 1, "ok": 14}
    assert next(t for t in tables if "reason" in t.columns and "calls" in t.columns).shape[0] == 1
    assert len(app.get("plotly_chart")) == 2
    next(b for b in app.button if b.label == "Verify the ledger").click().run()
    assert any("The ledger holds: 15 calls" in s.value for s in app.success)


def test_a_run_out_of_budget_names_a_larger_one_and_goes_on(
    home: Workspace, tmp_path: Path
) -> None:
    """A third of a cent is too little for twelve candidates; going on asks for more than that."""
    with StubServer(obliging) as server:
        plan = endpoint_text(server.base_url, 12, more="[budget]\nusd = 0.003\n")
        stopped = made(home, tmp_path, plan)
    assert stopped.stopped == "budget"
    app = opened()
    assert "Budget spent." in said(app)
    budget = next(n for n in app.number_input if n.label == "Budget in all (USD)")
    assert budget.value > stopped.cost_usd
    on = next(b for b in app.button if b.label == "Go on")
    assert not on.disabled
    budget.set_value(0.0).run()
    assert next(b for b in app.button if b.label == "Go on").disabled


def test_an_embedded_run_costs_nothing_and_has_no_chart_of_costs(
    home: Workspace, tmp_path: Path
) -> None:
    """Only acceptance is drawn, and no empty table of calls is shown."""
    made(home, tmp_path, plan_text(candidates=15))
    app = opened()
    assert "candidates are accepted at no cost" in said(app)
    assert len(app.get("plotly_chart")) == 1
    assert not any("outcome" in d.value.columns for d in app.dataframe)


def test_the_address_names_the_run(home: Workspace, tmp_path: Path) -> None:
    """A link to an earlier run opens it; one to a run that is gone opens the newest."""
    older = made(home, tmp_path, plan_text(candidates=11))
    newer = made(home, tmp_path, plan_text(candidates=12))
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    app.query_params["run"] = older.run_id
    app.switch_page("views/generate.py").run()
    assert "of 11 candidates" in said(app)
    app.selectbox(key=f"run list {older.run_id}").set_value(newer.run_id).run()
    assert "of 12 candidates" in said(app)


def test_the_run_that_was_just_started_is_shown_even_if_it_is_over_already(
    home: Workspace, tmp_path: Path
) -> None:
    """A quick run may begin and end between two looks of the page."""
    older = made(home, tmp_path, plan_text(candidates=11))
    app = opened()
    assert app.query_params["run"] == older.run_id
    app.session_state["runs before"] = frozenset({older.run_id})  # as the button leaves it
    newer = made(home, tmp_path, plan_text(candidates=12))
    app.run()
    assert app.query_params["run"] == newer.run_id
    assert "of 12 candidates" in said(app)
    assert "runs before" not in app.session_state


def test_a_plan_file_is_priced_in_place_of_the_controls(home: Workspace, tmp_path: Path) -> None:
    """What the file says counts; one that is no plan is named and changes nothing."""
    load_dataset(home, str(written(tmp_path)))
    app = opened()
    uploader = app.file_uploader(key="plan file")
    uploader.upload("wrong.toml", b'data = "x"\nlabel = "y"\nslice = "z"\ncolour = 1\n').run()
    assert any("unknown key 'colour'" in e.value for e in app.error)
    good = endpoint_text("http://127.0.0.1:9/v1", 5, more="[budget]\nusd = 2.0\n")
    app.file_uploader(key="plan file").upload("own.toml", good.encode()).run()
    assert not app.exception
    assert "own.toml is priced and run" in said(app)
    assert "5 candidates on stub" in said(app)
