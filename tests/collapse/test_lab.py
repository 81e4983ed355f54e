"""The lab against its own theory, and the results of the field rerun."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from core.analysis.collapse import CollapseAnswer, collapse, preset, presets
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
        last(a, "good_share") < 0.02 and abs(last(b, "good_share") - 0.93) < 0.01
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
    assert "In expectation it settles at 66.4 % of the variance." in held.why
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
