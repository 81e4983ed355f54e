"""The units that exist. A unit that is not listed here does not exist.

Fractions run from 0 to 1 everywhere in code; per cent and percentage points
appear only where a number is shown.
"""

from enum import StrEnum
from math import inf


class Unit(StrEnum):
    """A unit of an assumption or of an estimate."""

    ONE = "1"
    FRACTION = "fraction"
    POINTS = "pp"
    SAMPLES = "samples"
    RECORDS = "records"
    CANDIDATES = "candidates"
    EXAMPLES = "examples"
    SEATS = "seats"
    MONTHS = "months"
    MINUTES = "minutes"
    HOURS = "hours"
    CALLS_PER_REQUEST = "calls/request"
    REQUESTS_PER_SEAT_MONTH = "requests/seat/month"
    TOKENS_PER_REQUEST = "tokens/request"
    TOKENS_PER_CALL = "tokens/call"
    TOKENS_PER_CANDIDATE = "tokens/candidate"
    USD = "USD"
    USD_PER_MONTH = "USD/month"
    USD_PER_SEAT_MONTH = "USD/seat/month"
    USD_PER_REQUEST = "USD/request"
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
        return 0.0, inf

    @property
    def is_money(self) -> bool:
        """Whether a value in this unit is an amount of dollars per something."""
        return self.value.startswith("USD")
