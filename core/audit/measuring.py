"""How an audit measures: choose a learner, score every slice, then draw curves repeat by repeat.

Each step can be kept before the next one starts, so that stopping loses nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.audit.curves import CurvePoints
from core.audit.examples import Examples
from core.audit.found_slices import found_slices
from core.audit.growth import Repeat, Task, repeat_of, task_of
from core.audit.holdout import content_keys
from core.audit.kernels import Kernel, kernels_for
from core.audit.measurement import (
    Measurement,
    Origin,
    SliceScore,
    rescored,
    with_points,
)
from core.audit.slices import Metric, Slice, right_and_total, share_of_use, slices
from core.records import Progress

N_FOLDS = 4
_COMPARED_ON = 2_000
_AS_GOOD = 0.01
_PRECISE = 0.25
_LEAST_MONTE_CARLO = 0.01
_CHANGED = 0.1
"""A curve is kept when the slice is unchanged and the rest by no larger a share than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How often cross-validation is repeated for the curves."""

    least: int
    most: int


def effort_for(rows: int) -> Effort:
    """Fewer repeats of more rows: a large file is less noisy, and slower."""
    if rows > 4_000:
        return Effort(least=2, most=2)
    return Effort(least=2, most=4) if rows > 1_500 else Effort(least=3, most=8)


def compared(
    rows: Examples, metric: Metric, seed: int, *, usual: str | None = None
) -> tuple[Kernel, tuple[tuple[str, float], ...]]:
    """The kernel with the best mean recall over labels out of fold, and what each one reached.

    Compared on at most 2,000 rows, every label in proportion but none left out.
    The learner of an earlier audit, *usual*, stays unless another is clearly better,
    so that its curves can be kept.
    """
    few = _fewer(rows, seed)
    reached = []
    for kernel in kernels_for(few):
        task = task_of(few, kernel, metric, n_folds=N_FOLDS, seed=seed)
        winner = repeat_of(task, (), 0, _silent).winner
        hits = [np.mean(winner[task.codes == c] == c) for c in range(len(task.labels))]
        reached.append((kernel, float(np.mean(hits))))
    best, recall = max(reached, key=lambda pair: round(pair[1], 3))
    for kernel, own in reached:
        if learner_name(kernel) == usual and own >= recall - _AS_GOOD:
            best = kernel
    return best, tuple((learner_name(kernel), recall) for kernel, recall in reached)


def learner_name(kernel: Kernel) -> str:
    """The learner that reads through this kernel, for people."""
    return f"kernel ridge on {kernel.name}, balanced"


def _silent(what: str) -> None:
    """Tell nobody."""


def _fewer(rows: Examples, seed: int) -> Examples:
    if rows.labels.size <= _COMPARED_ON:
        return rows
    rng = np.random.default_rng(seed)
    share = _COMPARED_ON / rows.labels.size
    kept = []
    for label in np.unique(rows.labels):
        own = rng.permutation(np.flatnonzero(rows.labels == label))
        kept.append(own[: max(round(own.size * share), min(own.size, N_FOLDS))])
    chosen = np.sort(np.concatenate(kept))
    return replace(
        rows,
        frame=rows.frame.iloc[chosen].reset_index(drop=True),
        labels=rows.labels[chosen],
        group=rows.group[chosen],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWeights:
    """What a row stands for; one entry per row."""

    in_file: NDArray[np.float64]
    """Distinct rows of the file: 1, or more where only a sample is trained on. [rows]"""
    in_use: NDArray[np.float64] | None = None
    """Share of use × cost of an error; None when nothing is known. [fraction]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The slices of a task after one repeat of cross-validation without curves."""

    task: Task
    parts: dict[str, Slice]
    tested: dict[str, Slice]
    """The same slices with the rows that their scores are read on: a found slice is not
    judged on the rows that it was found on."""
    first: Repeat
    slices: tuple[SliceScore, ...]


def scored(
    task: Task,
    slice_by: Sequence[str],
    weights: RowWeights,
    step: Callable[[str], None],
    *,
    ignore: Sequence[str] = (),
    most: int | None = None,
) -> Scored:
    """Every slice's score, the found ones included.

    Parameters
    ----------
    most
        Train on at most about so many rows of each fold, for a first look; all when None.
    ignore
        Columns in which no slice is looked for.
    """
    first = repeat_of(task, (), 0, step, most=most)
    rows = task.examples
    given = list(slices(rows, slice_by))
    step("looking for slices that nobody named")
    right = (first.winner == task.codes).astype(np.float64)
    found = found_slices(rows, right, seed=task.seed, ignore=ignore)
    parts = {p.name: p for p in (*given, *(f.part for f in found))}
    tested = parts | {f.part.name: replace(f.part, rows=f.part.rows & f.scored_on) for f in found}
    keys = np.array(content_keys(rows.frame[[*rows.columns, rows.label]]))
    counted = []
    for name, part in parts.items():
        origin: Origin | None = None if any(part is g for g in given) else "found"
        facts = replace(
            _facts(part, keys, weights, origin), false_alarms=_false_alarms(task, part, first)
        )
        counted.append(replace(facts, repeats=(_counted(task, tested[name], first),)))
    return Scored(
        task=task, parts=parts, tested=tested, first=first, slices=rescored(tuple(counted))
    )


def _facts(
    part: Slice,
    keys: NDArray[np.str_],
    weights: RowWeights,
    origin: Origin | None,
) -> SliceScore:
    own = hashlib.sha256("".join(sorted(keys[part.rows])).encode()).hexdigest()[:16]
    n, trained = round(float(weights.in_file[part.rows].sum())), int(part.rows.sum())
    use = weights.in_use
    is_label = part.label is not None and bool(part.within.all())
    return SliceScore(
        slice=part.name,
        label=part.label,
        n=n,
        sampled=None if n == trained else trained,
        prevalence=float(weights.in_file[part.rows].sum() / weights.in_file.sum()),
        score=0.0,
        score_low=0.0,
        score_high=0.0,
        shrunk_score=0.0,
        use=None if use is None else share_of_use(part, use),
        origin=origin or ("label" if is_label else "column"),
        digest=own,
    )


def _false_alarms(task: Task, part: Slice, repeat: Repeat) -> float | None:
    code = task.code(part)
    others = part.within & (task.codes != code)
    if code is None or task.metric == "f1" or not others.any():
        return None
    return float(np.mean(repeat.winner[others] == code))


def _counted(task: Task, part: Slice, repeat: Repeat) -> tuple[float, float]:
    names = np.array(task.labels)
    return right_and_total(task.metric, part, task.examples.labels, names[repeat.winner])


def with_kept_curves(
    slices: tuple[SliceScore, ...], rows: int, learner: str, earlier: Sequence[Measurement]
) -> tuple[SliceScore, ...]:
    """Curves of slices that have not changed since an earlier audit that asked the same."""
    known = {
        (s.slice, s.digest): (m, s)
        for m in earlier
        if m.learner == learner and abs(m.rows_used - rows) <= _CHANGED * rows
        for s in m.slices
        if s.curve is not None and s.kept_from is None and m.is_complete
    }
    kept = []
    for s in slices:
        if (s.slice, s.digest) in known:
            m, before = known[s.slice, s.digest]
            s = replace(s, curve=before.curve, joint=before.joint, kept_from=m.name)
        kept.append(s)
    return tuple(kept)


def with_curves(
    measured: Measurement,
    found: Scored,
    keep: Callable[[Measurement], None],
    progress: Progress,
) -> Measurement:
    """The measurement with both curves of every slice that is large enough.

    Repeated until the draws of every curve agree well enough that the rows it
    is measured on, not the draws, limit what is known.

    Parameters
    ----------
    keep
        Called with what is known after each repeat.
    """
    effort = effort_for(found.task.codes.size)
    wanted = [s.slice for s in measured.curved() if s.kept_from is None]
    parts = [found.parts[name] for name in wanted]
    steps = _Steps(progress, effort.most * N_FOLDS * 3, measured.repeats_done * N_FOLDS * 3)
    while parts and measured.repeats_done < effort.most:
        repeat = repeat_of(found.task, parts, measured.repeats_done, steps)
        measured = _with_repeat(measured, found, repeat, wanted)
        done = measured.repeats_done >= effort.least and all(
            _is_settled(s.curve) for s in measured.slices if s.slice in set(wanted)
        )
        measured = replace(measured, is_complete=done or measured.repeats_done >= effort.most)
        keep(measured)
        if done:
            break
    return replace(measured, is_complete=True)


class _Steps:
    """Counts the steps of the work for whoever watches it."""

    def __init__(self, progress: Progress, total: int, done: int) -> None:
        self._progress, self._total, self._done = progress, total, done

    def __call__(self, what: str) -> None:
        self._done += 1
        self._progress(self._done, self._total, what)


def _with_repeat(
    measured: Measurement, found: Scored, repeat: Repeat, wanted: Sequence[str]
) -> Measurement:
    """One more repeat's points. The first has the folds that the slices were scored on."""
    drawn = {name: (repeat.slice_only[i], repeat.joint[i]) for i, name in enumerate(wanted)}
    updated = []
    for s in measured.slices:
        curve, joint = drawn.get(s.slice, (None, None))
        known = s if measured.repeats_done else replace(s, repeats=())
        counted = _counted(found.task, found.tested[s.slice], repeat)
        updated.append(with_points(known, counted, curve, joint))
    return replace(
        measured, slices=rescored(tuple(updated)), repeats_done=measured.repeats_done + 1
    )


def _is_settled(curve: CurvePoints | None) -> bool:
    """Whether the draws at the largest size agree better than the rows tested on allow."""
    if curve is None:
        return True
    last = np.array(curve.scores[-1])
    if last.size < 2:
        return False
    share = float(np.clip(last.mean(), 0.05, 0.95))
    by_rows = np.sqrt(share * (1 - share) / curve.n_test)
    agreed = float(last.std(ddof=1) / np.sqrt(last.size))
    return agreed <= max(_PRECISE * float(by_rows), _LEAST_MONTE_CARLO)
