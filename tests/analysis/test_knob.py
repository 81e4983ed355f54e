"""A setting of the knob, read off by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.strictness.contributions import contributions_of
from core.analysis.strictness.judged import Judged, judged_of_scores
from core.analysis.strictness.knob import OUT_OF_REACH, Knob
from core.analysis.strictness.precision import LABELS_ONLY, PREDICTION_POWERED
from core.analysis.strictness.reach import NEVER, Reach
from core.analysis.strictness.recommend import Objective, recommended
from core.errors import InputError


def judged(scores: object, **more: object) -> Judged:
    """Candidates of a run without labels."""
    score = np.asarray(scores, dtype=np.float64)
    nothing = np.full(len(score), np.nan)
    facts: dict[str, object] = {
        "run": "r",
        "names": tuple(f"r/{i}" for i in range(len(score))),
        "score": score,
        "label": nothing,
        "drawn": nothing,
        "doubt": np.zeros(len(score), dtype=np.bool_),
        "cost_usd": 0.1,
        "judge_usd": 0.0,
        "calibration": None,
        "uncalibrated": "nobody has labelled a candidate",
        **more,
    }
    return Judged(**facts)  # type: ignore[arg-type]


def labelled(n: int = 4_000, labels: int = 400, seed: int = 0) -> pd.DataFrame:
    """Scores that are right about 1/2 of binormal candidates; some labelled, drawn by chance."""
    dice = np.random.default_rng(seed)
    good = dice.random(n) < 0.5
    score = 1 / (1 + np.exp(-2 * (dice.normal(size=n) + 2 * good - 1)))
    label = np.where(np.arange(n) < labels, good.astype(float), np.nan)
    return pd.DataFrame({"score": score, "label": label, "cost_usd": 0.01, "truth": good})


def test_a_setting_accepts_what_reaches_it_and_no_one_unjudged() -> None:
    """At 0.5 three of five; the one that could not be judged is paid for and never accepted."""
    knob = Knob(judged([0.9, 0.5, np.nan, 0.2, 0.7]))
    now = knob.at(0.5)
    assert (now.accepted, now.proposed, now.score) == (3, 5, 0.5)
    assert now.acceptance_rate == pytest.approx(0.6)
    assert now.cost_per_accepted_usd == pytest.approx(0.1 / 3)
    assert now.cost_per_good_usd is None
    assert now.precision.quantiles is None
    assert "nobody has labelled" in now.precision.why
    assert knob.at(0.95).score is None
    assert knob.score_at(0.95) == OUT_OF_REACH


def test_examples_lie_on_both_sides_of_the_threshold_best_first() -> None:
    """At 0.5: the two just above, then the two just below."""
    knob = Knob(judged([0.9, 0.5, 0.4, 0.2, 0.7]))
    assert knob.near(0.5, 2) == ["r/4", "r/1", "r/2", "r/3"]
    assert knob.near(1.0, 2) == ["r/0", "r/4"]


def test_an_anchor_is_covered_while_a_candidate_near_it_is_accepted() -> None:
    """Three anchors, reached at 0.9, at 0.4 and never: two thirds at 0.4, one third above."""
    reach = Reach(
        best=np.array([0.9, 0.4, NEVER]),
        part=np.array([0, 1, 1]),
        parts=("alarms", "smells"),
        home=np.array([0, 1, 1]),
    )
    knob = Knob(judged([0.9, 0.4, 0.3]), reach)
    assert knob.at(0.4).coverage == pytest.approx(2 / 3)
    assert knob.at(0.5).coverage == pytest.approx(1 / 3)
    assert knob.at(0.95).coverage == 0
    alarms, smells = knob.at(0.5).parts
    assert (alarms.anchors, alarms.coverage, alarms.proposed, alarms.accepted) == (1, 1.0, 1, 1)
    assert (smells.anchors, smells.coverage, smells.proposed, smells.accepted) == (2, 0.0, 2, 0)
    assert smells.good_kept is None


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_a_stricter_setting_never_accepts_more(scores: list[float], a: float, b: float) -> None:
    """And what it accepts is what reaches it."""
    knob, low, high = Knob(judged(scores)), min(a, b), max(a, b)
    assert knob.accepted(high) <= knob.accepted(low) == sum(s >= low for s in scores)
    assert sum(s >= knob.score_at(low) for s in scores) == knob.accepted(low)


def test_precision_is_prediction_powered_and_nearer_to_the_truth_than_its_labels() -> None:
    """With 400 labels of 4,000 the interval holds the truth and is narrower than labels alone."""
    frame = labelled()
    knob = Knob(judged_of_scores(frame))
    now = knob.at(0.5)
    known, alone = now.precision.quantiles, now.precision.labels_only
    assert known is not None
    assert alone is not None
    assert known.p10 is not None
    assert known.p90 is not None
    assert alone.p10 is not None
    assert alone.p90 is not None
    assert now.precision.method == PREDICTION_POWERED
    truth = frame["truth"][frame["score"] >= now.score].mean()
    assert known.p10 - 0.02 < truth < known.p90 + 0.02
    assert known.p90 - known.p10 < alone.p90 - alone.p10
    assert now.cost_per_good_usd == pytest.approx(
        now.cost_per_accepted_usd / known.p50  # type: ignore[operator]
    )


def test_labels_from_above_say_nothing_of_settings_below_them() -> None:
    """Drawn from scores of 0.5 and above: at 0.2 precision is unknown, at 0.6 it is known."""
    frame = labelled()
    frame["drawn"] = np.where(frame["score"] >= 0.5, 0.5, np.nan)
    frame.loc[frame["score"] < 0.5, "label"] = np.nan
    knob = Knob(judged_of_scores(frame))
    below = next(tau for tau in np.linspace(0, 1, 101) if knob.score_at(tau) < 0.4)
    assert knob.at(below).precision.quantiles is None
    assert "label from all candidates" in knob.at(below).precision.why
    assert knob.at(0.95).precision.quantiles is not None


def test_labels_picked_by_hand_calibrate_and_prove_nothing() -> None:
    """The scores become probabilities, and precision stays unknown."""
    frame = labelled().assign(drawn=np.nan)
    found = judged_of_scores(frame)
    assert found.calibration is not None
    now = Knob(found).at(0.5)
    assert now.precision.quantiles is None
    assert "picked by hand" in now.precision.why


def test_two_pools_of_labels_are_joined_by_how_they_were_drawn() -> None:
    """Labels from everywhere and more from above: no bias to the denser half."""
    frame = labelled(labels=4_000)
    dice = np.random.default_rng(1)
    everywhere = np.zeros(len(frame), dtype=bool)
    everywhere[dice.choice(len(frame), 150, replace=False)] = True
    upper = ~everywhere & (frame["score"] >= 0.5) & (dice.random(len(frame)) < 0.3)
    frame["drawn"] = np.where(everywhere, 0.0, np.where(upper, 0.5, np.nan))
    frame["label"] = np.where(everywhere | upper, frame["truth"], np.nan)
    now = Knob(judged_of_scores(frame)).at(0.02)
    truth = frame["truth"][frame["score"] >= now.score].mean()
    assert now.precision.method == PREDICTION_POWERED
    assert now.precision.quantiles is not None
    assert now.precision.quantiles.p50 == pytest.approx(truth, abs=0.04)
    labels_mean = frame["label"][frame["score"] >= now.score].mean()
    assert labels_mean > truth + 0.1


def test_few_labels_of_one_kind_leave_the_labels_alone() -> None:
    """Nine good and one bad: Jeffreys' median of 9.5 and 1.5."""
    frame = pd.DataFrame({"score": [0.9] * 10, "label": [1.0] * 9 + [0.0], "cost_usd": 1.0})
    now = Knob(judged_of_scores(frame)).at(0.5)
    assert now.precision.method == LABELS_ONLY
    assert now.precision.quantiles is not None
    assert now.precision.quantiles.p50 == pytest.approx(0.8857, abs=1e-4)


def test_the_odds_multiplier_is_what_the_scores_say_of_both_kinds() -> None:
    """TPR over FPR, here about as the labels of all say."""
    frame = labelled()
    now = Knob(judged_of_scores(frame)).at(0.5)
    taken = frame["score"] >= now.score
    ratio = taken[frame["truth"]].mean() / taken[~frame["truth"]].mean()
    assert now.odds_multiplier == pytest.approx(ratio, rel=0.2)


def test_a_critics_part_is_what_only_it_rejects() -> None:
    """Of four, the judge alone stops one (labelled bad), the format alone one (labelled good)."""
    found = judged(
        [0.2, 0.1, 0.1, 0.9],
        by_critic={
            "format": np.array([0.2, 0.9, 0.1, 0.9]),
            "judge": np.array([0.9, 0.1, 0.1, 0.9]),
        },
        label=np.array([1.0, 0.0, np.nan, 1.0]),
        judge_usd=0.08,
    )
    form, judge = contributions_of(found, 0.5)
    assert (form.rejects, form.only_it, form.good_lost, form.bad_stopped) == (2, 1, 1, 0)
    assert (judge.rejects, judge.only_it, judge.good_lost, judge.bad_stopped) == (2, 1, 0, 1)
    assert (form.cost_usd, form.cost_per_rejected_usd) == (0.0, None)
    assert judge.cost_per_rejected_usd == pytest.approx(0.08)


def test_each_objective_has_its_own_best_strictness() -> None:
    """A floor of 0.9 and harm of four times the value are stricter than information alone."""
    found = judged_of_scores(labelled())
    information = recommended(found, Objective())
    floor = recommended(found, Objective(aim="floor", floor=0.9))
    value = recommended(found, Objective(aim="value", value_usd=1, harm_usd=4))
    review = recommended(found, Objective(aim="downstream", downstream_usd=0.1))
    assert information.tau is not None
    assert floor.tau is not None
    assert value.tau == pytest.approx(0.8, abs=0.01)
    assert review.tau is not None
    assert review.tau > information.tau
    assert 0.5 < information.tau < 0.75
    assert "not certified" in floor.why


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"aim": "floor", "floor": 90.0}, "expected a number between 0 and 1"),
        ({"aim": "value", "harm_usd": -1.0}, "harm of a bad one is -1"),
        ({"aim": "value", "value_usd": 0.0, "harm_usd": 0.0}, "at least one of them"),
        ({"aim": "downstream"}, "the downstream cost is 0"),
    ],
)
def test_an_objective_that_cannot_be_meant_is_one_sentence(
    facts: dict[str, object], sentence: str
) -> None:
    """What was found and what is expected."""
    with pytest.raises(InputError, match=sentence):
        Objective(**facts)  # type: ignore[arg-type]
