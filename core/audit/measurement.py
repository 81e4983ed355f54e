"""What training and testing showed: every slice's score, and the curves drawn so far."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.audit.curves import FEWEST_ROWS, CurvePoints, joined
from core.audit.slices import Metric
from core.calculators.deficit import wilson_interval
from core.calculators.impact import shrunk_score

Origin = Literal["label", "column", "found"]
Counted = tuple[float, float]

MOST_CURVES = 250
"""Curves are drawn for so many slices, the worst ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceScore:
    """How one slice is served today."""

    slice: str
    label: str | None
    n: int
    """Its distinct rows in the file. [samples]"""
    prevalence: float
    """Share of the file's labelled rows that belong to it. [fraction]"""
    score: float
    """Mean over repeated cross-validation. [fraction]"""
    score_low: float
    score_high: float
    """95 % Wilson interval. [fraction]"""
    shrunk_score: float
    """The score drawn towards the mean of all slices by as much as its few rows warrant."""
    sampled: int | None = None
    """Its rows in the sample that was trained on; None when these are all. [samples]"""
    total: float = 0.0
    """What the score is a share of: rows, or for F1 rows plus predictions. [1]"""
    use: float | None = None
    """Its share in use × the cost of an error there, where a column says so. [fraction]"""
    false_alarms: float | None = None
    """Share of the rows of other labels that are taken for it; None where the score is not
    a recall, or where it has no label. [fraction]"""
    origin: Origin = "label"
    digest: str = ""
    """Equal for slices of equal rows."""
    repeats: tuple[Counted, ...] = ()
    """Right and total of each repeat of cross-validation."""
    curve: CurvePoints | None = None
    """Only the slice grows."""
    joint: CurvePoints | None = None
    """Everything grows at today's mix."""
    kept_from: str | None = None
    """The audit that its curves were drawn by, when the slice has not changed since."""

    @property
    def trained(self) -> int:
        """Its rows that were trained and tested on. [samples]"""
        return self.n if self.sampled is None else self.sampled


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What could be tried before asking for data, measured on the same folds."""

    name: str
    slice: str
    before: float
    after: float
    """Score of the slice without and with it. [fraction]"""
    low: float
    high: float
    """95 % interval of the change, paired by row. [fraction]"""
    elsewhere: float
    """Change of the mean recall of all other labels; for a slice without a label, of all
    labels outside of it. [fraction]"""
    is_used: bool
    """Whether the audit's own learner has it already."""
    note: str = ""
    """What to know about how it was measured; empty when there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The slices of a dataset, worst first."""

    name: str
    at: str
    fingerprint: str
    data_name: str
    rows: int
    rows_used: int
    label: str
    text: str | None
    slice_by: tuple[str, ...]
    metric: Metric
    seed: int
    learner: str
    slices: tuple[SliceScore, ...]
    notes: tuple[str, ...]
    use: str | None = None
    """The column that weighs the slices, if one does."""
    prediction: str | None = None
    """The column of predictions that was judged; None when a learner was trained."""
    options: tuple[tuple[str, float], ...] = ()
    """The learners that were compared, with their mean recall over labels. [fraction]"""
    fixes: tuple[Fix, ...] = ()
    repeats_done: int = 0
    """Repeats of cross-validation that drew curves."""
    is_complete: bool = True
    """Whether every curve is drawn as well as it is going to be."""

    def curved(self) -> list[SliceScore]:
        """The slices that are large enough for a curve, at most ``MOST_CURVES``."""
        return [s for s in self.slices if s.trained >= FEWEST_ROWS][:MOST_CURVES]


def rescored(slices: tuple[SliceScore, ...]) -> tuple[SliceScore, ...]:
    """Every slice's score as the mean of its repeats, worst first."""
    counts = np.array([np.mean(s.repeats, axis=0) for s in slices]).reshape(-1, 2)
    right, total = counts.T
    low, high = wilson_interval(right, total)
    shrunk = shrunk_score(right, total)
    scored = [
        replace(
            s,
            score=float(right[i] / total[i]),
            total=float(total[i]),
            score_low=float(low[i]),
            score_high=float(high[i]),
            shrunk_score=float(shrunk[i]),
        )
        for i, s in enumerate(slices)
    ]
    return tuple(sorted(scored, key=lambda s: (s.shrunk_score, s.n, s.slice)))


def with_points(
    score: SliceScore, counted: Counted, curve: CurvePoints | None, joint: CurvePoints | None
) -> SliceScore:
    """The slice with one more repeat."""
    return replace(
        score,
        repeats=(*score.repeats, counted),
        curve=score.curve if curve is None else joined(score.curve, curve),
        joint=score.joint if joint is None else joined(score.joint, joint),
    )
