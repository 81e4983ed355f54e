"""What a slice lacks to reach a target, from its score and its learning curve."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.audit.curves import FEWEST_ROWS, CurvePoints
from core.audit.measurement import MOST_CURVES, SliceScore
from core.calculators.deficit import missing_samples, records_to_collect
from core.calculators.learning_curve import (
    HORIZON,
    CurveFit,
    learning_curve,
    power_law,
    samples_for,
    scores_at,
)
from core.formats import percent
from core.records import Quantiles
from core.uncertainty import quantiles

Reachable = Literal["yes", "no", "uncertain"]
SURE, HOPELESS = 0.8, 0.2
_DRAWS = 400
_NONE = Quantiles(p10=None, p50=None, p90=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The learning curve as drawn: quantiles of the score over sizes."""

    n: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLever:
    """What more samples buy: ``error(n) = floor + (now − floor)·((n + held)/held)^−exponent``.

    Each figure is (5th, 50th, 95th percentile).
    """

    error_now: tuple[float, float, float]
    error_floor: tuple[float, float, float]
    exponent: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """What a slice lacks to reach the target."""

    reachable: Reachable
    why: str
    p_reachable: float | None = None
    """Share of the fitted curves that reach the target within the horizon."""
    best_attainable: float | None = None
    """Score that 9 in 10 fitted curves do not pass within the horizon. [fraction]"""
    n_needed: Quantiles = _NONE
    """Samples of the slice in all. [samples]"""
    deficit: Quantiles = _NONE
    """Samples that are missing. [samples]"""
    beyond: float | None = None
    """Missing samples beyond which nothing is said, for quantiles that are None. [samples]"""
    records_to_collect: float | None = None
    """Raw records that hold the median deficit with 95 % assurance, at today's prevalence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceAudit:
    """One slice: how it is served, and what it lacks."""

    facts: SliceScore
    sizing: Sizing
    band: Band | None = None
    lever: DataLever | None = None

    @property
    def name(self) -> str:
        """The slice's name."""
        return self.facts.slice


def sized(score: SliceScore, target: float, seed: int) -> SliceAudit:
    """A slice and what it lacks to reach the target."""
    if score.curve is None:
        return _without_curve(score, target)
    return _extrapolated(score, score.curve, target, seed)


def _without_curve(score: SliceScore, target: float) -> SliceAudit:
    """A slice without a curve: served well enough, too small, or not drawn yet."""
    if score.shrunk_score >= target:
        held = float(score.n)
        return SliceAudit(
            facts=score,
            sizing=Sizing(
                reachable="yes",
                why="Already at the target: it needs no more samples.",
                n_needed=Quantiles(p10=held, p50=held, p90=held),
                deficit=Quantiles(p10=0.0, p50=0.0, p90=0.0),
                records_to_collect=0.0,
            ),
        )
    if score.n < FEWEST_ROWS:
        found = "1 example" if score.n == 1 else f"{score.n} examples"
        return SliceAudit(
            facts=score,
            sizing=Sizing(
                reachable="uncertain",
                why=f"Cannot be sized: {found}, at least {FEWEST_ROWS} are needed "
                "to see how the score grows. Collect some first.",
            ),
        )
    return SliceAudit(
        facts=score,
        sizing=Sizing(
            reachable="uncertain",
            why="Below this target, but its learning curve has not been drawn: an audit draws "
            f"those of the {MOST_CURVES} worst slices.",
        ),
    )


def _extrapolated(score: SliceScore, curve: CurvePoints, target: float, seed: int) -> SliceAudit:
    """Extrapolate a slice's curve to the target."""
    n = np.array(curve.n, dtype=float)
    level = float(np.sqrt(max(score.score * (1 - score.score), 0.02) / curve.n_test))
    fit = learning_curve(
        n, curve.mean, curve.noise, growth="slice", draws=_DRAWS, seed=seed, level_noise=level
    )
    needed = samples_for(fit, target)
    p_reached = float(np.mean(np.isfinite(needed)))
    missing = quantiles(missing_samples(needed, score.n))
    best = float(np.quantile(scores_at(fit, fit.n_last * HORIZON)[:, 0], 0.9))
    reachable = verdict_of(p_reached)
    to_collect = None
    if missing.p50 is not None and reachable != "no":
        to_collect = float(records_to_collect(missing.p50, score.prevalence))
    return SliceAudit(
        facts=score,
        band=_band(fit, n),
        lever=_lever(n, curve, seed),
        sizing=Sizing(
            reachable=reachable,
            why=_in_words(reachable, p_reached, best, score.n),
            p_reachable=p_reached,
            best_attainable=best,
            n_needed=quantiles(needed),
            deficit=missing,
            beyond=max(fit.n_last * HORIZON - score.n, 0.0),
            records_to_collect=to_collect,
        ),
    )


def verdict_of(p_reached: float) -> Reachable:
    """Whether a target counts as reachable, from the share of fitted curves that reach it."""
    return "yes" if p_reached >= SURE else "no" if p_reached < HOPELESS else "uncertain"


def _in_words(reachable: Reachable, p: float, best: float, n: int) -> str:
    share, ahead = percent(p, 0), f"{HORIZON:g} times the samples trained on"
    if reachable == "yes":
        return f"{share} of the fitted curves reach the target within {ahead}."
    if reachable == "no":
        return (
            f"Not reachable with this data and model: {share} of the fitted curves get there "
            f"within {ahead}; the best attainable score is about {percent(best, 0)}."
        )
    return (
        f"Uncertain: {share} of the fitted curves reach the target within {ahead}. Collect "
        f"{n} more, then ask again."
    )


def _band(fit: CurveFit, n: NDArray[np.float64]) -> Band:
    at = np.geomspace(n[0], n[-1] * HORIZON, 60)
    low, middle, high = np.quantile(scores_at(fit, at), (0.1, 0.5, 0.9), axis=0)
    return Band(
        n=tuple(at.tolist()),
        p10=tuple(low.tolist()),
        p50=tuple(middle.tolist()),
        p90=tuple(high.tolist()),
    )


def _lever(n: NDArray[np.float64], curve: CurvePoints, seed: int) -> DataLever:
    draws = power_law(n, curve.mean, curve.noise, draws=_DRAWS, seed=seed)
    figures = np.quantile(draws, (0.05, 0.5, 0.95), axis=1).T
    now, floor, exponent = ((float(a), float(b), float(c)) for a, b, c in figures)
    return DataLever(error_now=now, error_floor=floor, exponent=exponent)
