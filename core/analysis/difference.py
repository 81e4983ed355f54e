"""What changed between two scenarios, and what did each change do to margin and cost?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.rechosen import Rechosen, rechosen
from core.analysis.scenario import GROUPS, RETURN_GROUPS, STRONG_PRICE_KEYS, TOKEN_PRICE_KEYS
from core.assumptions import Assumption, Scenario
from core.calculators.attribution import (
    antithetic_orders,
    contributions_in_order,
    shapley_values,
)
from core.errors import AssumptionError, ScenarioError
from core.formats import percent, quantity
from core.units import Unit

Floats = NDArray[np.float64]

MOST_EXACT = 12
"""Changes up to which every coalition of them is evaluated."""

_PAIRS = 64
_SEED = 0
_ASIDE = frozenset(
    {"target_gross_margin", "usage_spread", "rule_multiple"}
    | {key for heading in RETURN_GROUPS for key in GROUPS[heading]}
)
"""What other questions are asked with; its share is 0."""

_BRINGS: Mapping[str, tuple[str, ...]] = {
    "model": TOKEN_PRICE_KEYS,
    "strong_model": STRONG_PRICE_KEYS,
}
"""Settings that change together with the assumptions that they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One assumption or setting that differs, and what it does."""

    key: str
    old: float | str
    new: float | str
    unit: Unit | None
    """None for a setting."""
    old_source: str
    new_source: str
    margin: float
    """Its share of the change in gross margin; NaN when that is not known. [fraction]"""
    unit_cost_usd: float
    """Its share of the change in what a request costs. [USD/request]"""
    margin_error: float
    """Standard error of the share of the margin; 0 when every order was tried. [fraction]"""
    unit_cost_error: float
    brings: tuple[str, ...] = ()
    """Assumptions that change with it, as prices with the model."""

    @property
    def old_in_words(self) -> str:
        """The old value with its unit."""
        return self.old if isinstance(self.old, str) else _written(self.old, self.unit)

    @property
    def new_in_words(self) -> str:
        """The new value with its unit."""
        return self.new if isinstance(self.new, str) else _written(self.new, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of the scenarios leads to, with its own cheapest plan at its medians."""

    name: str
    digest: str
    gross_margin: float
    """NaN where no plan reaches the target. [fraction]"""
    unit_cost_usd: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceAnswer:
    """Two scenarios, what differs, and what each change contributes."""

    old: Side
    new: Side
    changes: tuple[Change, ...]
    """The largest contribution to the margin first."""
    margin: float
    """The change of the gross margin; the shares sum to it. [fraction]"""
    unit_cost_usd: float
    exact: bool
    """Whether every coalition of changes was evaluated, or some orders only."""
    orders: int
    """Orders tried; 0 when exact."""
    same_value: tuple[str, ...]
    """Assumptions whose value is the same, but not their interval, source or date."""
    why: str
    """Why nothing can be attributed; empty otherwise."""

    @property
    def method(self) -> str:
        """How the shares were found, in a sentence."""
        if self.why:
            return self.why
        if self.exact:
            return "Each share is the average over all orders of making the changes (Shapley)."
        return (
            f"Each share is the average over {self.orders} of the orders of making the changes "
            f"(Shapley, sampled in pairs of an order and its reverse), with its standard error."
        )


def difference_of(old: Scenario, new: Scenario) -> DifferenceAnswer:
    """The changes from one scenario to another with their shares of the difference.

    Every assumption is at its median, and each coalition of changes takes the plan that is
    the cheapest for it.

    Raises
    ------
    ScenarioError
        The scenarios do not hold the same assumptions.
    AssumptionError
        An assumption is impossible.
    """
    if set(old) != set(new):
        odd = ", ".join(sorted(set(old) ^ set(new)))
        raise ScenarioError(f"the scenarios do not hold the same assumptions: {odd}.")
    drivers = _drivers(old, new)
    both = rechosen([old, new])
    sides = (_side(old, both, 0), _side(new, both, 1))
    shares, errors, orders, why = _shares(old, new, drivers, both)
    changes = [
        _change(old, new, name, keys, shares[i], errors[i])
        for i, (name, keys) in enumerate(drivers.items())
    ]
    return DifferenceAnswer(
        old=sides[0],
        new=sides[1],
        changes=tuple(sorted(changes, key=_largest_first)),
        margin=float(both.gross_margin[1] - both.gross_margin[0]),
        unit_cost_usd=float(both.unit_cost_usd[1] - both.unit_cost_usd[0]),
        exact=orders == 0,
        orders=orders,
        same_value=tuple(key for key in new if _same_but_for_grounds(old[key], new[key])),
        why=why,
    )


def _drivers(old: Scenario, new: Scenario) -> dict[str, tuple[str, ...]]:
    """What changed: a setting, or an assumption; each with the assumptions that it moves."""
    settings = sorted({*old.settings, *new.settings})
    moved = [s for s in settings if old.settings.get(s) != new.settings.get(s)]
    changed = [key for key in new if old.value(key) != new.value(key)]
    drivers = {s: tuple(k for k in _BRINGS.get(s, ()) if k in changed) for s in moved}
    brought = {key for keys in drivers.values() for key in keys}
    return drivers | {key: (key,) for key in changed if key not in brought}


def _mixed(
    old: Scenario, new: Scenario, drivers: Mapping[str, tuple[str, ...]], coalition: int
) -> Scenario:
    """The old scenario with some of the changes made."""
    assumptions, settings = dict(old.assumptions), dict(old.settings)
    for i, (name, keys) in enumerate(drivers.items()):
        if coalition >> i & 1:
            assumptions |= {key: new[key] for key in keys}
            if name in new.settings:
                settings[name] = new.settings[name]
            else:
                settings.pop(name, None)
    return replace(old, assumptions=assumptions, settings=settings)


def _shares(
    old: Scenario, new: Scenario, drivers: Mapping[str, tuple[str, ...]], both: Rechosen
) -> tuple[Floats, Floats, int, str]:
    """Shares of margin and cost per driver, standard errors, orders tried, and why not."""
    n = len(drivers)
    unknown = np.full((n, 2), np.nan)
    for side, scenario in enumerate((old, new)):
        if np.isnan(both.gross_margin[side]):
            return unknown, unknown, 0, _no_outcome(scenario)
    shares, errors = np.zeros((n, 2)), np.zeros((n, 2))
    moving = {name: keys for name, keys in drivers.items() if not is_aside(name)}
    rows = [i for i, name in enumerate(drivers) if name in moving]
    try:
        shares[rows], errors[rows], orders = _averaged(old, new, moving)
    except AssumptionError as error:
        return unknown, unknown, 0, f"{_NOT_ALONE} {error}"
    if np.isnan(shares).any():
        return unknown, unknown, orders, _NOT_BETWEEN
    return shares, errors, orders, ""


def is_aside(key: str) -> bool:
    """Whether margin and cost of a request do not depend on an assumption at all."""
    return key in _ASIDE or key.startswith("saving_")


def _averaged(
    old: Scenario, new: Scenario, drivers: Mapping[str, tuple[str, ...]]
) -> tuple[Floats, Floats, int]:
    """Contributions averaged over all orders of the changes, or over some if they are many."""
    n = len(drivers)
    if n <= MOST_EXACT:
        shares = shapley_values(_outcomes(old, new, drivers, range(2**n)))
        return shares, np.zeros((n, 2)), 0
    made = antithetic_orders(n, _PAIRS, _SEED)
    coalitions = np.zeros((len(made), n + 1), dtype=object)
    coalitions[:, 1:] = np.cumsum([[1 << int(i) for i in order] for order in made], axis=1)
    needed = sorted({int(c) for c in coalitions.flat})
    place = {c: i for i, c in enumerate(needed)}
    rows = np.array([[place[int(c)] for c in line] for line in coalitions])
    values = _outcomes(old, new, drivers, needed)
    shares, errors = contributions_in_order(values[rows], made)
    return shares, errors, len(made)


_NOT_ALONE = "The change is known, its shares are not, for some changes are impossible alone:"
_NOT_BETWEEN = (
    "The change is known, its shares are not: with some of the changes alone, no plan reaches "
    "the target. Compare in smaller steps."
)


def _outcomes(
    old: Scenario,
    new: Scenario,
    drivers: Mapping[str, tuple[str, ...]],
    coalitions: Sequence[int],
) -> Floats:
    """Margin and cost of a request of each coalition, ``(coalitions, 2)``."""
    found = rechosen([_mixed(old, new, drivers, coalition) for coalition in coalitions])
    return np.stack([found.gross_margin, found.unit_cost_usd], axis=1)


def _no_outcome(scenario: Scenario) -> str:
    if scenario.value("price_per_seat") == 0:
        return f"{scenario.name!r} has no gross margin: price_per_seat is 0."
    target = percent(scenario.value("target_accuracy"))
    return f"No plan of {scenario.name!r} reaches its target of {target}."


def _side(scenario: Scenario, both: Rechosen, i: int) -> Side:
    return Side(
        name=scenario.name,
        digest=scenario.digest,
        gross_margin=float(both.gross_margin[i]),
        unit_cost_usd=float(both.unit_cost_usd[i]),
        accuracy=float(both.accuracy[i]),
    )


def _change(
    old: Scenario,
    new: Scenario,
    name: str,
    keys: tuple[str, ...],
    shares: Floats,
    errors: Floats,
) -> Change:
    is_setting = name not in old
    before, after = (
        (s.settings.get(name, "not set") if is_setting else s.value(name)) for s in (old, new)
    )
    return Change(
        key=name,
        old=before,
        new=after,
        unit=None if is_setting else new[name].unit,
        old_source="setting" if is_setting else old[name].source,
        new_source="setting" if is_setting else new[name].source,
        margin=float(shares[0]),
        unit_cost_usd=float(shares[1]),
        margin_error=float(errors[0]),
        unit_cost_error=float(errors[1]),
        brings=keys if is_setting else (),
    )


def _same_but_for_grounds(old: Assumption, new: Assumption) -> bool:
    return old != new and old.value == new.value


def _largest_first(change: Change) -> tuple[float, str]:
    size = abs(change.margin)
    return (np.inf if np.isnan(size) else -size, change.key)


def _written(value: float, unit: Unit | None) -> str:
    return quantity(value, unit or Unit.ONE)
