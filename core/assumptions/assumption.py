"""An assumption: one number with unit, interval, source and date.

An assumption is *default* (shipped), *edited* (typed by the user) or *measured*
(bound to something the workspace has recorded). Intervals are 90 %: ``low`` is
the 5th and ``high`` the 95th percentile, ``value`` the median.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.assumptions.distributions import (
    DISTRIBUTIONS,
    MOST_GIVEN_DRAWS,
    Distribution,
    beta_quantiles,
    empirical_quantiles,
    lognormal_quantiles,
    middle,
    two_piece_quantiles,
)
from core.errors import AssumptionError
from core.units import Unit

Status = Literal["default", "edited", "measured"]

_OFF_THE_MIDDLE = 0.01
"""A value may differ from the median of its distribution by this share, for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number of a scenario and where it comes from."""

    key: str
    value: float
    unit: Unit
    source: str
    as_of: date
    status: Status = "default"
    low: float | None = None
    high: float | None = None
    note: str = ""
    distribution: Distribution = "auto"
    """How the draws are spread between low and high; nothing without an interval."""
    draws: tuple[float, ...] = ()
    """Draws of a measurement, sorted; low and high follow from them."""

    def __post_init__(self) -> None:
        """Refuse a number that its unit does not allow, or an interval that crosses itself."""
        self._set("value", self._allowed("value", self.value))
        if self.draws or self.distribution == "empirical":
            self._take_draws()
        for name in ("low", "high"):
            number = getattr(self, name)
            if number is not None:
                self._set(name, self._allowed(name, number))
        if (self.low is None) != (self.high is None):
            raise AssumptionError(f"{self.key}: give both low and high, or neither.")
        if self.low is None or self.high is None:
            self._set("distribution", "auto")
        elif not self.draws:
            self._check_interval(self.low, self.high)
        if not self.source.strip():
            raise AssumptionError(f"{self.key}: source is empty; say where the number comes from.")

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _allowed(self, name: str, number: float) -> float:
        """The number as a plain float, for which 3, 3.0 and NumPy's 3.0 are the same."""
        low, high = self.unit.bounds
        if not np.isfinite(number) or not low <= number <= high:
            raise AssumptionError(
                f"{self.key}: {name} is {number:g} {self.unit}, "
                f"expected a finite number from {low:g} to {high:g}."
                + _percent_hint(number, self.unit)
            )
        return float(number) + 0.0  # + 0.0: there is no negative zero

    def _take_draws(self) -> None:
        """Sort the draws; the interval follows from them."""
        if self.distribution not in ("auto", "empirical"):
            raise AssumptionError(
                f"{self.key}: draws are given, but distribution is {self.distribution!r}; "
                f"expected 'empirical'."
            )
        if not 2 <= len(self.draws) <= MOST_GIVEN_DRAWS:
            raise AssumptionError(
                f"{self.key}: {len(self.draws):,} draws are given; expected 2 to "
                f"{MOST_GIVEN_DRAWS:,}."
            )
        kept = tuple(sorted(self._allowed("a draw", draw) for draw in self.draws))
        low, median, high = empirical_quantiles(np.array([0.05, 0.5, 0.95]), kept).tolist()
        self._check_middle(median, low, high, "the draws have")
        for name, found in (("draws", kept), ("low", low), ("high", high)):
            self._set(name, found)
        self._set("distribution", "empirical")

    def _check_interval(self, low: float, high: float) -> None:
        """The value lies in the interval, and where the distribution says."""
        if not low <= self.value <= high:
            raise AssumptionError(
                f"{self.key}: the value {self.value:g} lies outside its own interval "
                f"{low:g} to {high:g} {self.unit}; put it between them."
            )
        if self.distribution == "auto" or low == high:
            return
        if self.distribution not in DISTRIBUTIONS:
            raise AssumptionError(
                f"{self.key}: distribution is {self.distribution!r}; expected one of "
                f"{', '.join(DISTRIBUTIONS)}."
            )
        self._check_kind(low, high)
        median = middle(self.distribution, low, high)
        said = f"a {self.distribution} from {low:g} to {high:g} has"
        self._check_middle(median, low, high, said)

    def _check_kind(self, low: float, high: float) -> None:
        """Whether the unit and the interval allow the distribution."""
        if self.distribution == "lognormal" and (low <= 0 or self.unit is Unit.FRACTION):
            raise AssumptionError(
                f"{self.key}: a lognormal is for amounts above 0, found {low:g} to {high:g} "
                f"{self.unit}; for a fraction choose beta, else leave distribution out."
            )
        if self.distribution == "beta" and not (self.unit is Unit.FRACTION and 0 < low < high < 1):
            raise AssumptionError(
                f"{self.key}: a beta is for fractions strictly between 0 and 1, found {low:g} to "
                f"{high:g} {self.unit}; leave distribution out."
            )

    def _check_middle(self, median: float, low: float, high: float, said: str) -> None:
        """The value is the median of its distribution, but for rounding."""
        if abs(self.value - median) > _OFF_THE_MIDDLE * max(median, high - low):
            raise AssumptionError(
                f"{self.key}: {said} a median of {median:.6g} {self.unit}, but value is "
                f"{self.value:.6g}; write value = {median:.6g}."
            )

    @property
    def is_uncertain(self) -> bool:
        """Whether draws of the assumption differ."""
        if self.draws:
            return self.draws[0] < self.draws[-1]
        return self.low is not None and self.high is not None and self.low < self.high

    def ppf(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Quantiles of the assumption, in its unit.

        But for draws, the 5th and 95th percentiles are exactly ``low`` and ``high``.
        """
        p = np.asarray(probability, dtype=np.float64)
        if self.draws:
            return empirical_quantiles(p, self.draws)
        if self.low is None or self.high is None or self.low == self.high:
            return np.full(p.shape, self.value)
        if self.distribution == "lognormal":
            drawn = lognormal_quantiles(p, self.low, self.high)
        elif self.distribution == "beta":
            drawn = beta_quantiles(p, self.low, self.high)
        else:
            drawn = two_piece_quantiles(p, self.low, self.value, self.high, self.unit)
        return np.asarray(np.clip(drawn, *self.unit.bounds), dtype=np.float64)

    def fixed_at(self, value: float, *, source: str) -> "Assumption":
        """The same assumption, certain at this value."""
        return replace(
            self, value=value, low=None, high=None, distribution="auto", draws=(), source=source
        )


def _percent_hint(number: float, unit: Unit) -> str:
    if unit is Unit.FRACTION and 1 < number <= 100:
        return f" If you mean {number:g} %, write {number / 100:g}."
    return ""
