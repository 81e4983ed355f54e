"""What a slice lacks to reach a target, from its score and its learning curve."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.analysis.fitted import Band, DataLever, band_of, fit_of, lever_of
from core.audit.curves import FEWEST_ROWS, CurvePoints
from core.audit.measurement import SliceScore
from core.calculators.deficit import missing_samples, records_to_collect
from core.calculators.learning_curve import HORIZON, Growth, samples_for, scores_at
from core.formats import count, percent, points
from core.records import Quantiles
from core.uncertainty import quantiles

Reachable = Literal["yes", "no", "uncertain"]
SURE, HOPELESS = 0.8, 0.2
_ALARMED = 0.2
"""False alarms beyond which a recall says little. [fraction]"""
_FALLING = 2.0
"""Standard errors below an earlier score from which a curve counts as falling."""
_NONE = Quantiles(p10=None, p50=None, p90=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """What a slice lacks to reach the target."""

    reachable: Reachable
    why: str
    is_reached: bool = False
    """Whether the slice is at the target already."""
    growth: Growth | None = None
    """Which curve the figures follow: only the slice grows, or everything does."""
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
    next_samples: int | None = None
    """Samples after which asking again would say more. [samples]"""
    joint_records: Quantiles = _NONE
    """Records missing when everything grows at today's mix instead. [records]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """How much the slice's distance from the target matters, against the others."""

    impact: float
    """Expected weight × points below the target. [fraction]"""
    low: float
    high: float
    """80 % interval."""
    p_first: float
    """Probability that no other slice matters more. [fraction]"""
    may_be_first: bool
    """Whether it cannot be told apart from the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceAudit:
    """One slice: how it is served, and what it lacks."""

    facts: SliceScore
    sizing: Sizing
    rank: Rank | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """The slice's name."""
        return self.facts.slice

    @property
    def band(self) -> Band | None:
        """The curve that the sizing follows, as drawn; None without one."""
        curve, growth = _followed(self.facts)
        return None if curve is None else band_of(curve, growth, self.seed)

    @property
    def joint_band(self) -> Band | None:
        """The curve of everything growing, as drawn; None without one."""
        joint = self.facts.joint
        return None if joint is None else band_of(joint, "joint", self.seed)

    @property
    def lever(self) -> DataLever | None:
        """What more samples buy; None without a curve."""
        curve, _ = _followed(self.facts)
        return None if curve is None else lever_of(curve, self.seed)


def sized(score: SliceScore, target: float, seed: int) -> SliceAudit:
    """A slice and what it lacks to reach the target."""
    if score.score >= target:
        sizing = _reached(score, target)
    elif (unknown := _unsizable(score)) is not None:
        sizing = Sizing(reachable="uncertain", why=unknown, next_samples=_to_begin(score))
    else:
        sizing = _extrapolated(score, target, seed)
    return SliceAudit(facts=score, sizing=sizing, seed=seed)


def _followed(score: SliceScore) -> tuple[CurvePoints | None, Growth]:
    """The slice-only curve; where there is none, the joint one."""
    if score.curve is None and score.joint is not None:
        return score.joint, "joint"
    return score.curve, "slice"


def _reached(score: SliceScore, target: float) -> Sizing:
    held = float(score.n)
    doubt = (
        f" Its 95 % interval starts at {percent(score.score_low, 0)}, so more rows to test on "
        "would be needed to prove it."
        if score.score_low < target
        else ""
    )
    return Sizing(
        reachable="yes",
        why=f"Already reached, by {points(score.score - target).lstrip('+')}: it needs no more "
        f"samples.{doubt}",
        is_reached=True,
        p_reachable=None,
        n_needed=Quantiles(p10=held, p50=held, p90=held),
        deficit=Quantiles(p10=0.0, p50=0.0, p90=0.0),
        records_to_collect=0.0,
    )


def _unsizable(score: SliceScore) -> str | None:
    """Why nothing can be extrapolated; None when it can."""
    if score.trained < FEWEST_ROWS:
        found = "1 example" if score.trained == 1 else f"{score.trained} examples"
        return (
            f"Cannot be sized: {found}, at least {FEWEST_ROWS} are needed to see how the score "
            "grows. Collect some first."
        )
    if (score.false_alarms or 0.0) > _ALARMED:
        return (
            f"Cannot be sized: {percent(score.false_alarms, 0)} of the rows of other labels are "
            "taken for it as well, so its score is no knowledge that more samples would add to. "
            "Look for columns that tell it apart first."
        )
    curve, _ = _followed(score)
    if curve is None:
        return "Below this target, but no learning curve of it has been drawn."
    mean, noise = curve.mean, curve.noise
    best = int(np.argmax(mean))
    if mean[best] - mean[-1] > _FALLING * float(np.hypot(noise[best], noise[-1])):
        return (
            f"Cannot be sized: its score falls with more samples, from {percent(mean[best], 0)} at "
            f"{count(curve.n[best])} to {percent(mean[-1], 0)} at {count(curve.n[-1])}. Look for "
            "wrong labels before collecting more."
        )
    return None


def _to_begin(score: SliceScore) -> int | None:
    return FEWEST_ROWS - score.n if score.n < FEWEST_ROWS else None


def _extrapolated(score: SliceScore, target: float, seed: int) -> Sizing:
    """Extrapolate a slice's curve to the target."""
    curve, growth = _followed(score)
    if curve is None:
        raise ValueError(f"{score.slice} has no curve")
    fit = fit_of(curve, growth, seed)
    needed = samples_for(fit, target)
    p_reached = float(np.mean(np.isfinite(needed)))
    best = float(np.quantile(scores_at(fit, fit.n_last * HORIZON)[:, 0], 0.9))
    reachable = verdict_of(p_reached)
    if reachable == "no":
        why = _in_words(reachable, p_reached, best, None)
        return Sizing(
            reachable="no", why=why, growth=growth, p_reachable=p_reached, best_attainable=best
        )
    missing = quantiles(missing_samples(needed, score.n))
    to_collect = None
    if missing.p50 is not None:
        to_collect = float(records_to_collect(missing.p50, score.prevalence))
    further = _next_samples(missing, score.n) if reachable == "uncertain" else None
    return Sizing(
        reachable=reachable,
        why=_in_words(reachable, p_reached, best, further),
        growth=growth,
        p_reachable=p_reached,
        best_attainable=best,
        n_needed=quantiles(needed),
        deficit=missing,
        beyond=max(fit.n_last * HORIZON - score.n, 0.0),
        records_to_collect=to_collect,
        next_samples=further,
        joint_records=_at_todays_mix(score, target, seed),
    )


def _next_samples(missing: Quantiles, held: int) -> int:
    """The samples after which the curve would say more: as many as the optimist lacks.

    At least half of what is held, since a curve turns on doublings, and at most all of it.
    """
    wanted = held if missing.p10 is None else missing.p10
    return int(np.clip(np.ceil(wanted), -(-held // 2), held))


def _at_todays_mix(score: SliceScore, target: float, seed: int) -> Quantiles:
    """Records of every kind that would bring the slice there, from the joint curve."""
    if score.joint is None or score.prevalence <= 0:
        return _NONE
    needed = samples_for(fit_of(score.joint, "joint", seed), target)
    return quantiles(missing_samples(needed, score.n) / score.prevalence)


def verdict_of(p_reached: float) -> Reachable:
    """Whether a target counts as reachable, from the share of fitted curves that reach it."""
    return "yes" if p_reached >= SURE else "no" if p_reached < HOPELESS else "uncertain"


def _in_words(reachable: Reachable, p: float, best: float, further: int | None) -> str:
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
        f"{count(further or 0)} more, then ask again."
    )
