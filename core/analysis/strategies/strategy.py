"""A strategy: changes of the scenario's assumptions and the levers that it may use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.analysis.grid import LEVERS, allowed_levers
from core.assumptions import Scenario
from core.prices import PriceBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long a strategy takes before it serves. [days]"""

    once: float
    per_sample: float = 0.0
    """For each new sample that its plan takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One way to reach the target, as a preset of the one model."""

    name: str
    what: str
    """What it changes and why, in a sentence."""
    changes: Mapping[str, float] = field(default_factory=dict)
    """Assumptions of the scenario, by key."""
    levers: tuple[str, ...] | None = None
    """The levers that it may use; those of the scenario when None."""
    delay: Delay | None = None
    facts: Mapping[str, float] = field(default_factory=dict)
    """Figures beside the common ones, by a name that ends with the unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Strategies that exclude one another."""

    name: str
    title: str
    strategies: Callable[[Scenario, PriceBook], tuple[Strategy, ...]]
    guesses: tuple[str, ...] = ()
    """Keys of the guesses that it rests on."""
    rows: tuple[str, ...] = ()
    """Rows of the price table that it rests on."""


def but(scenario: Scenario, *unused: str) -> tuple[str, ...]:
    """The levers of the scenario without some."""
    may = allowed_levers(scenario.settings.get("levers"))
    return tuple(lever for lever in LEVERS if lever in may and lever not in unused)


def only(scenario: Scenario, *wanted: str) -> tuple[str, ...]:
    """These levers, and people's review where the scenario allows it."""
    may = allowed_levers(scenario.settings.get("levers"))
    return (*wanted, "review") if "review" in may else wanted
