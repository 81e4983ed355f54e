"""The units that exist. A unit that is not listed here does not exist.

Fractions run from 0 to 1 everywhere in code; per cent and percentage points
appear only where a number is shown.
"""

from enum import StrEnum
from math import inf

MOST_SHRINKING = -0.99
"""A year that leaves a hundredth: less is no rate."""


class Unit(StrEnum):
    """A unit of an assumption or of an estimate."""

    ONE = "1"
    FRACTION = "fraction"
    FRACTION_PER_YEAR = "fraction/year"
    POINTS = "pp"
    SAMPLES = "samples"
    RECORDS = "records"
    CANDIDATES = "candidates"
    EXAMPLES = "examples"
    SEATS = "seats"
    YEARS = "years"
    MONTHS = "months"
    MINUTES = "minutes"
    HOURS = "hours"
    HOURS_PER_MONTH = "hours/month"
    GIGABYTES = "GB"
    CALLS_PER_REQUEST = "calls/request"
    REQUESTS_PER_SEAT_MONTH = "requests/seat/month"
    TOKENS_PER_REQUEST = "tokens/request"
    TOKENS_PER_CALL = "tokens/call"
    TOKENS_PER_CANDIDATE = "tokens/candidate"
    TOKENS_PER_MONTH = "tokens/month"
    TOKENS_PER_SECOND = "tokens/s"
    USD = "USD"
    USD_PER_MONTH = "USD/month"
    USD_PER_YEAR = "USD/year"
    USD_PER_SEAT_MONTH = "USD/seat/month"
    USD_PER_REQUEST = "USD/request"
    USD_PER_CALL = "USD/call"
    USD_PER_SAMPLE = "USD/sample"
    USD_PER_CANDIDATE = "USD/candidate"
    USD_PER_LABEL = "USD/label"
    USD_PER_RECORD = "USD/record"
    USD_PER_ERROR = "USD/error"
    USD_PER_HOUR = "USD/hour"
    USD_PER_MTOK = "USD/Mtok"
    USD_PER_GB_MONTH = "USD/GB/month"
    USD_PER_POINT = "USD/pp"

    @property
    def bounds(self) -> tuple[float, float]:
        """The closed range that a value in this unit must lie in."""
        if self is Unit.FRACTION:
            return 0.0, 1.0
        if self is Unit.FRACTION_PER_YEAR:
            return MOST_SHRINKING, inf
        return 0.0, inf

    @property
    def is_money(self) -> bool:
        """Whether a value in this unit is an amount of dollars per something."""
        return self.value.startswith("USD")


_TIMES = {
    ("USD/token", "USD/Mtok"): "multiply the number by 1,000,000",
    ("USD/tok", "USD/Mtok"): "multiply the number by 1,000,000",
    ("USD/ktok", "USD/Mtok"): "multiply the number by 1,000",
    ("USD/ktokens", "USD/Mtok"): "multiply the number by 1,000",
    ("USD/month", "USD/year"): "multiply the number by 12",
    ("USD/year", "USD/month"): "divide the number by 12",
    ("USD/minute", "USD/hour"): "multiply the number by 60",
    ("USD/s", "USD/hour"): "multiply the number by 3,600",
    ("%", "fraction"): "divide the number by 100",
    ("percent", "fraction"): "divide the number by 100",
    ("pp", "fraction"): "divide the number by 100",
}
"""What turns a number in one unit into the same in another, in words."""


def conversion_from(found: str) -> str:
    """How a number in a unit that does not exist is given in one that does; else empty."""
    expected = next((to for unit, to in _TIMES if unit == found), None)
    return conversion(found, Unit(expected)) if expected else ""


def conversion(found: str, expected: Unit) -> str:
    """How a number in the unit *found* becomes one in *expected*, as an order to the user."""
    how = _TIMES.get((found, expected.value), "convert the number")
    return f"{how} and write {expected.value!r}"
