"""Assumptions with unit, interval, source and date; a scenario is a named set of them.

An assumption is *default* (shipped), *edited* (typed by the user) or *measured*
(bound to something the workspace has recorded). Intervals are 90 %: ``low`` is
the 5th and ``high`` the 95th percentile, ``value`` the median.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtri

from core.errors import AssumptionError, ScenarioError
from core.units import Unit

Status = Literal["default", "edited", "measured"]

_Z95 = 1.6448536269514722  # the standard normal's 95th percentile


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

    def __post_init__(self) -> None:
        """Refuse a number that its unit does not allow, or an interval that crosses itself."""
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if number is not None:
                object.__setattr__(self, name, self._allowed(name, number))
        if (self.low is None) != (self.high is None):
            raise AssumptionError(f"{self.key}: give both low and high, or neither.")
        if (
            self.low is not None
            and self.high is not None
            and not self.low <= self.value <= self.high
        ):
            raise AssumptionError(
                f"{self.key}: the value {self.value:g} lies outside its own interval "
                f"{self.low:g} to {self.high:g} {self.unit}; put it between them."
            )
        if not self.source.strip():
            raise AssumptionError(f"{self.key}: source is empty; say where the number comes from.")

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

    @property
    def is_uncertain(self) -> bool:
        """Whether the assumption has an interval of its own."""
        return self.low is not None and self.high is not None and self.low < self.high

    def ppf(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Quantiles of the assumption, in its unit.

        Two half-normals joined at the median on the log scale (logit for
        fractions, linear where an end is 0 or 1), so that the 5th, 50th and
        95th percentiles are exactly ``low``, ``value`` and ``high``.
        """
        p = np.asarray(probability, dtype=np.float64)
        if self.low is None or self.high is None or self.low == self.high:
            return np.full(p.shape, self.value)
        forward, backward = _scale(self.unit, self.low, self.value, self.high)
        middle = forward(self.value)
        down = (middle - forward(self.low)) / _Z95
        up = (forward(self.high) - middle) / _Z95
        z = ndtri(p)
        side = np.where(z < 0, down, up)
        with np.errstate(over="ignore", invalid="ignore"):
            drawn = backward(middle + np.where(side > 0, side * z, 0.0))
        return np.asarray(np.clip(drawn, *self.unit.bounds), dtype=np.float64)


def _percent_hint(number: float, unit: Unit) -> str:
    if unit is Unit.FRACTION and 1 < number <= 100:
        return f" If you mean {number:g} %, write {number / 100:g}."
    return ""


def _scale(unit: Unit, low: float, value: float, high: float) -> tuple[Any, Any]:
    """The transform on which the interval is normal, and its inverse."""
    if unit is Unit.FRACTION and low > 0 and high < 1:
        return logit, expit
    if unit is not Unit.FRACTION and low > 0 and value > 0:
        return np.log, np.exp
    return (lambda x: x), (lambda y: y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Mapping[str, Assumption]):
    """A complete, named set of assumptions, and settings that are words.

    Equal digests mean equal keys, values, intervals, units, sources and
    settings; the name is not part of it.
    """

    name: str
    assumptions: Mapping[str, Assumption]
    settings: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Assumption:
        try:
            return self.assumptions[key]
        except KeyError:
            raise ScenarioError(
                f"scenario {self.name!r} has no assumption {key!r}; "
                f"add a table [assumptions.{key}] or start from `datawall scenario new`."
            ) from None

    def __contains__(self, key: object) -> bool:
        return key in self.assumptions

    def __iter__(self) -> Iterator[str]:
        return iter(self.assumptions)

    def __len__(self) -> int:
        return len(self.assumptions)

    @property
    def digest(self) -> str:
        """A content hash with a tagged scheme, as ``a1:<16 hex digits>``."""
        facts = [
            [a.key, a.value, a.low, a.high, a.unit, a.status, a.source, a.as_of.isoformat()]
            for a in sorted(self.assumptions.values(), key=lambda a: a.key)
        ]
        payload = json.dumps([facts, sorted(self.settings.items())], separators=(",", ":"))
        return "a1:" + hashlib.sha256(payload.encode()).hexdigest()[:16]

    def value(self, key: str) -> float:
        """The median of an assumption."""
        return self[key].value

    def edited(self, changes: Mapping[str, float], *, on: date) -> "Scenario":
        """A new scenario with these values typed by the user; their intervals are dropped."""
        changed = dict(self.assumptions)
        for key, number in changes.items():
            old = self[key]
            changed[key] = replace(
                old,
                value=number,
                low=None,
                high=None,
                status="edited",
                source="entered by the user",
                as_of=on,
            )
        return replace(self, assumptions=changed)

    def bound(self, *measured: Assumption) -> "Scenario":
        """A new scenario in which these measured assumptions replace those of the same key."""
        return replace(self, assumptions={**self.assumptions, **{a.key: a for a in measured}})
