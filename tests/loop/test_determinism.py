"""The same plan and seed give the same candidates and the same scores at any speed."""

import json
import random
from dataclasses import replace

import pytest
from driving import drive, plan_for, said
from servers import WORDS, Asked, Says, StubServer, chat, verdict

from core.workspace import Workspace, ledger


def of_question(asked: Asked, dice: random.Random) -> Says:
    """An answer that its question and seed alone decide, after a while that chance decides."""
    own = random.Random(f"{asked.body['seed']}/{asked.question}")
    wait = dice.random() ** 4 * 0.05
    if asked.is_for_judge:
        return chat(verdict(sound=own.random() < 0.8), wait_seconds=wait)
    kind = own.randrange(10)
    if kind == 0:
        return chat("no answer {", wait_seconds=wait)
    text = "please stop my card it was stolen at the station"  # A copy of an anchor.
    if kind > 2:  # Seldom unlike each other: what is a duplicate depends on what came before.
        text = f"please stop my card, the {own.choice(WORDS[:6])} was stolen near the harbour"
    if kind > 7:
        return chat(said(own.randrange(8000)), wait_seconds=wait)
    return chat(json.dumps({"text": text}), wait_seconds=wait)


@pytest.mark.parametrize(("adversarial", "judge"), [(False, True), (True, True)])
def test_two_runs_at_different_speeds_are_one_run(
    workspace: Workspace, adversarial: bool, judge: bool
) -> None:
    """56 candidates, 4 and 16 at a time: equal contents, scores and reasons."""

    def facts(concurrency: int, seed: int) -> tuple[object, object]:
        dice = random.Random(seed)
        with StubServer(lambda asked: of_question(asked, dice)) as server:
            plan = plan_for(server, 56, judge=judge, concurrency=concurrency)
            plan = replace(plan, adversarial=adversarial, cache=False, seed=5)
            run_id = drive(workspace, plan).run_id
        candidates = ledger.candidates(workspace, run_id)
        critiques = ledger.critiques_frame(workspace, run_id)
        return (
            {c.index: (dict(c.content), c.parents) for c in candidates},
            critiques[["index", "critic", "score", "reason"]].values.tolist(),
        )

    slow, fast = facts(4, 1), facts(16, 2)
    assert slow[0] == fast[0]
    assert json.dumps(slow[1]) == json.dumps(fast[1])
    scores = [score for _, critic, score, _ in fast[1] if critic == "duplicate"]  # type: ignore[attr-defined]
    assert 5 < sum(score < 0.5 for score in scores) < len(scores)
