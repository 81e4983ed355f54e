"""Figures that may be off, multiplied without drawing: a median and how far each end lies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.assumptions import Assumption
from core.calculators.order import combined_spread
from core.records import Quantiles

_TO_80 = 1.2815515655446004 / 1.6448536269514722
"""From the log of a 90 % interval's spread to that of an 80 % one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A median, and by which factors its P10 and P90 lie below and above."""

    p50: float
    down: float = 1.0
    up: float = 1.0

    @property
    def most(self) -> float:
        """P90."""
        return math.inf if math.isinf(self.up) else self.p50 * self.up

    def times(self, other: "Figure") -> "Figure":
        """The product of two independent figures; of nothing, certainly nothing."""
        if 0.0 in (self.most, other.most):
            return Figure(p50=0.0)
        return Figure(
            p50=self.p50 * other.p50,
            down=float(combined_spread(self.down, other.down)),
            up=float(combined_spread(self.up, other.up)),
        )

    def over(self, other: "Figure") -> "Figure":
        """The quotient; infinite where the divisor is 0."""
        return Figure(
            p50=self.p50 / other.p50 if other.p50 > 0 else math.inf,
            down=float(combined_spread(self.down, other.up)),
            up=float(combined_spread(self.up, other.down)),
        )

    def with_spread_of(self, other: "Figure") -> "Figure":
        """The same median, as far off as the other may be."""
        return Figure(p50=self.p50, down=other.down, up=other.up)

    @property
    def quantiles(self) -> Quantiles:
        """P10, P50 and P90; None where one is infinite."""
        if math.isinf(self.p50):
            return Quantiles(p10=None, p50=None, p90=None)
        return quantiles_of([self.p50 / self.down, self.p50, self.most])


def figure_of_quantiles(found: Quantiles) -> Figure | None:
    """A figure from its quantiles; None where the median is unknown or 0."""
    if not found.p50:
        return None
    return Figure(
        p50=found.p50,
        down=found.p50 / found.p10 if found.p10 else math.inf,
        up=math.inf if found.p90 is None else found.p90 / found.p50,
    )


def figure_of(*assumptions: Assumption) -> Figure:
    """The sum of assumptions in the same unit, whose 90 % intervals are taken to go together."""
    value = sum(a.value for a in assumptions)
    return Figure(
        p50=value,
        down=_spread(value, sum(a.value if a.low is None else a.low for a in assumptions)),
        up=_spread(sum(a.value if a.high is None else a.high for a in assumptions), value),
    )


def _spread(above: float, below: float) -> float:
    if above <= below:
        return 1.0
    return math.inf if below <= 0 else float((above / below) ** _TO_80)


def ends(found: Quantiles) -> Sequence[float]:
    """The three quantiles; infinite where there is none."""
    return [math.inf if v is None else v for v in (found.p10, found.p50, found.p90)]


def quantiles_of(values: Sequence[float]) -> Quantiles:
    """Three figures as quantiles; None where one is infinite."""
    low, middle, high = (v if math.isfinite(v) else None for v in values)
    return Quantiles(p10=low, p50=middle, p90=high)
