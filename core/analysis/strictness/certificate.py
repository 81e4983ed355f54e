"""May one promise that so many of the accepted are good, with so much confidence?

Exact fixed-sequence Learn-then-Test: thresholds fixed before any label is seen
are tried from the strictest on, each by an exact binomial test, until one
fails. Every look at new labels spends a part of the error that was allowed for
the run, so that looking again after more labels keeps the promise.

References
----------
A. Angelopoulos et al., "Learn then Test: Calibrating Predictive Algorithms to
Achieve Risk Control", Annals of Applied Statistics, 2025.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.strictness.judged import Judged
from core.analysis.strictness.knob import Knob
from core.analysis.strictness.promise import Certificate, Promise, Step
from core.calculators.certificate import (
    certificate_grid,
    first_step_labels,
    fixed_sequence,
    labels_missing,
    thresholds_to_reach,
)
from core.formats import count, percent

Floats = NDArray[np.float64]

_POWER = 0.8
"""The chance of a certificate that the missing labels are counted for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the labels shows."""

    score: float | None
    """The most lenient certified score; None when none is."""
    steps: tuple[Step, ...]
    labels: int
    missing: int | None
    why: str
    can_certify: bool
    """Whether the labels could have certified anything; a look that cannot spends no error."""


def look(judged: Judged, promise: Promise, error: float) -> Look:
    """Try the thresholds, the strictest first, with so much error allowed."""
    usable = np.isfinite(judged.proof)
    labels = int(usable.sum())
    if error <= 0:
        return _cannot(
            labels,
            None,
            "not certified: nothing of the allowed error is left, earlier looks have spent it; "
            "promise less confidence, or label a new run",
        )
    first = int(first_step_labels(promise.precision, error))
    if judged.calibration is None:
        return _cannot(labels, max(1, first - labels), f"not certified: {judged.uncalibrated}")
    if not labels:
        return _cannot(
            0,
            first,
            "not certified: all labels were picked by hand, and a certificate rests on labels "
            "drawn by chance; draw some to label",
        )
    pool = judged.score[np.isfinite(judged.score)]
    limits = np.unique(judged.drawn[usable])
    frame = pool[pool >= limits.min()]
    grid = certificate_grid(frame, _density(judged, pool, limits), promise.precision, error)
    if not len(grid):
        more = _missing(judged, frame, labels, promise, error)
        return _cannot(
            labels,
            None if math.isinf(more) else max(1, first - labels, math.ceil(more)),
            f"not certified: {labels} labels drawn by chance are too few for any threshold; at "
            f"least {first} good ones in a row are needed above it",
        )
    index, steps = _walk(judged, usable, grid, limits, promise.precision, error)
    if index < 0:
        return _not_yet(
            steps, labels, _missing(judged, frame, labels, promise, error), promise, error
        )
    return _certified(steps, index, labels, promise)


def _certified(steps: tuple[Step, ...], index: int, labels: int, promise: Promise) -> Look:
    step = steps[index]
    return Look(
        score=step.score,
        steps=steps,
        labels=labels,
        missing=None,
        why=(
            f"of {step.labels} labels drawn by chance at scores of {step.score:.3g} and above, "
            f"{step.bad} are bad: were fewer than {percent(promise.precision, 0)} good, that "
            f"would happen with a probability of {step.p_value:.2g}"
        ),
        can_certify=True,
    )


def _density(judged: Judged, pool: Floats, limits: Floats) -> float:
    """Labels per candidate at the top of the scores, by the sizes of the draws alone."""
    drawn = judged.drawn[np.isfinite(judged.proof)]
    return float(sum((drawn == d).sum() / (pool >= d).sum() for d in limits))


def _walk(
    judged: Judged,
    usable: NDArray[np.bool_],
    grid: Floats,
    limits: Floats,
    precision: float,
    error: float,
) -> tuple[int, tuple[Step, ...]]:
    """The last step that holds, and all that were tried.

    A label counts at a threshold when the pool it was drawn from reaches down
    to it, so that those counted are a fair draw of what is accepted there.
    """
    steps: list[Step] = []
    held = -1
    edges = [*limits[::-1], -math.inf]
    upper = math.inf
    for edge in edges:
        part = grid[(grid >= edge) & (grid < upper)]
        if not len(part):
            upper = min(upper, edge)
            continue
        use = usable & (judged.drawn <= max(edge, float(limits.min())))
        found, p, n, bad = fixed_sequence(
            judged.score[use], judged.proof[use], part, precision, error
        )
        tried = len(part) if found == len(part) - 1 else found + 2
        steps += [
            Step(score=float(part[i]), labels=int(n[i]), bad=int(bad[i]), p_value=float(p[i]))
            for i in range(min(tried, len(part)))
        ]
        if found >= 0:
            held = len(steps) - 1 if found == len(part) - 1 else len(steps) - 2
        if found < len(part) - 1:
            break
        upper = edge
    return held, tuple(steps)


def _missing(judged: Judged, frame: Floats, labels: int, promise: Promise, error: float) -> float:
    """Labels that are likely to be missing; infinite where no setting is expected to do."""
    if judged.calibration is None:
        return math.inf
    probability = judged.calibration.probability(frame)
    above = [frame >= score for score in thresholds_to_reach(frame)]
    expected = [float(probability[part].mean()) for part in above]
    share = [float(part.mean()) for part in above]
    return labels_missing(expected, share, labels, promise.precision, error, _POWER)


def _not_yet(
    steps: tuple[Step, ...],
    labels: int,
    more: float,
    promise: Promise,
    error: float,
) -> Look:
    """Not certified: what the last step showed, and how many labels are missing."""
    tried = steps[-1]
    seen = (
        f"not certified: of {tried.labels} labels drawn by chance at scores of {tried.score:.3g} "
        f"and above, {tried.bad} are bad, which {percent(promise.precision, 0)} good ones would "
        f"show with a probability of {tried.p_value:.2g}, and only {error:.2g} is allowed"
    )
    if math.isinf(more):
        return Look(
            score=None,
            steps=steps,
            labels=labels,
            missing=None,
            why=(
                f"{seen}; by the calibrated scores no setting is expected to be better than that, "
                "so more labels will not help: improve the generator or the critics, or promise "
                "less"
            ),
            can_certify=True,
        )
    missing = max(1, math.ceil(more))
    return Look(
        score=None,
        steps=steps,
        labels=labels,
        missing=missing,
        why=f"{seen}; about {count(missing)} more labels drawn by chance are likely to settle it",
        can_certify=True,
    )


def _cannot(labels: int, missing: int | None, why: str) -> Look:
    return Look(score=None, steps=(), labels=labels, missing=missing, why=why, can_certify=False)


def written(
    judged: Judged,
    promise: Promise,
    found: Look,
    *,
    at: str,
    spent: float,
    number: int,
    versions: Mapping[str, str],
    labels_digest: str,
) -> Certificate:
    """A look as a certificate, or as the refusal of one."""
    knob, setting, tau = Knob(judged), None, None
    if found.score is not None:
        accepted = judged.probability[judged.score >= found.score]
        setting = knob.at(float(accepted.min()))
        tau = found.score if judged.run is None else setting.tau
    return Certificate(
        run=judged.run,
        at=at,
        precision_wanted=promise.precision,
        confidence=promise.confidence,
        certified=found.score is not None,
        tau=tau,
        score=found.score,
        acceptance_rate=setting.acceptance_rate if setting else None,
        precision=setting.precision.quantiles if setting else None,
        labels_used=found.labels,
        labels_missing=found.missing,
        why=found.why,
        error_spent=spent,
        look=number,
        steps=found.steps,
        versions=dict(versions),
        labels_digest=labels_digest,
    )
