"""The margin curve at the medians is the one that a scenario without uncertainty has."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from core.analysis.cogs import cogs_of
from core.analysis.margin import margin_of
from core.analysis.median_curve import median_curve
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.prices import PriceBook

TODAY = date(2026, 11, 22)
SHIPPED = default_scenario(PriceBook(), TODAY)
CERTAIN = replace(
    SHIPPED, assumptions={k: replace(a, low=None, high=None) for k, a in SHIPPED.items()}
)


def edited(policy: str = "cogs", **changes: float) -> Scenario:
    """The certain scenario with some values changed."""
    changed = CERTAIN.edited(changes, on=TODAY)
    return replace(changed, settings={**changed.settings, "training_policy": policy})


CASES = {
    "as shipped": edited(),
    "building in research": edited("rnd"),
    "sold at a loss": edited(price_per_seat=1.0),
    "never short of margin": edited(price_per_seat=10_000.0, target_gross_margin=0.1),
    "a target out of reach": edited(target_accuracy=0.9999),
    "nothing earned": edited(price_per_seat=0.0),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_without_uncertainty_both_curves_are_one(case: str) -> None:
    """Same accuracies, margins, optimum and collapse points, with the same reasons."""
    drawn, found = margin_of(CASES[case], draws=1), median_curve(CASES[case])
    assert np.array_equal(found.accuracy, drawn.accuracy)
    assert np.allclose(found.gross_margin, drawn.gross_margin.p50, rtol=1e-9, equal_nan=True)
    assert found.best_reachable == drawn.best_reachable
    assert found.optimum.value == drawn.optimum.value
    assert found.optimum_margin == pytest.approx(drawn.optimum_margin, nan_ok=True)
    for mine, its in (
        (found.accuracy_zero, drawn.accuracy_zero),
        (found.accuracy_target, drawn.accuracy_target),
    ):
        assert mine.value == (its.value if its.value is None else pytest.approx(its.value))
        assert mine.why == its.why


@pytest.mark.parametrize("policy", ["cogs", "rnd"])
def test_a_request_costs_at_the_target_what_its_parts_sum_to(policy: str) -> None:
    """The curve and the parts of the cost are one answer, whatever the policy."""
    scenario = edited(policy)
    found, parts = median_curve(scenario), cogs_of(scenario).at_target
    assert parts is not None
    assert found.unit_cost_usd[found.target_row] == pytest.approx(parts.usd)
    assert found.gross_margin[found.target_row] == pytest.approx(parts.gross_margin)


def test_another_target_joins_the_accuracies() -> None:
    """The curve passes through whatever target is asked for; out of reach it has no plan."""
    found = median_curve(CERTAIN, 0.87654)
    assert found.accuracy[found.target_row] == 0.87654
    beyond = median_curve(CERTAIN, 0.99999)
    assert beyond.plan_row[beyond.target_row] == -1
    assert np.isnan(beyond.unit_cost_usd[beyond.target_row])
