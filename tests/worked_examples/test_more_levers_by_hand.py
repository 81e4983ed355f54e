"""Retrieval, retries that resemble each other, proof, routing and volume, worked out by hand."""

import numpy as np
import pytest
from scipy import optimize
from scipy.special import ndtr

from core.calculators import frontier, levers, predictivity, retries, sample_size, verification
from core.calculators.routing import cascade_at, cascade_curve, routing_hull
from core.calculators.strictness import effective_samples
from core.errors import AssumptionError


def test_retrieval_mends_some_errors_and_makes_others() -> None:
    """80 % right: of the 20 points wrong 30 % miss a fact and 70 % of those are found."""
    assert levers.retrieved_accuracy(0.8, 0.3, 0.7, 0.0) == pytest.approx(0.842)
    assert levers.retrieved_accuracy(0.8, 0.3, 0.7, 0.1) == pytest.approx(0.762)
    assert levers.retrieved_accuracy(0.8, 0.0, 1.0, 0.0) == 0.8


def test_a_stronger_model_leaves_a_share_of_the_errors() -> None:
    """70 % of 15 points of error are 10.5 points."""
    assert levers.stronger_accuracy(0.85, 0.7) == pytest.approx(0.895)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 9])
def test_independent_retries_are_the_textbook_loop(most: int) -> None:
    """Without correlation the loop is geometric."""
    right, attempts = retries.correlated_loop(0.6, 0.9, 0.2, most)
    assert right == pytest.approx(verification.loop_accuracy(0.6, 0.9, 0.2, most))
    accepted = verification.acceptance_rate(0.6, 0.9, 0.2)
    assert attempts == pytest.approx(verification.expected_attempts(accepted, most))


def test_retries_at_one_question_gain_less() -> None:
    """Two attempts at flat difficulties (accuracy 1/2, correlation 1/3), a perfect verifier.

    Right at once in 1/2; else the second answer is right with E[x(1 - x)] = 1/6.
    """
    right, attempts = retries.correlated_loop(0.5, 1.0, 0.0, 2, 1 / 3)
    assert right == pytest.approx(1 / 2 + 1 / 6)
    assert attempts == pytest.approx(1.5)
    independent, _ = retries.correlated_loop(0.5, 1.0, 0.0, 2, 0.0)
    assert independent == pytest.approx(0.75)


def test_answers_that_never_differ_gain_nothing() -> None:
    """At correlation 1 asking again gives the same answer at a higher price."""
    right, attempts = retries.correlated_loop(0.6, 0.9, 0.2, 4, 1.0)
    assert right == pytest.approx(0.6)
    assert attempts > 1


def test_the_loop_is_the_mean_over_questions() -> None:
    """Half a million questions of Beta-distributed accuracy, each with its own loop."""
    rho, p = 0.4, 0.7
    spread = 1 / rho - 1
    each = np.random.default_rng(3).beta(p * spread, (1 - p) * spread, 500_000)
    right, attempts = retries.correlated_loop(p, 0.85, 0.3, 4, rho)
    assert right == pytest.approx(verification.loop_accuracy(each, 0.85, 0.3, 4).mean(), abs=2e-3)
    accepted = verification.acceptance_rate(each, 0.85, 0.3)
    assert attempts == pytest.approx(verification.expected_attempts(accepted, 4).mean(), abs=5e-3)


def test_half_an_attempt_is_refused() -> None:
    """Attempts are whole."""
    with pytest.raises(AssumptionError, match="attempts_allowed must be whole"):
        retries.correlated_loop(0.6, 0.9, 0.2, 1.5)


def test_a_verifier_by_signal_detection() -> None:
    """Rejecting half of the wrong answers, a skill of 1 accepts Phi(1) of the right ones."""
    assert retries.accepted_right(0.5, 1.0) == pytest.approx(0.841345, abs=1e-6)
    assert retries.accepted_right(0.9, 0.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("skill", "threshold", "usd"), [(1.0, 0.70, 0.0187), (2.0, 1.24, 0.0085), (3.0, 1.70, 0.0061)]
)
def test_the_strictness_that_makes_an_effective_sample_cheapest(
    skill: float, threshold: float, usd: float
) -> None:
    """60 % good, $0.002 to write and $0.001 to judge: an interior minimum for each skill."""

    def cost(t: float) -> float:
        right, wrong = ndtr(skill - t), ndtr(-t)
        accepted = verification.acceptance_rate(0.6, right, wrong)
        precision = verification.accepted_accuracy(0.6, right, wrong)
        return float(0.003 / effective_samples(accepted, precision))

    best = optimize.minimize_scalar(cost, bounds=(-1, 3), method="bounded")
    assert best.x == pytest.approx(threshold, abs=0.006)
    assert best.fun == pytest.approx(usd, abs=6e-5)


@pytest.mark.parametrize(
    ("accuracy", "half_width", "labels"), [(0.95, 0.01, 1_825), (0.99, 0.0025, 6_085)]
)
def test_labels_that_prove_an_accuracy(accuracy: float, half_width: float, labels: int) -> None:
    """95 % to within a point takes 1,825 labels, 99 % to within a quarter of one 6,085."""
    assert sample_size.labels_to_prove(accuracy, half_width) == pytest.approx(labels, abs=0.5)


def test_nothing_proves_exactly() -> None:
    """An interval without width needs no finite number of labels."""
    assert sample_size.labels_to_prove(0.95, 0.0) == np.inf


def test_the_rule_of_thumb_can_be_edited() -> None:
    """With 5x steps 95 % costs five times as much as 80 %, 99 % twenty-five times."""
    multiples = predictivity.rule_multiple([0.8, 0.95, 0.99], 5.0)
    np.testing.assert_allclose(multiples, [1, 5, 25])
    np.testing.assert_allclose(predictivity.rule_multiple([0.8, 0.95, 0.99]), [1, 10, 100])


def test_the_cheapest_plan_changes_with_volume() -> None:
    """$0 + 10 cents, $50 + 5 cents, $500 + 1 cent: they meet at 1,000 and at 11,250 requests."""
    rows, volumes = frontier.cheapest_by_volume([500, 0, 50, 60], [0.01, 0.10, 0.05, 0.05])
    assert rows.tolist() == [1, 2, 0]
    np.testing.assert_allclose(volumes, [0, 1_000, 11_250])
    crossing = frontier.break_even_volume(50, 0.05, 500, 0.01)
    assert crossing == pytest.approx(volumes[2])


def test_a_plan_under_the_crossing_of_two_others_is_never_the_cheapest() -> None:
    """$0 + 10 cents and $100 + 1 cent meet below the line of $90 + 8 cents."""
    rows, volumes = frontier.cheapest_by_volume([0, 90, 100], [0.10, 0.08, 0.01])
    assert rows.tolist() == [0, 2]
    assert volumes[1] == pytest.approx(100 / 0.09)


def test_routing_reaches_the_upper_hull() -> None:
    """The second of three lies under the line of its neighbours, the fourth is dearer and worse."""
    corners = routing_hull([0.001, 0.004, 0.005, 0.009], [0.70, 0.75, 0.90, 0.88])
    assert corners.tolist() == [0, 2]


def test_a_cascade_at_every_threshold() -> None:
    """Four items: the least certain two are wrong, and the strong model mends one of them."""
    columns = ([0.9, 0.2, 0.6, 0.4], [1, 0, 1, 0], [1, 1, 1, 1], [1, 1, 0, 0], [10, 10, 10, 10])
    curve = cascade_curve(*columns)
    np.testing.assert_allclose(curve.passed_on, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(curve.accuracy, [0.5, 0.75, 0.75, 0.5, 0.5])
    np.testing.assert_allclose(curve.cost, [1, 3.5, 6, 8.5, 11])
    for i, threshold in enumerate(curve.threshold):
        right, cost = cascade_at(float(threshold), *columns)
        assert right.mean() == curve.accuracy[i]
        assert cost.mean() == curve.cost[i]
    with pytest.raises(AssumptionError, match="at least one item"):
        cascade_curve([], [], [], [], [])
