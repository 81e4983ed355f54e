"""Which assumptions does the outcome hang on?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.margin import DRAWS
from core.analysis.outcome import commit, outcomes
from core.analysis.plans import Plan
from core.analysis.rechosen import OUTCOMES
from core.assumptions import Assumption, Scenario
from core.calculators.sensitivity import rank_correlation, swing
from core.records import Quantiles
from core.uncertainty import draws as draws_of
from core.uncertainty import medians, quantiles
from core.units import Unit

Floats = NDArray[np.float64]

LOW, HIGH = 0.1, 0.9
"""Percentiles between which one assumption at a time is moved."""

CAVEAT = (
    "One assumption at a time, the others at their medians and the plan as chosen there: "
    "what assumptions do together is not in the bars. The rank correlation is, as it is over "
    "all draws."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What one uncertain assumption does to an outcome."""

    key: str
    unit: Unit
    status: str
    low: float
    """The assumption's 10th percentile."""
    high: float
    """Its 90th."""
    at_low: float
    """The outcome there, NaN where it does not exist."""
    at_high: float
    swing: float
    rank_correlation: float
    """With the outcome, over all draws; NaN where either never changes. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """One outcome, and what moves it, the widest swing first."""

    outcome: str
    unit: Unit
    at_medians: float
    drawn: Quantiles
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityAnswer:
    """What each outcome hangs on, for the cheapest plan at the target."""

    tornados: tuple[Tornado, ...]
    """Empty where no plan reaches the target."""
    target: float
    plan: Plan | None
    why_no_plan: str
    kept_share: float
    """Share of the draws in which the plan keeps the promised accuracy. [fraction]"""
    draws: int
    seed: int
    scenario_digest: str

    def of(self, outcome: str) -> Tornado | None:
        """The tornado of one outcome; None where no plan reaches the target."""
        return next((t for t in self.tornados if t.outcome == outcome), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAtATime:
    """Inputs that differ in one assumption each: at all medians first, then low and high of each.

    They are evaluated as draws are.
    """

    known: tuple[Assumption, ...]
    levels: Floats
    """Low and high of each, ``(assumptions, 2)``."""
    inputs: dict[str, Floats]


def sensitivity_of(
    scenario: Scenario, *, target: float | None = None, draws: int = DRAWS, seed: int = 0
) -> SensitivityAnswer:
    """What margin, cost of a request and profit hang on.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    InputError
        The number of draws or the seed is out of range.
    """
    committed = commit(scenario, target)
    inputs = draws_of(scenario, draws, seed)
    drawn = outcomes(committed, inputs)
    tornados: tuple[Tornado, ...] = ()
    if committed.plan is not None:
        moved = one_at_a_time(scenario)
        found = outcomes(committed, moved.inputs)
        tornados = tuple(
            tornado_of(name, unit, moved, getattr(found, name), inputs, getattr(drawn, name))
            for name, unit in OUTCOMES.items()
        )
    return SensitivityAnswer(
        tornados=tornados,
        target=committed.target,
        plan=committed.plan,
        why_no_plan=committed.why,
        kept_share=float(drawn.kept.mean()),
        draws=draws,
        seed=seed,
        scenario_digest=scenario.digest,
    )


def drawn_columns(
    scenario: Scenario, *, target: float | None = None, draws: int = DRAWS, seed: int = 0
) -> dict[str, Floats]:
    """Every uncertain assumption and every outcome, one row per draw.

    Raises
    ------
    AssumptionError
        As :func:`sensitivity_of`.
    """
    inputs = draws_of(scenario, draws, seed)
    found = outcomes(commit(scenario, target), inputs)
    results = {
        **{name: getattr(found, name) for name in OUTCOMES},
        "accuracy": found.accuracy,
        "keeps_the_target": found.kept.astype(np.float64),
    }
    given = {key: values for key, values in inputs.items() if values.ndim}
    return given | {name: np.broadcast_to(x, (draws,)) for name, x in results.items()}


def one_at_a_time(scenario: Scenario) -> OneAtATime:
    """What has to be evaluated to see what each uncertain assumption does alone."""
    known = tuple(a for a in scenario.values() if a.is_uncertain)
    levels = np.array([a.ppf([LOW, HIGH]) for a in known]).reshape(-1, 2)
    inputs: dict[str, Floats] = medians(scenario)
    for i, (a, ends) in enumerate(zip(known, levels, strict=True)):
        inputs[a.key] = np.full(2 * len(known) + 1, a.value)
        inputs[a.key][2 * i + 1 : 2 * i + 3] = ends
    return OneAtATime(known=known, levels=levels, inputs=inputs)


def tornado_of(
    name: str,
    unit: Unit,
    moved: OneAtATime,
    values: Floats,
    inputs: Mapping[str, Floats],
    drawn: Floats,
) -> Tornado:
    """The tornado of an outcome.

    Parameters
    ----------
    values
        The outcome for ``moved.inputs``.
    inputs, drawn
        Draws of the assumptions, and the outcome for them.
    """
    values = np.broadcast_to(np.ravel(values), (2 * len(moved.known) + 1,))
    ends = values[1:].reshape(-1, 2)
    lengths = swing(ends[:, 0], ends[:, 1])
    correlations = np.zeros(0)
    if moved.known:
        wide = np.array([inputs[a.key] for a in moved.known])
        correlations = rank_correlation(wide, np.broadcast_to(drawn, wide.shape[-1:]))
    bars = [
        Bar(
            key=a.key,
            unit=a.unit,
            status=a.status,
            low=float(moved.levels[i, 0]),
            high=float(moved.levels[i, 1]),
            at_low=float(ends[i, 0]),
            at_high=float(ends[i, 1]),
            swing=float(lengths[i]),
            rank_correlation=float(correlations[i]),
        )
        for i, a in enumerate(moved.known)
    ]
    return Tornado(
        outcome=name,
        unit=unit,
        at_medians=float(values[0]),
        drawn=quantiles(drawn),
        bars=_widest_first(bars),
    )


def _widest_first(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """By swing; what cannot be had counts as the widest, for it breaks the plan."""
    return tuple(sorted(bars, key=lambda b: (-np.inf if np.isnan(b.swing) else -b.swing, b.key)))
