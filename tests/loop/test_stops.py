"""A run ends when enough is accepted, and when going on would surely be in vain."""

import random
from itertools import count as counted

import pytest
from driving import by_content, drive, plan_for, proposal
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import Asked, Says, StubServer

from core.generation.plan import GenerationPlan
from core.loop.order import InOrder
from core.loop.stops import Settled, StopRules
from core.records import Critique
from core.workspace import Workspace, ledger

CRITICS = ("format", "duplicate")


def rules(**changes: object) -> StopRules:
    """The rules of a plan of two critics, strict at 0.5."""
    plan = GenerationPlan(data="d", label="l", slice="s", **changes)  # type: ignore[arg-type]
    return StopRules(plan, CRITICS)


def settled(index: int, *, accepted: bool = True, repeats: bool = False) -> Settled:
    """A candidate that both critics have seen."""
    name = f"r/{index}"
    candidate = proposal(index, name)
    scores = {"format": 0.9 if accepted else 0.1, "duplicate": 0.2 if repeats else 1.0}
    said = [
        Critique(candidate_id=name, run_id="r", critic=critic, score=score, reason="")
        for critic, score in scores.items()
    ]
    return Settled(index, candidate, tuple(said))


def test_the_accepted_count_is_reached_exactly() -> None:
    """Two of three are accepted: ten are there at the 14th candidate, and no later one counts."""
    stops = rules(accepted=10)
    for n in range(40):
        stops.saw(settled(n, accepted=n % 3 != 2))
    assert (stops.accepted, stops.seen) == (10, 14)  # 0 1 3 4 6 7 9 10 12 13
    assert stops.why == "10 of 14 candidates are accepted at strictness 0.50"
    assert not stops.may_propose(0)


def test_a_candidate_is_accepted_by_its_worst_critic_and_only_when_all_have_judged() -> None:
    """0.9 and 0.2 is rejected; 0.9 alone, or beside a critic that could not judge, as well."""
    stops = rules()
    assert stops.is_accepted(settled(0))
    assert not stops.is_accepted(settled(0, repeats=True))
    one, two = settled(0).critiques
    candidate = settled(0).candidate
    assert not stops.is_accepted(Settled(0, candidate, (one,)))
    silent = Critique(candidate_id="r/0", run_id="r", critic="duplicate", score=None, reason="")
    assert not stops.is_accepted(Settled(0, candidate, (one, silent)))
    assert stops.is_accepted(Settled(0, candidate, (two, one)))


def test_what_is_still_to_be_proposed_follows_from_the_rate_so_far() -> None:
    """5 of 20 accepted, 10 wanted: (5 + 1) / (20 + 2), so 5 more take 18.3: 38 in all."""
    stops = rules(accepted=10)
    assert stops.expected(100) == 20  # Nothing seen: one half is expected.
    for n in range(20):
        stops.saw(settled(n, accepted=n % 4 == 0))
    assert stops.rate == pytest.approx(6 / 22)
    assert stops.expected(100) == 38
    assert stops.expected(30) == 30
    assert stops.may_propose(18)  # 5 + 18 x 6/22 = 9.9
    assert not stops.may_propose(19)  # 5 + 19 x 6/22 = 10.2
    assert rules().expected(100) == 100


@pytest.mark.parametrize(("accepted", "stops_it"), [(8, True), (9, False), (100, False)])
def test_acceptance_has_collapsed_when_chance_explains_it_once_in_a_thousand(
    accepted: int, stops_it: bool
) -> None:
    """At a true rate of 20 %, at most 8 of 100 come up with 0.00086, at most 9 with 0.0023."""
    stops = rules(least_acceptance=0.2)
    for n in range(100):
        stops.saw(settled(n, accepted=n < accepted))
    expected = "acceptance has collapsed: 8 of the last 100 candidates are accepted at "
    assert stops.why.startswith(expected) is stops_it
    assert bool(stops.why) is stops_it


@pytest.mark.parametrize(("repeats", "stops_it"), [(66, True), (65, False), (0, False)])
def test_duplicates_saturate_when_surely_more_than_allowed_repeat(
    repeats: int, stops_it: bool
) -> None:
    """Where half may repeat, at most 34 of 100 new ones come up with 0.00089, 35 with 0.0018."""
    stops = rules(most_duplicates=0.5)
    for n in range(100):
        stops.saw(settled(n, repeats=n < repeats))
    assert stops.why.startswith("duplicates saturate: 66 of the last 100") is stops_it
    assert bool(stops.why) is stops_it


def test_a_rate_is_looked_at_over_the_last_hundred_and_every_tenth_candidate() -> None:
    """200 good ones, then none: 8 of 100 are good after 292 candidates, so it stops at 300."""
    stops = rules(least_acceptance=0.2)
    for n in counted():
        stops.saw(settled(n, accepted=n < 200))
        if stops.why:
            break
    assert stops.seen == 300
    assert "0 of the last 100" in stops.why
    early = rules(least_acceptance=0.2)
    for n in range(99):
        early.saw(settled(n, accepted=False))
    assert not early.why


def test_what_came_to_nothing_counts_neither_way() -> None:
    """A candidate that was refused says nothing about acceptance."""
    stops = rules(least_acceptance=0.2, accepted=5)
    for n in range(500):
        stops.saw(Settled(n, None))
    assert (stops.seen, stops.accepted, stops.why) == (0, 0, "")
    assert stops.may_propose(0)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(
    wanted=st.integers(1, 30),
    rate=st.sampled_from([0.02, 0.2, 0.5, 0.9, 1.0]),
    concurrency=st.integers(1, 40),
    seed=st.integers(0, 1000),
    in_order=st.booleans(),
)
def test_proposing_never_waits_for_nothing_and_ends_at_the_goal(
    wanted: int, rate: float, concurrency: int, seed: int, in_order: bool
) -> None:
    """Candidates settle in any order: with none under way there is one more, or it is over."""
    stops, dice, total = rules(accepted=wanted), random.Random(seed), 400
    fates = [dice.random() < rate for _ in range(total)]
    order: InOrder[Settled] = InOrder()
    proposed, open_ones = 0, []
    while True:
        while (
            proposed < total
            and len(open_ones) < concurrency
            and stops.may_propose(len(open_ones) + order.waiting)
        ):
            open_ones.append(proposed)
            proposed += 1
        if not open_ones:
            break
        place = open_ones.pop(0 if in_order else dice.randrange(len(open_ones)))
        for ready in order.put(place, settled(place, accepted=fates[place])):
            stops.saw(ready)
    enough = next((n + 1 for n in range(total) if sum(fates[: n + 1]) == wanted), None)
    if enough is None:
        assert proposed == total
        assert (stops.accepted, stops.why) == (sum(fates), "")
    else:
        assert stops.accepted == wanted
        assert stops.seen == enough
        assert proposed >= enough
        assert not in_order or proposed < enough + concurrency


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_run_stops_at_the_same_candidate_however_many_calls_are_under_way(
    workspace: Workspace, concurrency: int
) -> None:
    """Seven are wanted: it ends where the first seven are accepted, and few more are paid for."""
    with StubServer(by_content) as server:
        plan = plan_for(
            server, 60, concurrency=concurrency, more="[stop]\naccepted = 7\n[ledger]\ncache=false"
        )
        summary = drive(workspace, plan)
    frame = ledger.candidates_frame(workspace, summary.run_id)
    good = frame[frame["score"] >= 0.5]["index"].tolist()
    last = good[6]
    assert summary.stopped == "done"
    assert summary.why == f"7 of {last + 1} candidates are accepted at strictness 0.50"
    assert last + 1 <= summary.proposed <= last + 1 + 8


def test_a_judge_who_takes_long_over_one_candidate_does_not_make_the_run_buy_more(
    workspace: Workspace,
) -> None:
    """Five are wanted; while the first verdict takes a second, others wait behind it unseen."""
    slow = []

    def script(asked: Asked) -> Says:
        says = by_content(asked)
        if asked.is_for_judge and not slow:
            slow.append(asked)
            says.wait_seconds = 1.0
        return says

    with StubServer(script) as server:
        plan = plan_for(server, 300, judge=True, concurrency=8, more="[stop]\naccepted = 5\n")
        summary = drive(workspace, plan)
    assert summary.why == "5 of 5 candidates are accepted at strictness 0.50"
    assert summary.proposed <= 5 / 0.5 + 1
