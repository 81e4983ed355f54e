"""Laws of levers and of the frontier, on plans made up at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators import frontier, levers, margin, predictivity, review

quick = settings(max_examples=60, derandomize=True, deadline=None)
fractions = st.floats(0, 1)
inner = st.floats(0.02, 0.98)


@quick
@given(inner, inner, inner, inner)
def test_the_share_to_review_is_just_enough(
    accuracy: float, human: float, ranking: float, step: float
) -> None:
    """The share found reaches the target exactly, and none is found only beyond the best."""
    best = float(review.best_reviewed_accuracy(accuracy, human, ranking))
    target = accuracy + step * (best - accuracy)
    share = review.review_share_for(target, accuracy, human, ranking)
    reached = review.reviewed_accuracy(accuracy, share, human, ranking)
    assert reached == pytest.approx(target, abs=1e-9)
    if best < 0.99:
        assert review.review_share_for(best + 0.01, accuracy, human, ranking) == np.inf


@quick
@given(fractions, st.sampled_from([1, 3, 5, 7, 9]), fractions)
def test_right_and_wrong_votes_mirror(accuracy: float, votes: int, correlation: float) -> None:
    """The majority is right at p as often as it is wrong at 1 - p."""
    right = levers.vote_accuracy(accuracy, votes, correlation)
    wrong = levers.vote_accuracy(1 - accuracy, votes, correlation)
    assert right + wrong == pytest.approx(1, abs=1e-9)


@quick
@given(fractions, st.sampled_from([3, 5, 9]))
def test_votes_that_always_agree_change_nothing(accuracy: float, votes: int) -> None:
    """At a correlation of 1 the majority is one answer; near 0 it is the binomial's."""
    assert levers.vote_accuracy(accuracy, votes, 1.0) == accuracy
    near = levers.vote_accuracy(accuracy, votes, 1e-9)
    assert near == pytest.approx(float(levers.vote_accuracy(accuracy, votes)), abs=1e-6)


@quick
@given(inner, inner, st.floats(0.05, 2), st.floats(1, 1e5), st.floats(0, 1e6))
def test_samples_and_error_are_inverse(
    now: float, part: float, exponent: float, held: float, added: float
) -> None:
    """Adding the samples that an error needs gives that error."""
    floor = now * part
    error = levers.error_with_data(added, held, now, floor, exponent)
    needed = levers.samples_to_error(error, held, now, floor, exponent)
    again = levers.error_with_data(needed, held, now, floor, exponent)
    assert again == pytest.approx(float(error), rel=1e-9)


def plans(seed: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Costs and accuracies of plans at random."""
    stream = np.random.default_rng(seed)
    return stream.uniform(0.001, 0.05, n), stream.uniform(0.7, 0.97, n)


@quick
@given(st.integers(0, 10_000))
def test_accuracy_never_gets_cheaper(seed: int) -> None:
    """The cost of the frontier rises with accuracy, and no plan off it is worth having."""
    cost, accuracy = plans(seed)
    mask = frontier.pareto_mask(cost, accuracy)
    order = np.argsort(accuracy[mask])
    assert (np.diff(cost[mask][order]) > 0).all()
    for c, a in zip(cost[~mask], accuracy[~mask], strict=True):
        assert ((cost[mask] <= c) & (accuracy[mask] >= a)).any()


@quick
@given(st.integers(0, 10_000), st.floats(0.6, 0.999))
def test_the_closed_form_beats_every_plan_tried_one_by_one(seed: int, target: float) -> None:
    """No share of review on a fine grid reaches the target more cheaply."""
    cost, accuracy = plans(seed)
    stream = np.random.default_rng(seed + 1)
    each, human, ranking = stream.uniform([0.01, 0.9, 0], [1, 1, 1])
    plan, share = frontier.cheapest_with_review(
        [[target]], accuracy[:, None], cost[:, None], [each], [human], [ranking]
    )
    shares = np.linspace(0, 1, 401)[:, np.newaxis]
    tried = np.where(
        review.reviewed_accuracy(accuracy, shares, human, ranking) >= target,
        cost + shares * each,
        np.inf,
    ).min()
    if plan[0, 0] < 0:
        assert tried == np.inf
        return
    found = cost[plan[0, 0]] + share[0, 0] * each
    assert found <= tried + 1e-12
    assert tried <= found + each / 400 + 1e-12


@quick
@given(st.integers(0, 10_000), st.floats(0.7, 0.99), st.floats(0.1, 10))
def test_more_levers_never_cost_more_and_prices_scale(
    seed: int, target: float, factor: float
) -> None:
    """Taking plans away never lowers the least cost; all prices times x is the cost times x."""
    cost, accuracy = plans(seed)
    few = frontier.cheapest_cost(cost[:20], accuracy[:20], target)
    many = frontier.cheapest_cost(cost, accuracy, target)
    assert many <= few
    scaled = frontier.cheapest_cost(factor * cost, accuracy, target)
    assert scaled == pytest.approx(factor * float(many)) or np.isinf(many)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    margins=st.tuples(st.floats(0.0, 0.9), st.floats(0.0, 0.9)),
    revenue=st.floats(0.01, 10.0),
    other=st.floats(0.0, 0.05),
    base=st.floats(1e-4, 0.1),
    start=st.floats(0.5, 0.9),
    exponent=st.floats(0.5, 3.0),
)
def test_the_margin_at_the_accuracy_for_a_margin_is_that_margin(
    margins: tuple[float, float],
    revenue: float,
    other: float,
    base: float,
    start: float,
    exponent: float,
) -> None:
    """To 1e-9 up to 99.99 %, and the more margin is wanted the less accuracy is left.

    Closer to 1 an accuracy has too few digits left for its error.
    """
    low, high = sorted(margins)
    found = predictivity.accuracy_at_margin([low, high], revenue, other, base, start, exponent)
    for wanted, accuracy in zip((low, high), found, strict=True):
        if accuracy <= 0.9999:
            cost = other + predictivity.cost_at(accuracy, base, start, exponent)
            assert float(margin.gross_margin(revenue, cost)) == pytest.approx(wanted, abs=1e-9)
    if np.isfinite(found).all():
        assert found[1] <= found[0] + 1e-12
