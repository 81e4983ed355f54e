"""At which strictness of a run does an outcome reach a goal?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.goal_seek import OUTCOMES_IN_WORDS, check_goal
from core.analysis.rechosen import OUTCOMES, rechosen
from core.analysis.strictness.judged import Judged, judged_of_run
from core.analysis.strictness.knob import Knob, Setting
from core.assumptions import Scenario
from core.errors import InputError
from core.formats import quantity
from core.generation.plan import plan_of
from core.workspace import Workspace
from core.workspace.run_folder import load_run

Floats = NDArray[np.float64]

_TAUS = np.round(np.linspace(0, 1, 101), 2)
_LESS_IS_BETTER = "unit_cost_usd"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictnessGoal:
    """The outcome at each strictness, and where it is as good as wanted."""

    run_id: str
    outcome: str
    wanted: float
    taus: Floats
    found: Floats
    """The outcome there; NaN where nothing is accepted or no plan reaches the target."""
    cost_per_accepted_usd: Floats
    exchange_rate: Floats
    reached: tuple[tuple[float, float], ...]
    """Strictness from and to, both ends included."""
    worth_is_known: bool
    """Whether labels say how much better the stricter samples are."""
    scenario_digest: str

    @property
    def sentence(self) -> str:
        """What was found, in a sentence or two."""
        unit, name = OUTCOMES[self.outcome], OUTCOMES_IN_WORDS[self.outcome]
        goal = quantity(self.wanted, unit)
        known = self.found[np.isfinite(self.found)]
        if self.reached:
            spans = " and ".join(
                f"from {low:g} to {high:g}" if low < high else f"at {low:g}"
                for low, high in self.reached
            )
            side = "at most" if self.outcome == _LESS_IS_BETTER else "at least"
            said = f"The {name} is {side} {goal} for a strictness {spans}."
        elif not known.size:
            said = "No solution: at no strictness is there a plan that reaches the target."
        else:
            least, most = (quantity(float(x), unit) for x in (known.min(), known.max()))
            ranges = f"is {least} at" if least == most else f"ranges from {least} to {most} over"
            said = f"No solution: the {name} {ranges} every strictness."
        if self.worth_is_known:
            return f"{said} Samples are worth what their precision leaves of them."
        return f"{said} Without labels every accepted sample is taken to be worth the same."


def strictness_for(
    workspace: Workspace, scenario: Scenario, run_id: str, *, outcome: str, wanted: float
) -> StrictnessGoal:
    """The strictness at which the samples of a run lead to a goal.

    A stricter setting makes an accepted sample dearer. Where labels tell the precision, it
    makes it worth more too: the scenario's exchange rate is taken to hold at the strictness
    of the run's plan, and to move with the information that errors leave (2P − 1)².

    Raises
    ------
    InputError
        The outcome does not exist, or nothing was paid for the run's candidates.
    """
    judged, plan = judged_of_run(workspace, run_id), plan_of(load_run(workspace, run_id).plan)
    return strictness_goal(
        judged, scenario, run_id, at=plan.strictness, outcome=outcome, wanted=wanted
    )


def strictness_goal(
    judged: Judged, scenario: Scenario, run_id: str, *, at: float, outcome: str, wanted: float
) -> StrictnessGoal:
    """As :func:`strictness_for`, of judged candidates and the strictness *at* which they count."""
    check_goal(outcome, wanted)
    knob = Knob(judged)
    settings = [knob.at(float(tau)) for tau in _TAUS]
    each = np.array([s.cost_per_accepted_usd for s in settings], dtype=np.float64)
    if not np.isfinite(each).any():
        raise InputError(f"nothing is accepted of run {run_id} at any strictness.")
    worth = np.array([_worth(s) for s in settings])
    promised = _worth(knob.at(at))
    is_known = bool(np.isfinite(promised) and promised > 0)
    rates = scenario.value("exchange_rate") * (
        worth / promised if is_known else np.ones_like(worth)
    )
    usable = np.isfinite(each) & np.isfinite(rates)
    source = f"run {run_id} at each strictness"
    moved = [
        scenario.bound(
            scenario["cost_per_accepted_sample"].fixed_at(cost, source=source),
            scenario["exchange_rate"].fixed_at(rate, source=source),
        )
        for cost, rate in zip(each[usable].tolist(), rates[usable].tolist(), strict=True)
    ]
    found = np.full(len(_TAUS), np.nan)
    found[usable] = getattr(rechosen(moved), outcome)
    return StrictnessGoal(
        run_id=run_id,
        outcome=outcome,
        wanted=wanted,
        taus=_TAUS,
        found=found,
        cost_per_accepted_usd=each,
        exchange_rate=rates,
        reached=_spans(found <= wanted if outcome == _LESS_IS_BETTER else found >= wanted),
        worth_is_known=is_known,
        scenario_digest=scenario.digest,
    )


def _worth(setting: Setting) -> float:
    """Clean samples that an accepted one is worth; NaN without labels."""
    if setting.effective_samples is None or not setting.accepted:
        return np.nan
    return setting.effective_samples / setting.accepted


def _spans(good: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Runs of settings that are good."""
    edges = np.diff(np.concatenate([[False], good, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return tuple((float(_TAUS[i]), float(_TAUS[j])) for i, j in zip(starts, ends, strict=True))
