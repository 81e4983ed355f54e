"""Every kind of candidate through plan, endpoint, critics, ledger and export."""

import json
from pathlib import Path
from typing import Any

import pytest
from messages import anchors_and_others, endpoint_text
from servers import WORDS, Asked, Says, StubServer, chat

from core.analysis.corpus import accepted_corpus
from core.analysis.export import export
from core.analysis.generate import generate
from core.analysis.strictness.answer import strictness_of_run
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace, ledger

TEXT = "please stop my card, it was stolen near the {}"
ANSWERS: dict[str, dict[str, Any]] = {
    "training_case": {"text": TEXT},
    "adversarial_scenario": {
        "text": TEXT,
        "failure": "The station points to a journey.",
        "mistaken_for": "transfer",
    },
    "eval_item": {
        "text": TEXT,
        "expected": "stop_card",
        "rubric": ["names the intent", "names nothing else"],
    },
    "knowledge_triple": {
        "subject": "a card from {}",
        "relation": "is stopped by",
        "object": "the desk in {}",
        "quote": None,
        "source": None,
    },
}


def _filled(value: Any, word: str) -> Any:
    return value.format(word) if isinstance(value, str) else value


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_kind_keeps_what_it_adds_from_the_answer_to_the_export(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    """Content goes where the data's columns are, the rest beside it; both reach the file."""

    def answering(asked: Asked) -> Says:
        word = f"{WORDS[asked.number % len(WORDS)]} {WORDS[-asked.number % len(WORDS)]}"
        return chat(json.dumps({k: _filled(v, word) for k, v in ANSWERS[kind].items()}))

    anchors, others = anchors_and_others()
    with StubServer(answering) as server:
        text = endpoint_text(server.base_url, 6).replace(
            "candidates =", f'kind = "{kind}"\ncandidates ='
        )
        run = generate(workspace, plan_from_toml(text), anchors=anchors, others=others)
    assert (run.stopped, run.proposed, run.run.kind) == ("done", 6, kind)
    found = ledger.candidates(workspace, run.run_id)
    extras = {name: value for name, value in ANSWERS[kind].items() if name not in found[0].content}
    assert set(found[0].content) == set(ANSWERS[kind]) - set(extras)
    assert found[0].extras == {k: v for k, v in extras.items() if v is not None}
    answer = strictness_of_run(workspace, run.run_id, taus=[0.0])
    assert answer.points[0].acceptance_rate is not None
    written = export(
        workspace, run.run_id, strictness=0.0, format="jsonl", target=tmp_path / "corpus.jsonl"
    )
    first = json.loads(Path(written.file).read_text("utf-8").splitlines()[0])
    assert first["lineage"]["kind"] == kind
    assert first["lineage"]["extras"] == found[0].extras
    assert len(accepted_corpus(workspace, run.run_id, 0.0)) == written.rows
