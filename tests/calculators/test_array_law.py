"""Laws that hold for every calculator of cost, levers, frontier and margin."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from core.calculators import (
    cogs,
    frontier,
    levers,
    margin,
    order,
    predictivity,
    retries,
    review,
    sample_size,
    seats,
    self_hosting,
    verification,
)
from core.errors import AssumptionError

MODULES = (
    cogs,
    frontier,
    levers,
    margin,
    order,
    predictivity,
    retries,
    review,
    sample_size,
    seats,
    self_hosting,
    verification,
)

FOUR = {
    "votes": [1.0, 3.0, 5.0, 9.0],
    "most_attempts": [1.0, 2.0, 7.0, np.inf],
    "attempts_allowed": [1.0, 2.0, 5.0, 12.0],
    "skill": [0.0, 0.8, 1.5, 4.0],
    "multiple": [0.5, 1.0, 10.0, 12.0],
    "samples_added": [0.0, 10.0, 1e4, 1e6],
    "samples_held": [1.0, 50.0, 2e3, 1e5],
    "learning_exponent": [0.0, 0.2, 0.35, 1.0],
    "exponent": [0.5, 1.0, 1.66, 2.0],
    "cost_multiple": [0.5, 2.0, 10.0, 100.0],
    "requests": [1.0, 1e3, 1e6, 1e7],
    "calls": [1.0, 2.0, 3.0, 10.0],
    "input_tokens": [0.0, 100.0, 2e3, 1e5],
    "output_tokens": [0.0, 10.0, 250.0, 1e4],
    "revenue": [0.0, 0.01, 0.25, 3.0],
    "price_per_seat": [0.0, 5.0, 29.0, 99.0],
    "real_samples": [0.0, 1.0, 140.0, 1e4],
    "samples": [0.0, 1.0, 20.5, 3e3],
    "first_spread": [1.0, 1.5, 4.0, np.inf],
    "second_spread": [1.0, 2.0, 1.1, 3.0],
    "rows": [0.0, 1.0, 40.0, 1e4],
    "parameters": [1.0, 5.0, 24.0, 200.0],
    "fixed_per_seat": [0.0, 6.0, 1.0, 2.0],
    "requests_per_seat": [0.0, 10.0, 600.0, 1e4],
    "first_fixed": [0.0, 10.0, 200.0, 5e3],
    "usage_spread": [1.0, 1.5, 5.0, 20.0],
    "mean_usage": [0.0, 10.0, 600.0, 1e4],
    "usage": [1e3, 10.0, 0.0, np.inf],
    "input_throughput": [1.0, 700.0, 7e3, np.inf],
    "output_throughput": [0.0, 70.0, 700.0, 1e4],
    "hours_on": [0.0, 1.0, 200.0, 744.0],
    "peak_factor": [1.0, 2.0, 3.0, 1e3],
    "gpus": [0.0, 1.0, 2.0, 40.0],
    "busy": [0.0, 0.5, 2.1, 30.0],
    "second_fixed": [10.0, 0.0, 500.0, 5e4],
}
"""Four values per parameter; those not named here get a fraction each."""

FRACTIONS = np.array([[0.0, 0.3, 0.9, 1.0], [0.8, 0.5, 0.25, 0.95], [0.1, 0.99, 0.6, 0.7]])

OVER_PLANS_ALONE = {"cheapest_by_volume"}
OVER_PLANS = {"pareto_mask", "cheapest_cost", "cost_per_point", "cheapest_with_review"}
OVER_OTHERS = {"counted_above", "counted_at", "counted_heaviest_share", "margin_crossing", "total"}


EXEMPT = OVER_PLANS | OVER_PLANS_ALONE | OVER_OTHERS


def public(module: ModuleType) -> list[Callable[..., Any]]:
    """The functions that a module offers under its own name."""
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


CALCULATORS = [f for m in MODULES for f in public(m) if f.__name__ not in EXEMPT]


def columns(answer: Any) -> list[Any]:
    """The arrays of an answer, however many it has."""
    if isinstance(answer, dict):
        return list(answer.values())
    return list(answer) if isinstance(answer, tuple) else [answer]


def arguments(calculator: Callable[..., Any]) -> dict[str, np.ndarray]:
    """Four valid values for each parameter, different from one parameter to the next."""
    names = inspect.signature(calculator).parameters
    return {
        name: np.asarray(FOUR.get(name, FRACTIONS[i % len(FRACTIONS)]))
        for i, name in enumerate(names)
    }


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_a_sweep_equals_its_points(calculator: Callable[..., Any]) -> None:
    """f(xs)[i] == f(xs[i]), and a whole number gives what the same float gives."""
    given = arguments(calculator)
    swept = columns(calculator(**given))
    for i in range(4):
        alone = columns(calculator(**{name: float(values[i]) for name, values in given.items()}))
        for many, one in zip(swept, alone, strict=True):
            np.testing.assert_allclose(many[i], one, rtol=1e-12)


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_what_is_no_number_of_its_kind_is_refused(calculator: Callable[..., Any]) -> None:
    """NaN, a negative number and a word are refused by the name of the parameter."""
    good = {name: float(values[2]) for name, values in arguments(calculator).items()}
    for name in good:
        for wrong in (float("nan"), -1.0, "many"):
            with pytest.raises(AssumptionError, match=name):
                calculator(**{**good, name: wrong})


@pytest.mark.parametrize("name", sorted(OVER_PLANS))
def test_draws_do_not_mix(name: str) -> None:
    """A calculator over plans gives each draw what it gives that draw alone."""
    calculator = getattr(frontier, name)
    stream = np.random.default_rng(5)
    given = {
        "target": np.array([[0.5], [0.9], [0.999]]),
        "accuracy": np.sort(stream.uniform(0.6, 0.95, (6, 4)), axis=0),
        "cost": stream.uniform(0.001, 0.1, (6, 4)),
        "review_cost": stream.uniform(0.1, 1, 4),
        "human_accuracy": stream.uniform(0.9, 1, 4),
        "ranking": stream.uniform(0, 1, 4),
    }
    if name == "cheapest_cost":
        given["target"] = given["target"][1]
    names = [n for n in given if n in inspect.signature(calculator).parameters]
    swept = columns(calculator(**{n: given[n] for n in names}))
    for i in range(4):
        one = {n: given[n] if n == "target" else given[n][..., i : i + 1] for n in names}
        for many, alone in zip(swept, columns(calculator(**one)), strict=True):
            np.testing.assert_allclose(many[..., i : i + 1], alone, rtol=1e-12)


def test_crossings_of_draws_do_not_mix() -> None:
    """Each column of margins is crossed where it is crossed alone."""
    accuracy = np.array([0.8, 0.9, 0.95])
    margins = np.array([[0.7, 0.6, 0.1], [0.5, 0.7, 0.1], [0.1, 0.6, 0.0]])
    swept = margin.margin_crossing(accuracy, margins, 0.4)
    alone = [margin.margin_crossing(accuracy, margins[:, i], 0.4) for i in range(3)]
    np.testing.assert_allclose(swept, alone)


def test_components_of_draws_sum_draw_by_draw() -> None:
    """Parts that are certain are added to each draw of those that are not."""
    summed = cogs.total({"a": [0.1, 0.2], "b": 0.5})
    np.testing.assert_allclose(summed, [0.6, 0.7])
