"""The best curve of each family, and points that lie on one exactly."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.calculators.curve_families import FLAT, on_a_curve, projected
from core.calculators.learning_curve import learning_curve, samples_for

Floats = NDArray[np.float64]
LAW = settings(max_examples=25, derandomize=True, deadline=None)
FAMILIES = ("pow2", "pow3", "pow4", "mmf4", FLAT)
FAMILY = st.sampled_from(FAMILIES)
SCORES = st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7)
U = 2.0 ** (-np.arange(7)[::-1] / 2)
LAST = 1_000.0


def _power(rng: np.random.Generator) -> Callable[[Floats], Floats]:
    """A power law ``a − b·n^−c``."""
    a, c = rng.uniform(0.7, 0.99), rng.uniform(0.2, 1.2)
    b = 0.6 * 20**c * rng.uniform(0.3, 1)
    return lambda n: np.asarray(a - b * n**-c)


def _offset_power(rng: np.random.Generator) -> Callable[[Floats], Floats]:
    """A power law with an offset ``a − b·(n + d)^−c``."""
    a, c, d = rng.uniform(0.7, 0.99), rng.uniform(0.3, 2), rng.uniform(0, 200)
    b = 0.6 * (20 + d) ** c * rng.uniform(0.3, 1)
    return lambda n: np.asarray(a - b * (n + d) ** -c)


def _mmf(rng: np.random.Generator) -> Callable[[Floats], Floats]:
    """A Morgan–Mercer–Flodin curve ``(a·b + c·n^d) / (b + n^d)``."""
    c, d, a = rng.uniform(0.7, 0.99), rng.uniform(0.5, 2.5), rng.uniform(0, 0.3)
    b = rng.uniform(30, 600) ** d
    return lambda n: np.asarray((a * b + c * n**d) / (b + n**d))


@pytest.mark.parametrize("decimals", [17, 6])
@pytest.mark.parametrize("shape", [_power, _offset_power, _mmf])
def test_an_exact_curve_is_continued_exactly(
    shape: Callable[[np.random.Generator], Callable[[Floats], Floats]], decimals: int
) -> None:
    """Eight random curves of 7 to 11 sizes: samples for a score up to 3 times as far, to 2 %."""
    rng = np.random.default_rng(3)
    for _ in range(8):
        score = shape(rng)
        n = np.unique(np.round(np.geomspace(20, LAST, rng.integers(7, 12))))
        truth = LAST * rng.uniform(1.2, 3)
        fit = learning_curve(n, np.round(score(n), decimals), np.nan)
        needed = np.median(samples_for(fit, float(score(np.array(truth)))))
        assert needed == pytest.approx(truth, rel=0.02)


def test_points_near_a_curve_are_not_on_it() -> None:
    """A thousandth off is measured, not computed; and nothing lies on a curve that is level."""
    on = 0.9 - 0.3 * U**-0.5
    off = on + np.where(np.arange(7) % 2, 1e-3, -1e-3)
    found = on_a_curve(U, on)
    assert found is not None
    far = np.array([1.0, 4.0, 16.0])
    assert found.at(far)[0] == pytest.approx(0.9 - 0.3 / np.sqrt(far), abs=1e-4)
    assert on_a_curve(U, off) is None
    assert on_a_curve(U, np.full(7, 0.6)) is None


def test_five_points_lie_on_too_many_curves() -> None:
    """Four parameters meet five points nearly always; six sizes are wanted."""
    score = 0.9 - 0.3 * U**-0.5
    assert on_a_curve(U[-5:], score[-5:]) is None
    assert on_a_curve(U[-6:], score[-6:]) is not None


@LAW
@given(family=FAMILY, scores=SCORES, emphasis=st.floats(0.0, 3.0))
def test_no_curve_falls_or_passes_one(family: str, scores: list[float], emphasis: float) -> None:
    """Whatever the points: it never falls, and its ceiling is at most 1."""
    curves = projected(family, U, np.array([scores]), emphasis)
    path = curves.at(np.geomspace(U[0], 64, 60))[0]
    assert (np.diff(path) >= -1e-12).all()
    assert curves.ceiling[0] <= 1 + 1e-12
    assert (path <= curves.ceiling[0] + 1e-9).all()


@LAW
@given(family=FAMILY, scores=SCORES, emphasis=st.floats(0.0, 3.0))
def test_the_misfit_is_the_weighted_distance(
    family: str, scores: list[float], emphasis: float
) -> None:
    """Root of the mean squared distance, in which a score weighs u^emphasis."""
    curves = projected(family, U, np.array([scores]), emphasis)
    by_hand = np.average((curves.at(U)[0] - scores) ** 2, weights=U**emphasis) ** 0.5
    assert curves.misfit[0] == pytest.approx(by_hand, abs=1e-6)


@LAW
@given(family=FAMILY, first=SCORES, second=SCORES)
def test_rows_do_not_know_of_each_other(
    family: str, first: list[float], second: list[float]
) -> None:
    """Two rows fitted together are the two fitted alone."""
    both = projected(family, U, np.array([first, second]), 1.0)
    for i, own in enumerate((first, second)):
        alone = projected(family, U, np.array([own]), 1.0)
        assert both.misfit[i] == pytest.approx(alone.misfit[0], abs=1e-9)


def test_the_families_by_hand() -> None:
    """Points of each family are met: the ceiling, and 1 for the power law without one."""
    power = projected("pow3", U, (0.9 - 0.3 * U**-0.5)[np.newaxis], 1.0)
    assert power.ceiling[0] == pytest.approx(0.9, abs=0.01)
    assert projected("pow2", U, (1 - 0.3 * U**-0.5)[np.newaxis], 1.0).ceiling[0] == 1
    level = projected(FLAT, U, np.array([[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9]]), 0.0)
    assert level.ceiling[0] == pytest.approx((6 * 0.5 + 0.9) / 7)
    assert level.drop[0] == 0
    half = projected("mmf4", U, (0.8 * U**2 / (1 + U**2))[np.newaxis], 1.0)
    assert half.at(np.array([1.0]))[0, 0] == pytest.approx(0.4, abs=0.005)
    assert half.ceiling[0] == pytest.approx(0.8, abs=0.03)


def test_a_curve_repeated_is_the_same_curve() -> None:
    """So many rows, all alike."""
    curves = projected("pow4", U, (0.9 - 0.3 * (U + 0.2) ** -0.5)[np.newaxis], 1.0)
    thrice = curves.repeated(3)
    assert thrice.at(U).shape == (3, 7)
    np.testing.assert_array_equal(thrice.at(U), np.repeat(curves.at(U), 3, axis=0))
