"""How numbers are written for people: the only place that rounds.

Three significant digits unless a count is exact; money with its sign; NaN is
``unknown`` and infinity is ``never``, so that neither is ever shown as 0.
"""

import math

from core.units import Unit

UNKNOWN = "unknown"
NEVER = "never"
_CENTS_UP_TO = 99.995
_MOST_DECIMALS = 6
_COUNTED = {Unit.SAMPLES, Unit.RECORDS, Unit.CANDIDATES, Unit.EXAMPLES, Unit.SEATS}


def _odd(value: float | None) -> str | None:
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return NEVER
    return None


def number(value: float | None, digits: int = 3) -> str:
    """A number with *digits* significant digits and thousands separated."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    decimals = max(0, digits - 1 - magnitude)
    if decimals > 8 or magnitude >= 15:
        return f"{value:.{digits - 1}e}"
    text = f"{round(value, digits - 1 - magnitude):,.{decimals}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: float | None) -> str:
    """A whole number of things, rounded up: half a sample is a sample."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    return f"{math.ceil(value - 1e-9):,}"


def money(value: float | None) -> str:
    """Dollars: cents from a dollar up, three significant digits below, K and M from 10,000."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    sign, size = ("−" if value < 0 else ""), abs(value)
    if size == 0:
        return "$0"
    if size >= 999_500:
        return f"{sign}${number(size / 1e6)} M"
    if size >= 9_999.5:
        return f"{sign}${number(size / 1e3)} K"
    if size >= _CENTS_UP_TO:
        return f"{sign}${size:,.0f}"
    if size >= 0.9995:
        return f"{sign}${size:,.2f}"
    return f"{sign}${number(size)}"


def coefficient(value: float | None) -> str:
    """A coefficient between −1 and 1: two decimals, for the third is noise."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def percent(value: float | None, decimals: int = 1) -> str:
    """A fraction as per cent; more decimals near 0 and 1 so that 99.96 % is not 100 %."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    if value in (0.0, 1.0):
        return f"{abs(value) * 100:.{decimals}f} %"
    for more in range(decimals, _MOST_DECIMALS):
        shown = f"{value * 100:.{more}f}"
        if float(shown) not in (0.0, 100.0):
            return shown.replace("-", "−") + " %"
    return _next_to(value)


def _next_to(value: float) -> str:
    """A fraction that no sensible number of decimals tells from 0 or from 1."""
    if abs(value) < 0.5:
        return "< 0.00001 %" if value > 0 else "> −0.00001 %"
    return "> 99.99999 %" if value < 1 else "> 100 %"


def points(value: float | None, decimals: int = 1) -> str:
    """A difference of fractions in percentage points, with its sign."""
    odd = _odd(value)
    if odd or value is None:
        return odd or UNKNOWN
    shown = round(value * 100, decimals) + 0.0  # + 0.0: there is no negative zero
    return f"{shown:+.{decimals}f} pp".replace("-", "−")


def quantity(value: float | None, unit: Unit) -> str:
    """A value with its unit."""
    if unit is Unit.FRACTION:
        return percent(value)
    if unit is Unit.FRACTION_PER_YEAR:
        return f"{percent(value)} a year"
    if unit is Unit.POINTS:
        return f"{number(value)} pp"
    if unit.is_money:
        amount, per = money(value), unit.value.partition("/")[2]
        return f"{amount} per {per.replace('/', ' and ')}" if per else amount
    if unit is Unit.ONE:
        return number(value)
    if unit in _COUNTED:
        return f"{count(value)} {unit}"
    return f"{number(value)} {unit}"


def interval(low: str, high: str) -> str:
    """Two written numbers as one range."""
    return low if low == high else f"{low} to {high}"


def duration(seconds: float | None) -> str:
    """A length of time."""
    odd = _odd(seconds)
    if odd or seconds is None:
        return odd or UNKNOWN
    if seconds < 90:
        return f"{number(seconds, 2)} s"
    minutes = seconds / 60
    return f"{number(minutes, 2)} min" if minutes < 90 else f"{minutes / 60:,.1f} h"
