"""At which strictness is a good sample cheapest, and what does each setting accept?

Everything is read from the ledger: moving the strictness calls no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import checked_tau
from core.analysis.labels.settled import settled
from core.analysis.strictness.judged import Judged, judged_of_run, judged_of_scores
from core.analysis.strictness.knob import Knob, Setting
from core.analysis.strictness.reach import reach_of_run
from core.analysis.strictness.recommend import Objective, Recommended, recommended
from core.calculators.reliability import brier, calibration_error
from core.critique.families import kinship
from core.generation.plan import plan_of
from core.records import Quantiles
from core.workspace import Workspace
from core.workspace.run_folder import load_run

Floats = NDArray[np.float64]

DEFAULT_TAUS = tuple(round(0.05 * i, 2) for i in range(21))
NOT_CALIBRATED = "not calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictnessPoint:
    """What one strictness accepts; None where it is unknown or undefined."""

    tau: float
    acceptance_rate: float | None
    precision: Quantiles | None
    """From labels drawn by chance and all scores; None without such labels."""
    coverage: float | None
    """Share of the training anchors with an accepted candidate near them."""
    cost_per_accepted_usd: float | None
    cost_per_good_usd: float | None
    accepted: int
    score: float | None
    """The lowest critics' score that is accepted."""
    precision_method: str
    precision_labels: int
    precision_labels_only: Quantiles | None
    precision_wilson: tuple[float, float] | None
    cost_per_good: Quantiles | None
    effective_samples: float | None
    odds_multiplier: float | None
    minority_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSaid:
    """What the strictness acts on: a calibrated probability, or the raw score."""

    method: str
    ece: float | None
    """Calibration error on labels left out of the fit, its small-sample bias removed."""
    labels: int
    brier: float | None
    """Mean squared error of the left-out probabilities."""
    log_loss: float | None
    """Of the left-out probabilities, per label."""
    considered: dict[str, float]
    """Cross-validated log loss of each method that was tried."""
    why: str
    """Why there is none; empty when there is one."""


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
    objective: str
    """What the recommended strictness is best at; nothing before there are labels."""
    calibration: CalibrationSaid
    notes: tuple[str, ...]
    """What to beware of."""


def strictness_of_run(
    workspace: Workspace,
    run_id: str,
    taus: Sequence[float] | None = None,
    *,
    anchors: pd.DataFrame | None = None,
    objective: Objective | None = None,
) -> StrictnessAnswer:
    """What each strictness accepts of a run, and at what cost.

    Parameters
    ----------
    taus
        Settings to look at; 0 to 1 in steps of 0.05 when None. [fraction]
    anchors
        Training rows of the slice; taken from the run's dataset when None.
    objective
        What the recommended strictness is best at; information per dollar when None.
    """
    wanted = checked_taus(taus)
    judged = judged_of_run(workspace, run_id)
    knob = Knob(judged, reach_of_run(workspace, run_id, anchors))
    answer = answer_of(judged, knob, wanted, objective)
    return replace(answer, notes=notes_of_run(workspace, judged))


def strictness_of_scores(
    frame: pd.DataFrame,
    taus: Sequence[float] | None = None,
    *,
    objective: Objective | None = None,
) -> StrictnessAnswer:
    """What each strictness accepts of scored candidates with ``score, label, cost_usd``."""
    wanted = checked_taus(taus)
    judged = judged_of_scores(frame)
    return answer_of(judged, Knob(judged), wanted, objective)


def checked_taus(taus: Sequence[float] | None) -> Floats:
    """The settings, each a fraction.

    Raises
    ------
    InputError
        A setting lies outside 0 to 1.
    """
    wanted = DEFAULT_TAUS if taus is None else taus
    return np.array([checked_tau(float(tau)) for tau in wanted])


def answer_of(
    judged: Judged, knob: Knob, taus: Sequence[float] | Floats, objective: Objective | None = None
) -> StrictnessAnswer:
    """Every asked setting of a knob, and the recommended one."""
    objective = objective or Objective()
    return StrictnessAnswer(
        run=judged.run,
        proposed=len(judged.score),
        judged=int(np.isfinite(judged.score).sum()),
        cost_usd=judged.cost_usd,
        points=tuple(point_of(knob.at(float(tau))) for tau in taus),
        recommended=recommended(judged, objective),
        objective=objective.aim if judged.calibration else "",
        calibration=said_of(judged),
        notes=notes_of(judged),
    )


def point_of(setting: Setting) -> StrictnessPoint:
    """A setting as the command line says it."""
    known = setting.precision
    return StrictnessPoint(
        tau=setting.tau,
        acceptance_rate=setting.acceptance_rate,
        precision=known.quantiles,
        coverage=setting.coverage,
        cost_per_accepted_usd=setting.cost_per_accepted_usd,
        cost_per_good_usd=setting.cost_per_good_usd,
        accepted=setting.accepted,
        score=setting.score,
        precision_method=known.method,
        precision_labels=known.labels,
        precision_labels_only=known.labels_only,
        precision_wilson=known.wilson,
        cost_per_good=setting.cost_per_good,
        effective_samples=setting.effective_samples,
        odds_multiplier=setting.odds_multiplier,
        minority_ratio=setting.minority_ratio,
    )


def said_of(judged: Judged) -> CalibrationSaid:
    """How the scores were calibrated, and how well that fits labels left out."""
    labels = int(judged.is_labelled.sum())
    found = judged.calibration
    if found is None:
        return CalibrationSaid(
            method=NOT_CALIBRATED,
            ece=None,
            labels=labels,
            brier=None,
            log_loss=None,
            considered={},
            why=judged.uncalibrated,
        )
    label = judged.label[judged.is_labelled]
    ece = calibration_error(found.left_out, label)
    return CalibrationSaid(
        method=found.method,
        ece=None if np.isnan(ece) else ece,
        labels=labels,
        brier=float(brier(found.left_out, label)),
        log_loss=found.log_loss,
        considered=dict(found.considered),
        why="",
    )


def notes_of(judged: Judged) -> tuple[str, ...]:
    """What to beware of before believing the figures."""
    by_hand = int((judged.is_labelled & np.isnan(judged.drawn)).sum())
    found = []
    if by_hand:
        found.append(
            f"{by_hand} labels were picked by hand: they help to calibrate, but precision and "
            "certificates rest on labels drawn by chance alone."
        )
    return tuple(found)


def notes_of_run(workspace: Workspace, judged: Judged) -> tuple[str, ...]:
    """The same of a run, and what its labellers and judges leave open."""
    found = list(notes_of(judged))
    if judged.run is None:
        return tuple(found)
    contested = len(settled(workspace, judged.run).contested)
    if contested:
        noun = "candidate is" if contested == 1 else "candidates are"
        found.append(
            f"{contested} {noun} contested between labellers: it teaches nothing, and counts "
            "as bad where precision is proved, until that is settled."
        )
    plan = plan_of(load_run(workspace, judged.run).plan)
    writer = "" if plan.generator.type == "embedded" else plan.generator.model
    if kin := kinship(writer, plan.jury):
        found.append(f"{kin[:1].upper()}{kin[1:]}.")
    return tuple(found)
