"""The page of the knowledge graph, in process."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.knowledge import import_triples, knowledge_of
from core.analysis.sample import fill_with_sample, sample_folder
from core.knowledge.neighbourhood import neighbourhood
from core.workspace import Workspace
from dashboard.charts.graph import labels

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
FACTS = sample_folder() / "knowledge.csv"

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on a workspace with the sample and no facts."""
    import shutil

    import streamlit as st

    home = tmp_path / "workspace"
    monkeypatch.setenv("DATAWALL_HOME", str(home))
    fill_with_sample(Workspace(home))
    shutil.rmtree(home / "knowledge", ignore_errors=True)
    st.cache_resource.clear()
    st.cache_data.clear()
    opened = AppTest.from_file(APP, default_timeout=60)
    opened.run()
    return opened.switch_page("views/knowledge.py").run()


def test_an_empty_graph_says_how_to_fill_it(app: AppTest) -> None:
    """Both ways in are named: a file, and documents."""
    assert not app.exception
    said = " ".join(info.value for info in app.info)
    assert "subject, relation and object" in said
    assert "datawall knowledge extract" in said


def test_an_upload_is_imported_and_a_bad_one_is_named_by_its_line(app: AppTest) -> None:
    """A bad row imports nothing and is said; a good file is on the page at once."""
    bad = b"subject,relation,object\na,is,\n"
    app.file_uploader(key="knowledge upload").upload("bad.csv", bad, "text/csv").run()
    assert any("line 2 has an empty object" in error.value for error in app.error)
    good = FACTS.read_bytes()
    app.file_uploader(key="knowledge upload").upload("good.csv", good, "text/csv").run()
    assert not app.exception
    assert any("44 facts about 46 names" in caption.value for caption in app.caption)
    assert any("boiler repair" in warning.value for warning in app.warning)


def test_a_chosen_name_is_what_table_and_picture_show(app: AppTest, tmp_path: Path) -> None:
    """Nine facts are about carbon monoxide, and the table lists just those."""
    import_triples(Workspace(tmp_path / "workspace"), FACTS)
    app.run()
    app.selectbox(key="about").set_value("carbon monoxide").run()
    assert not app.exception
    assert "carbon monoxide: 9 facts" in [heading.value for heading in app.subheader]
    table = next(d.value for d in app.dataframe if "relation" in d.value.columns)
    assert len(table) == 9
    assert any("at most 2 facts away" in caption.value for caption in app.caption)


def test_most_names_of_the_sample_are_written_and_none_twice(tmp_path: Path) -> None:
    """In a picture of 46 names nearly all find room beside their points."""
    workspace = Workspace(tmp_path / "own")
    import_triples(workspace, FACTS)
    part = neighbourhood(knowledge_of(workspace).graph)
    assert len(part.nodes) == 46
    assert len(labels(part)) > 38
