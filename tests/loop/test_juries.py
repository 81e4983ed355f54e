"""Several votes on a candidate: each paid for once, the verdict their mean."""

import json
from collections import Counter
from typing import Any

import pytest
from batch_server import BatchServer
from driving import IN, OUT, drive, good, new_run, plan_for, said
from servers import Asked, Says, StubServer, chat, verdict

from core.critique.verdict import JUDGE
from core.errors import Cancelled, PlanError
from core.generation.plan_file import plan_from_toml, plan_to_toml
from core.workspace import Workspace, ledger

JURY = 'jurors = ["ann", "bob", "cyd"]\n'


def split(asked: Asked) -> Says:
    """Ann objects to nothing, Bob finds everything implausible, Cyd finds it off its label."""
    if not asked.is_for_judge:
        return chat(said(asked.number))
    given = {"ann": verdict(), "bob": verdict(plausible=False), "cyd": verdict(belongs=False)}
    return chat(given[asked.body["model"]], model=asked.body["model"])


def verdicts(workspace: Workspace, run_id: str) -> dict[str, list[Any]]:
    """Every critic's scores."""
    found: dict[str, list[Any]] = {}
    for critique in ledger.critiques(workspace, run_id):
        found.setdefault(critique.critic, []).append(critique.score)
    return found


def test_a_jury_votes_once_each_and_its_verdict_is_the_mean(workspace: Workspace) -> None:
    """Votes of 1, 2/3 and 0: 5/9; one call for each vote, all of them on the bill.

    A candidate that a critic without a model finds hopeless is shown to nobody.
    """
    with StubServer(split) as server:
        summary = drive(workspace, plan_for(server, 10, judge=True, critics=JURY))
        asked = Counter(a.body["model"] for a in server.asked)
        keys = [a.headers.get("idempotency-key") for a in server.asked]
    assert summary.stopped == "done"
    shown = asked["ann"]
    assert shown >= 5
    assert asked == {"stub": 10, "ann": shown, "bob": shown, "cyd": shown}
    assert len(set(keys)) == len(keys)
    assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
    found = verdicts(workspace, summary.run_id)
    assert found["vote 1 · ann"] == [1.0] * shown
    assert sorted(found[JUDGE])[-shown:] == pytest.approx([5 / 9] * shown)
    scores = ledger.candidates_frame(workspace, summary.run_id)["score"]
    assert scores.max() <= 5 / 9 + 1e-12


def test_votes_that_were_paid_for_are_not_asked_for_again(workspace: Workspace) -> None:
    """A run stopped in the middle of its votes goes on with those that are missing."""
    with StubServer(split) as server:
        plan = plan_for(server, 12, judge=True, critics=JURY, concurrency=3)
        run = new_run(workspace, plan)

        def stop(done: int, total: int, what: str) -> None:
            if done >= 4:
                raise Cancelled("enough")

        first = drive(workspace, plan, run, progress=stop)
        assert first.stopped == "cancelled"
        summary = drive(workspace, plan, run)
        asked = Counter(a.body["model"] for a in server.asked)
    assert summary.stopped == "done"
    assert asked["stub"] == 12
    assert asked["ann"] == asked["bob"] == asked["cyd"] >= 6
    assert len(verdicts(workspace, run.run_id)[JUDGE]) == 12
    assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)


def test_a_vote_that_cannot_be_read_leaves_the_candidate_unjudged(workspace: Workspace) -> None:
    """It is asked for twice; two good votes of three are no verdict, and nothing is accepted."""

    def mute(asked: Asked) -> Says:
        if asked.is_for_judge and asked.body["model"] == "cyd":
            return chat(json.dumps({"verdict": "accept", "score": 1}))
        return good(asked)

    with StubServer(mute) as server:
        summary = drive(workspace, plan_for(server, 4, judge=True, critics=JURY))
        asked = Counter(a.body["model"] for a in server.asked)
    assert asked["cyd"] == 8
    assert verdicts(workspace, summary.run_id)[JUDGE] == [None] * 4
    assert ledger.candidates_frame(workspace, summary.run_id)["score"].isna().all()


def test_one_model_may_vote_more_than_once(workspace: Workspace) -> None:
    """Two votes of one judge: asked under seeds and with examples of their own."""
    with StubServer(good) as server:
        plan = plan_for(server, 3, judge=True, critics="votes = 2\n")
        summary = drive(workspace, plan)
        questions = [a.question for a in server.asked if a.is_for_judge]
    assert len(questions) == len(set(questions)) == 6
    assert verdicts(workspace, summary.run_id)[JUDGE] == [1.0] * 3


def test_a_jury_votes_in_batches_one_vote_after_the_other(workspace: Workspace) -> None:
    """A batch of proposals, then one of each juror's votes."""
    with BatchServer(split) as server:
        text = plan_to_toml(plan_for(server, 5, judge=True, critics=JURY))  # type: ignore[arg-type]
        plan = plan_from_toml(text.replace("batch = false", "batch = true"))
        summary = drive(workspace, plan)
    assert summary.stopped == "done"
    assert verdicts(workspace, summary.run_id)[JUDGE] == pytest.approx([5 / 9] * 5)


def test_a_plan_of_a_jury_is_read_back_equal_and_one_without_keeps_its_digest() -> None:
    """Votes and jurors decide what is judged, so they are part of what a plan is."""
    plan = plan_from_toml(
        'data = "d"\nlabel = "l"\nslice = "s"\n[generator]\ntype = "openai"\nmodel = "m"\n'
        f"[critics]\njudge = true\nvotes = 2\n{JURY}"
    )
    assert plan.jury == ("ann", "bob", "cyd") * 2
    assert plan_from_toml(plan_to_toml(plan)) == plan
    alone = plan_from_toml(plan_to_toml(plan).replace("votes = 2", "votes = 1"))
    assert alone.digest != plan.digest


@pytest.mark.parametrize(
    ("critics", "sentence"),
    [
        ('jurors = ["a", 3]', "expected names of models in quotes"),
        ('judge_model = "a"\njurors = ["b"]', "both say who judges"),
        ('votes = 4\njurors = ["a", "b", "c"]', "asks for 12 votes a candidate; expected 9"),
        ("votes = 0", "critics.votes"),
    ],
)
def test_a_jury_that_cannot_be_meant_is_one_sentence(critics: str, sentence: str) -> None:
    """Which key, what was found and what is expected."""
    with pytest.raises(PlanError, match=sentence):
        plan_from_toml(
            'data = "d"\nlabel = "l"\nslice = "s"\n[generator]\ntype = "openai"\nmodel = "m"\n'
            f"[critics]\njudge = true\n{critics}\n"
        )
