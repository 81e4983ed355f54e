"""How spending and acceptance developed in the course of a run, and what to allow it."""

import pytest
from messages import anchors_and_others, endpoint_text
from servers import StubServer, obliging

from core.analysis.allowance import budget_to_go_on, rounded_up
from core.analysis.corpus import first_candidates
from core.analysis.course import course_of, rolling_rate
from core.analysis.generate import generate
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace


def test_the_rate_is_that_of_the_last_so_many() -> None:
    """Ten accepted and ten rejected: with a window of ten the rate falls from 1 to 0."""
    rate, low, high = rolling_rate([True] * 10 + [False] * 10, window=10)
    assert rate == pytest.approx([1.0 - i / 10 for i in range(11)])
    assert all(a <= r <= b for a, r, b in zip(low, rate, high, strict=True))


def test_fewer_than_ten_candidates_have_no_rate() -> None:
    """A rate of a handful would only mislead."""
    assert rolling_rate([True] * 9) == ([], [], [])


@pytest.mark.parametrize(
    ("usd", "budget"),
    [(0.0, 0.01), (0.004, 0.01), (0.0131, 0.02), (0.13, 0.2), (0.31, 0.5), (1.0, 1.0), (123, 200)],
)
def test_a_budget_is_an_amount_that_people_would_name(usd: float, budget: float) -> None:
    """The next of 1, 2, 3, 5 and 10 times a power of ten, a cent at least."""
    assert rounded_up(usd) == pytest.approx(budget)


def test_a_course_ends_at_the_runs_totals(workspace: Workspace) -> None:
    """The last point of the curves is the bill and the number accepted."""
    anchors, others = anchors_and_others()
    with StubServer(obliging) as server:
        plan = plan_from_toml(endpoint_text(server.base_url, 16, judge=True))
        run = generate(workspace, plan, anchors=anchors, others=others)
    course = course_of(workspace, run.run_id, 0.0)
    assert course.calls[-1] == run.calls
    assert course.cost_usd[-1] == pytest.approx(run.cost_usd)
    assert course.accepted[-1] == run.proposed == course.proposed[-1]
    assert list(course.accepted) == sorted(course.accepted)
    assert budget_to_go_on(run, None) >= run.cost_usd
    assert budget_to_go_on(run, 5.0) == 5.0


def test_the_first_accepted_and_rejected_come_in_their_order(workspace: Workspace) -> None:
    """Three of each, the accepted first, each with what its kind adds."""
    anchors, others = anchors_and_others()
    with StubServer(obliging) as server:
        plan = plan_from_toml(endpoint_text(server.base_url, 16))
        run = generate(workspace, plan, anchors=anchors, others=others)
    scores = {c.index: c.score for c in first_candidates(workspace, run.run_id, 0.0, 99)}
    assert list(scores) == list(range(16))
    tau = sorted(score or 0.0 for score in scores.values())[8]
    shown = first_candidates(workspace, run.run_id, tau, 3)
    taken = [i for i, score in scores.items() if (score or 0.0) >= tau][:3]
    left = [i for i, score in scores.items() if (score or 0.0) < tau][:3]
    assert [c.index for c in shown] == taken + left
    assert all(c.said for c in shown)
