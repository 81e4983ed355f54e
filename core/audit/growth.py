"""One repeat of cross-validation: predictions for every row, and both curves of every slice.

Per fold the learner is trained once on all rows. Slice-only curves follow from
that one inverse (``ridge``); joint curves are trained on shares of the fold.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from core.audit.curves import SHARES, CurvePoints, repeats_for, sizes_for
from core.audit.examples import Examples
from core.audit.kernels import Kernel, Likeness, Rows
from core.audit.learners import folds
from core.audit.ridge import Fitted, Without, fitted, predicted, ridge_of, slice_ridge, winners
from core.audit.ridge import without as left_out
from core.audit.slices import Metric, Slice

Step = Callable[[str], None]

MANY_ROWS = 4_000
"""Up to so many rows one core is used: on a busy machine two would mostly wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is learnt: examples with labels as numbers, and the likeness of their contents."""

    examples: Examples
    kernel: Kernel
    prepared: tuple[sparse.csr_matrix, ...]
    labels: tuple[str, ...]
    codes: NDArray[np.int64]
    metric: Metric
    n_folds: int
    seed: int

    def code(self, part: Slice) -> int | None:
        """The number of a slice's label."""
        return None if part.label is None else self.labels.index(part.label)


def task_of(examples: Examples, kernel: Kernel, metric: Metric, *, n_folds: int, seed: int) -> Task:
    """Number the labels and prepare the contents."""
    labels, codes = np.unique(examples.labels, return_inverse=True)
    return Task(
        examples=examples,
        kernel=kernel,
        prepared=kernel.prepared(examples),
        labels=tuple(str(label) for label in labels),
        codes=codes.astype(np.int64),
        metric=metric,
        n_folds=n_folds,
        seed=seed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What one repeat of cross-validation showed."""

    scores: NDArray[np.float32]
    """Out-of-fold score of every row for every label, ``(rows, labels)``."""
    winner: NDArray[np.int64]
    """Predicted label of every row."""
    slice_only: tuple[CurvePoints | None, ...]
    joint: tuple[CurvePoints | None, ...]


class _Tally:
    """Right and total per size and draw, summed over folds."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self.counts = [np.zeros((repeats, 2)) for repeats in repeats_for(sizes)]

    def points(self, n_test: int, n_folds: int) -> CurvePoints | None:
        if len(self.sizes) < 3 or not all((c[:, 1] > 0).all() for c in self.counts):
            return None
        scores = tuple(tuple((c[:, 0] / c[:, 1]).tolist()) for c in self.counts)
        return CurvePoints(n=self.sizes, scores=scores, n_test=n_test, n_folds=n_folds)


def repeat_of(
    task: Task, parts: Sequence[Slice], repeat: int, step: Step, *, most: int | None = None
) -> Repeat:
    """Cross-validate once and draw both curves of the *parts*; none for no parts.

    Parameters
    ----------
    most
        Without parts: train on at most about so many rows of each fold, every
        label in proportion; all when None.
    step
        Told after every fold what comes next; may raise to stop the work.
    """
    threads = None if task.codes.size > MANY_ROWS else 1
    with threadpool_limits(limits=threads, user_api="blas"):
        return _repeat_of(task, parts, repeat, step, most)


def _repeat_of(
    task: Task, parts: Sequence[Slice], repeat: int, step: Step, most: int | None
) -> Repeat:
    rng = np.random.default_rng([task.seed, repeat])
    fold = folds(task.examples.labels, task.examples.group, task.n_folds, rng)
    scores = np.zeros((task.codes.size, len(task.labels)), dtype=np.float32)
    winner = np.zeros(task.codes.size, dtype=np.int64)
    alone = [_Tally(sizes_for(int(p.rows.sum()), task.n_folds)) for p in parts]
    joint = [_Tally(_joint_sizes(p, task.n_folds)) for p in parts]
    for k in range(task.n_folds):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        if not test.size or not train.size:
            continue
        if most is not None and train.size > most and not parts:
            train = train[_at_todays_mix(task.codes[train], most / train.size, rng)]
        known = task.kernel.gram(task.prepared, train, train)
        asked = task.kernel.gram(task.prepared, train, test)
        if parts:
            step(f"joint curves, fold {k + 1} of {task.n_folds}")
            _grow_all(task, parts, joint, known, asked, train, test, rng)
            step(f"slice-only curves, fold {k + 1} of {task.n_folds}")
            model = fitted(known, asked, task.codes[train], len(task.labels))
            scores[test] = model.scores
            for part, tally in zip(parts, alone, strict=True):
                _grow_one(task, part, tally, model, train, test, rng)
        else:
            own = task.codes[train]
            ridge = ridge_of(own, len(task.labels))
            scores[test] = predicted(known, asked, own, len(task.labels), ridge)
        winner[test] = winners(scores[test], np.unique(task.codes[train]))
        _tally_joint(task, parts, joint, len(SHARES) - 1, 0, test, winner[test])
        step(f"scored fold {k + 1} of {task.n_folds}")
    n_test = [int(p.rows.sum()) for p in parts]
    return Repeat(
        scores=scores,
        winner=winner,
        slice_only=tuple(t.points(n, task.n_folds) for t, n in zip(alone, n_test, strict=True)),
        joint=tuple(t.points(n, task.n_folds) for t, n in zip(joint, n_test, strict=True)),
    )


def _joint_sizes(part: Slice, n_folds: int) -> tuple[int, ...]:
    """Expected rows of the slice at each share of the training fold."""
    held = part.rows.sum() * (n_folds - 1) / n_folds
    return tuple(sorted({round(held * share) for share in SHARES} - {0, 1}))


def _counted(task: Task, part: Slice, rows: Rows, winner: NDArray[np.int64]) -> tuple[float, float]:
    """Numerator and denominator of the slice's score on *rows* (cf. `slices.right_and_total`)."""
    own = part.rows[rows]
    right = float(np.sum((winner == task.codes[rows])[own]))
    total = float(own.sum())
    code = task.code(part)
    if task.metric == "f1" and code is not None:
        return 2 * right, total + float(np.sum((winner == code)[part.within[rows]]))
    return right, total


def _asked(task: Task, part: Slice, test: Rows) -> Rows:
    """Places among *test* that the slice's score depends on."""
    every = task.metric == "f1" and part.label is not None
    return np.flatnonzero((part.within if every else part.rows)[test])


def _grow_one(
    task: Task,
    part: Slice,
    tally: _Tally,
    model: Fitted,
    train: Rows,
    test: Rows,
    rng: np.random.Generator,
) -> None:
    """Add a fold to the slice-only curve: the slice grows, all other rows stay."""
    own, places = np.flatnonzero(part.rows[train]), _asked(task, part, test)
    if own.size < 2 or len(tally.sizes) < 3:
        return
    rest = left_out(model, own, places)
    others = np.delete(model.labels, own)
    for i, size in enumerate(tally.sizes):
        for j, chosen in enumerate(_drawn(own.size, size, len(tally.counts[i]), rng)):
            ridge = _ridge_of_slice(task, part, rest, chosen, others)
            seen = np.union1d(others, model.labels[own[chosen]])
            won = winners(rest.grown(chosen, ridge), seen)
            tally.counts[i][j] += _counted(task, part, test[places], won)


def _drawn(held: int, size: int, repeats: int, rng: np.random.Generator) -> Iterator[Rows]:
    for _ in range(repeats):
        yield rng.permutation(held)[:size]


def _ridge_of_slice(
    task: Task, part: Slice, rest: Without, chosen: Rows, others: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Rows of a label weigh by how many there are; those of other slices as they did."""
    code = task.code(part)
    if code is None or np.any(others == code):
        return rest.ridge[chosen]
    return np.full(chosen.size, slice_ridge(chosen.size, others, code), dtype=rest.ridge.dtype)


def _grow_all(
    task: Task,
    parts: Sequence[Slice],
    tallies: Sequence[_Tally],
    known: Likeness,
    asked: Likeness,
    train: Rows,
    test: Rows,
    rng: np.random.Generator,
) -> None:
    """Add a fold to every joint curve: all labels grow at today's mix."""
    codes, n_labels = task.codes[train], len(task.labels)
    for i, (share, repeats) in enumerate(zip(SHARES, repeats_for(SHARES), strict=True)):
        for j in range(repeats if share < 1 else 0):  # all of them is what is trained anyway
            chosen = _at_todays_mix(codes, share, rng)
            own = codes[chosen]
            if np.unique(own).size < 2:
                continue
            ridge = ridge_of(own, n_labels)
            near = known[np.ix_(chosen, chosen)]
            scores = predicted(near, asked[:, chosen], own, n_labels, ridge)
            won = winners(scores, np.unique(own))
            _tally_joint(task, parts, tallies, i, j, test, won)


def _tally_joint(
    task: Task,
    parts: Sequence[Slice],
    tallies: Sequence[_Tally],
    share: int,
    draw: int,
    test: Rows,
    won: NDArray[np.int64],
) -> None:
    """Count one draw of one share for every slice."""
    for part, tally in zip(parts, tallies, strict=True):
        at = _joint_places(part, tally, task.n_folds).get(share)
        if at is not None and draw < len(tally.counts[at]):
            tally.counts[at][draw] += _counted(task, part, test, won)


def _joint_places(part: Slice, tally: _Tally, n_folds: int) -> dict[int, int]:
    """Which of the slice's sizes each share stands for; the largest share when several do."""
    held = part.rows.sum() * (n_folds - 1) / n_folds
    sizes = [round(held * share) for share in SHARES]
    return {
        i: tally.sizes.index(s)
        for i, s in enumerate(sizes)
        if s in tally.sizes and s not in sizes[i + 1 :]
    }


def _at_todays_mix(codes: NDArray[np.int64], share: float, rng: np.random.Generator) -> Rows:
    """Places of a share of the rows with every label's share kept, rounded at random."""
    if share >= 1:
        return np.arange(codes.size)
    kept = []
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        size = int(rows.size * share + rng.random())
        kept.append(rng.permutation(rows)[:size])
    return np.sort(np.concatenate(kept))
