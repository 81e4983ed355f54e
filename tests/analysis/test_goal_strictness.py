"""The strictness of a run at which a goal is reached."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.analysis.goal_strictness import strictness_goal
from core.analysis.rechosen import rechosen
from core.analysis.scenario import default_scenario
from core.analysis.strictness.judged import Judged, judged_of_scores
from core.errors import InputError
from core.prices import PriceBook

DEFAULT = default_scenario(PriceBook(), date(2026, 11, 23))


def scored(labelled: bool) -> Judged:
    """A thousand candidates at a cent each, the better the higher they score."""
    stream = np.random.default_rng(0)
    score = stream.random(1_000)
    good = (stream.random(1_000) < score).astype(float)
    label = good if labelled else np.full(1_000, np.nan)
    return judged_of_scores(pd.DataFrame({"score": score, "cost_usd": 0.01, "label": label}))


def test_without_labels_only_the_cost_moves() -> None:
    """At 0.5 half of the candidates are accepted, so that a sample costs two cents."""
    found = strictness_goal(
        scored(labelled=False), DEFAULT, "r", at=0.5, outcome="gross_margin", wanted=0.8
    )
    assert not found.worth_is_known
    assert found.cost_per_accepted_usd[50] == pytest.approx(0.02, rel=0.1)
    assert set(found.exchange_rate) == {0.5}
    known = found.found[np.isfinite(found.found)]
    assert known[0] > known[-1]
    at_half = DEFAULT.bound(
        DEFAULT["cost_per_accepted_sample"].fixed_at(
            float(found.cost_per_accepted_usd[50]), source="test"
        )
    )
    assert found.found[50] == pytest.approx(rechosen([at_half]).gross_margin[0], rel=1e-12)
    assert "taken to be worth the same" in found.sentence


def test_labels_say_what_a_stricter_sample_is_worth() -> None:
    """The best strictness lies inside; a cost that nothing reaches is said with its range."""
    found = strictness_goal(
        scored(labelled=True), DEFAULT, "r", at=0.5, outcome="unit_cost_usd", wanted=0.01
    )
    assert found.worth_is_known
    assert found.exchange_rate[80] > found.exchange_rate[50]
    assert "worth what their precision leaves" in found.sentence
    none = strictness_goal(
        scored(labelled=True), DEFAULT, "r", at=0.5, outcome="unit_cost_usd", wanted=1e-6
    )
    assert none.reached == ()
    assert "No solution: the cost of a request ranges from" in none.sentence


def test_what_cannot_be_sought_is_refused() -> None:
    """An outcome that does not exist is told the nearest."""
    with pytest.raises(InputError, match="did you mean 'gross_margin'"):
        strictness_goal(scored(labelled=False), DEFAULT, "r", at=0.5, outcome="margin", wanted=0.5)
