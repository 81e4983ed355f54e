"""Which assumptions does the outcome hang on?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.margin import DRAWS
from core.analysis.outcome import Commitment, Outcomes, commit, outcomes
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
class _Moved:
    """Outcomes one assumption at a time: at all medians first, then low and high of each."""

    known: tuple[Assumption, ...]
    levels: Floats
    """Low and high of each, ``(assumptions, 2)``."""
    found: Outcomes


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
        moved = _moved(scenario, committed)
        wide = np.array([inputs[a.key] for a in moved.known]).reshape(-1, draws)
        tornados = tuple(_tornado(name, moved, wide, drawn) for name in OUTCOMES)
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


def _moved(scenario: Scenario, committed: Commitment) -> _Moved:
    """All one-at-a-time rows as draws of one evaluation."""
    known = tuple(a for a in scenario.values() if a.is_uncertain)
    levels = np.array([a.ppf([LOW, HIGH]) for a in known]).reshape(-1, 2)
    inputs: dict[str, Floats] = medians(scenario)
    for i, (a, ends) in enumerate(zip(known, levels, strict=True)):
        inputs[a.key] = np.full(2 * len(known) + 1, a.value)
        inputs[a.key][2 * i + 1 : 2 * i + 3] = ends
    return _Moved(known=known, levels=levels, found=outcomes(committed, inputs))


def _tornado(name: str, moved: _Moved, wide: Floats, drawn: Outcomes) -> Tornado:
    values: Floats = np.ravel(getattr(moved.found, name))
    all_drawn: Floats = getattr(drawn, name)
    ends = values[1:].reshape(-1, 2)
    lengths = swing(ends[:, 0], ends[:, 1])
    if len(wide):
        correlations = rank_correlation(wide, np.broadcast_to(all_drawn, wide.shape[-1:]))
    else:
        correlations = np.zeros(0)
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
        unit=OUTCOMES[name],
        at_medians=float(values[0]),
        drawn=quantiles(all_drawn),
        bars=_widest_first(bars),
    )


def _widest_first(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """By swing; what cannot be had counts as the widest, for it breaks the plan."""
    return tuple(sorted(bars, key=lambda b: (-np.inf if np.isnan(b.swing) else -b.swing, b.key)))
