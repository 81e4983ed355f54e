"""Numbers as people read them: unknown is never 0, and 99.96 % is never 100 %."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.formats import (
    coefficient,
    count,
    duration,
    interval,
    money,
    number,
    percent,
    points,
    quantity,
)
from core.units import Unit

LAW = settings(max_examples=200, derandomize=True, deadline=None)
WRITERS = [number, count, money, percent, points, duration, coefficient]


@pytest.mark.parametrize("write", WRITERS, ids=lambda f: f.__name__)
def test_what_is_unknown_or_never_is_said_so(write: object) -> None:
    """NaN and nothing are unknown, infinity is never; none is shown as a number."""
    assert callable(write)
    assert write(math.nan) == write(None) == "unknown"
    assert write(math.inf) == write(-math.inf) == "never"
    assert all(quantity(math.nan, unit).startswith("unknown") for unit in Unit)
    assert all(quantity(math.inf, unit).startswith("never") for unit in Unit)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "$0"), (-0.0, "$0"), (0.1234, "$0.123"), (0.00001234, "$0.0000123"), (1, "$1.00"),
        (12.345, "$12.35"), (99.999, "$100"), (100.4, "$100"), (1234.5, "$1,234"),
        (9999.6, "$10 K"), (12_345, "$12.3 K"), (999_600, "$1 M"), (1_234_567, "$1.23 M"),
        (1e9, "$1,000 M"), (-12.3, "−$12.30"),
    ],
)  # fmt: skip
def test_money(value: float, shown: str) -> None:
    """Cents up to a hundred dollars, thousands and millions in three digits."""
    assert money(value) == shown


@LAW
@given(st.floats(1e-8, 1e12))
def test_money_has_about_three_digits_and_is_right(value: float) -> None:
    """Never more than four digits that mean something, and within half a per cent of the truth."""
    shown = money(value)
    scale = {"K": 1e3, "M": 1e6}.get(shown[-1], 1.0)
    digits = shown.strip("$ KM").replace(",", "")
    assert float(digits) * scale == pytest.approx(value, rel=0.006)
    if value < 1e9:
        assert len(re.sub(r"e.*|\D", "", digits).lstrip("0")) <= 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9996, "99.96 %"), (0.99996, "99.996 %"), (1.0, "100.0 %"), (0.0, "0.0 %"),
        (0.0004, "0.04 %"), (1 - 1e-9, "> 99.99999 %"), (1e-9, "< 0.00001 %"),
        (-1e-9, "> −0.00001 %"), (1 + 1e-9, "> 100 %"), (-0.5, "−50.0 %"), (-1.0, "−100.0 %"),
        (-0.0, "0.0 %"), (0.12345, "12.3 %"), (1.5, "150.0 %"),
    ],
)  # fmt: skip
def test_percent(value: float, shown: str) -> None:
    """One decimal, more near the ends; nearly all is not all, nearly nothing is not nothing."""
    assert percent(value) == shown


@LAW
@given(st.floats(0, 1))
def test_only_all_is_100_percent_and_only_nothing_is_0(value: float) -> None:
    """Whatever the fraction and the decimals asked for."""
    for decimals in (0, 1, 2):
        shown = percent(value, decimals)
        assert bool(re.fullmatch(r"100(\.0+)? %", shown)) == (value == 1)
        assert bool(re.fullmatch(r"0(\.0+)? %", shown)) == (value == 0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.2, "1"), (2.0, "2"), (2 + 1e-12, "2"), (1234.1, "1,235"), (-1.5, "-1")],
)
def test_counts_round_up(value: float, shown: str) -> None:
    """Half a sample is a sample; what rounding left over is not."""
    assert count(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (-0.0, "0"), (0.9996, "1"), (12.345, "12.3"), (1234.5, "1,230"),
        (0.00012345, "0.000123"), (1.2345e-7, "0.000000123"), (1e-12, "1.00e-12"),
        (-1.234, "−1.23"), (0.1 + 0.2, "0.3"), (99_999, "100,000"), (3.57e120, "3.57e+120"),
    ],
)  # fmt: skip
def test_numbers(value: float, shown: str) -> None:
    """Three significant digits, thousands separated, no digits that are none."""
    if value == 1.2345e-7:
        assert number(value) in {"0.000000123", "1.23e-07"}
    else:
        assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1, "+10.0 pp"), (-0.05, "−5.0 pp"), (0.0, "+0.0 pp"), (-1e-9, "+0.0 pp")],
)
def test_points(value: float, shown: str) -> None:
    """With a sign, and no minus zero."""
    assert points(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.5 s"), (59, "59 s"), (90, "1.5 min"), (3_599, "60 min"), (5_400, "1.5 h")],
)
def test_durations(value: float, shown: str) -> None:
    """Seconds, minutes, hours."""
    assert duration(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.25, Unit.FRACTION, "25.0 %"), (2, Unit.POINTS, "2 pp"), (3.2, Unit.ONE, "3.2"),
        (10.2, Unit.SAMPLES, "11 samples"), (12, Unit.MONTHS, "12 months"), (5, Unit.USD, "$5.00"),
        (29, Unit.USD_PER_SEAT_MONTH, "$29.00 per seat and month"),
        (0.002, Unit.USD_PER_REQUEST, "$0.002 per request"),
    ],
)  # fmt: skip
def test_quantities_bear_their_unit(value: float, unit: Unit, shown: str) -> None:
    """The unit says how the number is written."""
    assert quantity(value, unit) == shown


def test_an_interval_of_equal_ends_is_one_number() -> None:
    """Nobody reads 5 to 5."""
    assert interval("5", "5") == "5"
    assert interval("5", "never") == "5 to never"


def test_coefficients_have_two_decimals_and_no_negative_zero() -> None:
    """A kappa of 0.0003 is 0.00, one of −0.5 bears a minus sign."""
    assert [coefficient(v) for v in (0.4, 0.0003, -0.001, -0.5)] == [
        "0.40",
        "0.00",
        "0.00",
        "−0.50",
    ]
