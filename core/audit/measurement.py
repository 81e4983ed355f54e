"""What training and testing showed: every slice's score, and the curves drawn so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audit.curves import FEWEST_ROWS, CurvePoints, sizes_for, slice_curve
from core.audit.examples import Examples
from core.audit.learners import chosen_learner, learner_named, out_of_fold
from core.audit.slices import Metric, Slice, right_and_total, slices
from core.calculators.deficit import shrunk_share, wilson_interval
from core.records import Progress

N_FOLDS, REPEATS = 4, 4
MOST_CURVES = 8
"""Curves are drawn for so many slices at a time, the worst ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceScore:
    """How one slice is served today."""

    slice: str
    label: str | None
    n: int
    prevalence: float
    """Share of the examples that belong to it. [fraction]"""
    score: float
    """Mean over repeated cross-validation. [fraction]"""
    score_low: float
    score_high: float
    """95 % Wilson interval. [fraction]"""
    shrunk_score: float
    """The score drawn towards the mean of all slices by as much as its few rows warrant."""
    curve: CurvePoints | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The slices of a dataset, worst first; curves are added when a target asks for them."""

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

    def starving(self, target: float) -> list[SliceScore]:
        """The worst slices below *target* that are large enough for a curve."""
        short = [s for s in self.slices if s.shrunk_score < target and s.n >= FEWEST_ROWS]
        return short[:MOST_CURVES]


def slice_scores(
    rows: Examples, slice_by: Sequence[str], metric: Metric, seed: int, progress: Progress
) -> tuple[str, tuple[SliceScore, ...]]:
    """The learner that was chosen, and every slice's score, worst first."""
    progress(0, REPEATS + 1, "choosing a learner")
    learner, matrix = chosen_learner(rows, N_FOLDS, seed)
    parts = list(slices(rows, slice_by))
    counts = []
    for repeat in range(REPEATS):
        progress(repeat + 1, REPEATS + 1, "scoring every slice")
        predicted = out_of_fold(learner, matrix, rows, N_FOLDS, seed + repeat)
        counts.append([right_and_total(metric, part, rows.labels, predicted) for part in parts])
    right, total = np.array(counts).mean(axis=0).T
    low, high = wilson_interval(right, total)
    shrunk = shrunk_share(right, total)
    scored = [
        SliceScore(
            slice=part.name,
            label=part.label,
            n=int(part.rows.sum()),
            prevalence=float(part.rows.mean()),
            score=float(right[i] / total[i]),
            score_low=float(low[i]),
            score_high=float(high[i]),
            shrunk_score=float(shrunk[i]),
        )
        for i, part in enumerate(parts)
    ]
    return learner.name, tuple(sorted(scored, key=lambda s: (s.shrunk_score, s.n)))


def with_curves(
    measured: Measurement, rows: Examples, target: float, progress: Progress
) -> Measurement:
    """The measurement with a curve for every slice that *target* leaves starving."""
    wanted = [s for s in measured.starving(target) if s.curve is None]
    if not wanted:
        return measured
    learner = learner_named(rows, measured.learner)
    matrix = learner.features(rows)
    parts: dict[str, Slice] = {part.name: part for part in slices(rows, measured.slice_by)}
    total = sum(len(sizes_for(s.n, N_FOLDS)) for s in wanted) * N_FOLDS * REPEATS
    done, drawn = 0, {}
    for score in wanted:
        what = f"learning curve of {score.slice}"

        def step(what: str = what) -> None:
            nonlocal done
            done += 1
            progress(done, total, what)

        drawn[score.slice] = slice_curve(
            learner,
            matrix,
            rows,
            parts[score.slice],
            measured.metric,
            n_folds=N_FOLDS,
            repeats=REPEATS,
            seed=measured.seed,
            step=step,
        )
    found = tuple(replace(s, curve=drawn.get(s.slice, s.curve)) for s in measured.slices)
    return replace(measured, slices=found)
