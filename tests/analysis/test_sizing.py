"""What a slice lacks: a number where the curve rises to the target, a reason where it does not."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.sizing import SliceAudit, sized
from core.audit.curves import CurvePoints
from core.audit.measurement import SliceScore
from core.calculators.deficit import records_to_collect

SIZES = (10, 14, 20, 28, 40, 56, 80)
SPREAD = (-0.01, 0.0, 0.0, 0.01)


def score(now: float, points: list[float] | None, n: int = 107) -> SliceScore:
    """A slice of *n* rows with this score and a curve through these points."""
    curve = None
    if points is not None:
        around = tuple(tuple(min(max(p + d, 0.0), 1.0) for d in SPREAD) for p in points)
        curve = CurvePoints(n=SIZES, scores=around, n_test=n, n_folds=4)
    return SliceScore(
        slice="fraud", label="fraud", n=n, prevalence=0.02, score=now, score_low=now - 0.1,
        score_high=now + 0.1, shrunk_score=now, curve=curve,
    )  # fmt: skip


def rising(target: float, n: int = 107) -> SliceAudit:
    """A slice whose error halves with four times the samples."""
    return sized(score(0.75, [1 - 2.24 / s**0.5 for s in SIZES], n), target, seed=0)


def test_a_rising_curve_gives_samples_deficit_and_records() -> None:
    """1 − 2.24/√n reaches 0.8 at n = 125; 18 are missing; one record in fifty is of the slice."""
    sizing = rising(0.8).sizing
    assert sizing.reachable == "yes"
    assert sizing.n_needed.p50 == pytest.approx(125, rel=0.15)
    assert sizing.deficit.p50 == pytest.approx(sizing.n_needed.p50 - 107)
    assert sizing.records_to_collect == records_to_collect(sizing.deficit.p50, 0.02)
    assert sizing.deficit.p10 is not None
    assert sizing.deficit.p10 <= sizing.deficit.p50


def test_what_is_held_already_is_not_missing() -> None:
    """A slice that holds more than the curve asks for lacks nothing."""
    assert rising(0.7, n=400).sizing.deficit.p90 == 0


def test_a_flat_curve_is_not_reachable_and_gives_no_number() -> None:
    """Unknown is a value: no samples, no deficit, no records, and what is attainable instead."""
    sizing = sized(score(0.6, [0.6] * 7), 0.9, seed=0).sizing
    assert sizing.reachable == "no"
    assert sizing.why.startswith("Not reachable with this data and model")
    assert (sizing.n_needed.p50, sizing.deficit.p50, sizing.records_to_collect) == (None,) * 3
    assert sizing.best_attainable is not None
    assert 0.55 < sizing.best_attainable < 0.8


def test_the_verdict_never_gets_better_with_a_higher_target() -> None:
    """From yes over uncertain to no, and the samples needed only grow."""
    verdicts, needed = [], []
    for target in np.linspace(0.76, 0.995, 12):
        sizing = rising(float(target)).sizing
        verdicts.append(sizing.reachable)
        needed.append(np.inf if sizing.n_needed.p50 is None else sizing.n_needed.p50)
    assert verdicts == sorted(verdicts, key=["yes", "uncertain", "no"].index)
    assert set(verdicts) == {"yes", "uncertain", "no"}
    assert needed == sorted(needed)


def test_a_slice_without_a_curve_says_why() -> None:
    """Well served, too small, or not drawn: three reasons, and a number only for the first."""
    served = sized(score(0.95, None), 0.9, seed=0).sizing
    assert (served.reachable, served.deficit.p50, served.records_to_collect) == ("yes", 0.0, 0.0)
    assert served.is_reached
    small = sized(replace(score(0.2, None), n=3), 0.9, seed=0).sizing
    assert (small.reachable, small.deficit.p50) == ("uncertain", None)
    assert "Cannot be sized: 3 examples, at least 8 are needed" in small.why
    assert small.next_samples == 5
    undrawn = sized(score(0.2, None), 0.9, seed=0).sizing
    assert (undrawn.reachable, undrawn.deficit.p50) == ("uncertain", None)
    assert "no learning curve of it has been drawn" in undrawn.why


def test_a_slice_at_its_target_says_by_how_much_and_how_sure() -> None:
    """5 points above with an interval from 85 %: reached, not proven; from 91 %: proven."""
    unsure = sized(score(0.95, None), 0.9, seed=0).sizing
    assert unsure.why.startswith("Already reached, by 5")
    assert "Its 95 % interval starts at 85 %" in unsure.why
    sure = sized(replace(score(0.95, None), score_low=0.91), 0.9, seed=0).sizing
    assert sure.why.startswith("Already reached, by 5")
    assert "interval" not in sure.why
    assert (sure.n_needed.p50, sure.deficit.p90) == (107, 0)


def test_a_score_that_falls_with_more_samples_is_no_deficit() -> None:
    """From 80 % to 60 %: the labels are to be looked at, not more samples to be bought."""
    sizing = sized(score(0.6, [0.8, 0.8, 0.75, 0.7, 0.65, 0.62, 0.6]), 0.9, seed=0).sizing
    assert (sizing.reachable, sizing.deficit.p50, sizing.next_samples) == ("uncertain", None, None)
    assert "its score falls with more samples, from 80 % at 10 to 60 % at 80" in sizing.why
    assert "wrong labels" in sizing.why


def test_an_uncertain_slice_says_after_how_many_samples_to_ask_again() -> None:
    """At least half of what is held, at most all of it."""
    uncertain = [
        sizing
        for target in np.linspace(0.8, 0.99, 20)
        if (sizing := rising(float(target)).sizing).reachable == "uncertain"
    ]
    assert uncertain
    for sizing in uncertain:
        assert sizing.next_samples is not None
        assert 54 <= sizing.next_samples <= 107
        assert f"Collect {sizing.next_samples} more, then ask again." in sizing.why


def test_where_no_slice_only_curve_is_drawn_the_joint_one_is_followed() -> None:
    """And where both are, the joint one says how many records of every kind would do."""
    alone = rising(0.8).facts
    joint = sized(replace(alone, curve=None, joint=alone.curve), 0.8, seed=0)
    assert (joint.sizing.growth, rising(0.8).sizing.growth) == ("joint", "slice")
    assert joint.band is not None
    assert joint.band == joint.joint_band
    both = sized(replace(alone, joint=alone.curve), 0.8, seed=0).sizing
    assert both.growth == "slice"
    assert both.joint_records.p50 is not None
    assert joint.sizing.n_needed.p50 is not None
    missing = joint.sizing.n_needed.p50 - 107
    assert both.joint_records.p50 == pytest.approx(missing / 0.02, rel=1e-6)
    assert rising(0.8).sizing.joint_records.p50 is None


def test_the_drawn_band_and_the_economics_of_data_are_within_range() -> None:
    """Scores stay fractions over the whole horizon, and the error floor is below today's error."""
    part = rising(0.9)
    assert part.band is not None
    assert part.lever is not None
    low, middle, high = (np.array(v) for v in (part.band.p10, part.band.p50, part.band.p90))
    assert ((low >= 0) & (low <= middle) & (middle <= high) & (high <= 1)).all()
    assert part.band.n[0] == 10
    assert part.band.n[-1] == pytest.approx(640)
    now, floor = part.lever.error_now, part.lever.error_floor
    assert now[1] == pytest.approx(0.25, abs=0.03)
    assert floor[0] <= floor[1] <= now[1]
    assert list(part.lever.exponent) == sorted(part.lever.exponent)
