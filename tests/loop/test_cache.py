"""What was paid for once is never paid for again, and texts are kept as the plan permits."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from driving import IN, OUT, by_content, drive, plan_for, said
from messages import endpoint_text, written
from servers import Asked, Says, StubServer, chat, refusal, verdict

from core.analysis.ledger import verify_run
from core.cli import main
from core.workspace import Workspace, ledger
from core.workspace.exchanges import TEXTS

SECRET = "sk-no-file-may-hold-this"
MARKER = "quicksilver"


def contents(workspace: Workspace, run_id: str) -> list[Mapping[str, object]]:
    """What a run proposed, by index."""
    found = sorted(ledger.candidates(workspace, run_id), key=lambda c: c.index)
    return [candidate.content for candidate in found]


def holds(folder: Path, words: str) -> list[str]:
    """Files below a folder that hold these words."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    ]


def test_the_same_plan_again_costs_nothing_and_gives_the_same(workspace: Workspace) -> None:
    """No request is sent; the second run saved what the first one cost, and its ledger holds."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 30, judge=True)
        first = drive(workspace, plan)
        asked = len(server.asked)
        again = drive(workspace, plan)
        assert len(server.asked) == asked
        assert first.cost_usd == pytest.approx(server.billed_usd(IN, OUT))
    assert (again.cost_usd, again.unsettled_usd, first.saved_usd) == (0, 0, 0)
    assert again.saved_usd == pytest.approx(first.cost_usd) == pytest.approx(asked * 0.00052)
    assert contents(workspace, first.run_id) == contents(workspace, again.run_id)
    rows = ledger.calls_frame(workspace, again.run_id)
    assert set(rows["outcome"]) == {"cached"}
    assert len(rows) == asked
    assert verify_run(workspace, again.run_id).ok
    assert verify_run(workspace, first.run_id).ok


def test_a_larger_plan_pays_for_what_is_new_alone(workspace: Workspace) -> None:
    """10 candidates, then 25 under the same seed: 15 requests more."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 10)
        drive(workspace, plan)
        more = drive(workspace, replace(plan, candidates=25))
        assert len(server.asked) == 25
    assert more.saved_usd == pytest.approx(10 * 0.00052)
    assert more.cost_usd == pytest.approx(15 * 0.00052)


def test_unreadable_answers_are_remembered_as_well(workspace: Workspace) -> None:
    """Each candidate took one broken answer and a good one; both are there the second time."""

    def script(asked: Asked) -> Says:
        number = len([a for a in server.asked if a.question == asked.question])
        return chat("no json {") if number == 1 else by_content(asked)

    with StubServer() as server:
        server.script = script
        plan = plan_for(server, 8)
        first = drive(workspace, plan)
        again = drive(workspace, plan)
        assert len(server.asked) == 16
    assert first.proposed == again.proposed == 8
    assert again.cost_usd == 0
    assert again.saved_usd == pytest.approx(first.cost_usd)
    assert contents(workspace, first.run_id) == contents(workspace, again.run_id)
    assert verify_run(workspace, again.run_id).ok


def test_a_free_model_is_remembered_too(workspace: Workspace) -> None:
    """Answers that cost $0, one of them unreadable: nothing is asked again, the ledger holds."""

    def script(asked: Asked) -> Says:
        return chat("no json {") if asked.number == 3 else by_content(asked)

    with StubServer(script) as server:
        free = {"input_usd_per_mtok": 0.0, "output_usd_per_mtok": 0.0}
        plan = replace(plan_for(server, 8), prices=free)
        first = drive(workspace, plan)
        again = drive(workspace, plan)
        assert len(server.asked) == 9
    assert first.cost_usd == again.cost_usd == again.saved_usd == 0
    for run in (first, again):
        found = verify_run(workspace, run.run_id)
        assert [check.name for check in found.checks if not check.ok] == []


@pytest.mark.parametrize("changed", ["seed", "temperature", "model", "no cache"])
def test_another_question_is_not_answered_from_before(workspace: Workspace, changed: str) -> None:
    """A plan with another seed, temperature or model, or that wants no cache, asks anew."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 5)
        drive(workspace, plan)
        other = {
            "seed": replace(plan, seed=1),
            "temperature": replace(plan, generator=replace(plan.generator, temperature=0.7)),
            "model": replace(plan, generator=replace(plan.generator, model="stub-2")),
            "no cache": replace(plan, cache=False),
        }[changed]
        assert drive(workspace, other).saved_usd == 0
        assert len(server.asked) == 10


def test_equal_prompts_of_two_candidates_are_two_requests(workspace: Workspace) -> None:
    """One anchor alone gives one prompt: twelve candidates are asked for twelve times."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 12)
        plan = replace(plan, generator=replace(plan.generator, shots=1))
        summary = drive(workspace, plan, anchors=1)
        assert len({asked.question for asked in server.asked}) == 1
        assert len({asked.body["seed"] for asked in server.asked}) == 12
    texts = [str(content["text"]) for content in contents(workspace, summary.run_id)]
    assert len(set(texts)) == 12


@pytest.mark.parametrize("policy", ["keep", "hash", "drop"])
def test_texts_are_kept_hashed_or_dropped_as_the_plan_says(
    workspace: Workspace, policy: str
) -> None:
    """The prompt's words and what an answer says beside the candidate are in a file or in none."""
    odd = [lambda a: chat(f"{{{MARKER} and no json"), lambda a: refusal(400, f"no: {a.question}")]

    def script(asked: Asked) -> Says:
        if odd and asked.number > 3 and not asked.is_for_judge:
            return odd.pop()(asked)
        if asked.is_for_judge:
            return chat(json.dumps({**json.loads(verdict()), "aside": MARKER}))
        return chat(json.dumps({**json.loads(said(asked.number)), "aside": MARKER}))

    with StubServer(script) as server:
        plan = plan_for(server, 10, judge=True, more=f'[ledger]\ntexts = "{policy}"\n')
        summary = drive(workspace, plan)
        assert (summary.stopped, summary.proposed) == ("done", 9)
        drive(workspace, plan)
    asked_words = "realistic training examples for a classifier"
    kept = policy == "keep"
    for words in (MARKER, asked_words):
        files = holds(workspace.root, words)
        assert any(name.startswith(TEXTS) for name in files) is kept
        assert kept or files == []
    calls = ledger.calls(workspace, summary.run_id)
    answered = [call for call in calls if call.usage.output_tokens]
    assert all(bool(call.request_key) is (policy != "drop") for call in answered)
    assert all(bool(call.response_hash) is (policy != "drop") for call in answered)
    assert verify_run(workspace, summary.run_id).ok


def test_texts_may_be_deleted_and_the_ledger_stays_whole(workspace: Workspace) -> None:
    """Only the cache is gone: the same plan is paid for again."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 5)
        first = drive(workspace, plan)
        for path in workspace.root.glob(f"{TEXTS}*"):
            path.unlink()
        assert verify_run(workspace, first.run_id).ok
        again = drive(workspace, plan)
        assert again.cost_usd == first.cost_usd > 0
        assert len(server.asked) == 10


def test_a_damaged_file_of_texts_is_one_sentence(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which file, what it is for, what to do; no call is sent."""
    (workspace.root / TEXTS).write_bytes(b"this is no database" * 500)
    with StubServer(by_content) as server:
        text = endpoint_text(server.base_url, 4)
        path = tmp_path / "plan.toml"
        path.write_text(text.replace('"messages.csv"', json.dumps(str(written(tmp_path)))))
        status = main(["generate", str(path), "--yes", "--workspace", str(workspace.root)])
        assert server.asked == []
    said_last = capsys.readouterr().err.strip().splitlines()[-1]
    assert status == 2
    assert TEXTS in said_last
    assert "remove it and go on, the ledger stays whole" in said_last


def test_the_key_of_the_environment_is_in_no_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the server echoes it in refusals and failures."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)

    def script(asked: Asked) -> Says:
        echo = f"no: {asked.headers['authorization']}"
        faults = {2: refusal(400, echo), 4: refusal(500, echo), 5: refusal(429, echo)}
        return faults.get(asked.number) or by_content(asked)

    with StubServer(script) as server:
        summary = drive(workspace, plan_for(server, 12, judge=True))
        assert summary.stopped == "done"
        assert all(SECRET in asked.headers["authorization"] for asked in server.asked)
    assert holds(workspace.root, SECRET) == []
    assert holds(workspace.root, "***")
