"""Which slice starves the model, and how many samples does it lack?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.analysis.sizing import SliceAudit, sized
from core.analysis.target import checked_target
from core.audit.curves import FEWEST_ROWS
from core.audit.examples import Examples, labelled_examples
from core.audit.measurement import Measurement, slice_scores, with_curves
from core.audit.slices import Metric
from core.records import Progress, no_progress
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples
from core.workspace.findings import finding_id, finding_names, load_finding, save_finding

_METHOD = 1  # raise when the same inputs would give another answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAnswer:
    """The slices of a dataset at a target, worst first."""

    measured: Measurement
    target: float
    slices: tuple[SliceAudit, ...]

    @property
    def bottleneck(self) -> SliceAudit:
        """The worst slice of those with enough rows to be sized; the worst of all if none has."""
        return next((s for s in self.slices if s.facts.n >= FEWEST_ROWS), self.slices[0])

    @property
    def is_incomplete(self) -> bool:
        """Whether a slice below the target has no learning curve yet."""
        return any(score.curve is None for score in self.measured.starving(self.target))

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
    progress: Progress = no_progress,
) -> AuditAnswer:
    """Train, score every slice on rows left out, and size the deficits of the worst.

    What was measured is stored: asking again trains nothing, and a higher
    target trains only the slices that newly fall short.

    Raises
    ------
    DataError
        A column is missing or unusable.
    AssumptionError
        The target is not strictly between 0 and 1.
    """
    checked_target(target)
    slice_by = tuple(dict.fromkeys(slice_by))
    for column in [label, *([text] if text else []), *slice_by]:
        data.column(column)
    name = finding_id(
        data=data.fingerprint,
        label=label,
        text=text,
        by=list(slice_by),
        metric=metric,
        seed=seed,
        method=_METHOD,
    )
    stored = load_finding(workspace, "audits", name, Measurement)
    if stored is not None and all(s.curve for s in stored.starving(target)):
        return audit_at(stored, target)
    rows = labelled_examples(data, examples(workspace, data), label, text, keep=slice_by)
    scored = stored or _scored(name, data, rows, slice_by, metric, seed, progress)
    measured = with_curves(scored, rows, target, progress)
    save_finding(workspace, "audits", name, measured)
    return audit_at(measured, target)


def _scored(
    name: str,
    data: Dataset,
    rows: Examples,
    slice_by: Sequence[str],
    metric: Metric,
    seed: int,
    progress: Progress,
) -> Measurement:
    """Every slice's score, without any curve."""
    learner, scores = slice_scores(rows, slice_by, metric, seed, progress)
    return Measurement(
        name=name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=data.fingerprint,
        data_name=data.name,
        rows=data.rows,
        rows_used=rows.labels.size,
        label=rows.label,
        text=rows.text,
        slice_by=tuple(slice_by),
        metric=metric,
        seed=seed,
        learner=learner,
        slices=scores,
        notes=rows.notes,
    )


def measurements(workspace: Workspace) -> list[Measurement]:
    """Everything that audits have measured in this workspace, newest first."""
    names = finding_names(workspace, "audits")
    found = [load_finding(workspace, "audits", name, Measurement) for name in names]
    return sorted((m for m in found if m is not None), key=lambda m: m.at, reverse=True)


def audit_at(measured: Measurement, target: float) -> AuditAnswer:
    """Size every slice for a target from what was measured; nothing is trained."""
    checked_target(target)
    answers = tuple(sized(score, target, measured.seed) for score in measured.slices)
    return AuditAnswer(measured=measured, target=target, slices=answers)
