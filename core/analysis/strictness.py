"""At which strictness is a good sample cheapest, and what does each setting accept?

Everything is read from the ledger: moving the strictness calls no model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import accepted_corpus, candidates_near, checked_tau
from core.analysis.coverage import coverage_of_run
from core.calculators.calibration import (
    calibration_error,
    platt_fit,
    platt_probability,
    precision_quantile,
)
from core.calculators.strictness import (
    cost_per_accepted_sample,
    cost_per_good_sample,
    information_per_candidate,
)
from core.records import Quantiles
from core.workspace import Workspace, ledger

Floats = NDArray[np.float64]

FEWEST_LABELS = 20
MIDDLE = 0.5
DEFAULT_TAUS = tuple(round(0.05 * i, 2) for i in range(21))
_FINE = np.round(np.linspace(0, 1, 101), 2)
_FOLDS = 5
_PLATT, _NONE = "smoothed Platt scaling", "not calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictnessPoint:
    """What one strictness accepts."""

    tau: float
    acceptance_rate: float | None
    precision: Quantiles | None
    """From the labelled ones among those accepted; None without labels."""
    coverage: float | None
    """Share of the training anchors with an accepted candidate near them."""
    cost_per_accepted_usd: float | None
    cost_per_good_usd: float | None
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the strictness acts on: a calibrated probability, or the raw score."""

    method: str
    ece: float | None
    """Calibration error on labels left out of the fit, its small-sample bias removed."""
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """The strictness to start from."""

    tau: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictnessAnswer:
    """Every setting of the knob, and where to put it."""

    run: str | None
    proposed: int
    judged: int
    """Candidates that every critic has scored; the others are never accepted."""
    cost_usd: float | None
    points: tuple[StrictnessPoint, ...]
    recommended: Recommended
    calibration: Calibration


def strictness_of_run(
    workspace: Workspace,
    run_id: str,
    taus: Sequence[float] | None = None,
    *,
    anchors: pd.DataFrame | None = None,
) -> StrictnessAnswer:
    """What each strictness accepts of a run, and at what cost.

    Parameters
    ----------
    taus
        Settings to look at; 0 to 1 in steps of 0.05 when None. [fraction]
    anchors
        Training rows of the slice; taken from the run's dataset when None.
    """
    wanted = checked_taus(taus)
    candidates = ledger.candidates_frame(workspace, run_id)
    scores = candidates["score"].to_numpy(dtype=np.float64)
    cost = ledger.totals(workspace, run_id)["cost_usd"]
    coverage = coverage_of_run(workspace, run_id, wanted, candidates, anchors)
    return _answer(run_id, scores, np.full(len(scores), np.nan), cost, wanted, coverage)


def strictness_of_scores(
    frame: pd.DataFrame, taus: Sequence[float] | None = None
) -> StrictnessAnswer:
    """What each strictness accepts of scored candidates with ``score, label, cost_usd``."""
    costs = frame["cost_usd"].to_numpy(dtype=np.float64)
    return _answer(
        None,
        frame["score"].to_numpy(dtype=np.float64),
        frame["label"].to_numpy(dtype=np.float64),
        None if np.isnan(costs).all() else float(np.nansum(costs)),
        checked_taus(taus),
        None,
    )


def checked_taus(taus: Sequence[float] | None) -> Floats:
    """The settings, each a fraction.

    Raises
    ------
    InputError
        A setting lies outside 0 to 1.
    """
    wanted = DEFAULT_TAUS if taus is None else taus
    return np.array([checked_tau(float(tau)) for tau in wanted])


def _answer(
    run_id: str | None,
    scores: Floats,
    labels: Floats,
    cost_usd: float | None,
    taus: Floats,
    coverage: Floats | None,
) -> StrictnessAnswer:
    """The same arithmetic for a run and for a file of scores."""
    labelled = np.isfinite(labels) & np.isfinite(scores)
    y = labels[labelled]
    calibrated = len(y) >= FEWEST_LABELS and 0 < y.sum() < len(y)
    acts_on, ece = scores, None
    if calibrated:
        slope, shift = platt_fit(scores[labelled], y)
        acts_on = _filled(scores, lambda s: platt_probability(s, slope, shift))
        ece = calibration_error(_left_out(scores[labelled], y), y)
    covered = [None] * len(taus) if coverage is None else coverage.tolist()
    points = [
        _point(float(tau), acts_on, labels, cost_usd, share)
        for tau, share in zip(taus, covered, strict=True)
    ]
    return StrictnessAnswer(
        run=run_id,
        proposed=len(scores),
        judged=int(np.isfinite(scores).sum()),
        cost_usd=cost_usd,
        points=tuple(points),
        recommended=_recommended(acts_on, len(y), calibrated),
        calibration=Calibration(
            method=_PLATT if calibrated else _NONE,
            labels=len(y),
            ece=None if ece is None or np.isnan(ece) else ece,
        ),
    )


def _filled(scores: Floats, change: Callable[[Floats], Floats]) -> Floats:
    """Scores changed where there are any."""
    known = np.isfinite(scores)
    changed = np.full(scores.shape, np.nan)
    changed[known] = change(scores[known])
    return changed


def _left_out(scores: Floats, labels: Floats) -> Floats:
    """Each labelled one's probability by a fit that did not see it."""
    said = np.empty(len(scores))
    # Dealt in order of label, so that every part holds both kinds.
    part = np.empty(len(scores), dtype=np.int64)
    part[np.argsort(labels, kind="stable")] = np.arange(len(scores)) % _FOLDS
    for fold in range(_FOLDS):
        rest = part != fold
        one_kind = labels[rest].min() == labels[rest].max()
        if one_kind:
            said[~rest] = labels[rest].mean()
        else:
            said[~rest] = platt_probability(scores[~rest], *platt_fit(scores[rest], labels[rest]))
    return said


def _point(
    tau: float, acts_on: Floats, labels: Floats, cost_usd: float | None, coverage: float | None
) -> StrictnessPoint:
    taken = acts_on >= tau
    accepted, proposed = int(taken.sum()), len(acts_on)
    good = float(np.nansum(labels[taken]))
    bad = float(np.isfinite(labels[taken]).sum()) - good
    precision = None
    if good + bad:
        low, middle, high = precision_quantile(good, bad, np.array([0.1, 0.5, 0.9])).tolist()
        precision = Quantiles(p10=low, p50=middle, p90=high)
    each, each_good = None, None
    if cost_usd is not None and accepted:
        each = float(cost_per_accepted_sample(cost_usd / proposed, accepted / proposed))
        if precision is not None and precision.p50 is not None:
            each_good = float(cost_per_good_sample(each, precision.p50))
    return StrictnessPoint(
        tau=tau,
        acceptance_rate=accepted / proposed if proposed else None,
        precision=precision,
        coverage=coverage,
        cost_per_accepted_usd=each,
        cost_per_good_usd=each_good,
        accepted=accepted,
    )


def _recommended(acts_on: Floats, labels: int, calibrated: bool) -> Recommended:
    known = acts_on[np.isfinite(acts_on)]
    if not len(known):
        return Recommended(tau=None, why="no candidate has been judged by every critic yet")
    if not calibrated:
        return _unmeasured(float(known.max()), labels)
    rate = np.array([(known >= t).sum() / len(acts_on) for t in _FINE])
    precision = np.array(
        [known[known >= t].mean() if (known >= t).any() else np.nan for t in _FINE]
    )
    worth = information_per_candidate(rate, precision)
    best = int(worth.argmax())
    if worth[best] == 0:
        return Recommended(
            tau=None,
            why=(
                "at no strictness are more than half of those accepted good, so no setting adds "
                "information; improve the generator or the critics"
            ),
        )
    return Recommended(
        tau=float(_FINE[best]),
        why=(
            f"most information per dollar: accepts {rate[best]:.0%} of the candidates at a "
            f"precision of {precision[best]:.0%} by {labels} labels; stricter loses more than "
            "it mends"
        ),
    )


def _unmeasured(best: float, labels: int) -> Recommended:
    """A starting point without a measurement behind it."""
    seen = "nobody has labelled any candidate"
    if labels:
        seen = f"only {labels} labels, or labels of one kind only"
    top = f"; nothing reaches it, the best score is {best:.2f}" if best < MIDDLE else ""
    why = (
        f"{seen}, so precision is unknown: {MIDDLE:g} is the middle of the score and no measured "
        f"optimum{top}; label at least {FEWEST_LABELS} candidates, better 100"
    )
    return Recommended(tau=MIDDLE, why=why)


__all__ = [
    "Calibration",
    "Recommended",
    "StrictnessAnswer",
    "StrictnessPoint",
    "accepted_corpus",
    "candidates_near",
    "strictness_of_run",
    "strictness_of_scores",
]
