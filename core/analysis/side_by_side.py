"""What do two or three scenarios come to, side by side, and in which assumptions do they differ?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from core.analysis.chain import with_target
from core.analysis.cogs import cogs_of
from core.analysis.margin import Band, MarginAnswer, Point, margin_of
from core.analysis.plan_words import plan_in_words
from core.analysis.roi import RoiAnswer, roi_of
from core.assumptions import Assumption, Scenario, Status
from core.errors import AssumptionError, InputError
from core.formats import coefficient, count, interval, quantity
from core.units import Unit

FEWEST, MOST = 2, 3
"""Scenarios that fit side by side."""

_NOT_SET = "not set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one scenario comes to at its target."""

    name: str
    digest: str
    target: float
    """The accuracy promised. [fraction]"""
    gross_margin: Band
    """At the target; NaN where no plan reaches it. [fraction]"""
    unit_cost_usd: float | None
    """With the cheapest plan, every assumption at its median, wrong answers counted; None
    without a plan. [USD/request]"""
    plan: str
    """The cheapest plan in words; why there is none otherwise."""
    is_reachable: bool
    best_accuracy: float | None
    """Where the margin is highest. [fraction]"""
    best_margin: float
    collapse: dict[str, Point]
    """``usage_per_seat``, ``accuracy_zero`` and ``accuracy_target``."""
    target_margin: float
    """The gross margin that is wanted. [fraction]"""
    roi: RoiAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one scenario assumes."""

    value: float | str
    low: float | None
    high: float | None
    status: Status | None
    """None for a setting or a correlation."""
    source: str
    as_of: date | None
    in_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An assumption, setting or correlation in which scenarios differ."""

    key: str
    unit: Unit | None
    """None for what is no number with a unit."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Two or three scenarios."""

    outcomes: tuple[Outcome, ...]
    rows: tuple[Row, ...]
    """What differs in value, interval or distribution, settings first."""
    same_figures: tuple[str, ...]
    """Assumptions with equal figures, but another status, source or date."""
    draws: int
    seed: int

    @property
    def targets_differ(self) -> bool:
        """Whether the scenarios promise different accuracies."""
        return len({outcome.target for outcome in self.outcomes}) > 1


def side_by_side(
    scenarios: Sequence[Scenario],
    target: float | None = None,
    *,
    margin: Callable[[Scenario, float], MarginAnswer] = lambda s, at: margin_of(s, target=at),
    roi: Callable[[Scenario, float], RoiAnswer] = lambda s, at: roi_of(s, target=at),
) -> SideBySide:
    """Each scenario at its own target, or all of them at one.

    Parameters
    ----------
    margin, roi
        How margin and return of a scenario at a target are found; what remembers saves seconds.

    Raises
    ------
    InputError
        There are not two or three scenarios.
    AssumptionError
        A scenario or the target is impossible; the sentence names the scenario.
    """
    if not FEWEST <= len(scenarios) <= MOST:
        raise InputError(
            f"{count(len(scenarios))} scenarios are to be compared; expected {FEWEST} or {MOST}."
        )
    answers = []
    for scenario in scenarios:
        at = scenario.value("target_accuracy") if target is None else target
        try:
            answers.append((margin(scenario, at), roi(scenario, at)))
        except AssumptionError as error:
            raise AssumptionError(f"{scenario.name!r}: {error}") from error
    both = zip(scenarios, answers, strict=True)
    first = answers[0][0]
    return SideBySide(
        outcomes=tuple(_outcome(scenario, *found) for scenario, found in both),
        rows=(*_settings(scenarios), *_assumptions(scenarios), *_correlations(scenarios)),
        same_figures=_same_figures(scenarios),
        draws=first.draws,
        seed=first.seed,
    )


def _outcome(scenario: Scenario, found: MarginAnswer, roi: RoiAnswer) -> Outcome:
    plan, cost = found.plan, cogs_of(with_target(scenario, found.target)).at_target
    return Outcome(
        name=scenario.name,
        digest=scenario.digest,
        target=found.target,
        gross_margin=found.margin_at_target,
        unit_cost_usd=None if cost is None else cost.usd,
        plan=plan_in_words(plan) if plan else found.why_no_plan,
        is_reachable=plan is not None,
        best_accuracy=found.optimum.value,
        best_margin=found.optimum_margin,
        collapse={
            "usage_per_seat": found.usage_per_seat,
            "accuracy_zero": found.accuracy_zero,
            "accuracy_target": found.accuracy_target,
        },
        target_margin=found.target_margin,
        roi=roi,
    )


def _settings(scenarios: Sequence[Scenario]) -> list[Row]:
    keys = dict.fromkeys(key for s in scenarios for key in s.settings)
    said = {key: [s.settings.get(key, _NOT_SET) for s in scenarios] for key in keys}
    return [
        Row(key=key, unit=None, cells=tuple(_word(text, "setting") for text in texts))
        for key, texts in said.items()
        if len(set(texts)) > 1
    ]


def _word(text: str, source: str) -> Cell:
    return Cell(
        value=text, low=None, high=None, status=None, source=source, as_of=None, in_words=text
    )


def _assumptions(scenarios: Sequence[Scenario]) -> list[Row]:
    return [
        Row(key=key, unit=row[0].unit, cells=tuple(_cell(a) for a in row))
        for key, row in _by_key(scenarios)
        if len({_figures(a) for a in row}) > 1
    ]


def _by_key(scenarios: Sequence[Scenario]) -> list[tuple[str, list[Assumption]]]:
    shared = [key for key in scenarios[0] if all(key in s for s in scenarios)]
    return [(key, [s[key] for s in scenarios]) for key in shared]


def _figures(a: Assumption) -> tuple[object, ...]:
    return (a.value, a.low, a.high, a.distribution, a.draws, a.unit)


def _cell(a: Assumption) -> Cell:
    said = quantity(a.value, a.unit)
    if a.low is not None and a.high is not None:
        said += f" ({interval(quantity(a.low, a.unit), quantity(a.high, a.unit))})"
    return Cell(
        value=a.value,
        low=a.low,
        high=a.high,
        status=a.status,
        source=a.source,
        as_of=a.as_of,
        in_words=said,
    )


def _correlations(scenarios: Sequence[Scenario]) -> list[Row]:
    pairs = dict.fromkeys(pair for s in scenarios for pair in s.correlations)
    ranks = {pair: [s.correlations.get(pair, 0.0) for s in scenarios] for pair in pairs}
    return [
        Row(
            key=" and ".join(pair),
            unit=None,
            cells=tuple(_word(coefficient(r), "rank correlation") for r in row),
        )
        for pair, row in ranks.items()
        if len(set(row)) > 1
    ]


def _same_figures(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    def grounds(a: Assumption) -> tuple[object, ...]:
        return (a.status, a.source, a.as_of)

    return tuple(
        key
        for key, row in _by_key(scenarios)
        if len({_figures(a) for a in row}) == 1 and len({grounds(a) for a in row}) > 1
    )
