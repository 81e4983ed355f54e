"""Draws are independent, repeatable, and tell what is certain from what is not."""

from datetime import date

import numpy as np
import pytest

from core.assumptions import Assumption, Scenario
from core.errors import InputError
from core.uncertainty import draws, medians, quantile
from core.units import Unit


def scenario(**intervals: tuple[float, float, float]) -> Scenario:
    """A scenario of plain numbers with these low, median and high."""
    return Scenario(
        name="test",
        assumptions={
            key: Assumption(
                key=key, low=low, value=value, high=high, unit=Unit.ONE, source="test",
                as_of=date(2026, 11, 22),
            )
            for key, (low, value, high) in intervals.items()
        },
    )  # fmt: skip


WIDE = (0.5, 1.0, 2.0)


def test_assumptions_do_not_move_together() -> None:
    """The 90 % interval of a product of two in [0.5, 2] is [0.38, 2.67], not [0.25, 4]."""
    drawn = draws(scenario(a=WIDE, b=WIDE), 100_000, 0)
    product = drawn["a"] * drawn["b"]
    assert quantile(product, 0.05) == pytest.approx(0.375, rel=0.02)
    assert quantile(product, 0.95) == pytest.approx(2.665, rel=0.02)
    assert abs(np.corrcoef(drawn["a"], drawn["b"])[0, 1]) < 0.02


def test_draws_have_the_interval_they_were_given() -> None:
    """The 5th, 50th and 95th percentiles are low, value and high."""
    drawn = draws(scenario(a=(1.0, 2.0, 8.0)), 100_000, 3)["a"]
    for p, expected in ((0.05, 1.0), (0.5, 2.0), (0.95, 8.0)):
        assert quantile(drawn, p) == pytest.approx(expected, rel=0.03)


def test_editing_one_assumption_leaves_the_draws_of_the_others() -> None:
    """Each assumption has a stream of its own name, whatever else there is."""
    before = draws(scenario(a=WIDE, b=WIDE), 50, 7)
    after = draws(scenario(b=WIDE, c=WIDE, a=(3.0, 4.0, 5.0)), 50, 7)
    np.testing.assert_array_equal(before["b"], after["b"])
    assert (before["a"] != after["a"]).all()


def test_the_seed_repeats_and_changes() -> None:
    """One seed gives one set of draws."""
    first, again, other = (draws(scenario(a=WIDE), 20, seed)["a"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_what_is_certain_is_not_drawn() -> None:
    """A number without an interval is a 0-d array, as are all medians."""
    known = scenario(a=(2.0, 2.0, 2.0), b=WIDE)
    drawn = draws(known, 10, 0)
    assert drawn["a"].shape == ()
    assert drawn["b"].shape == (10,)
    assert {key: float(value) for key, value in medians(known).items()} == {"a": 2.0, "b": 1.0}


def test_quantiles_of_infinite_draws_are_draws() -> None:
    """Half of the draws reach no finite number: the 90th percentile is infinite, not unknown."""
    drawn = np.array([[1.0, 2.0, np.inf, np.inf], [1.0, 2.0, 3.0, 4.0]])
    assert quantile(drawn, 0.5).tolist() == [2.0, 2.0]
    assert quantile(drawn, 0.9).tolist() == [np.inf, 4.0]


@pytest.mark.parametrize(("n", "seed"), [(0, 0), (100_001, 0), (10, -1)])
def test_impossible_numbers_of_draws_are_refused(n: int, seed: int) -> None:
    """None, too many, or a negative seed is answered with what is expected."""
    with pytest.raises(InputError, match="must be"):
        draws(scenario(a=WIDE), n, seed)
