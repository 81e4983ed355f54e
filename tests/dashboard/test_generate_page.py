"""The page that plans, prices, starts and reviews generation runs, in process."""

import json
import os
from pathlib import Path

import pytest
from messages import LABEL, SLICE, endpoint_text, written
from servers import StubServer
from streamlit.testing.v1 import AppTest

from core.analysis.generate import generate_from_plan
from core.analysis.sample import fill_with_sample
from core.datasets import load_dataset
from core.generation.plan_file import plan_from_toml
from core.records import SampleKind
from core.workspace import Workspace
from core.workspace.runs import RunSummary

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
ENDPOINT, OWN_PROMPT, OWN_ANSWER = "openai", "Own price, prompt", "Own price, answer"

# Streamlit leaves its own event loop to the garbage collector between tests.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace without a key in the environment; commands are noted, not started."""
    import streamlit as st

    from dashboard import work

    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    started = tmp_path / "started.json"
    note = lambda title, command: started.write_text(json.dumps(command), "utf-8")  # noqa: E731
    monkeypatch.setattr(work, "start", note)
    st.cache_resource.clear()
    st.cache_data.clear()
    return Workspace(tmp_path / "workspace")
