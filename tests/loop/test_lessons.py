"""Rejected candidates teach later prompts, and the same ones at every speed."""

import random
from dataclasses import replace

import pytest
from driving import drive, plan_for, proposal, said
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import Asked, Says, StubServer, chat

from core.loop.lessons import Lessons
from core.loop.stops import Settled
from core.records import Critique
from core.workspace import Workspace, ledger


def rejected(index: int, critic: str = "format", reason: str = "too long") -> Settled:
    """A candidate that one critic turned down and another liked."""
    name = f"r/{index}"
    candidate = proposal(index, f"text {index}")
    scores = ((critic, 0.1, reason), ("other", 0.9, "fine"))
    return Settled(
        index,
        candidate,
        tuple(
            Critique(candidate_id=name, run_id="r", critic=c, score=s, reason=r)
            for c, s, r in scores
        ),
    )


def texts(lessons: Lessons, index: int) -> list[str]:
    """What a candidate is told of."""
    return [str(lesson.content["text"]) for lesson in lessons.for_candidate(index)]


@pytest.mark.parametrize(
    ("index", "needed"), [(0, 0), (24, 0), (49, 0), (50, 25), (74, 25), (75, 50), (999, 950)]
)
def test_a_candidate_waits_for_those_a_whole_block_before_it(index: int, needed: int) -> None:
    """Blocks of 25: candidate 74 is in block 2 and learns from block 0 alone."""
    assert Lessons.needed(index) == needed


def test_the_newest_six_are_told_and_each_critic_gets_its_word() -> None:
    """20 too long ones and then 5 copies: the newest of each critic in turn."""
    lessons = Lessons()
    for n in range(20):
        lessons.saw(rejected(n), accepted=False)
    for n in range(20, 25):
        lessons.saw(rejected(n, "duplicate", "a copy"), accepted=False)
    assert lessons.for_candidate(49) == []
    told = lessons.for_candidate(50)
    assert [lesson.critic for lesson in told].count("format") == 3
    assert sorted(int(t.split()[1]) for t in texts(lessons, 50)) == [17, 18, 19, 22, 23, 24]
    assert {lesson.reason for lesson in told} == {"too long", "a copy"}


def test_what_was_accepted_lost_or_not_judged_teaches_nothing() -> None:
    """Only a rejection has a reason."""
    lessons = Lessons()
    lessons.saw(rejected(0), accepted=True)
    lessons.saw(Settled(1, None), accepted=False)
    lessons.saw(Settled(2, rejected(2).candidate, ()), accepted=False)
    assert lessons.for_candidate(50) == []


@settings(max_examples=60, derandomize=True)
@given(order=st.permutations(range(60)), index=st.integers(0, 120))
def test_later_rejections_change_nothing_in_whatever_order_they_come(
    order: list[int], index: int
) -> None:
    """What candidate i is told depends on rejections before its block law alone."""
    needed = Lessons.needed(index)
    first, shuffled = Lessons(), Lessons()
    for n in range(min(needed, 60)):
        first.saw(rejected(n, "ab"[n % 2]), accepted=False)
    for n in order:
        shuffled.saw(rejected(n, "ab"[n % 2]), accepted=False)
    assert texts(first, index) == texts(shuffled, index)
    assert len(texts(first, index)) == min(6, needed)


def test_prompts_are_the_same_however_fast_the_calls_were(workspace: Workspace) -> None:
    """60 candidates at random speeds, two and sixteen at a time: the same questions."""

    def asked_by(concurrency: int, seed: int) -> dict[int, str]:
        dice, seen = random.Random(seed), {}

        def script(asked: Asked) -> Says:
            own = int(asked.body["seed"])
            seen[own] = asked.question
            copy = "please stop my card it was stolen at the station"
            answer = said(own) if own % 3 else f'{{"text": "{copy}"}}'
            return chat(answer, wait_seconds=dice.random() * 0.005)

        with StubServer(script) as server:
            plan = plan_for(server, 60, concurrency=concurrency)
            summary = drive(workspace, replace(plan, adversarial=True, cache=False))
        assert summary.proposed == 60
        scores = ledger.candidates_frame(workspace, summary.run_id)["score"]
        assert 10 < (scores < 0.5).sum() < 50
        return seen

    slow, fast = asked_by(2, 1), asked_by(16, 2)
    assert slow == fast
    assert sum("turned down" in question for question in fast.values()) == 10
