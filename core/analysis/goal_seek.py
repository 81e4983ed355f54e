"""At which value of one assumption does an outcome reach a goal, if at any?"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from core.analysis.outcome import commit
from core.analysis.plans import Plan
from core.analysis.rechosen import OUTCOMES, rechosen
from core.assumptions import Assumption, Scenario
from core.calculators.roots import closest_gap, crossings
from core.errors import AssumptionError, InputError
from core.formats import quantity
from core.units import Unit

Floats = NDArray[np.float64]
Trials = Callable[[Floats], Floats]

_POINTS = 41
_ROUNDS = 3
"""How often the neighbourhood of an edge or of the closest miss is looked at again."""

_TIMES = 100.0
_LEAST_TARGET, _MOST_TARGET = 1e-4, 1 - 1e-4
_CLOSE = 1e-6
"""Share of the range of outcomes within which a goal counts as reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A value at which the goal is reached, and the plan that is the cheapest there."""

    value: float
    outcome: float
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAnswer:
    """Every value within the range that reaches the goal."""

    outcome: str
    outcome_unit: Unit
    wanted: float
    key: str
    unit: Unit
    now: float
    outcome_now: float
    """NaN where no plan reaches the target."""
    low: float
    high: float
    solutions: tuple[Solution, ...]
    """By rising value; more than one where the outcome rises and falls."""
    least: float
    """The lowest outcome in the range; NaN where there is no plan at all."""
    most: float
    reached_from: float
    """The lowest value tried for which there is a plan; NaN without any."""
    reached_to: float
    jumps: tuple[float, ...]
    """Values at which the outcome jumps over the goal, for another plan becomes the cheapest."""
    scenario_digest: str

    @property
    def sentence(self) -> str:
        """What was found, in a sentence or two."""
        name, goal = self.key.replace("_", " "), quantity(self.wanted, self.outcome_unit)
        if self.solutions:
            values = " and at ".join(quantity(s.value, self.unit) for s in self.solutions)
            what = f"A {self.outcome_in_words} of {goal} is reached with {name} at {values}."
            return what + self._jumped
        low, high = self.low, self.high
        if np.isnan(self.least):
            return f"No solution: no plan reaches the target for {self._between(low, high)}."
        least, most = (quantity(x, self.outcome_unit) for x in (self.least, self.most))
        ranges = f"is {least}" if least == most else f"ranges from {least} to {most}"
        said = f"No solution: the {self.outcome_in_words} {ranges} for "
        if (self.reached_from, self.reached_to) == (low, high):
            return f"{said}{self._between(low, high)}.{self._jumped}"
        reached = self._between(self.reached_from, self.reached_to)
        return f"{said}{reached}, where the target is within reach.{self._jumped}"

    def _between(self, low: float, high: float) -> str:
        name = self.key.replace("_", " ")
        return f"{name} between {quantity(low, self.unit)} and {quantity(high, self.unit)}"

    @property
    def outcome_in_words(self) -> str:
        """The name of the outcome for people."""
        return OUTCOMES_IN_WORDS[self.outcome]

    @property
    def _jumped(self) -> str:
        if not self.jumps:
            return ""
        places = ", ".join(quantity(value, self.unit) for value in self.jumps)
        return f" It jumps over the goal at {places}, where another plan becomes the cheapest."


OUTCOMES_IN_WORDS = {
    "gross_margin": "gross margin",
    "unit_cost_usd": "cost of a request",
    "profit_per_month_usd": "profit per month",
}


def goal_seek(
    scenario: Scenario,
    *,
    outcome: str,
    wanted: float,
    key: str,
    low: float | None = None,
    high: float | None = None,
) -> GoalAnswer:
    """The values of an assumption at which an outcome is what is wanted.

    Every assumption is at its median, and the cheapest plan is chosen anew at each trial.

    Parameters
    ----------
    outcome
        One of ``OUTCOMES``.
    wanted
        In the unit of the outcome.
    key
        The assumption that may change.
    low, high
        Between which values; by default the whole of a fraction, and a hundredth to a
        hundredfold of anything else.

    Raises
    ------
    InputError
        The outcome or the assumption does not exist, or the range is empty.
    AssumptionError
        A value of the range is impossible for every reason but the target.
    """
    check_goal(outcome, wanted)
    assumption = _named(scenario, key)
    start, end = _range(assumption, low, high)
    trials = _trials(scenario, assumption, outcome)
    at = _spaced(assumption, start, end)
    found = trials(at)
    for _ in range(_ROUNDS):
        at, found = _looked_closer(trials, at, found, wanted)
    known = np.isfinite(found)
    close = _CLOSE * max(float(np.ptp(found[known])), abs(wanted)) if known.any() else 0.0
    places = crossings(lambda x: float(trials(np.array([x]))[0]) - wanted, at, found - wanted)
    reached = [(x, float(trials(np.array([x]))[0])) for x in places]
    right = [(x, y) for x, y in reached if abs(y - wanted) <= close]
    return GoalAnswer(
        outcome=outcome,
        outcome_unit=OUTCOMES[outcome],
        wanted=wanted,
        key=key,
        unit=assumption.unit,
        now=assumption.value,
        outcome_now=float(getattr(rechosen([scenario]), outcome)[0]),
        low=start,
        high=end,
        solutions=tuple(_solution(scenario, assumption, x, y) for x, y in right),
        least=float(found[known].min()) if known.any() else np.nan,
        most=float(found[known].max()) if known.any() else np.nan,
        reached_from=float(at[known][0]) if known.any() else np.nan,
        reached_to=float(at[known][-1]) if known.any() else np.nan,
        jumps=tuple(x for x, y in reached if abs(y - wanted) > close),
        scenario_digest=scenario.digest,
    )


def check_goal(outcome: str, wanted: float) -> None:
    """Refuse an outcome that does not exist, or a goal that is none.

    Raises
    ------
    InputError
        With the nearest outcome, or the range of the goal.
    """
    if outcome not in OUTCOMES:
        near = get_close_matches(outcome, OUTCOMES, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(OUTCOMES)}."
        raise InputError(f"no outcome is called {outcome!r}; {hint}")
    if not np.isfinite(wanted):
        raise InputError(f"the goal for {outcome} is {wanted:g}; expected a finite number.")
    if outcome == "gross_margin" and wanted >= 1:
        hint = f" If you mean {wanted:g} %, write {wanted / 100:g}." if wanted <= 100 else ""
        raise InputError(f"the goal for gross_margin is {wanted:g}; expected less than 1.{hint}")


def _named(scenario: Scenario, key: str) -> Assumption:
    if key not in scenario:
        near = [k for k in scenario if key and k.startswith(key)]
        near = near or get_close_matches(key, scenario, 1)
        hint = f"did you mean {near[0]!r}?" if near else "`datawall scenario show` lists them."
        raise InputError(f"no assumption is called {key!r}; {hint}")
    return scenario[key]


def _range(a: Assumption, low: float | None, high: float | None) -> tuple[float, float]:
    """Between which values to look."""
    least, most = a.unit.bounds
    if a.key == "target_accuracy":
        least, most = _LEAST_TARGET, _MOST_TARGET
    elif a.unit is not Unit.FRACTION:
        least, most = a.value / _TIMES, a.value * _TIMES
        if a.value == 0 and (low is None or high is None):
            raise InputError(f"{a.key} is 0, so where to look is unknown; give --from and --to.")
    start, end = (least if low is None else low), (most if high is None else high)
    for end_of_range in (start, end):
        a.fixed_at(end_of_range, source=a.source)  # Refuses what the unit does not allow.
    if start >= end:
        raise InputError(f"{a.key} is sought from {start:g} to {end:g}; expected from below to.")
    return start, end


def _spaced(a: Assumption, start: float, end: float) -> Floats:
    """Values to try, the present one among them: by equal ratios over a wide range."""
    if a.unit is not Unit.FRACTION and start > 0 and end / start > 2:
        spaced = np.geomspace(start, end, _POINTS)
    else:
        spaced = np.linspace(start, end, _POINTS)
    return np.unique(np.append(spaced, np.clip(a.value, start, end)))


def _trials(scenario: Scenario, a: Assumption, outcome: str) -> Trials:
    """The outcome at each value of the assumption; NaN where it cannot be had."""

    def tried(values: Floats) -> Floats:
        moved = [scenario.bound(a.fixed_at(float(x), source="tried")) for x in values]
        try:
            return np.asarray(getattr(rechosen(moved), outcome), dtype=np.float64)
        except AssumptionError:
            if len(values) == 1:
                return np.full(1, np.nan)
            return np.concatenate([tried(values[i : i + 1]) for i in range(len(values))])

    return tried


def _looked_closer(
    trials: Trials, at: Floats, found: Floats, wanted: float
) -> tuple[Floats, Floats]:
    """More values where a plan ceases to exist, or where the outcome comes closest to the goal."""
    more = closest_gap(at, found - wanted)
    if not more.size:
        return at, found
    every, tried = np.append(at, more), np.append(found, trials(more))
    order = np.argsort(every, kind="stable")
    return every[order], tried[order]


def _solution(scenario: Scenario, a: Assumption, value: float, outcome: float) -> Solution:
    plan = commit(scenario.bound(a.fixed_at(value, source="sought"))).plan
    if plan is None:
        raise AssumptionError(f"{a.key} at {value:g} reaches no target.")
    return Solution(value=value, outcome=outcome, plan=plan)
