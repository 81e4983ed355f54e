"""Candidates as the knob sees them: each one's scores, its human label, what all of them cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.labels.settled import Settled, settled
from core.critique.calibration import Calibration, calibrate, uncalibratable
from core.workspace import Workspace, ledger, verdicts

Floats = NDArray[np.float64]

EVERYWHERE = 0.0
"""The limit of a pool that holds every judged candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Candidates and everything the ledger and people say of them, in one order.

    An array has one entry per candidate; NaN where it is unknown.
    """

    run: str | None
    """None for the scores of someone else's critic."""
    names: tuple[str, ...]
    """Ids of the candidates; empty for a file of scores."""
    score: Floats
    """The least of the critics' scores; NaN when one of them could not judge."""
    by_critic: Mapping[str, Floats] = field(default_factory=dict)
    label: Floats
    """1 good, 0 bad, by people; NaN where nobody has said, or they disagree."""
    drawn: Floats
    """Lowest score of the pool that a labelled one was drawn from by chance; NaN: by hand."""
    doubt: NDArray[np.bool_]
    """Drawn by chance, and people disagree or could not say."""
    cost_usd: float | None
    judge_usd: float
    """The part of it that critics who ask a model cost."""
    calibration: Calibration | None
    uncalibrated: str
    """Why there is no calibration, in a sentence; empty when there is one."""

    @property
    def probability(self) -> Floats:
        """Of being good, where calibrated; the score itself where it is not."""
        if self.calibration is None:
            return self.score
        return self.calibration.probability(self.score)

    @property
    def proof(self) -> Floats:
        """What precision is proved by: labels of candidates drawn by chance, doubt counted as bad.

        To leave out what people are in doubt about would leave the easy ones.
        """
        said = np.where(self.doubt, 0.0, self.label)
        return np.where(np.isfinite(self.drawn) & np.isfinite(self.score), said, np.nan)

    @property
    def is_labelled(self) -> NDArray[np.bool_]:
        """Which candidates were judged by the critics and labelled by people."""
        return np.isfinite(self.label) & np.isfinite(self.score)


def judged_of_run(workspace: Workspace, run_id: str) -> Judged:
    """The candidates of a run with the labels that people gave them."""
    found = verdicts.scores_frame(workspace, run_id)
    by_critic = {
        str(name).removeprefix(verdicts.SCORED_BY): found[name].to_numpy(dtype=np.float64)
        for name in found.columns
        if str(name).startswith(verdicts.SCORED_BY)
    }
    names = found["candidate_id"].tolist()
    label, drawn, doubt = _by_candidate(names, settled(workspace, run_id))
    return _calibrated(
        run=run_id,
        names=tuple(names),
        score=found["score"].to_numpy(dtype=np.float64),
        by_critic=by_critic,
        label=label,
        drawn=drawn,
        doubt=doubt,
        cost_usd=float(ledger.totals(workspace, run_id)["cost_usd"]),
        judge_usd=verdicts.cost_by_role(workspace, run_id).get("critic", 0.0),
    )


def judged_of_scores(frame: pd.DataFrame) -> Judged:
    """Scored candidates of a file with ``score, label, cost_usd`` and perhaps ``drawn``.

    Without ``drawn`` the labelled ones count as drawn by chance from all of them.
    """
    costs = frame["cost_usd"].to_numpy(dtype=np.float64)
    label = frame["label"].to_numpy(dtype=np.float64)
    drawn = np.where(np.isfinite(label), EVERYWHERE, np.nan)
    if "drawn" in frame.columns:
        drawn = np.where(np.isfinite(label), frame["drawn"].to_numpy(dtype=np.float64), np.nan)
    return _calibrated(
        run=None,
        names=(),
        score=frame["score"].to_numpy(dtype=np.float64),
        by_critic={},
        label=label,
        drawn=drawn,
        doubt=np.zeros(len(label), dtype=np.bool_),
        cost_usd=None if np.isnan(costs).all() else float(np.nansum(costs)),
        judge_usd=0.0,
    )


def _by_candidate(names: list[str], said: Settled) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Label and limit of the draw of every candidate, and whether people are in doubt about it."""
    label, drawn = np.full(len(names), np.nan), np.full(len(names), np.nan)
    doubt = np.zeros(len(names), dtype=np.bool_)
    place = {name: i for i, name in enumerate(names)}
    for name, limit in said.drawn.items():
        if name in place and limit is not None:
            drawn[place[name]] = limit
    for name, good in said.labels.items():
        if name in place:
            label[place[name]] = float(good)
    for name in {*said.contested, *said.skips} - said.labels.keys():
        if name in place:
            doubt[place[name]] = np.isfinite(drawn[place[name]])
    return label, drawn, doubt


def _calibrated(
    *,
    run: str | None,
    names: tuple[str, ...],
    score: Floats,
    by_critic: Mapping[str, Floats],
    label: Floats,
    drawn: Floats,
    doubt: NDArray[np.bool_],
    cost_usd: float | None,
    judge_usd: float,
) -> Judged:
    use = np.isfinite(label) & np.isfinite(score)
    why = uncalibratable(score[use], label[use])
    return Judged(
        run=run,
        names=names,
        score=score,
        by_critic=by_critic,
        label=label,
        drawn=drawn,
        doubt=doubt,
        cost_usd=cost_usd,
        judge_usd=judge_usd,
        calibration=None if why else calibrate(score[use], label[use]),
        uncalibrated=why,
    )
