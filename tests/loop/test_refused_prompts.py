"""A prompt that an endpoint always refuses costs its own candidate and no other."""

import json

import pytest
from driving import IN, OUT, drive, good, new_run, plan_for
from servers import Asked, Says, StubServer, refusal

from core.analysis.spending import spending_of
from core.cli import main
from core.workspace import Workspace, ledger


def poisoned(asked: Asked) -> Says:
    """One candidate in fifty, by its seed, is refused however often it is asked for."""
    if not asked.is_for_judge and int(asked.body["seed"]) % 50 == 49:
        return refusal(400, "flagged by the content policy", code="content_filter")
    return good(asked)


def test_one_prompt_in_fifty_is_refused_and_all_others_are_kept(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refused ones of 150 are asked for once, named with the reason, and not resumed."""
    with StubServer(poisoned) as server:
        plan = plan_for(server, 150, concurrency=8)
        run = new_run(workspace, plan)
        summary = drive(workspace, plan, run)
        bad = [asked for asked in server.asked if int(asked.body["seed"]) % 50 == 49]
        assert (summary.stopped, summary.proposed, summary.calls) == ("done", 150 - len(bad), 150)
        assert len(server.asked) == 150
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        assert drive(workspace, plan, run).calls == 150
        assert len(server.asked) == 150
    here = {candidate.index for candidate in ledger.candidates(workspace, run.run_id)}
    missing = sorted(set(range(150)) - here)
    assert len(missing) == len(bad) > 1
    assert main(["ledger", "show", run.run_id, "--json", "--workspace", str(workspace.root)]) == 0
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert [one["candidate_index"] for one in refused] == missing
    assert {one["role"] for one in refused} == {"generator"}
    assert all("flagged by the content policy" in one["reason"] for one in refused)


def test_a_verdict_that_is_refused_leaves_its_candidate_unjudged(workspace: Workspace) -> None:
    """The candidate is kept, is never accepted, and is named with the role of who was refused."""

    def script(asked: Asked) -> Says:
        if asked.is_for_judge and not judged:
            judged.append(asked)
            return refusal(400, "flagged")
        return good(asked)

    judged: list[Asked] = []
    with StubServer(script) as server:
        summary = drive(workspace, plan_for(server, 12, judge=True))
    assert (summary.stopped, summary.proposed) == ("done", 12)
    (refused,) = spending_of(workspace, summary.run_id).refused
    assert refused.role == "critic"
    verdicts = {
        c.candidate_id: c
        for c in ledger.critiques(workspace, summary.run_id)
        if c.critic == "judge"
    }
    own = verdicts[f"{summary.run_id}/{refused.candidate_index}"]
    assert own.score is None
    assert "flagged" in own.reason
