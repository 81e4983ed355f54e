"""What do measured answers say accuracy costs, and how far is the model from them?"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.plans import cheapest, median_offers
from core.analysis.serving import answer_cost, serving_costs
from core.assumptions import Scenario
from core.calculators import cogs
from core.calculators.deficit import wilson_interval
from core.calculators.routing import cascade_at, cascade_curve, routing_hull
from core.uncertainty import medians

Floats = NDArray[np.float64]

FEWEST_PER_HALF = 20
"""Items in each half below which no threshold is chosen."""

_Z95 = 1.959963984540054
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One configuration as it was measured; intervals are 95 %."""

    config: str
    items: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    cost_usd: float
    """Mean cost of an answer. [USD/request]"""
    cost_low: float
    cost_high: float
    cost_per_right_usd: float | None
    """Cost over accuracy; None where nothing is right. [USD/right answer]"""
    on_hull: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The cheapest random mixture of two configurations that reaches the target."""

    first: str
    second: str
    second_share: float
    """Share of the requests that the second one answers. [fraction]"""
    accuracy: float
    cost_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Two stages: the threshold was chosen on one half of the items, the rest holds on the other.

    ``accuracy_chosen`` is what the first half showed, which flatters.
    """

    first: str
    second: str
    threshold: float | None
    """Answers of less confidence are passed on; None where all are, or none is."""
    passed_on: float
    items: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    accuracy_chosen: float
    cost_usd: float
    reaches_target: bool
    """Whether the target was reached where the threshold was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """A measured configuration against the model at the same accuracy."""

    config: str
    accuracy: float
    measured_usd: float
    """Its answers, and what serving costs beside the model's answers. [USD/request]"""
    modelled_usd: float | None
    """The cheapest modelled plan of that accuracy; None where there is none. [USD/request]"""

    @property
    def residual_usd(self) -> float | None:
        """Measured less modelled. [USD/request]"""
        return None if self.modelled_usd is None else self.measured_usd - self.modelled_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationAnswer:
    """The frontier as it was measured."""

    configs: tuple[Measured, ...]
    """By rising cost."""
    hull: tuple[str, ...]
    route: Route | None
    """None where no mixture reaches the target."""
    cascades: tuple[Cascade, ...]
    residuals: tuple[Residual, ...]
    beside_usd: float
    """What serving a request costs beside the model's answers. [USD/request]"""
    target: float
    items: int
    seed: int
    notes: tuple[str, ...]


def evaluations_of(
    answers: pd.DataFrame, scenario: Scenario, *, target: float | None = None, seed: int = 0
) -> EvaluationAnswer:
    """The measured frontier of a file's answers, and the scenario's model against it.

    Parameters
    ----------
    answers
        As :func:`core.analysis.evaluation_file.read_evaluations` gives them.
    target
        Accuracy wanted; the scenario's own when None. [fraction]
    seed
        Of the split into halves.
    """
    wanted = scenario.value("target_accuracy") if target is None else target
    shared, notes = _shared(answers)
    by_config = {str(name): part for name, part in shared.groupby("config", sort=False)}
    configs = _measured(by_config)
    hull = tuple(c.config for c in configs if c.on_hull)
    corners = [c for c in configs if c.on_hull]
    cascades, skipped = _cascades(by_config, configs, wanted, seed)
    beside = _beside(scenario)
    return EvaluationAnswer(
        configs=configs,
        hull=hull,
        route=_route(corners, wanted),
        cascades=cascades,
        residuals=_residuals(configs, scenario, beside),
        beside_usd=beside,
        target=wanted,
        items=int(shared["item"].nunique()),
        seed=seed,
        notes=(*notes, *skipped),
    )


def _shared(answers: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The items that every configuration answered, so that all face the same questions."""
    configs = answers["config"].nunique()
    answered = answers.groupby("item", sort=False)["config"].transform("nunique")
    shared = answers[answered == configs]
    left_out = answers["item"].nunique() - shared["item"].nunique()
    if not left_out:
        return answers, ()
    if shared.empty:
        said = (
            "No item was answered by every configuration: the figures are of different items "
            "and can differ for that alone."
        )
        return answers, (said,)
    return shared, (f"Left out: {left_out:,} items that not every configuration answered.",)


def _measured(by_config: dict[str, pd.DataFrame]) -> tuple[Measured, ...]:
    n = np.array([len(part) for part in by_config.values()], dtype=np.float64)
    right = np.array([part["correct"].sum() for part in by_config.values()])
    cost = np.array([part["cost_usd"].mean() for part in by_config.values()])
    spread = np.array([part["cost_usd"].std(ddof=1) for part in by_config.values()])
    error = _Z95 * np.nan_to_num(spread) / np.sqrt(n)
    low, high = wilson_interval(right, n)
    corners = set(routing_hull(cost, right / n).tolist())
    found = [
        Measured(
            config=name,
            items=int(n[i]),
            accuracy=float(right[i] / n[i]),
            accuracy_low=float(low[i]),
            accuracy_high=float(high[i]),
            cost_usd=float(cost[i]),
            cost_low=float(max(cost[i] - error[i], 0.0)),
            cost_high=float(cost[i] + error[i]),
            cost_per_right_usd=float(cost[i] * n[i] / right[i]) if right[i] else None,
            on_hull=i in corners,
        )
        for i, name in enumerate(by_config)
    ]
    return tuple(sorted(found, key=lambda c: (c.cost_usd, c.accuracy)))


def _route(corners: Sequence[Measured], target: float) -> Route | None:
    able = [i for i, corner in enumerate(corners) if corner.accuracy >= target - _ROUNDING]
    if not able:
        return None
    second = corners[able[0]]
    first = corners[max(able[0] - 1, 0)]
    gap = second.accuracy - first.accuracy
    share = (target - first.accuracy) / gap if gap > 0 else 0.0
    return Route(
        first=first.config,
        second=second.config,
        second_share=share,
        accuracy=first.accuracy + share * gap,
        cost_usd=first.cost_usd + share * (second.cost_usd - first.cost_usd),
    )


def _cascades(
    by_config: dict[str, pd.DataFrame], configs: Sequence[Measured], target: float, seed: int
) -> tuple[tuple[Cascade, ...], tuple[str, ...]]:
    found, without, few = [], set(), False
    for i, cheap in enumerate(configs):
        first = by_config[cheap.config]
        if first["confidence"].isna().any():
            without.add(cheap.config)
            continue
        for strong in configs[i + 1 :]:
            if strong.cost_usd <= cheap.cost_usd or strong.accuracy <= cheap.accuracy:
                continue
            cascade = _cascade(first, by_config[strong.config], target, seed)
            few |= cascade is None
            found += [cascade] if cascade else []
    notes = []
    if without:
        notes.append(
            f"Not tried: a cascade that starts with {', '.join(sorted(without))}, whose answers "
            "have no confidence."
        )
    if few:
        notes.append(f"Not tried: cascades with fewer than {FEWEST_PER_HALF} items in either half.")
    return tuple(sorted(found, key=lambda c: (not c.reaches_target, c.cost_usd))), tuple(notes)


def _cascade(first: pd.DataFrame, second: pd.DataFrame, target: float, seed: int) -> Cascade | None:
    both = first.merge(second, on="item", suffixes=("", "_strong"))
    chosen_on = both["item"].map(lambda item: zlib.crc32(f"{seed}:{item}".encode()) % 2 == 0)
    halves = both[chosen_on], both[~chosen_on]
    if min(len(half) for half in halves) < FEWEST_PER_HALF:
        return None
    fit, test = (_columns(half) for half in halves)
    curve = cascade_curve(*fit)
    able = curve.accuracy >= target - _ROUNDING
    best = able if able.any() else curve.accuracy == curve.accuracy.max()
    at = int(np.flatnonzero(best)[np.argmin(curve.cost[best])])
    threshold = float(curve.threshold[at])
    right, cost = cascade_at(threshold, *test)
    low, high = wilson_interval(right.sum(), right.size)
    return Cascade(
        first=str(first["config"].iloc[0]),
        second=str(second["config"].iloc[0]),
        threshold=threshold if np.isfinite(threshold) else None,
        passed_on=float(np.mean(test[0] < threshold)),
        items=int(right.size),
        accuracy=float(right.mean()),
        accuracy_low=float(low),
        accuracy_high=float(high),
        accuracy_chosen=float(curve.accuracy[at]),
        cost_usd=float(cost.mean()),
        reaches_target=bool(able.any()),
    )


def _columns(half: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    names = ("confidence", "correct", "cost_usd", "correct_strong", "cost_usd_strong")
    first, second, third, fourth, fifth = (half[name].to_numpy(np.float64) for name in names)
    return first, second, third, fourth, fifth


def _beside(scenario: Scenario) -> float:
    """What a request costs beside the model's answers: hosting, monitoring and the like."""
    inputs = medians(scenario)
    whole = cogs.total(serving_costs(inputs))
    return max(float(whole - answer_cost(inputs)), 0.0)


def _residuals(
    configs: Sequence[Measured], scenario: Scenario, beside: float
) -> tuple[Residual, ...]:
    offers, inputs = median_offers(scenario), medians(scenario)
    targets = np.array([[config.accuracy] for config in configs])
    choice = cheapest(offers, targets, inputs)
    modelled = choice.building[:, 0] + choice.serving[:, 0]
    return tuple(
        Residual(
            config=config.config,
            accuracy=config.accuracy,
            measured_usd=config.cost_usd + beside,
            modelled_usd=float(modelled[i]) if choice.reached[i, 0] else None,
        )
        for i, config in enumerate(configs)
    )
