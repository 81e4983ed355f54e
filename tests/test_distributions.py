"""Named distributions, draws of a measurement, and correlations of assumptions."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.assumptions import Assumption, Scenario, Typed, scenario_from_toml, scenario_to_toml
from core.assumptions.distributions import beta_shapes
from core.errors import AssumptionError, InputError, ScenarioError
from core.uncertainty import check_correlations, draws
from core.units import Unit

LAW = settings(max_examples=60, derandomize=True, deadline=None)
TODAY = date(2026, 11, 23)


def known(key: str = "a", **facts: Any) -> Assumption:
    """An assumption with these facts."""
    return Assumption(key=key, **{"unit": Unit.USD, "source": "test", "as_of": TODAY, **facts})


def of(*every: Assumption, **facts: Any) -> Scenario:
    """A scenario of these."""
    return Scenario(name="s", assumptions={a.key: a for a in every}, **facts)


def wide(*keys: str) -> list[Assumption]:
    """Uncertain assumptions of these names."""
    return [known(key, value=1.0, low=0.5, high=2.0) for key in keys]


def test_a_lognormal_is_scipys() -> None:
    """From 1 to 9 the median is 3 and the logarithm is normal."""
    made = known(value=3.0, low=1.0, high=9.0, distribution="lognormal")
    p = np.array([0.05, 0.3, 0.5, 0.95, 0.999])
    sigma = np.log(9) / 2 / stats.norm.ppf(0.95)
    np.testing.assert_allclose(made.ppf(p), stats.lognorm.ppf(p, sigma, scale=3), rtol=1e-12)


@LAW
@given(
    ends=st.lists(st.floats(1e-4, 1 - 1e-4), min_size=2, max_size=2, unique=True).map(sorted),
    p=st.floats(1e-6, 1 - 1e-6),
)
def test_a_beta_has_the_interval_that_it_was_given(ends: list[float], p: float) -> None:
    """The 5th and 95th percentile as given, every other one as SciPy has it."""
    low, high = ends
    if high - low < 1e-3:
        return
    a, b = beta_shapes(low, high)
    made = known(
        value=float(stats.beta.ppf(0.5, a, b)), low=low, high=high, unit=Unit.FRACTION,
        distribution="beta",
    )  # fmt: skip
    np.testing.assert_allclose(made.ppf([0.05, 0.95]), [low, high], atol=1e-7)
    assert made.ppf(p) == pytest.approx(stats.beta.ppf(p, a, b), abs=1e-7)


def test_draws_are_interpolated_between_neighbours() -> None:
    """Of 0, 1, 2, 10 the median is 1.5 and the interval follows; their order does not matter."""
    made = known(value=1.5, draws=(10.0, 0.0, 2.0, 1.0))
    assert made.distribution == "empirical"
    assert made.draws == (0.0, 1.0, 2.0, 10.0)
    assert made.ppf([0.0, 0.5, 1.0]).tolist() == [0.0, 1.5, 10.0]
    assert (made.low, made.high) == pytest.approx((0.15, 8.8))
    assert made.is_uncertain
    assert not known(value=2.0, draws=(2.0, 2.0)).is_uncertain
    certain = made.fixed_at(7.0, source="elsewhere")
    assert (certain.draws, certain.low, certain.distribution) == ((), None, "auto")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"value": 4.0, "low": 1.0, "high": 9.0, "distribution": "lognormal"},
            "a lognormal from 1 to 9 has a median of 3 USD, but value is 4; write value = 3",
        ),
        (
            {"value": 1.0, "low": 0.0, "high": 9.0, "distribution": "lognormal"},
            "for amounts above 0",
        ),
        (
            {"value": 0.5, "low": 0.4, "high": 0.6, "distribution": "beta"},
            "a beta is for fractions strictly between 0 and 1",
        ),
        (
            {"value": 0.9, "low": 0.4, "high": 0.95, "distribution": "beta", "unit": Unit.FRACTION},
            "a median of 0.7.* fraction, but value is 0.9",
        ),
        ({"value": 1.0, "low": 0.5, "high": 2.0, "distribution": "normal"}, "expected one of auto"),
        ({"value": 1.0, "distribution": "empirical"}, "0 draws are given; expected 2 to 10,000"),
        ({"value": 1.0, "draws": (1.0,)}, "1 draws are given"),
        ({"value": 1.0, "draws": (1.0,) * 10_001}, "10,001 draws are given"),
        ({"value": 1.0, "draws": (1.0, -2.0)}, "a: a draw is -2 USD"),
        ({"value": 5.0, "draws": (1.0, 2.0)}, "the draws have a median of 1.5 USD"),
        (
            {"value": 1.5, "draws": (1.0, 2.0), "distribution": "beta"},
            "draws are given, but distribution is 'beta'",
        ),
    ],
)
def test_a_distribution_that_cannot_be_is_refused(facts: dict[str, Any], said: str) -> None:
    """With what was found and what to write."""
    with pytest.raises(AssumptionError, match=said):
        known(**facts)


PRICE = '[assumptions.p]\nunit = "USD"\n'


def test_a_file_may_leave_the_median_to_the_distribution() -> None:
    """And reads back equal, with the digest that it had."""
    text = (
        PRICE + 'low = 1\nhigh = 9\ndistribution = "lognormal"\n'
        '[assumptions.q]\nunit = "fraction"\nlow = 0.2\nhigh = 0.8\ndistribution = "beta"\n'
        '[assumptions.r]\nunit = "USD"\ndraws = [3, 1, 2]\n[correlations]\n"r:p" = 0.5\n'
    )
    read = scenario_from_toml(text)
    assert [read.value(key) for key in "pqr"] == pytest.approx([3.0, 0.5, 2.0])
    assert read.correlations == {("p", "r"): 0.5}
    again = scenario_from_toml(scenario_to_toml(read))
    assert again == replace(read, assumptions=read.assumptions)
    assert again.digest == read.digest
    assert replace(read, correlations={}).digest != read.digest
    plain = replace(read["p"], distribution="auto")
    assert read.bound(plain).digest != read.digest


def test_scenarios_without_the_new_keys_keep_their_digest() -> None:
    """As it was computed before there were distributions and correlations."""
    a = known(value=1.0, low=0.5, high=2.0)
    assert of(a, settings={"model": "m"}).digest == "a1:6663f29e749f9275"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PRICE + 'value = 1\ndistribution = "lognormale"', "did you mean 'lognormal'"),
        (PRICE + 'value = 1\ndistribution = "lognormal"', "is a lognormal; give its low and high"),
        (PRICE + 'value = 1\ndistribution = "empirical"', "is empirical; give its draws"),
        (PRICE + "value = 1\nlow = 0\nhigh = 2\ndraws = [1, 2]", "low and high follow; leave them"),
        (PRICE + "draws = 3", "draws is 3; expected a list"),
        (PRICE + 'draws = [1, "x"]', r"draws\[1\] is 'x'; expected a number"),
        (PRICE + 'low = 0\nhigh = 2\ndistribution = "lognormal"', "expected low below high, both"),
        (PRICE + "low = 0\nhigh = 2", "has no 'value'; add it"),
        ("[correlations]\nseats = 0.5", "names no pair; expected two keys"),
        ('[correlations]\n"a:a" = 0.5', "names no pair"),
        ('[correlations]\n"a:b" = 1.5', "is 1.5; expected a rank correlation from -1 to 1"),
        ('[correlations]\n"a:b" = "x"', "is 'x'; expected a number"),
        ('[correlations]\n"a:b" = 0.5\n"b:a" = 0.5', "is given twice"),
    ],
)
def test_a_slip_in_the_file_is_told(text: str, said: str) -> None:
    """Where it is, what was found and what is expected."""
    with pytest.raises(InputError, match=said):
        scenario_from_toml(text, where="s.toml")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ({("a", "z"): 0.5}, "unknown assumption 'z'"),
        ({("a", "fixed"): 0.5}, "fixed is certain, so nothing can move with it"),
        (
            {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9},
            '"a:b", "a:c", "b:c" contradict each other',
        ),
    ],
)
def test_correlations_that_cannot_be_are_refused(
    pairs: dict[tuple[str, str], float], said: str
) -> None:
    """The pairs are named."""
    made = of(*wide("a", "b", "c"), known("fixed", value=1.0), correlations=pairs)
    with pytest.raises(ScenarioError, match=said):
        check_correlations(made, "s.toml")


@pytest.mark.parametrize("rank", [0.5, -0.8, 1.0, -1.0, 0.0])
def test_correlated_draws_are_the_same_draws_in_another_order(rank: float) -> None:
    """Marginals to the bit, the rank correlation within Monte Carlo error, others untouched."""
    every = [*wide("a", "b", "c"), known("d", value=1.5, draws=(1.0, 1.5, 7.0))]
    alone = draws(of(*every), 20_000, 4)
    moved = draws(of(*every, correlations={("d", "a"): rank}), 20_000, 4)
    for key in "abcd":
        np.testing.assert_array_equal(np.sort(moved[key]), np.sort(alone[key]))
    for key in "bc":
        np.testing.assert_array_equal(moved[key], alone[key])
    found = stats.spearmanr(moved["a"], moved["d"]).statistic
    assert found == pytest.approx(rank, abs=4 / np.sqrt(20_000))


def test_three_that_move_together() -> None:
    """Each pair has its own correlation, and nothing but zero where none is named."""
    pairs = {("a", "b"): 0.6, ("b", "c"): -0.4}
    drawn = draws(of(*wide("a", "b", "c"), correlations=pairs), 40_000, 1)
    found = stats.spearmanr(np.stack([drawn[k] for k in "abc"]), axis=1).statistic
    expected = [[1, 0.6, 0], [0.6, 1, -0.4], [0, -0.4, 1]]
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_what_a_measurement_makes_certain_moves_with_nothing() -> None:
    """The correlation lapses; typing a number takes it out of the scenario."""
    made = of(*wide("a", "b"), correlations={("a", "b"): 0.5})
    bound = made.bound(known("b", value=3.0, status="measured"))
    np.testing.assert_array_equal(draws(bound, 50, 0)["a"], draws(of(*wide("a")), 50, 0)["a"])
    assert made.edited({"b": 3.0}, on=TODAY).correlations == {}
    kept = made.edited({"b": Typed(value=3.0, low=2.0, high=4.0)}, on=TODAY)
    assert kept.correlations == made.correlations
    assert (kept["b"].low, kept["b"].status) == (2.0, "edited")


def test_a_correlation_between_two_is_given_once_and_is_one() -> None:
    """Also when it is made in code."""
    with pytest.raises(AssumptionError, match="from -1 to 1 between two different"):
        of(*wide("a"), correlations={("a", "a"): 0.5})
    with pytest.raises(AssumptionError, match="given twice"):
        of(*wide("a", "b"), correlations={("a", "b"): 0.5, ("b", "a"): 0.5})
