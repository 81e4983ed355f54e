"""Levers, worked out by hand or taken from a published closed form."""

import numpy as np
import pytest

from core.calculators import levers, review, verification
from core.errors import AssumptionError


@pytest.mark.parametrize(
    ("votes", "accuracy", "majority"),
    [
        (3, 0.8, 0.896),
        (5, 0.8, 0.94208),
        (5, 0.6, 0.68256),
        (3, 0.4, 0.352),
        (5, 0.4, 0.31744),
        (15, 0.4, 0.213103),
        (1, 0.37, 0.37),
        (9, 0.5, 0.5),
    ],
)
def test_independent_votes(votes: int, accuracy: float, majority: float) -> None:
    """Voting helps above one half, harms below it and does nothing at it."""
    assert levers.vote_accuracy(accuracy, votes) == pytest.approx(majority, abs=1e-6)


def test_three_votes_have_a_polynomial() -> None:
    """M(3, p) = 3p² - 2p³."""
    p = np.linspace(0, 1, 21)
    np.testing.assert_allclose(levers.vote_accuracy(p, 3), 3 * p**2 - 2 * p**3, atol=1e-14)


@pytest.mark.parametrize(
    ("votes", "majority"), [(1, 0.8), (3, 0.8362), (5, 0.8497), (9, 0.8610), (25, 0.8719)]
)
def test_alike_answers_gain_little(votes: int, majority: float) -> None:
    """With a correlation of 0.3 no number of votes takes 80 % to 90 %."""
    assert levers.vote_accuracy(0.8, votes, 0.3) == pytest.approx(majority, abs=5e-5)


def test_votes_over_a_flat_and_a_rising_difficulty() -> None:
    """Beta(1, 1) gives one half, Beta(2, 1) exactly 0.7."""
    assert levers.vote_accuracy(0.5, 3, 1 / 3) == pytest.approx(0.5, abs=1e-14)
    assert levers.vote_accuracy(2 / 3, 3, 1 / 4) == pytest.approx(0.7, abs=1e-14)


def test_votes_on_mixed_questions_rise_then_fall() -> None:
    """60 % easy (0.85) and 40 % hard (0.40) questions: the best number of votes is 5."""
    k = np.array([1, 3, 5, 7, 11, 21, 51])
    mixed = 0.6 * levers.vote_accuracy(0.85, k) + 0.4 * levers.vote_accuracy(0.40, k)
    expected = [0.6700, 0.7044, 0.7110, 0.7087, 0.6970, 0.6697, 0.6294]
    np.testing.assert_allclose(mixed, expected, atol=5e-5)


def test_an_even_number_of_votes_has_no_majority() -> None:
    """Two votes may tie, so they are refused."""
    with pytest.raises(AssumptionError, match=r"votes must be odd.*first 2"):
        levers.vote_accuracy(0.8, [1, 2])


@pytest.mark.parametrize(
    ("share", "ranking", "accuracy"),
    [(0.2, 0, 0.916), (0.05, 1, 0.949), (0.10, 1, 0.998), (0.30, 1, 0.994), (1, 1, 0.98)],
)
def test_review_of_the_least_certain(share: float, ranking: float, accuracy: float) -> None:
    """At 90 % with people at 98 %, reviewing beyond the errors lowers accuracy again."""
    assert review.reviewed_accuracy(0.9, share, 0.98, ranking) == pytest.approx(accuracy)


def test_review_by_people_who_know_less_harms() -> None:
    """People at 80 % drawn at random lower a model at 90 %: 0.9 + 0.5 (0.8 - 0.9) = 0.85."""
    assert review.reviewed_accuracy(0.9, 0.5, 0.8, 0.0) == pytest.approx(0.85)
    assert review.review_share_for(0.91, 0.9, 0.8, 0.0) == np.inf


def test_the_share_to_review_is_the_inverse() -> None:
    """At 90 %, 94.9 % needs 5 % perfectly ranked or (0.049 / 0.08) at random."""
    assert review.review_share_for(0.949, 0.9, 0.98, 1) == pytest.approx(0.05)
    assert review.review_share_for(0.949, 0.9, 0.98, 0) == pytest.approx(0.6125)
    assert review.review_share_for(0.88, 0.9, 0.98, 1) == 0
    assert review.review_share_for(0.999, 0.9, 0.98, 1) == np.inf


def test_the_best_accuracy_with_review_can_be_asked_for() -> None:
    """Perfect ranking ends at 0.9 + 0.1 x 0.98 = 0.998, random ranking at the people's 0.98."""
    for ranking, best, share in ((1.0, 0.998, 0.1), (0.0, 0.98, 1.0)):
        reached = review.best_reviewed_accuracy(0.9, 0.98, ranking)
        assert reached == pytest.approx(best)
        assert review.review_share_for(reached, 0.9, 0.98, ranking) == pytest.approx(share)


def test_data_by_a_power_law() -> None:
    """From 1,000 samples at 20 % error, floor 4 %, exponent 0.5: 3,000 more halve the rest."""
    assert levers.error_with_data(3_000, 1_000, 0.2, 0.04, 0.5) == pytest.approx(0.12)
    assert levers.samples_to_error(0.12, 1_000, 0.2, 0.04, 0.5) == pytest.approx(3_000)
    assert levers.samples_to_error(0.2, 1_000, 0.2, 0.04, 0.5) == 0
    assert levers.samples_to_error(0.04, 1_000, 0.2, 0.04, 0.5) == np.inf


def test_doubling_the_data_far_out() -> None:
    """Without a floor, doubling much data cuts the error by 2 ** -exponent."""
    far = levers.error_with_data([1e12, 2e12], 1.0, 0.3, 0.0, 0.35)
    assert far[1] / far[0] == pytest.approx(2**-0.35)


def test_a_critic_that_retries() -> None:
    """p 0.6, accepts 0.9 of the right and 0.2 of the wrong, $0.002 and $0.001 per attempt."""
    accepted = verification.acceptance_rate(0.6, 0.9, 0.2)
    assert accepted == pytest.approx(0.62)
    assert verification.accepted_accuracy(0.6, 0.9, 0.2) == pytest.approx(0.870968, abs=1e-6)
    assert verification.expected_attempts(accepted) == pytest.approx(1.612903, abs=1e-6)
    assert verification.cost_per_accepted(0.002, 0.001, accepted) == pytest.approx(0.00483871)
    assert verification.cost_per_right(0.002, 0.001, 0.6, 0.9) == pytest.approx(0.00555556)
    assert verification.expected_attempts(accepted, 3) == pytest.approx(1.5244)
    assert verification.accepted_share(accepted, 3) == pytest.approx(0.945128)


def test_a_critic_at_its_ends() -> None:
    """A blind critic adds cost only, a strict one is always right, a mute one costs forever."""
    assert verification.accepted_accuracy(0.6, 0.5, 0.5) == pytest.approx(0.6)
    assert verification.accepted_accuracy(0.6, 0.9, 0.0) == 1.0
    assert verification.cost_per_right(0.002, 0.001, 0.6, 1.0) == pytest.approx(0.003 / 0.6)
    assert verification.cost_per_accepted(0.002, 0.001, 0.0) == np.inf
    assert np.isnan(verification.accepted_accuracy(0.6, 0.0, 0.0))


def test_a_loop_that_gives_up_gives_its_last_answer() -> None:
    """Two attempts: 0.54 + 0.38 x 0.54 accepted right, and 0.38 x 0.06 right though rejected."""
    assert verification.loop_accuracy(0.6, 0.9, 0.2, 1) == pytest.approx(0.6)
    assert verification.loop_accuracy(0.6, 0.9, 0.2, 2) == pytest.approx(0.768)
    assert verification.loop_accuracy(0.6, 0.9, 0.2, np.inf) == pytest.approx(0.870968, abs=1e-6)


def test_a_cascade() -> None:
    """A cheap model at 75 % with a verifier, a strong one at 92 % behind it."""
    kept = verification.acceptance_rate(0.75, 0.9, 0.2)
    assert kept == pytest.approx(0.725)
    assert verification.cascade_accuracy(0.75, 0.9, 0.2, 0.92) == pytest.approx(0.928)
    assert verification.cascade_cost(0.0005, 0.0002, 0.01, kept) == pytest.approx(0.00345)
