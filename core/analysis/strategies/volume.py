"""At which volume does another strategy become the cheaper one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.formats import count

Floats = NDArray[np.float64]

FACTORS = np.geomspace(1e-3, 1e3, 25)
"""Multiples of today's volume at which every strategy is priced anew."""

_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Where a strategy costs as much as the one that is the cheapest today."""

    other: str
    """The one that is the cheapest today."""
    requests: float | None
    """Over the amortisation time; None where there is no such volume. [1]"""
    is_above: bool
    """Whether it is cheaper at more requests than that, and not at fewer."""

    @property
    def in_words(self) -> str:
        """From or below how many requests it is the cheaper one."""
        if self.requests is None:
            return f"never cheaper than {self.other}"
        side = "from" if self.is_above else "below"
        return f"cheaper {side} {count(self.requests)} requests"


def break_even(cost: Floats, cheapest: Floats, requests_now: float, other: str) -> BreakEven:
    """The nearest volume at which a strategy gets cheaper than the one that is cheapest now.

    Parameters
    ----------
    cost, cheapest
        Cost of a request of the two at ``FACTORS`` times today's volume. [USD/request]
    requests_now
        Today's volume. [1]
    other
        Name of the one that is the cheapest now.
    """
    gain = cheapest - cost
    with np.errstate(invalid="ignore"):
        better = gain > _SAME * np.abs(cheapest)
    now = len(FACTORS) // 2
    above, below = np.flatnonzero(better[now:]) + now, np.flatnonzero(better[: now + 1])
    if len(above):
        return _at(gain, int(above[0]) - 1, requests_now, other, is_above=True)
    if len(below):
        return _at(gain, int(below[-1]), requests_now, other, is_above=False)
    return BreakEven(other=other, requests=None, is_above=False)


def _at(gain: Floats, left: int, now: float, other: str, *, is_above: bool) -> BreakEven:
    """Between two of the factors, straight on a logarithmic scale."""
    first, last = gain[left], gain[left + 1]
    share = float(np.clip(first / (first - last), 0, 1)) if np.isfinite(first - last) else 1.0
    low, high = np.log(FACTORS[left]), np.log(FACTORS[left + 1])
    requests = now * float(np.exp(low + share * (high - low)))
    return BreakEven(other=other, requests=requests, is_above=is_above)
