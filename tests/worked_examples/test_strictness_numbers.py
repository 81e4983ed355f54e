"""Numbers of critic economics, worked out by hand or on a fine grid."""

import numpy as np
import pytest
from scipy import stats

from core.calculators.strictness import (
    cost_per_accepted_sample,
    cost_per_good_sample,
    good_lost_per_accepted,
    information_per_candidate,
    information_threshold,
    retained_information,
    value_threshold,
)
from core.calculators.verification import acceptance_rate, accepted_accuracy

EACH = 1.2
"""Generating costs 1, judging 0.2. [USD/candidate]"""


@pytest.mark.parametrize(
    ("good", "rate", "precision", "per_accepted", "per_good"),
    [
        (0.6, 0.58, 0.931, 2.07, 2.22),  # 0.6·0.9 + 0.4·0.1 = 0.58; 0.54/0.58; 1.2/0.58; ÷0.931
        (0.2, 0.26, 0.692, 4.62, 6.67),
        (
            0.1,
            0.18,
            0.5,
            6.67,
            13.33,
        ),  # A critic that is right nine times in ten knows nothing here.
    ],
)
def test_the_base_rate_decides_what_a_critic_is_worth(
    good: float, rate: float, precision: float, per_accepted: float, per_good: float
) -> None:
    """A critic that accepts 0.9 of the good and 0.1 of the bad, over three generators."""
    accepted = acceptance_rate(good, 0.9, 0.1)
    right = accepted_accuracy(good, 0.9, 0.1)
    cost = cost_per_accepted_sample(EACH, accepted)
    assert accepted == pytest.approx(rate)
    assert right == pytest.approx(precision, abs=5e-4)
    assert cost == pytest.approx(per_accepted, abs=5e-3)
    assert cost_per_good_sample(cost, right) == pytest.approx(per_good, abs=5e-3)


def test_good_candidates_are_thrown_away_too() -> None:
    """Of 0.6 good, a tenth is lost: 0.06 for each 0.58 accepted."""
    assert good_lost_per_accepted(0.6, 0.9, 0.58) == pytest.approx(0.06 / 0.58)


def test_odds_of_being_good_are_multiplied_by_the_likelihood_ratio() -> None:
    """odds(P) = odds(g)·a/b: 0.25 · 9 = 2.25, so P = 2.25/3.25."""
    assert accepted_accuracy(0.2, 0.9, 0.1) == pytest.approx(2.25 / 3.25)


def test_noise_in_labels_costs_information() -> None:
    """At balance (1 − 2η)²: .64, .36, .16; away from it more: .390 for a share of 0.9."""
    assert retained_information([0.9, 0.8, 0.7]) == pytest.approx([0.64, 0.36, 0.16])
    assert retained_information(0.9, 0.9) == pytest.approx(0.390, abs=5e-4)
    assert retained_information([0.5, 0.2, 1.0]).tolist() == [0.0, 0.0, 1.0]


def test_a_uniform_probability_is_best_cut_at_two_thirds() -> None:
    """Accept a third at a precision of 5/6: worth 4/27; the rule (1 + 2P)/4 gives 2/3 back."""
    tau = np.linspace(0, 0.999, 1_000)
    worth = information_per_candidate(1 - tau, (1 + tau) / 2)
    assert tau[worth.argmax()] == pytest.approx(2 / 3, abs=1e-3)
    assert worth.max() == pytest.approx(4 / 27, abs=1e-6)
    assert information_threshold(5 / 6) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("good", "downstream", "posterior"),
    [
        (0.5, 0.0, 0.7016),
        (0.3, 0.0, 0.688),
        (0.1, 0.0, 0.667),
        (0.5, 1.0, 0.7586),
        (0.5, 10.0, 0.8849),
    ],
)
def test_the_closed_rule_is_the_best_cut_of_two_bells(
    good: float, downstream: float, posterior: float
) -> None:
    """Scores of good and bad ones two standard deviations apart, searched on a grid."""
    cut = np.linspace(-2, 5, 70_001)
    a, b = stats.norm.sf(cut - 2), stats.norm.sf(cut)
    rate, precision = acceptance_rate(good, a, b), accepted_accuracy(good, a, b)
    per_cost = information_per_candidate(rate, precision) / (EACH + downstream * rate)
    best = int(per_cost.argmax())
    of_good, of_bad = stats.norm.pdf(cut[best] - 2), stats.norm.pdf(cut[best])
    at = good * of_good / (good * of_good + (1 - good) * of_bad)
    assert at == pytest.approx(posterior, abs=6e-4)
    rule = information_threshold(precision[best], per_cost[best], downstream)
    assert rule == pytest.approx(at, abs=5e-4)


def test_harm_moves_the_line() -> None:
    """A bad sample that harms four times what a good one is worth: accept from 0.8 on."""
    assert value_threshold(1.0, 4.0) == pytest.approx(0.8)
    assert value_threshold(1.0, 4.0, 0.5) == pytest.approx(0.9)
