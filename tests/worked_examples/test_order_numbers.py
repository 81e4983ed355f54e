"""What an order is made of, against numbers that were worked out elsewhere or by hand."""

import math

import pytest

from core.calculators.deficit import (
    clopper_pearson_interval,
    probability_at_least,
    rule_of_three,
    unseen_share,
    wilson_interval,
)
from core.calculators.order import candidates_to_generate, combined_spread, synthetic_samples
from core.calculators.sample_size import (
    passing_share,
    regression_rows,
    rows_for_half_width,
    rows_for_lower_bound,
    rows_per_arm,
)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (36, 40, 0.7634, 0.9721),
        (10, 10, 0.6915, 1.0),
        (180, 200, 0.8498, 0.9378),
    ],
)
def test_exact_intervals(correct: int, total: int, low: float, high: float) -> None:
    """95 % Clopper–Pearson intervals to four digits; they hold Wilson's or nearly do."""
    found = clopper_pearson_interval(correct, total)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


def test_no_rows_have_no_exact_interval() -> None:
    """Nothing tested is unknown; none of ten is at most 1 − 0.025^(1/10)."""
    assert math.isnan(clopper_pearson_interval(0, 0)[0])
    assert math.isnan(clopper_pearson_interval(0, 0)[1])
    assert clopper_pearson_interval(0, 10)[1] == pytest.approx(1 - 0.025**0.1)


@pytest.mark.parametrize(
    ("total", "by_heart", "exact"), [(30, 0.1, 0.0950), (100, 0.03, 0.0295), (300, 0.01, 0.0099)]
)
def test_what_was_never_seen(total: int, by_heart: float, exact: float) -> None:
    """Three over n, and what it stands for: 1 − 0.05^(1/n)."""
    assert rule_of_three(total) == pytest.approx(by_heart)
    assert unseen_share(total) == pytest.approx(exact, abs=5e-5)


def test_nothing_looked_at_may_be_anything() -> None:
    """Without a look every share is possible."""
    assert (rule_of_three(0), unseen_share(0)) == (1.0, 1.0)


def test_jeffreys_probability() -> None:
    """After 36 of 40 a recall of at least 0.9 is about as likely as not: 0.4711."""
    assert probability_at_least(36, 40, 0.9) == pytest.approx(0.4711, abs=5e-5)
    assert probability_at_least(0, 0, 0.5) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("share", "rows"),
    [(0.9, (37, 141, 868)), (0.8, (60, 245, 1_535)), (0.5, (93, 381, 2_398))],
)
def test_rows_for_a_half_width(share: float, rows: tuple[int, ...]) -> None:
    """Rows at which the 95 % Wilson interval is within ±10, ±5 and ±2 points."""
    assert rows_for_half_width(share, [0.1, 0.05, 0.02]).tolist() == list(rows)
    for n, half in zip(rows, (0.1, 0.05, 0.02), strict=True):
        low, high = wilson_interval(share * n, n)
        assert (high - low) / 2 <= half
        low, high = wilson_interval(share * (n - 1), n - 1)
        assert (high - low) / 2 > half


def test_rows_that_put_the_interval_above_a_bound() -> None:
    """0.9 against 0.85: 1.96² × 0.85 × 0.15 ⁄ 0.05² = 195.9, so 196, where it begins at 0.85."""
    assert rows_for_lower_bound(0.9, 0.85) == 196
    assert wilson_interval(0.9 * 196, 196)[0] >= 0.85
    assert wilson_interval(0.9 * 195, 195)[0] < 0.85
    assert rows_for_lower_bound(0.85, 0.85) == math.inf
    assert rows_for_lower_bound(0.8, 0.85) == math.inf


def test_the_share_that_passes() -> None:
    """With 196 rows 0.85 + 1.96 × √(0.85 × 0.15 ⁄ 196) = 0.9; with 4 not even all right do."""
    assert passing_share(0.85, 196) == pytest.approx(0.9, abs=1e-4)
    assert passing_share(0.85, 4) == math.inf


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [(0.7, 0.8, 294), (0.8, 0.9, 199), (0.8, 0.85, 906), (0.9, 0.95, 435)],
)
def test_two_separate_samples(first: float, second: float, rows: int) -> None:
    """Rows per arm at 80 % power and 5 %, whichever of the two comes first."""
    assert rows_per_arm(first, second) == rows_per_arm(second, first) == rows
    assert rows_per_arm(first, first) == math.inf


@pytest.mark.parametrize(
    ("parameters", "events", "explained", "rows"),
    [
        (24, 0.174, 0.288, (623, 668, 221, 668)),
        (24, 0.174, 0.55, (255, 532, 221, 532)),
        (36, 0.174, 0.288, (934, 1_002, 221, 1_002)),
        (24, 0.25, 0.288, (623, 583, 289, 623)),
    ],
)
def test_rows_for_a_regression(
    parameters: int, events: float, explained: float, rows: tuple[int, ...]
) -> None:
    """The authors' own test cases: shrinkage, optimism, overall risk, and the most of them."""
    assert tuple(float(n) for n in regression_rows(parameters, events, explained)) == rows


def test_a_regression_that_cannot_be() -> None:
    """More variation explained than there is has no answer; none explained takes all rows."""
    assert math.isnan(float(regression_rows(24, 0.01, 0.5)[3]))
    assert regression_rows(24, 0.174, 0.0)[3] == math.inf


def test_generations_for_so_many_accepted() -> None:
    """Two hundred at 62 % take 322, 334 or 346 candidates; a hundred real ones at ½ take them."""
    wanted = synthetic_samples(100, 0.5)
    assert wanted == 200
    assert candidates_to_generate(wanted, 0.62, (0.5, 0.8, 0.95)).tolist() == [322, 334, 346]


def test_what_is_worth_nothing_is_never_enough() -> None:
    """No candidate accepted, or worthless ones: infinitely many; nothing wanted: none."""
    assert synthetic_samples([3, 0, 7], [0.0, 0.0, 2.0]).tolist() == [math.inf, 0, 4]
    assert candidates_to_generate([5, 0], 0.0).tolist() == [math.inf, 0]
    assert candidates_to_generate(math.inf, 0.6) == math.inf


def test_spreads_add_as_squares_of_logarithms() -> None:
    """e³ and e⁴ make e⁵; a certain factor adds nothing."""
    assert combined_spread(math.exp(3), math.exp(4)) == pytest.approx(math.exp(5))
    assert combined_spread(2.5, 1.0) == pytest.approx(2.5)
    assert combined_spread(math.inf, 1.0) == math.inf
