"""Which slice starves the model, and how many samples does it lack?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from core.analysis.sizing import Rank, SliceAudit, sized
from core.analysis.target import checked_target
from core.audit.curves import FEWEST_ROWS
from core.audit.examples import Examples, examples_of
from core.audit.fixes import measured_with_fixes
from core.audit.growth import MANY_ROWS, task_of
from core.audit.measurement import Measurement, SliceScore
from core.audit.measuring import (
    N_FOLDS,
    RowWeights,
    Scored,
    compared,
    learner_name,
    scored,
    with_curves,
    with_kept_curves,
)
from core.audit.slices import Metric, use_weights
from core.calculators.impact import impact
from core.records import Progress, no_progress
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.findings import finding_id, load_finding, readable_findings, save_finding
from core.workspace.sample import SampleFacts

FIRST_LOOK = 3_000
"""Training rows per fold of the first scores of a large file. [rows]"""

_METHOD = 2  # raise when the same inputs would give another answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAnswer:
    """The slices of a dataset at a target, worst first; those that nobody named come last."""

    measured: Measurement
    target: float
    slices: tuple[SliceAudit, ...]

    @property
    def bottleneck(self) -> SliceAudit:
        """The slice whose closing buys most, of those with enough rows to be sized.

        Slices that nobody named overlap the labels and are shown beside them; the
        bottleneck is one that can be ordered by name. The first of all if none is.
        """
        named = (s for s in self.slices if s.facts.origin != "found")
        return next((s for s in named if s.facts.trained >= FEWEST_ROWS), self.slices[0])

    @property
    def rivals(self) -> tuple[SliceAudit, ...]:
        """Named slices that cannot be told apart from the bottleneck; none if it lacks nothing."""
        if self.bottleneck.sizing.is_reached:
            return ()
        first = self.bottleneck.name
        return tuple(
            s
            for s in self.slices
            if s.rank and s.rank.may_be_first and s.name != first and s.facts.origin != "found"
        )

    @property
    def found(self) -> tuple[SliceAudit, ...]:
        """Slices that nobody named, worst first."""
        return tuple(s for s in self.slices if s.facts.origin == "found")

    @property
    def is_incomplete(self) -> bool:
        """Whether learning curves are still to be drawn."""
        return not self.measured.is_complete

    def slice_named(self, name: str | None) -> SliceAudit:
        """The slice of this name; the bottleneck when there is none."""
        return next((s for s in self.slices if s.name == name), self.bottleneck)


def audit(
    workspace: Workspace,
    data: Dataset,
    *,
    label: str,
    text: str | None = None,
    slice_by: Sequence[str] = (),
    metric: Metric = "recall",
    target: float = 0.9,
    seed: int = 0,
    use: str | None = None,
    curves: bool = True,
    progress: Progress = no_progress,
) -> AuditAnswer:
    """Train, score every slice on rows left out, and size the deficits.

    What was measured is stored step by step: asking again trains nothing,
    whatever the target, and an audit that was stopped goes on where it was.

    Parameters
    ----------
    use
        A column of numbers that says how often a row's kind occurs in use, or what
        an error there costs; every slice counts alike when None.
    curves
        False for the ranked scores alone, which take a fraction of the time.

    Raises
    ------
    DataError
        A column is missing or unusable.
    AssumptionError
        The target is not strictly between 0 and 1.
    """
    checked_target(target)
    slice_by = tuple(dict.fromkeys(slice_by))
    for column in [label, *([text] if text else []), *slice_by, *([use] if use else [])]:
        data.column(column)
    name = finding_id(
        data=data.fingerprint,
        label=label,
        text=text,
        by=list(slice_by),
        metric=metric,
        use=use,
        seed=seed,
        method=_METHOD,
    )
    stored = load_finding(workspace, "audits", name, Measurement)
    if stored is not None and (stored.is_complete or not curves):
        return audit_at(stored, target)
    further = tuple(dict.fromkeys([*slice_by, *([use] if use else [])]))
    rows, facts = examples_of(workspace, data, label, text, keep=further, seed=seed)
    asked = _Asked(name=name, data=data, slice_by=slice_by, metric=metric, use=use, seed=seed)
    weights = RowWeights(
        in_file=_rows_meant(rows, facts), in_use=None if use is None else use_weights(rows, use)
    )
    measured = _measured(workspace, asked, rows, weights, stored, curves, progress)
    return audit_at(measured, target)


def _rows_meant(rows: Examples, facts: SampleFacts) -> NDArray[np.float64]:
    """How many distinct rows of the file each row of the sample stands for."""
    labels, place, kept = np.unique(rows.labels, return_inverse=True, return_counts=True)
    in_file = {known.label: known.distinct for known in facts.labels}
    every = np.array(
        [max(in_file.get(str(label), k), k) for label, k in zip(labels, kept, strict=True)]
    )
    return np.asarray((every / kept)[place], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an audit is about, besides the target."""

    name: str
    data: Dataset
    slice_by: tuple[str, ...]
    metric: Metric
    use: str | None
    seed: int


def _measured(
    workspace: Workspace,
    asked: _Asked,
    rows: Examples,
    weights: RowWeights,
    stored: Measurement | None,
    curves: bool,
    progress: Progress,
) -> Measurement:
    """Score every slice, and draw the curves if they are wanted; each step is kept."""
    progress(0, 0, "choosing a learner")
    earlier = [m for m in measurements(workspace) if _asks_the_same(m, rows, asked)]
    usual = earlier[0].learner if earlier else None
    kernel, options = compared(rows, asked.metric, asked.seed, usual=usual)
    task = task_of(rows, kernel, asked.metric, n_folds=N_FOLDS, seed=asked.seed)

    def slices_of(most: int | None) -> Scored:
        return scored(
            task,
            asked.slice_by,
            weights,
            lambda what: progress(0, 0, what),
            ignore=(asked.use,) if asked.use else (),
            most=most,
        )

    def keep(measured: Measurement) -> None:
        save_finding(workspace, "audits", asked.name, measured)

    is_large = rows.labels.size > MANY_ROWS
    if stored is None:
        look = slices_of(FIRST_LOOK if is_large else None)
        stored = _begun(asked, rows, learner_name(kernel), options, look.slices)
        keep(stored)
    else:
        look = None
    if not curves:
        return stored
    found = slices_of(None) if look is None or is_large else look
    if not stored.repeats_done:
        parts = with_kept_curves(found.slices, rows.labels.size, stored.learner, earlier)
        stored = replace(stored, slices=parts, notes=rows.notes)
    drawn = with_curves(measured_with_fixes(stored, found, progress), found, keep, progress)
    keep(drawn)
    return drawn


def _begun(
    asked: _Asked,
    rows: Examples,
    learner: str,
    options: tuple[tuple[str, float], ...],
    slices: tuple[SliceScore, ...],
) -> Measurement:
    """A measurement that has no curves yet."""
    notes = list(rows.notes)
    if rows.labels.size > MANY_ROWS:
        notes.append(
            f"First look: trained on about {FIRST_LOOK:,} rows at a time; the audit with curves "
            "trains on all of them."
        )
    return Measurement(
        name=asked.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=asked.data.fingerprint,
        data_name=asked.data.name,
        rows=asked.data.rows,
        rows_used=rows.labels.size,
        label=rows.label,
        text=rows.text,
        slice_by=asked.slice_by,
        metric=asked.metric,
        seed=asked.seed,
        learner=learner,
        options=options,
        slices=slices,
        notes=tuple(notes),
        is_complete=False,
    )


def _asks_the_same(measured: Measurement, rows: Examples, asked: _Asked) -> bool:
    """Whether an earlier audit, of whatever rows, asked this question."""
    return (measured.label, measured.text, measured.metric, measured.seed) == (
        rows.label,
        rows.text,
        asked.metric,
        asked.seed,
    )


def measurements(workspace: Workspace) -> list[Measurement]:
    """Everything that audits have measured in this workspace, newest first.

    What another version wrote is left out: the same audit is asked again.
    """
    found = readable_findings(workspace, "audits", Measurement)
    return sorted(found, key=lambda m: m.at, reverse=True)


def audit_at(measured: Measurement, target: float) -> AuditAnswer:
    """Size every slice for a target from what was measured; nothing is trained."""
    checked_target(target)
    parts = measured.slices
    total = np.array([s.total or s.n for s in parts])
    weight = np.array([1.0 if s.use is None else s.use for s in parts])
    found = impact(
        np.array([s.score for s in parts]) * total, total, weight, target, seed=measured.seed
    )
    ranked = [
        replace(
            sized(score, target, measured.seed),
            rank=Rank(
                impact=float(found.expected[i]),
                low=float(found.p10[i]),
                high=float(found.p90[i]),
                p_first=float(found.p_first[i]),
                may_be_first=bool(found.maybe_first[i]),
            ),
        )
        for i, score in enumerate(parts)
    ]
    ranked.sort(key=_place)
    return AuditAnswer(measured=measured, target=target, slices=tuple(ranked))


def _place(part: SliceAudit) -> tuple[bool, bool, float]:
    """Named slices first, those too small to be sized after the others, then by impact."""
    few = part.facts.trained < FEWEST_ROWS
    return part.facts.origin == "found", few, -part.rank.impact if part.rank else 0.0
