"""Has a whole set of candidates shifted away from the real examples?

Each way of shifting has a figure of its own, for none sees them all, and each
figure has a null band: what it is for real points held against other real points,
in sets of the same size. A finding says how many standard deviations of that
band the candidates lie outside. Nothing is learnt from what was accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import t as student
from sklearn.decomposition import TruncatedSVD

from core.critique import shift_metrics
from core.critique.critic import Anchors
from core.critique.features import Features
from core.critique.shift_metrics import Floats, Metric, Reference, reference

FEWEST = 12
"""Candidates, and half of the anchors, that a shift can be told from."""

MOST = 5_000
LEAST_Z = 3.0
FALSE_ALARMS = 0.05
"""Share of sets of real examples that any of the figures gives an alarm on, at most."""

_SPLITS, _LOOKS = 20, 4
_MOST_AXES = 32
_FEWEST_OTHERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One figure of a set of candidates, beside its null band."""

    metric: str
    value: float
    null_mean: float
    null_sd: float
    z: float
    """Standard deviations of the null band."""
    alarm: bool
    words: str


@dataclass(frozen=True, slots=True)
class _Way:
    metric: Metric
    high: str
    """What it means when the figure is higher than usual; empty when that is no harm."""
    low: str
    is_share: bool = False


WAYS: Mapping[str, _Way] = {
    "duplicates": _Way(shift_metrics.duplicate_rate, "candidates repeat one another", "", True),
    "rare groups": _Way(shift_metrics.rarest_lack, "a rare group of real examples is missing", ""),
    "group shares": _Way(shift_metrics.group_shares, "groups have other shares than real ones", ""),
    "told apart": _Way(shift_metrics.told_apart, "a learner tells candidates from real ones", ""),
    "mean embedding": _Way(shift_metrics.mean_embedding, "candidates lie elsewhere", ""),
    "sliced distance": _Way(shift_metrics.sliced_distance, "candidates are spread elsewhere", ""),
    "density": _Way(
        shift_metrics.density,
        "candidates crowd where real ones are dense",
        "candidates lie where hardly a real one is",
    ),
    "recall": _Way(
        shift_metrics.recall, "", "part of the real examples has no candidate near", True
    ),
    "variety": _Way(
        shift_metrics.variety,
        "candidates vary in more ways than real ones",
        "candidates vary in fewer ways than real ones",
    ),
    "tail mass": _Way(
        shift_metrics.tail_mass,
        "more candidates are extreme than real ones",
        "the extremes of the real ones are missing",
        True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """What each figure is for real points held against real points, in sets of one size."""

    size: int
    about: Reference
    null: tuple[Mapping[str, float], ...]


def bands(real: Floats, size: int, seed: int = 0) -> Bands:
    """Null bands for sets of *size* points; at least twice as many real ones are needed."""
    dice = np.random.default_rng([seed, 0])
    real = dice.permutation(real)[:MOST]
    about = reference(real, seed)
    null = []
    for _ in range(_SPLITS):
        order = dice.permutation(len(real))
        null.append(_figures(real[order[:size]], real[order[size : 2 * size]], about))
    return Bands(size=size, about=about, null=tuple(null))


def shift(real: Floats, made: Floats, seed: int = 0) -> list[Shift]:
    """How *made* points differ from *real* ones, the strongest finding first; [] for too few.

    Parameters
    ----------
    real, made
        Points as rows of the same features.
    """
    size = comparable(real, made)
    if not size:
        return []
    return held_against(real, made, bands(real, size, seed), seed)


def comparable(real: Floats, made: Floats) -> int:
    """Points that can be held against each other at a time; 0 for too few."""
    size = min(min(len(real), MOST) // 2, len(made), MOST)
    return size if size >= FEWEST else 0


def held_against(
    real: Floats, made: Floats, known: Bands, seed: int = 0, sets: int = 1
) -> list[Shift]:
    """How *made* points lie in known bands, the strongest finding first.

    Parameters
    ----------
    sets
        Sets that are looked at altogether: all of them may give a false alarm no
        more often than one alone.
    """
    dice = np.random.default_rng([seed, 4])
    real, made = dice.permutation(real)[:MOST], dice.permutation(made)[:MOST]
    found = [
        _figures(
            dice.permutation(real)[: known.size], dice.permutation(made)[: known.size], known.about
        )
        for _ in range(_LOOKS)
    ]
    means = {name: float(np.mean([each[name] for each in found])) for name in WAYS}
    said = [
        _finding(name, means[name], [each[name] for each in known.null], known.size, limit(sets))
        for name in WAYS
    ]
    return sorted(said, key=lambda each: (not each.alarm, -abs(each.z)))


def _figures(real: Floats, made: Floats, about: Reference) -> dict[str, float]:
    return {name: way.metric(real, made, about) for name, way in WAYS.items()}


def limit(sets: int = 1) -> float:
    """Standard deviations from which on a figure is an alarm.

    The band is itself estimated from a few splits, and all figures of all *sets*
    together may give a false alarm no more often than ``FALSE_ALARMS``.
    """
    sides = sum(bool(way.high) + bool(way.low) for way in WAYS.values())
    quantile = float(student.ppf(1 - FALSE_ALARMS / (sides * sets), _SPLITS - 1))
    return max(LEAST_Z, quantile * float(np.sqrt(1 + 1 / _SPLITS)))


def _finding(name: str, value: float, null: Sequence[float], size: int, alarm_from: float) -> Shift:
    way = WAYS[name]
    mean, spread = float(np.mean(null)), float(np.std(null, ddof=1))
    if way.is_share:  # A share that never varied in the splits still has the error of a count.
        share = min(max(abs(mean), 1 / size), 1 - 1 / size)
        spread = max(spread, float(np.sqrt(share * (1 - share) / size)))
    z = (value - mean) / max(spread, 1e-9 * max(1.0, abs(mean)))
    meaning = way.high if z > 0 else way.low
    is_alarm = abs(z) >= alarm_from and bool(meaning)
    words = (
        f"{meaning} ({z:+.1f} standard deviations of what real sets differ by)"
        if is_alarm
        else "as real sets differ from one another"
    )
    return Shift(
        metric=name, value=value, null_mean=mean, null_sd=spread, z=z, alarm=is_alarm, words=words
    )


def points_of(
    anchors: Anchors, made: Sequence[Mapping[str, Any]], seed: int = 0
) -> tuple[Floats, Floats]:
    """Anchors and candidates as points, in features that neither of them was used to find.

    Features fitted on the anchors would fit these better than anything new. Rows of
    other labels serve instead; without enough of them a third of the anchors is set aside.
    """
    own = list(anchors.own)
    aside: Sequence[dict[str, Any]] = anchors.others
    if len(aside) < _FEWEST_OTHERS:
        order = np.random.default_rng([seed, 3]).permutation(len(own))
        third = len(own) // 3
        aside, own = [own[i] for i in order[:third]], [own[i] for i in order[third:]]
    if not aside or not own or not made:
        return np.zeros((0, 1)), np.zeros((0, 1))
    features = Features(replace(anchors, own=tuple(aside), others=()))
    fitted = features(aside)
    axes = min(_MOST_AXES, fitted.shape[1] - 1, fitted.shape[0] - 1, max(2, len(own) // 4))
    if fitted.shape[1] <= _MOST_AXES or axes < 1:
        return features(own).toarray().astype(np.float64), features(made).toarray().astype(
            np.float64
        )
    axes_of = TruncatedSVD(axes, random_state=seed).fit(fitted)
    return (
        np.asarray(axes_of.transform(features(own)), dtype=np.float64),
        np.asarray(axes_of.transform(features(made)), dtype=np.float64),
    )
