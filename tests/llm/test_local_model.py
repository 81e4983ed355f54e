"""A real language model, small and weak, asked through the code that asks any endpoint."""

import contextlib
import importlib.util
import io
import json
from pathlib import Path

import pytest
from messages import plan_text, written

from core.cli import main
from core.errors import ProviderError
from core.generation.local import BUNDLED, ENGINE, local_server
from core.workspace import Workspace, ledger

MODEL = "smollm2-135m"
CANDIDATES = 20

if importlib.util.find_spec(ENGINE) is None or importlib.util.find_spec(BUNDLED[MODEL]) is None:
    pytest.skip("the engine or the model is not installed: make test-llm", allow_module_level=True)

pytestmark = pytest.mark.timeout(1_800)

PLAN = f"""
[generator]
type = "local"
model = "{MODEL}"
shots = 2
max_output_tokens = 48
temperature = 0.8
[critics]
judge = true
"""


@pytest.fixture(scope="module")
def facts(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Workspace, dict[str, object]]:
    """A workspace after ``datawall generate`` with the local model, and what it printed."""
    folder = tmp_path_factory.mktemp("llm")
    plan = folder / "plan.toml"
    plan.write_text(plan_text(written(folder), CANDIDATES, PLAN))
    printed = _printed(["generate", str(plan), "--json", "--workspace", str(folder / "space")])
    return Workspace(folder / "space"), printed


def _printed(arguments: list[str]) -> dict[str, object]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(arguments) == 0
    found: dict[str, object] = json.loads(out.getvalue())
    return found


def test_twenty_candidates_are_generated_and_criticised(
    facts: tuple[Workspace, dict[str, object]],
) -> None:
    """Whatever a weak model writes is a candidate or a paid, unreadable answer, never an error."""
    workspace, printed = facts
    run = str(printed["run"])
    assert printed["stopped"] == "done"
    candidates = ledger.candidates(workspace, run)
    calls = ledger.calls(workspace, run)
    unreadable = sum(call.outcome == "unparsed" for call in calls)
    assert len(candidates) + unreadable >= CANDIDATES
    assert len(candidates) >= CANDIDATES // 2
    critiques = ledger.critiques_frame(workspace, run)
    assert set(critiques["critic"]) >= {
        "format",
        "leakage",
        "duplicate",
        "drift",
        "agreement",
        "judge",
    }
    assert critiques.groupby("candidate_id").size().min() >= 5
    assert len({json.dumps(dict(c.content)) for c in candidates}) > 1


def test_its_tokens_are_real_and_its_dollars_are_none(
    facts: tuple[Workspace, dict[str, object]],
) -> None:
    """The engine counts what it read and wrote; the price says what it leaves out."""
    workspace, printed = facts
    calls = ledger.calls(workspace, str(printed["run"]))
    answered = [call for call in calls if call.outcome in ("ok", "unparsed")]
    assert len(answered) >= CANDIDATES
    for call in answered:
        assert call.usage.counted_by == "provider"
        assert call.usage.input_tokens > 50
        assert 0 < call.usage.output_tokens <= 256
        assert call.cost_usd == 0
        assert call.price_source == "own machine; hardware and power not counted"
        assert call.model_said == MODEL
    assert printed["cost_usd"] == 0
    assert sum(call.usage.output_tokens for call in answered) > CANDIDATES


def test_a_file_that_is_no_model_is_refused_with_the_engines_words(tmp_path: Path) -> None:
    """The engine's process fails, and its starter goes on."""
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"not a model")
    with pytest.raises(ProviderError, match="cannot be served: "), local_server(str(path)):
        pass
