"""Swings, ranks, copulas, shares and roots: by hand, against SciPy, and as laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.calculators.attribution import (
    antithetic_orders,
    contributions_in_order,
    shapley_values,
)
from core.calculators.copula import correlation_root, normal_correlation, reordered
from core.calculators.roots import closest_gap, crossings
from core.calculators.sensitivity import rank_correlation, ranks, swing
from core.errors import AssumptionError

LAW = settings(max_examples=40, derandomize=True, deadline=None)
NUMBERS = st.floats(-1e6, 1e6)


def test_two_changes_share_what_they_do_together() -> None:
    """Price and seats doubled: 2 x 3 to 4 x 6; the 6 beyond 6 and 6 alone are halved."""
    revenue = [2 * 3, 4 * 3, 2 * 6, 4 * 6]
    assert shapley_values(revenue).tolist() == [9.0, 9.0]
    assert shapley_values([1.0, 4.0, 3.0, 10.0]).tolist() == [(3 + 7) / 2, (2 + 6) / 2]


@LAW
@given(
    n=st.integers(0, 6), values=st.lists(NUMBERS, min_size=64, max_size=64), seed=st.integers(0, 99)
)
def test_shares_sum_to_the_difference(n: int, values: list[float], seed: int) -> None:
    """Exact or sampled, whatever the outcomes of the coalitions are."""
    outcomes = np.array(values[: 2**n])
    total = outcomes[-1] - outcomes[0]
    near = {"rel": 1e-12, "abs": 1e-12 * max(1.0, np.abs(outcomes).max())}
    assert math.fsum(shapley_values(outcomes)) == pytest.approx(total, **near)
    if n:
        orders = antithetic_orders(n, 3, seed)
        made = np.zeros((6, n + 1), dtype=int)
        made[:, 1:] = np.cumsum(1 << orders, axis=1)
        sampled, _ = contributions_in_order(outcomes[made], orders)
        assert math.fsum(sampled) == pytest.approx(total, **near)


def test_sampled_orders_near_the_exact_shares() -> None:
    """Ten times in ten the exact share lies within four standard errors."""
    stream = np.random.default_rng(1)
    outcomes = stream.normal(size=2**5)
    orders = antithetic_orders(5, 200, 0)
    made = np.zeros((400, 6), dtype=int)
    made[:, 1:] = np.cumsum(1 << orders, axis=1)
    found, error = contributions_in_order(outcomes[made], orders)
    assert (np.abs(found - shapley_values(outcomes)) < 4 * error).all()
    assert (orders[1::2] == orders[::2, ::-1]).all()


def test_a_change_that_does_nothing_has_no_share() -> None:
    """Nor has one order more weight than another: equal changes have equal shares."""
    assert shapley_values([0.0, 0.0, 5.0, 5.0]).tolist() == [0.0, 5.0]
    with pytest.raises(AssumptionError, match="a power of two; found 3"):
        shapley_values([1.0, 2.0, 3.0])


def test_ranks_and_their_correlation_agree_with_scipy() -> None:
    """Ties included, and in whatever order the draws come."""
    stream = np.random.default_rng(3)
    x = stream.integers(0, 9, (4, 300)).astype(float)
    x[0] = stream.normal(size=300)
    y = x[0] + x[1] + stream.normal(size=300)
    np.testing.assert_array_equal(ranks(x), stats.rankdata(x, axis=-1))
    found = rank_correlation(x, y)
    expected = [stats.spearmanr(row, y).statistic for row in x]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    order = stream.permutation(300)
    np.testing.assert_allclose(rank_correlation(x[:, order], y[order]), found, atol=1e-12)
    many = rank_correlation(x, y)
    np.testing.assert_allclose([rank_correlation(row, y) for row in x], many, atol=1e-12)


def test_what_never_changes_correlates_with_nothing() -> None:
    """Undefined, not 0; draws without an outcome are left out."""
    x = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 5.0, 5.0, 5.0]])
    up, none = rank_correlation(x, [1.0, 2.0, np.nan, 9.0])
    assert up == pytest.approx(1.0)
    assert np.isnan(none)
    assert np.isnan(rank_correlation(x, [np.nan] * 4)).all()
    with pytest.raises(AssumptionError, match="expected as many"):
        rank_correlation(x, [1.0, 2.0])


def test_a_swing_is_a_distance() -> None:
    """Infinite ends that are the same do not swing; one that does not exist is unknown."""
    assert swing([1.0, 3.0, np.inf], [3.0, 1.0, np.inf]).tolist() == [2.0, 2.0, 0.0]
    assert np.isnan(swing(np.nan, 1.0))


def test_normals_that_follow_ranks() -> None:
    """The classic figures: 0.5 takes 0.5176, and the ends are the ends."""
    assert normal_correlation(0.5) == pytest.approx(2 * math.sin(math.pi / 12))
    assert normal_correlation([-1.0, 0.0, 1.0]).tolist() == pytest.approx([-1.0, 0.0, 1.0])
    with pytest.raises(AssumptionError, match="rank_correlation must be in"):
        normal_correlation(1.5)


@LAW
@given(seed=st.integers(0, 10_000), size=st.integers(1, 6))
def test_the_root_gives_the_matrix_back(seed: int, size: int) -> None:
    """For every matrix that is one, singular ones included."""
    rows = np.random.default_rng(seed).normal(size=(size, max(1, size - seed % 3)))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    matrix = np.clip(rows @ rows.T, -1, 1)
    root = correlation_root(matrix)
    np.testing.assert_allclose(root @ root.T, matrix, atol=1e-4)
    assert (np.triu(root, 1) == 0).all()


def test_a_matrix_that_contradicts_itself_is_refused() -> None:
    """One and two move together, so do two and three, but one and three against each other."""
    with pytest.raises(AssumptionError, match="contradicts itself"):
        correlation_root([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    with pytest.raises(AssumptionError, match="contradicts itself"):
        correlation_root([[1.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.0, 0.5, 1.0]])


def test_reordering_keeps_every_value() -> None:
    """The lowest goes where the leader is lowest."""
    assert reordered([30.0, 10.0, 20.0], [5.0, 9.0, 1.0]).tolist() == [20.0, 30.0, 10.0]


def test_roots_of_a_parabola_are_both_found() -> None:
    """x² = 2 twice; a jump over zero is a place at which the function is not zero."""
    at = np.linspace(-3, 3, 8)
    found = crossings(lambda x: x * x - 2, at, at * at - 2)
    assert found == pytest.approx([-math.sqrt(2), math.sqrt(2)], abs=1e-12)
    [jump] = crossings(lambda x: 1.0 if x > 0.3 else -1.0, at, np.where(at > 0.3, 1.0, -1.0))
    assert jump == pytest.approx(0.3, abs=1e-9)
    assert crossings(lambda x: x, [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]) == [0.0]
    assert crossings(lambda x: x, [1.0, 2.0], [np.nan, 2.0]) == []


def test_the_next_trials_are_where_it_matters() -> None:
    """At the edge of what exists, and around the closest miss; nowhere when a root is bracketed."""
    edge = closest_gap([0.0, 1.0, 2.0, 3.0], [-1.0, 1.0, np.nan, np.nan])
    assert edge.min() > 1
    assert edge.max() < 2
    miss = closest_gap([0.0, 1.0, 2.0], [3.0, 1.0, 2.0])
    assert miss.min() < 1 < miss.max()
    assert closest_gap([0.0, 1.0], [-1.0, 1.0]).size == 0
