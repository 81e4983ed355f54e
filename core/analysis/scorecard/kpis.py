"""Which figures the board is shown, in which unit, and which way is better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.analysis.roi_words import in_years
from core.formats import count, money, percent
from core.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One figure of the scorecard."""

    key: str
    name: str
    unit: Unit
    more_is_better: bool
    page: str
    """The page that makes it."""
    role: str
    """Who owns it, unless somebody is named."""
    by_slice: bool = False
    """Whether it is about the slice that is looked at."""
    by_target: bool = False
    """Whether it changes with the target."""


KPIS: tuple[Kpi, ...] = (
    Kpi(key="capability", name="Score at the edge case", unit=Unit.FRACTION, more_is_better=True,
        page="audit", role="ML engineer", by_slice=True),
    Kpi(key="deficit_closed", name="Deficit closed", unit=Unit.FRACTION, more_is_better=True,
        page="evidence", role="ML engineer", by_slice=True, by_target=True),
    Kpi(key="cost_per_accepted", name="Cost per accepted sample", unit=Unit.USD_PER_SAMPLE,
        more_is_better=False, page="strictness", role="ML engineer", by_slice=True),
    Kpi(key="cost_per_good", name="Cost per good sample", unit=Unit.USD_PER_SAMPLE,
        more_is_better=False, page="strictness", role="ML engineer", by_slice=True),
    Kpi(key="critic_precision", name="Precision of the critics", unit=Unit.FRACTION,
        more_is_better=True, page="strictness", role="annotation lead", by_slice=True),
    Kpi(key="collapse_risk", name="Alarms of the corpus monitor", unit=Unit.ONE,
        more_is_better=False, page="monitor", role="data engineer", by_slice=True),
    Kpi(key="next_point", name="Cost of the next accuracy point", unit=Unit.USD,
        more_is_better=False, page="frontier", role="product manager", by_target=True),
    Kpi(key="gross_margin", name="Gross margin at the target", unit=Unit.FRACTION,
        more_is_better=True, page="margin", role="product manager", by_target=True),
    Kpi(key="payback", name="Payback", unit=Unit.YEARS, more_is_better=False, page="returns",
        role="product manager", by_target=True),
)  # fmt: skip
"""Every figure, in the order of the chain."""


def written(kpi: Kpi, value: float | None) -> str:
    """A figure of the scorecard for people."""
    if value is None:
        return "unknown"
    return _WRITTEN[kpi.key](value)


_WRITTEN: Mapping[str, Callable[[float], str]] = {
    "capability": percent,
    "deficit_closed": lambda share: percent(share, 0),
    "cost_per_accepted": money,
    "cost_per_good": money,
    "critic_precision": percent,
    "collapse_risk": count,
    "next_point": money,
    "gross_margin": percent,
    "payback": in_years,
}
