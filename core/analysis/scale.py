"""What do more customers do to the margin, and what is it that moves it?

Prices per seat and per request are the same for the first and the last customer, so volume
alone moves nothing. What is paid once or by the month is shared by more requests, GPUs come
whole, and another plan may become the cheapest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.offers import offers_of
from core.analysis.outcome import commit_all, fare, planned_margin
from core.analysis.plans import Plan, cheapest, plan_at, scenario_grid, unreachable
from core.analysis.serving import Inputs, gpus_on, monthly_fixed, requests_per_month
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.formats import count, money, percent, points
from core.uncertainty import medians

Floats = NDArray[np.float64]

FEWEST_SEATS, MOST_SEATS, STEPS = 100.0, 100_000.0, 31
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePlan:
    """The cheapest plan for the target from a number of seats on."""

    seats_from: float
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleAnswer:
    """Margin at the target for ever more seats; NaN where no plan reaches it."""

    seats: Floats
    kept: Floats
    """Gross margin with the plan that is the cheapest at today's seats. [fraction]"""
    rechosen: Floats
    """Gross margin with the plan that is the cheapest at each number of seats. [fraction]"""
    shared_usd: dict[str, Floats]
    """Parts of the cost of a request that fall or step with volume. [USD/request]"""
    gpus: Floats
    plans: tuple[ScalePlan, ...]
    seats_now: float
    target: float
    why: str
    """What moves the margin between the fewest and the most seats, in a sentence."""


def scale_of(scenario: Scenario, *, target: float | None = None) -> ScaleAnswer:
    """The margin at the target from a hundred to a hundred thousand seats.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    """
    wanted = checked_target(scenario.value("target_accuracy") if target is None else target)
    inputs, grid = medians(scenario), scenario_grid(scenario)
    seats = np.geomspace(FEWEST_SEATS, MOST_SEATS, STEPS)
    many = {**inputs, "seats": seats}
    counted = scenario.settings.get("training_policy", "cogs") == "cogs"
    targets = np.array([wanted])
    point = offers_of(inputs, grid)
    kept = fare(commit_all(point, inputs, targets), many)
    offers = offers_of(many, grid)
    choice = cheapest(offers, targets[:, np.newaxis], many)
    shared = _shared(many, kept.building[0], counted=counted)
    margins = [
        planned_margin(
            offers.revenue, found.serving[0] + found.errors[0] + found.building[0] * counted
        )
        for found in (kept, choice)
    ]
    plans = tuple(
        ScalePlan(seats_from=float(seats[i]), plan=plan)
        for i in _changes(choice.offer[0])
        if (plan := _plan(many, i, scenario, wanted)) is not None
    )
    best = float(point.best_accuracy[0])
    return ScaleAnswer(
        seats=seats,
        kept=margins[0],
        rechosen=margins[1],
        shared_usd=shared,
        gpus=np.broadcast_to(gpus_on(many), seats.shape),
        plans=plans,
        seats_now=float(inputs["seats"]),
        target=wanted,
        why=_why(margins[0], margins[1], shared) if plans else unreachable(wanted, best),
    )


def cost_at_volumes(scenario: Scenario, factors: Floats) -> Floats:
    """Cost of a request at the target for multiples of today's seats. [USD/request]

    At each the cheapest plan is chosen anew, GPUs are whole, building counts; NaN where the
    target is not reachable.
    """
    inputs, grid = medians(scenario), scenario_grid(scenario)
    many = {**inputs, "seats": inputs["seats"] * factors}
    target = np.array([[checked_target(scenario.value("target_accuracy"))]])
    choice = cheapest(offers_of(many, grid), target, many)
    return np.asarray((choice.serving + choice.errors + choice.building)[0])


def _shared(inputs: Inputs, building: Floats, *, counted: bool) -> dict[str, Floats]:
    volume = requests_per_month(inputs)
    monthly = {name: usd / volume for name, usd in monthly_fixed(inputs).items()}
    built = {"building and proof": building} if counted else {}
    every = {**built, **monthly}
    return {name: usd for name, usd in every.items() if np.nanmax(usd, initial=0.0) > 0}


def _changes(offer: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where another plan becomes the cheapest, the first one included."""
    changed = np.append(True, offer[1:] != offer[:-1])
    return np.flatnonzero(changed & (offer >= 0))


def _plan(many: Inputs, i: int, scenario: Scenario, target: float) -> Plan | None:
    inputs = {**many, "seats": many["seats"][i]}
    offers = offers_of(inputs, scenario_grid(scenario))
    return plan_at(offers, cheapest(offers, np.array([[target]]), inputs))


def _why(kept: Floats, rechosen: Floats, shared: dict[str, Floats]) -> str:
    """What moves the margin, by how much, between the fewest and the most seats."""
    if np.isnan(kept).any():
        return "There is no gross margin without revenue: price_per_seat is 0."
    falls = {name: usd[0] - usd[-1] for name, usd in shared.items()}
    span = f"from {count(FEWEST_SEATS)} to {count(MOST_SEATS)} seats"
    if max((abs(fall) for fall in falls.values()), default=0.0) < _NOTHING:
        return (
            f"Nothing moves the margin {span}: every price is per seat or per request, and "
            "nothing is paid once or by the month."
        )
    said = [
        f"{name} cost {money(abs(fall))} {'less' if fall > 0 else 'more'} a request"
        for name, fall in sorted(falls.items(), key=lambda pair: -abs(pair[1]))
        if abs(fall) >= _NOTHING
    ]
    moved = f"{percent(float(kept[0]))} to {percent(float(kept[-1]))}"
    more = float(np.max(rechosen - kept))
    gain = f" Choosing the plan anew adds up to {points(more)}." if more > _NOTHING else ""
    return f"The margin goes from {moved} {span}, because {'; '.join(said)}.{gain}"
