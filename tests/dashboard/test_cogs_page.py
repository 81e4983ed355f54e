"""The page of a request's cost: what is switched changes what is said, and only that."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on the sample."""
    import streamlit as st

    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    fill_with_sample(Workspace(tmp_path / "workspace"))
    st.cache_resource.clear()
    st.cache_data.clear()
    app = AppTest.from_file(APP, default_timeout=60).run()
    return app.switch_page("views/cogs.py").run()


def margins(page: AppTest) -> list[tuple[str, str]]:
    """The two margins at the target, in their order."""
    return [(m.label, m.value) for m in page.metric if "building in" in m.label]


def test_the_switch_changes_the_order_of_the_margins_alone(page: AppTest) -> None:
    """Both margins are there under either choice, with the same numbers."""
    before = margins(page)
    assert [label.rpartition(" ")[2] for label, _ in before] == ["COGS", "R&D"]
    page.button_group(key="policy").set_value("stays in research").run()
    assert margins(page) == before[::-1]


def test_savings_are_switched_off(page: AppTest) -> None:
    """What is saved together follows the savings that are on."""
    page.button_group(key="chosen_savings").set_value(["batching"]).run()
    assert not page.exception
    said = [s.value for s in page.subheader if s.value.startswith("Together")]
    assert said[0].startswith("Together they save $0.000109 of")
    page.button_group(key="chosen_savings").set_value([]).run()
    said = [s.value for s in page.subheader if s.value.startswith("Together")]
    assert said[0].startswith("Together they save $0 of")
