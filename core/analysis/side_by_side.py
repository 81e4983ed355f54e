"""Two or three scenarios side by side: where each leads, and what differs between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from core.analysis.chain import with_target
from core.analysis.cogs import cogs_of
from core.analysis.margin import DRAWS, MarginAnswer, margin_of
from core.analysis.plan_words import plan_in_words
from core.analysis.roi import RoiAnswer, roi_of
from core.assumptions import Assumption, Scenario
from core.errors import AssumptionError, InputError
from core.formats import coefficient, interval, quantity

FEWEST, MOST = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where one scenario leads."""

    scenario: Scenario
    margin: MarginAnswer
    roi: RoiAnswer
    unit_cost_usd: float | None
    """Of a request at the target, at the medians; None out of reach. [USD/request]"""
    plan: str
    """The cheapest plan in words, or why there is none."""
    margin_at_medians: float | None = None
    """Gross margin at the target with every assumption at its median; None out of reach or
    without revenue. [fraction]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An assumption or setting that is not the same on every side."""

    key: str
    values: tuple[str, ...]
    """With unit and interval, one per side."""
    sources: tuple[str, ...]
    unit: str = ""
    """Empty for a setting or a correlation."""
    statuses: tuple[str, ...] = ()
    """Default, edited or measured, one per side; none for a setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The scenarios in the order given."""

    sides: tuple[Side, ...]
    differing: tuple[Differing, ...]
    same_figures: tuple[str, ...] = ()
    """Assumptions with equal figures, but another status, source or date."""

    @property
    def targets_differ(self) -> bool:
        """Whether the sides promise different accuracies."""
        return len({side.margin.target for side in self.sides}) > 1


def side_by_side(
    scenarios: Sequence[Scenario],
    target: float | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    margin: Callable[[Scenario, float], MarginAnswer] | None = None,
    roi: Callable[[Scenario, float], RoiAnswer] | None = None,
) -> SideBySide:
    """Each scenario at its own target, or all at one, and what differs.

    Parameters
    ----------
    margin, roi
        What answers for a scenario at a target; one that remembers saves seconds.

    Raises
    ------
    InputError
        Fewer than two or more than three are given.
    AssumptionError
        An assumption or the target is impossible; the scenario is named.
    """
    if not FEWEST <= len(scenarios) <= MOST:
        raise InputError(f"two or three scenarios can be compared; found {len(scenarios)}.")
    margins = margin or (lambda s, at: margin_of(s, target=at, draws=draws, seed=seed))
    returns = roi or (lambda s, at: roi_of(s, target=at, draws=draws, seed=seed))
    return SideBySide(
        sides=tuple(_side(scenario, target, margins, returns) for scenario in scenarios),
        differing=(*_settings(scenarios), *_assumptions(scenarios), *_correlations(scenarios)),
        same_figures=_same_figures(scenarios),
    )


def _side(
    scenario: Scenario,
    target: float | None,
    margins: Callable[[Scenario, float], MarginAnswer],
    returns: Callable[[Scenario, float], RoiAnswer],
) -> Side:
    asked = scenario if target is None else with_target(scenario, target)
    at = asked.value("target_accuracy")
    try:
        margin, roi = margins(asked, at), returns(asked, at)
        there = cogs_of(asked).at_target
    except AssumptionError as error:
        raise AssumptionError(f"{scenario.name!r}: {error}") from error
    return Side(
        scenario=scenario,
        margin=margin,
        roi=roi,
        unit_cost_usd=None if there is None else there.usd,
        plan=plan_in_words(margin.plan) if margin.plan else margin.why_no_plan,
        margin_at_medians=_finite(there.gross_margin) if there else None,
    )


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _settings(scenarios: Sequence[Scenario]) -> list[Differing]:
    keys = dict.fromkeys(key for s in scenarios for key in s.settings)
    told = {key: tuple(s.settings.get(key, "not set") for s in scenarios) for key in keys}
    return [
        Differing(key=key, values=values, sources=("setting",) * len(values))
        for key, values in told.items()
        if len(set(values)) > 1
    ]


def _assumptions(scenarios: Sequence[Scenario]) -> list[Differing]:
    return [
        Differing(
            key=key,
            values=_told(row),
            sources=tuple(a.source for a in row),
            unit=row[0].unit.value,
            statuses=tuple(a.status for a in row),
        )
        for key, row in _rows(scenarios)
        if len({_figures(a) for a in row}) > 1
    ]


def _rows(scenarios: Sequence[Scenario]) -> list[tuple[str, list[Assumption]]]:
    """Every assumption that all of them hold."""
    keys = [key for key in scenarios[0] if all(key in s for s in scenarios)]
    return [(key, [s[key] for s in scenarios]) for key in keys]


def _figures(a: Assumption) -> tuple[object, ...]:
    return (a.value, a.low, a.high, a.distribution, a.draws, a.unit)


def _told(row: Sequence[Assumption]) -> tuple[str, ...]:
    """The values in words, with all digits where rounding would make two look alike."""
    said = [_written(a) for a in row]
    kinds = dict(zip(said, row, strict=True))
    if all(_figures(kinds[text]) == _figures(a) for text, a in zip(said, row, strict=True)):
        return tuple(said)
    return tuple(_exactly(a) for a in row)


def _written(a: Assumption) -> str:
    said = quantity(a.value, a.unit)
    if a.low is None or a.high is None:
        return said
    return f"{said} ({interval(quantity(a.low, a.unit), quantity(a.high, a.unit))})"


def _exactly(a: Assumption) -> str:
    said = f"{a.value!r} {a.unit}"
    if a.low is not None and a.high is not None:
        said += f" ({a.low!r} to {a.high!r}, {a.distribution})"
    return said


def _correlations(scenarios: Sequence[Scenario]) -> list[Differing]:
    pairs = dict.fromkeys(pair for s in scenarios for pair in s.correlations)
    ranks = {pair: [s.correlations.get(pair, 0.0) for s in scenarios] for pair in pairs}
    return [
        Differing(
            key=" with ".join(pair),
            values=tuple(coefficient(rank) for rank in row),
            sources=("rank correlation",) * len(row),
        )
        for pair, row in ranks.items()
        if len(set(row)) > 1
    ]


def _same_figures(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    def grounds(a: Assumption) -> tuple[object, ...]:
        return (a.status, a.source, a.as_of)

    return tuple(
        key
        for key, row in _rows(scenarios)
        if len({_figures(a) for a in row}) == 1 and len({grounds(a) for a in row}) > 1
    )
