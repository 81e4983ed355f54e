"""Every row is tested once by a model that never saw it; one curve grows the slice, one all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from planted import as_examples, rows
from scipy import sparse

from core.audit import growth
from core.audit.curves import SHARES, repeats_for, sizes_for
from core.audit.examples import Examples
from core.audit.growth import Repeat, Task, repeat_of, task_of
from core.audit.kernels import Likeness, TextKernel
from core.audit.ridge import Fitted, fitted, predicted, winners
from core.audit.slices import Metric, Slice, right_and_total, slices

LAW = settings(max_examples=15, derandomize=True, deadline=None)
N_FOLDS = 4
LINES = rows(common=24, rare=16)
WORDS = TextKernel(("words",))


class Witness:
    """A kernel of the distance between row numbers that remembers what it was asked for."""

    name = "witness"

    def __init__(self) -> None:
        self.folds: list[tuple[set[int], set[int]]] = []

    def prepared(self, examples: Examples) -> tuple[sparse.csr_matrix, ...]:
        """Nothing to prepare."""
        return ()

    def gram(
        self,
        prepared: tuple[sparse.csr_matrix, ...],
        train: NDArray[np.int64],
        rows: NDArray[np.int64],
    ) -> Likeness:
        """Neighbours are alike."""
        if rows is not train:
            self.folds.append((set(train.tolist()), set(rows.tolist())))
        return np.exp(-np.abs(rows[:, np.newaxis] - train) / 3.0)


def quiet(what: str) -> None:
    """Tell nobody."""


def task(metric: Metric = "recall", seed: int = 0) -> Task:
    """The planted rows, learnt by their words."""
    return task_of(
        as_examples(LINES, columns=["channel"]), WORDS, metric, n_folds=N_FOLDS, seed=seed
    )


def labels_of(learnt: Task) -> list[Slice]:
    """One slice per label."""
    return list(slices(learnt.examples))


@LAW
@given(
    lines=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 25)), min_size=8, max_size=60),
    repeat=st.integers(0, 2),
)
def test_every_row_is_tested_once_per_repeat_and_duplicates_never_straddle(
    lines: list[tuple[str, int]], repeat: int
) -> None:
    """The folds' test rows are all rows, once; equal content never trains for its own test."""
    examples = as_examples([(f"text {g}", label) for label, g in lines], [g for _, g in lines])
    witness = Witness()
    learnt = task_of(examples, witness, "recall", n_folds=N_FOLDS, seed=0)
    repeat_of(learnt, (), repeat, quiet)
    tested = sorted(row for _, test in witness.folds for row in test)
    if witness.folds:  # content that is all the same fills one fold, and nothing is left to train
        assert tested == list(range(len(lines)))
    for train, test in witness.folds:
        assert not {lines[i][1] for i in train} & {lines[i][1] for i in test}
        assert train | test == set(range(len(lines)))


def test_other_repeats_have_other_folds_and_the_same_one_the_same() -> None:
    """The seed and the repeat's number decide every random step."""
    learnt = task()
    parts = labels_of(learnt)
    first, again, other = (repeat_of(learnt, parts, repeat, quiet) for repeat in (0, 0, 1))
    assert np.array_equal(first.scores, again.scores)
    assert (first.slice_only, first.joint) == (again.slice_only, again.joint)
    assert not np.array_equal(first.scores, other.scores)


def test_curves_change_nothing_about_the_scores() -> None:
    """With or without curves the same folds give the same out-of-fold predictions."""
    learnt = task()
    bare = repeat_of(learnt, (), 0, quiet)
    drawn = repeat_of(learnt, labels_of(learnt), 0, quiet)
    np.testing.assert_allclose(bare.scores, drawn.scores, atol=1e-6)
    assert bare.winner.tolist() == drawn.winner.tolist()
    assert (bare.slice_only, bare.joint) == ((), ())


@pytest.mark.parametrize("metric", ["recall", "f1", "accuracy"])
def test_the_largest_size_scores_as_the_out_of_fold_predictions_do(metric: Metric) -> None:
    """Where every training fold holds the same 12 or 18 rows, both curves end at the score."""
    learnt = task(metric)
    parts = labels_of(learnt)
    drawn = repeat_of(learnt, parts, 0, quiet)
    said = np.array(learnt.labels)[drawn.winner]
    for part, alone, joint in zip(parts, drawn.slice_only, drawn.joint, strict=True):
        right, total = right_and_total(metric, part, learnt.examples.labels, said)
        assert alone is not None
        assert joint is not None
        assert alone.n[-1] == joint.n[-1] == part.rows.sum() * 3 // 4
        assert alone.scores[-1] == pytest.approx((right / total,))
        assert joint.scores[-1] == pytest.approx((right / total,))


def test_sizes_and_repeats_follow_from_the_rows() -> None:
    """Sizes a factor of root two apart, more draws of the small ones; each tests every row."""
    learnt = task()
    parts = labels_of(learnt)
    drawn = repeat_of(learnt, parts, 0, quiet)
    for part, alone, joint in zip(parts, drawn.slice_only, drawn.joint, strict=True):
        assert alone is not None
        assert joint is not None
        assert alone.n == sizes_for(int(part.rows.sum()), N_FOLDS)
        assert joint.n == tuple(sorted({round(alone.n[-1] * s) for s in SHARES} - {0, 1}))
        for points in (alone, joint):
            assert tuple(map(len, points.scores)) == repeats_for(points.n)
            assert (points.n_test, points.n_folds) == (part.rows.sum(), N_FOLDS)
            hits = np.concatenate(points.scores) * part.rows.sum()
            np.testing.assert_allclose(hits, hits.round(), atol=1e-9)


def _foretold(held: int, size: int, repeats: int, rng: Any) -> list[NDArray[np.int64]]:
    """Draws that can be foretold."""
    most = min(size, held)
    return [np.arange(most) + repeat % (held - most + 1) for repeat in range(repeats)]


@pytest.mark.parametrize("name", ["fraud", "channel = mail"])
def test_slice_only_leaves_all_other_rows_and_equals_training_from_scratch(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each size a model is trained anew on all others and that many of the slice."""
    monkeypatch.setattr(growth, "_drawn", _foretold)
    learnt = task()
    part = next(p for p in slices(learnt.examples, ["channel"]) if p.name == name)
    drawn = repeat_of(learnt, [part], 0, quiet).slice_only[0]
    assert drawn is not None
    fold = _folds_of(learnt)
    for i, size in enumerate(drawn.n):
        for repeat in range(len(drawn.scores[i])):
            hits = sum(_hits(learnt, part, fold, k, size, repeat) for k in range(N_FOLDS))
            assert drawn.scores[i][repeat] == pytest.approx(hits / part.rows.sum()), (size, repeat)


def _folds_of(learnt: Task) -> NDArray[np.int64]:
    rng = np.random.default_rng([learnt.seed, 0])
    return growth.folds(learnt.examples.labels, learnt.examples.group, N_FOLDS, rng)


def _hits(
    learnt: Task, part: Slice, fold: NDArray[np.int64], k: int, size: int, repeat: int
) -> int:
    """Rows of the slice in fold *k* that a model trained from scratch gets right."""
    train, test = np.flatnonzero(fold != k), np.flatnonzero((fold == k) & part.rows)
    own, others = np.flatnonzero(part.rows[train]), np.flatnonzero(~part.rows[train])
    chosen = own[_foretold(own.size, size, repeat + 1, None)[repeat]]
    kept = np.concatenate([others, chosen])
    codes, n_labels = learnt.codes[train], len(learnt.labels)
    known = learnt.kernel.gram(learnt.prepared, train, train)
    asked = learnt.kernel.gram(learnt.prepared, train, test)
    ridge = growth.ridge_of(codes, n_labels)
    if part.label is not None:  # a label weighs by how many rows it has now
        ridge[chosen] = growth.slice_ridge(size, codes[others], learnt.labels.index(part.label))
    scores = predicted(
        known[np.ix_(kept, kept)], asked[:, kept], codes[kept], n_labels, ridge[kept]
    )
    won = winners(scores, np.unique(codes[kept]))
    return int((won == learnt.codes[test]).sum())


def test_joint_growth_keeps_todays_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a share of the fold every label has that share of its rows, up to rounding."""
    trained: list[NDArray[np.int64]] = []
    whole: list[NDArray[np.int64]] = []

    def noted(known: Likeness, asked: Likeness, labels: NDArray[np.int64], *more: Any) -> Likeness:
        trained.append(np.bincount(labels, minlength=4))
        return predicted(known, asked, labels, *more)

    def noted_whole(known: Likeness, asked: Likeness, labels: NDArray[np.int64], n: int) -> Fitted:
        whole.append(np.bincount(labels, minlength=4))
        return fitted(known, asked, labels, n)

    monkeypatch.setattr(growth, "predicted", noted)
    monkeypatch.setattr(growth, "fitted", noted_whole)
    learnt = task()
    repeat_of(learnt, labels_of(learnt), 0, quiet)
    drawn = zip(SHARES, repeats_for(SHARES), strict=True)
    expected = [s for s, n in drawn for _ in range(n) if s < 1]
    assert len(trained) == N_FOLDS * len(expected)
    assert len(whole) == N_FOLDS
    for i, counts in enumerate(trained):
        share, held = expected[i % len(expected)], whole[i // len(expected)]
        assert (np.abs(counts - share * held) < 1).all(), (share, counts)


def test_a_planted_slice_rises_alone_and_a_hopeless_one_does_not() -> None:
    """Words of its own are learnt; a label that is drawn at random is not."""
    rng = np.random.default_rng(0)
    own = [(f"{w} {rng.integers(99)}", "own") for w in rng.choice(["seal", "magnet", "dial"], 48)]
    other = [(f"{w} {rng.integers(99)}", "other") for w in rng.choice(["bill", "debit"], 96)]
    coin = [(f"{w} {rng.integers(99)}", "coin") for w in rng.choice(["bill", "debit"], 24)]
    examples = as_examples([*own, *other, *coin])
    learnt = task_of(examples, WORDS, "recall", n_folds=N_FOLDS, seed=0)
    drawn = repeat_of(learnt, labels_of(learnt), 0, quiet)
    curves = dict(zip(learnt.labels, drawn.slice_only, strict=True))
    rising, random = curves["own"], curves["coin"]
    assert rising is not None
    assert random is not None
    assert rising.mean[0] < 0.9
    assert rising.mean[-1] > 0.97
    assert random.mean[-1] < 0.6


def test_slice_only_growth_tells_what_joint_growth_hides() -> None:
    """The two curves answer two questions: where the rest shrinks as well, fewer rows win."""
    learnt = task()
    drawn = repeat_of(learnt, labels_of(learnt), 0, quiet)
    fraud = learnt.labels.index("fraud")
    alone, joint = drawn.slice_only[fraud], drawn.joint[fraud]
    assert alone is not None
    assert joint is not None
    assert alone.n[0] == joint.n[0] == 2
    assert alone.mean[0] < joint.mean[0]


def test_a_slice_with_too_few_rows_has_no_curve() -> None:
    """Two sizes make no curve; the scores are there all the same."""
    few = [*LINES, ("the only one of its kind", "oddity", "chat"), ("another", "oddity", "mail")]
    learnt = task_of(
        as_examples(few, columns=["channel"]), WORDS, "recall", n_folds=N_FOLDS, seed=0
    )
    drawn = repeat_of(learnt, labels_of(learnt), 0, quiet)
    at = learnt.labels.index("oddity")
    assert drawn.slice_only[at] is None
    assert drawn.joint[at] is None
    assert drawn.winner.size == len(few)


def test_work_can_be_stopped_at_every_step() -> None:
    """What is told of a step may raise, and nothing is swallowed."""
    told: list[str] = []

    def stop_after(n: int) -> Callable[[str], None]:
        def step(what: str) -> None:
            told.append(what)
            if len(told) == n:
                raise KeyboardInterrupt

        return step

    for n in (1, 2, 5):
        told.clear()
        learnt = task()
        with pytest.raises(KeyboardInterrupt):
            repeat_of(learnt, labels_of(learnt), 0, stop_after(n))
        assert len(told) == n
    assert told[:3] == [
        "joint curves, fold 1 of 4",
        "slice-only curves, fold 1 of 4",
        "scored fold 1 of 4",
    ]


def test_labels_with_other_names_win_the_same_rows() -> None:
    """Names that keep their order change neither predictions nor curves."""
    learnt = task()
    examples = replace(
        learnt.examples, labels=np.array([f"label {v}" for v in learnt.examples.labels])
    )
    renamed = task_of(examples, WORDS, "recall", n_folds=N_FOLDS, seed=0)
    before, after = _drawn_curves(learnt), _drawn_curves(renamed)
    assert before.winner.tolist() == after.winner.tolist()
    assert (before.slice_only, before.joint) == (after.slice_only, after.joint)


def _drawn_curves(learnt: Task) -> Repeat:
    return repeat_of(learnt, labels_of(learnt), 0, quiet)
