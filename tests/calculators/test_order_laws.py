"""Laws of test sizes and orders, for whatever numbers come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators.deficit import clopper_pearson_interval, probability_at_least, unseen_share
from core.calculators.order import candidates_to_generate, synthetic_samples
from core.calculators.paired import pairs_needed
from core.calculators.sample_size import (
    regression_rows,
    rows_for_half_width,
    rows_for_lower_bound,
    rows_per_arm,
)

SETTINGS = settings(max_examples=30, derandomize=True, deadline=None)
shares = st.floats(0.02, 0.98)


@SETTINGS
@given(st.integers(1, 2_000), shares, st.lists(st.floats(0.01, 0.999), min_size=2, max_size=5))
def test_more_assurance_never_takes_less(
    samples: int, rate: float, assurances: list[float]
) -> None:
    """The surer, the more candidates; and never fewer than are wanted."""
    found = candidates_to_generate(samples, rate, np.sort(assurances))
    assert (np.diff(found) >= 0).all()
    assert found.min() >= samples


@SETTINGS
@given(st.integers(1, 2_000), shares)
def test_the_assurance_is_kept_and_one_less_breaks_it(samples: int, rate: float) -> None:
    """Enough of n are accepted with probability 0.95, and with less of n − 1."""
    from scipy import stats

    n = float(candidates_to_generate(samples, rate))
    assert stats.binom.sf(samples - 1, n, rate) >= 0.95 - 1e-9
    assert stats.binom.sf(samples - 1, n - 1, rate) < 0.95 + 1e-9


@SETTINGS
@given(st.integers(0, 10_000), st.floats(0.01, 3.0), st.integers(2, 9))
def test_samples_scale_with_the_deficit(missing: int, worth: float, times: int) -> None:
    """So many times the deficit takes so many times the samples, but for rounding up."""
    one, many = (float(synthetic_samples(k, worth)) for k in (missing, missing * times))
    assert many <= one * times
    assert many > one * times - times


@SETTINGS
@given(shares, st.floats(0.005, 0.2), st.floats(1.1, 4.0))
def test_a_narrower_interval_takes_more_rows(share: float, half: float, times: float) -> None:
    """Rows fall as the half-width grows, and are the same for a share and its complement."""
    assert rows_for_half_width(share, half) >= rows_for_half_width(share, half * times)
    gap = rows_for_half_width(share, half) - rows_for_half_width(1 - share, half)
    assert abs(gap) <= 1


@SETTINGS
@given(shares, st.floats(0.01, 0.3))
def test_a_larger_gap_takes_fewer_rows(bound: float, gap: float) -> None:
    """Bounds, two samples and pairs alike; pairs without losses need fewer than two samples."""
    near, far = min(bound + gap / 2, 1.0), min(bound + gap, 1.0)
    assert rows_for_lower_bound(near, bound) >= rows_for_lower_bound(far, bound)
    assert pairs_needed(near - bound, 0.0) <= 2 * rows_per_arm(bound, near)
    wide, narrow = pairs_needed(far - bound, 0.0), pairs_needed(near - bound, 0.0)
    assert narrow >= wide


@SETTINGS
@given(st.integers(0, 60), st.integers(1, 60), shares)
def test_exact_bounds_and_probabilities_agree_on_direction(
    right: int, wrong: int, value: float
) -> None:
    """One more right answer moves every bound and probability up."""
    total = right + wrong
    low, high = clopper_pearson_interval([right, right + 1], total)
    assert low[0] <= low[1]
    assert high[0] <= high[1]
    less, more = probability_at_least([right, right + 1], total, value)
    assert less <= more
    assert unseen_share(total) >= unseen_share(total + 1)


@SETTINGS
@given(st.integers(1, 60), st.floats(0.05, 0.5), st.floats(0.02, 0.2), st.integers(2, 6))
def test_regressions_scale_with_their_parameters(
    count: int, events: float, explained: float, times: int
) -> None:
    """So many times the parameters take so many times the rows against shrinkage."""
    one, many = (regression_rows(k, events, explained)[0] for k in (count, count * times))
    assert many <= one * times
    assert many > (one - 1) * times
