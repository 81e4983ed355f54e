"""What could be tried for nothing before asking for data, measured on the audit's own folds.

Each fix is judged row by row against what the audit's learner said of the same
rows, and on what it does to everything outside the slice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.audit.curves import FEWEST_ROWS
from core.audit.growth import Task
from core.audit.kernels import Rows, TextKernel
from core.audit.learners import Learner, TableLearner, TextLearner, folds
from core.audit.measurement import Fix, Measurement
from core.audit.measuring import Scored
from core.audit.offsets import with_offset
from core.audit.ridge import RIDGE, predicted, ridge_of, winners
from core.audit.slices import Metric, Slice
from core.audit.trees import trees_for
from core.calculators.impact import impact
from core.calculators.paired import change_interval
from core.records import Progress

Said = NDArray[np.int64]
"""The label predicted for each row, as a number."""
Step = Callable[[str], None]

_MOST_TRAINING = 2_500
"""Training rows on which class weights are tried: two more trainings per fold."""
_MOST_WORK = {"linear": 2_000_000, "second": 200_000, "trees": 100_000}
"""Rows × labels beyond which a learner would take longer than the audit's own scores."""
_NO_LABEL = -1
_USUAL_TARGET = 0.9


def measured_with_fixes(measured: Measurement, found: Scored, progress: Progress) -> Measurement:
    """The measurement with the fixes of its bottleneck; once tried, they are not tried again."""
    worst = _bottleneck(measured)
    if worst is None or measured.fixes:
        return measured
    fixes = fixes_for(
        found,
        found.tested[worst],
        measured.metric,
        seed=measured.seed,
        step=lambda what: progress(0, 0, what),
    )
    return replace(measured, fixes=fixes, notes=(*measured.notes, *left_out(found.task)))


def _bottleneck(measured: Measurement) -> str | None:
    """The named slice with enough rows that matters most at a usual target."""
    parts = [s for s in measured.slices if s.origin != "found" and s.trained >= FEWEST_ROWS]
    if not parts:
        return None
    total = np.array([s.total or s.n for s in measured.slices])
    right = np.array([s.score for s in measured.slices]) * total
    use = np.array([1.0 if s.use is None else s.use for s in measured.slices])
    matters = impact(right, total, use, _USUAL_TARGET, seed=measured.seed).expected
    of = {s.slice: float(m) for s, m in zip(measured.slices, matters, strict=True)}
    return max(parts, key=lambda s: of[s.slice]).slice


def fixes_for(
    found: Scored, part: Slice, metric: Metric, *, seed: int, step: Step
) -> tuple[Fix, ...]:
    """Class weights, another decision threshold and other learners, each against the audit's own.

    Parameters
    ----------
    found
        The audit's first repeat of cross-validation.
    part
        The slice with the rows that its score is read on (cf. ``Scored.tested``).
    seed
        Of the learners.
    step
        Told what comes next; may raise to stop the work.
    """
    task, ours = found.task, found.first.winner
    fold = folds_of(task)
    before, after, note = _unweighted_and_weighted(task, fold, ours, step)
    judged = _Judge(task=task, part=part, metric=metric)
    fixes = [judged.fix("class weights", before, after, is_used=True, note=note)]
    code = task.code(part)
    if code is not None:
        step("trying another decision threshold")
        moved = with_offset(task.codes, found.first.scores, fold, code, part, metric)
        fixes.append(judged.fix(f"decision threshold of {part.label}", ours, moved))
    for learner in _learners(task):
        said = _said(task, learner, fold, seed, step)
        fixes.append(judged.fix(learner.name, ours, said))
    return tuple(fixes)


def folds_of(task: Task) -> NDArray[np.int64]:
    """Fold of each row in the first repeat (cf. ``growth.repeat_of``)."""
    rng = np.random.default_rng([task.seed, 0])
    return folds(task.examples.labels, task.examples.group, task.n_folds, rng)


def _splits(fold: NDArray[np.int64], n_folds: int) -> Iterator[tuple[int, Rows, Rows]]:
    for k in range(n_folds):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        if train.size and test.size:
            yield k, train, test


def _unweighted_and_weighted(
    task: Task, fold: NDArray[np.int64], ours: Said, step: Step
) -> tuple[Said, Said, str]:
    """What the audit's learner says without and with class weights, and how it was measured."""
    without, weighted = ours.copy(), ours.copy()
    n_labels, note = len(task.labels), ""
    for k, train, test in _splits(fold, task.n_folds):
        step(f"trying without class weights, fold {k + 1} of {task.n_folds}")
        few = _in_proportion(task, train)
        own = task.codes[few]
        known = task.kernel.gram(task.prepared, few, few)
        asked = task.kernel.gram(task.prepared, few, test)
        seen, even = np.unique(own), np.full(few.size, RIDGE)
        without[test] = winners(predicted(known, asked, own, n_labels, even), seen)
        if few.size < train.size:
            note = f"Both with {few.size:,} of {train.size:,} training rows."
            ridge = ridge_of(own, n_labels)
            weighted[test] = winners(predicted(known, asked, own, n_labels, ridge), seen)
    return without, weighted, note


def _in_proportion(task: Task, train: Rows) -> Rows:
    """At most 2,500 training rows with every label's share kept, each label at least once."""
    if train.size <= _MOST_TRAINING:
        return train
    rng = np.random.default_rng([task.seed, train.size])
    shuffled = rng.permutation(train)
    by_label = shuffled[np.argsort(task.codes[shuffled], kind="stable")]
    codes = task.codes[by_label]
    counts = np.bincount(codes, minlength=len(task.labels))
    place = np.arange(train.size) - (np.cumsum(counts) - counts)[codes]
    return np.sort(by_label[place < np.maximum(counts[codes] * _MOST_TRAINING // train.size, 1)])


def _said(task: Task, learner: Learner, fold: NDArray[np.int64], seed: int, step: Step) -> Said:
    """What another learner says of every row, trained on the same folds."""
    code = {label: i for i, label in enumerate(task.labels)}
    matrix, labels = learner.features(task.examples), task.examples.labels
    said = np.full(labels.size, _NO_LABEL, dtype=np.int64)
    for k, train, test in _splits(fold, task.n_folds):
        step(f"trying {learner.name}, fold {k + 1} of {task.n_folds}")
        answers = learner.predicted(matrix, labels, train, test, seed)
        said[test] = [code.get(str(answer), _NO_LABEL) for answer in answers]
    return said


def _options(task: Task) -> list[tuple[Learner, int]]:
    """The learners that can read the examples, with the work up to which they are tried."""
    if task.examples.text is None:
        return [
            (trees_for(task.examples), _MOST_WORK["trees"]),
            (TableLearner(), _MOST_WORK["linear"]),
        ]
    by_characters = isinstance(task.kernel, TextKernel) and "words" not in task.kernel.counts
    kinds = [TextLearner(), TextLearner("TF-IDF of characters + linear SVM, balanced", True)]
    first, second = reversed(kinds) if by_characters else kinds
    return [(first, _MOST_WORK["linear"]), (second, _MOST_WORK["second"])]


def _learners(task: Task) -> list[Learner]:
    work = task.codes.size * len(task.labels)
    return [learner for learner, most in _options(task) if work <= most]


def left_out(task: Task) -> tuple[str, ...]:
    """The learners that were not tried because they would take too long, a sentence each."""
    rows, labels = task.codes.size, len(task.labels)
    return tuple(
        f"Not tried: {learner.name}; {rows:,} rows × {labels:,} labels are more than the "
        f"{most:,} up to which it is quick."
        for learner, most in _options(task)
        if rows * labels > most
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """Compares two predictions of the same rows."""

    task: Task
    part: Slice
    metric: Metric

    def fix(
        self, name: str, before: Said, after: Said, *, is_used: bool = False, note: str = ""
    ) -> Fix:
        """The change of the slice's score, with its interval, and of all else."""
        (right, total), (right_after, total_after) = self._shares(before), self._shares(after)
        score, score_after = right.sum() / total.sum(), right_after.sum() / total_after.sum()
        # A ratio of sums, linearised: for recall these are the rows gained and lost, centred.
        n = (total.sum() + total_after.sum()) / 2
        change = score_after - score
        moved = (right_after - score_after * total_after) / total_after.sum()
        moved -= (right - score * total) / total.sum()
        squared = n**2 * np.sum(moved**2) + n * change**2
        low, high = change_interval(n * change, squared, n)
        return Fix(
            name=name,
            slice=self.part.name,
            before=float(score),
            after=float(score_after),
            low=float(low),
            high=float(high),
            elsewhere=self._recall_elsewhere(after) - self._recall_elsewhere(before),
            is_used=is_used,
            note=note,
        )

    def _shares(self, said: Said) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each row's part in the slice's score (cf. ``slices.right_and_total``)."""
        own, code = self.part.rows, self.task.code(self.part)
        right = (own & (said == self.task.codes)).astype(np.float64)
        if self.metric == "f1" and code is not None:
            return 2 * right, own + (self.part.within & (said == code)).astype(np.float64)
        return right, own.astype(np.float64)

    def _recall_elsewhere(self, said: Said) -> float:
        codes, code = self.task.codes, self.task.code(self.part)
        outside = ~self.part.within if code is None else codes != code
        rows = np.bincount(codes[outside], minlength=len(self.task.labels))
        hits = np.bincount(codes[outside & (said == codes)], minlength=rows.size)
        return float(np.mean(hits[rows > 0] / rows[rows > 0])) if rows.any() else 0.0
