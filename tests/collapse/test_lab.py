"""The lab against its own theory, and the results of the field rerun."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.special import digamma

from core.analysis.collapse import CollapseAnswer, collapse, preset, presets
from core.collapse.chains import without_return
from core.collapse.lab import run
from core.collapse.settings import LabSettings
from core.errors import InputError

MODES = ("replace", "accumulate", "accumulate_subsample")
ANCHORS = ((0.0, "fresh"), (0.2, "fresh"), (0.2, "fixed"))


def grid() -> list[dict[str, Any]]:
    """Settings whose expectation is known."""
    found: list[dict[str, Any]] = []
    for mode, (anchor, kind) in product(MODES, ANCHORS):
        how = {"mode": mode, "anchor": anchor, "anchor_kind": kind}
        for estimator, bias in product(("mle", "unbiased"), (1.0, 0.9)):
            found.append({"model": "gaussian", "estimator": estimator, "bias": bias, **how})
        found.append({"model": "categorical", "categories": 30, "n": 30, **how})
        found.append({"model": "kde", **how})
    found += [{"model": "regression", "n": 40, "dim": 5, "mode": mode} for mode in MODES[:2]]
    found += [{"model": "critic", "n": 50, "anchor": a} for a in (0.0, 0.2)]
    found.append({"model": "gaussian", "keep_within": 2.0})
    return found


def test_the_grid_is_large_enough() -> None:
    """At least forty settings."""
    assert len(grid()) >= 40


@pytest.mark.parametrize("given", grid(), ids=lambda g: "-".join(str(v) for v in g.values()))
def test_the_simulation_agrees_with_the_exact_recursion(given: dict[str, Any]) -> None:
    """Every figure of every generation lies within four standard errors of its expectation."""
    settings = LabSettings(**{"n": 20, "generations": 5, "repeats": 1_500, "seed": 3, **given})
    known = 0
    for name, one in run(settings).series.items():
        if one.exact is None:
            continue
        known += 1
        apart = np.abs(one.mean - one.exact)
        assert (apart <= 4 * one.se + 1e-9).all(), (name, apart / np.maximum(one.se, 1e-12))
    assert known


def last(answer: CollapseAnswer, name: str) -> float:
    """A figure's mean in the last generation."""
    return float(answer.series[name].mean[-1])


CLAIMS: dict[str, Callable[[CollapseAnswer, CollapseAnswer], bool]] = {
    "one_real_point": lambda a, b: (
        abs(last(a, "var") - 2 / 3) < 0.15 and last(b, "var") < 0.1
        and b.verdict == "late collapse"
    ),
    "accumulate": lambda a, b: last(a, "var") > 0.96 and last(b, "var") < 0.1,
    "subsample": lambda a, b: last(a, "var") < last(b, "var"),
    "fixed_anchors": lambda a, b: (
        abs(last(a, "var") - 0.86) < 0.03 and abs(last(b, "var") - 0.95) < 0.02
    ),
    "low_temperature": lambda a, b: (
        abs(last(a, "var") - 0.11) < 0.02 and abs(last(b, "var") - 0.90) < 0.06
    ),
    "rare_first": lambda a, b: a.verdict == "early collapse" and last(a, "gini_simpson") > 0.8,
    "kernel": lambda a, b: a.verdict == "explosion" and a.at is not None and a.at <= 8,
    "regression": lambda a, b: (
        last(a, "test_error") < 1.65 * float(a.series["test_error"].mean[0])
        and last(b, "test_error") > 25 * float(b.series["test_error"].mean[0])
    ),
    "biased_critic": lambda a, b: (
        abs(last(a, "mean") - 0.5) < 0.01 and abs(last(b, "mean") - 0.5) < 0.01
        and b.series["mean"].mean[1] > a.series["mean"].mean[1]
        and a.verdict == "converges to the critic"
    ),
    "anchored_biased_critic": lambda a, b: abs(last(a, "mean") - 0.37) < 0.01,
    "looks_normal": lambda a, b: (
        abs(last(a, "var") - 0.28) < 0.02 and abs(last(b, "var") - 0.99) < 0.02
    ),
    "weak_critic": lambda a, b: (
        last(a, "good_share") < 0.02 and abs(last(b, "good_share") - 0.925) < 0.003
    ),
    "minority": lambda a, b: (
        abs(last(a, "good_share") - 0.009) < 0.003 and 0.05 < last(b, "good_share") < 0.06
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(presets()))
def test_a_preset_shows_what_it_claims(name: str) -> None:
    """The sentence on the page holds when the experiment is rerun."""
    found = preset(name)
    assert found.source
    assert CLAIMS[name](collapse(found.settings), collapse(found.other))


def test_the_same_seed_gives_the_same_chains_however_many_fit_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Chains are simulated a portion at a time."""
    settings = LabSettings(n=10, generations=3, repeats=50)
    assert np.array_equal(run(settings).series["var"].mean, run(settings).series["var"].mean)
    monkeypatch.setattr("core.collapse.chains._MOST_NUMBERS", 100)
    parts = run(settings).series["var"]
    assert parts.exact is not None
    assert (np.abs(parts.mean - parts.exact) < 5 * parts.se).all()


def test_where_a_loop_settles_is_said_if_it_is_known() -> None:
    """One fresh real sample of a hundred holds 66.4 % of the variance; a good critic 92.5 %."""
    held = collapse(LabSettings(anchor=0.01, generations=1, repeats=5))
    assert "In expectation it settles at 66.4 % of the true variance." in held.why
    good = collapse(LabSettings(model="critic", generations=1, repeats=5))
    assert "settles at 92.5 % good ones." in good.why


def test_an_anchor_that_rounds_to_none_is_said() -> None:
    """Four in a thousand of a hundred samples is no sample; two and a half are two."""
    none = collapse(LabSettings(anchor=0.004, generations=2, repeats=20))
    assert none.effective_anchors == 0
    assert "no generation sees a real one" in none.why
    some = collapse(LabSettings(anchor=0.025, generations=2, repeats=20))
    assert some.effective_anchors == 2
    assert "is rounded to 2, a share of 0.02" in some.why


def test_the_smallest_loops_still_answer() -> None:
    """Two points, no generation, all anchors, one category."""
    assert collapse(LabSettings(n=2, generations=0, repeats=2)).verdict == "stable"
    assert collapse(LabSettings(n=10, anchor=1.0, generations=3, repeats=20)).verdict == "stable"
    one = collapse(LabSettings(model="categorical", categories=1, generations=2, repeats=5))
    assert one.series["support"].mean.tolist() == [1, 1, 1]
    nothing = collapse(
        LabSettings(model="critic", tpr=0.0, fpr=0.0, generations=2, repeats=5, n=20)
    )
    assert nothing.series["good_share"].mean[-1] == 0


def test_every_choice_without_return_is_equally_likely() -> None:
    """Two of four points: six pairs, each in a sixth of the draws, none with a point twice."""
    places = without_return(np.random.default_rng(1), 60_000, 4, 2)
    _, seen = np.unique(places, axis=0, return_counts=True)
    assert seen.shape == (6,)
    assert (np.abs(seen - 10_000) < 4 * np.sqrt(60_000 * 5 / 36)).all()


def test_a_spread_near_nothing_is_still_told_from_none() -> None:
    """The logarithm of the variance falls by ψ((n − 1)/2) + ln(2/n) per fit, far below 1e-16."""
    found = run(LabSettings(n=10, generations=1_000, repeats=200)).series["log_var"]
    assert float(found.mean[-1]) == pytest.approx(1_001 * (digamma(4.5) + np.log(2 / 10)), rel=0.02)


def test_unbiased_estimates_collapse_though_their_expectation_stands() -> None:
    """The expected variance stays 1 and the median chain loses nearly all of it."""
    found = collapse(LabSettings(n=20, generations=100, estimator="unbiased", repeats=300))
    known = found.series["var"].exact
    assert known is not None
    assert known == pytest.approx(np.ones(101))
    assert found.verdict == "late collapse"
    assert "in the median chain" in found.why
    assert "expected variance stays at the truth's" in found.why


def test_a_minority_accumulates_from_its_real_share() -> None:
    """Real data of 10 % minority, and a critic that likes it less: never more than 10 %."""
    how = {"good_share": 0.1, "anchor_good": 0.1, "tpr": 0.7, "fpr": 0.9, "imitation_loss": 0.0}
    for mode in ("accumulate", "accumulate_subsample"):
        settings = LabSettings(model="critic", n=1_000, mode=mode, repeats=50, **how)  # type: ignore[arg-type]
        assert 0.04 < last(collapse(settings), "good_share") < 0.1


def test_where_a_critic_tells_nothing_no_limit_is_claimed() -> None:
    """Equal rates and no loss leave any share as it is; without a good sample none appears."""
    blind = {"tpr": 0.5, "fpr": 0.5, "imitation_loss": 0.0}
    why = collapse(LabSettings(model="critic", generations=1, repeats=5, **blind)).why  # type: ignore[arg-type]
    assert "settles" not in why
    none = collapse(LabSettings(model="critic", good_share=0.0, generations=1, repeats=5))
    assert none.why == "No sample was good at the start, and none is."


@pytest.mark.parametrize(
    "given",
    [
        {"model": "regression", "n": 12, "dim": 10, "mode": "accumulate_subsample"},
        {"model": "categorical", "bias": 0.01, "categories": 5_000, "zipf": 0.0, "n": 20_000},
        {"model": "kde", "bandwidth": 0.0, "n": 3, "generations": 60},
        {"n": 2, "generations": 2_000},
        {"bias": 10.0, "generations": 60},
    ],
    ids=str,
)
def test_extreme_loops_answer_without_a_warning(given: dict[str, Any]) -> None:
    """Too few different rows, a temperature near 0, no spread at all, an explosion."""
    assert collapse(LabSettings(**{"generations": 5, "repeats": 5, **given})).why


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"n": 1}, "--n is 1; expected a number from 2 to"),
        ({"anchor": 20}, "--anchor is 20; expected a number from 0 to 1"),
        ({"model": "gauss"}, "--model is 'gauss'; expected one of gaussian, categorical"),
        ({"model": "kde", "bias": 0.5}, "--bias has no meaning for the model kde"),
        ({"model": "regression", "n": 10, "dim": 10}, "needs 12 or more"),
        ({"keep_within": 2.0, "critic_centre": 0.5}, "are two critics; choose one"),
        ({"n": 100_000, "generations": 1_000, "repeats": 1_000}, "take fewer repeats"),
        ({"n": 2, "generations": 10_000, "repeats": 100_000}, "twenty million figures"),
        ({"n": 90_000, "generations": 999, "repeats": 2, "mode": "accumulate"}, "forty million"),
        ({"bias": 10.0, "generations": 1_000}, "more than numbers can hold"),
        ({"model": "critic", "known_sd": True}, "--known-sd has no meaning for the model critic"),
    ],
    ids=str,
)
def test_what_cannot_be_simulated_is_refused(given: dict[str, Any], said: str) -> None:
    """One sentence each, by the option's name."""
    with pytest.raises(InputError, match=said):
        LabSettings(**given)


def test_an_unknown_preset_names_its_neighbour() -> None:
    """A slip of the pen is guessed."""
    with pytest.raises(InputError, match="did you mean 'minority'"):
        preset("minorty")
