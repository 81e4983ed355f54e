"""An audit is measured step by step: what is known is kept, and nothing is measured twice."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planted import as_examples, loaded, rows

from core.analysis.audit import AuditAnswer, audit, measurements
from core.audit import measuring
from core.audit.curves import CurvePoints, repeats_for
from core.audit.examples import Examples
from core.audit.growth import repeat_of, task_of
from core.audit.kernels import TextKernel, kernels_for
from core.audit.measurement import Measurement, SliceScore
from core.audit.measuring import (
    N_FOLDS,
    RowWeights,
    Scored,
    compared,
    effort_for,
    learner_name,
    scored,
)
from core.audit.slices import right_and_total
from core.errors import Cancelled
from core.workspace import Workspace

SMALL = rows(common=30, rare=20)


def nothing_trains(done: int, total: int, what: str) -> None:
    """A watcher of work that must not happen."""
    raise AssertionError(f"{what}: {done} of {total}")


def quiet(what: str) -> None:
    """Tell nobody."""


class Stopper:
    """Stops the work when a step comes for the n-th time; counts the repeats that drew curves."""

    def __init__(self, at: str = "", time: int = 1) -> None:
        self.repeats, self._at, self._left = 0, at, time

    def __call__(self, done: int, total: int, what: str) -> None:
        """Note a step."""
        self.repeats += what.startswith("joint curves, fold 1 ")
        if self._at and self._at in what:
            self._left -= 1
            if self._left == 0:
                raise Cancelled


def asked(workspace: Workspace, folder: Path, lines: Sequence[Sequence[object]]) -> AuditAnswer:
    """The audit of these rows."""
    return audit(workspace, loaded(workspace, folder, lines), label="intent")


def test_an_audit_that_was_stopped_goes_on_where_it_was(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Stopped in the second repeat the first is kept; in the end all is as if never stopped."""
    data = loaded(workspace, tmp_path, SMALL)
    with pytest.raises(Cancelled):
        audit(workspace, data, label="intent", progress=Stopper("joint", N_FOLDS + 2))
    (kept,) = measurements(workspace)
    assert (kept.repeats_done, kept.is_complete) == (1, False)
    assert all(s.curve is not None for s in kept.curved())
    counted = Stopper()
    resumed = audit(workspace, data, label="intent", progress=counted).measured
    elsewhere = Workspace(tmp_path / "elsewhere")
    whole = Stopper()
    data = loaded(elsewhere, tmp_path, SMALL)
    straight = audit(elsewhere, data, label="intent", progress=whole).measured
    assert counted.repeats == whole.repeats - 1 > 0
    assert replace(resumed, at="") == replace(straight, at="")


def test_scores_come_first_and_curves_can_be_drawn_later(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Stopped before the first curve, the ranking is there; asking for scores alone is enough."""
    data = loaded(workspace, tmp_path, SMALL)
    with pytest.raises(Cancelled):
        audit(workspace, data, label="intent", progress=Stopper("joint"))
    ranked = audit(workspace, data, label="intent", curves=False, progress=nothing_trains)
    assert ranked.is_incomplete
    assert ranked.measured.repeats_done == 0
    assert all(len(s.repeats) == 1 for s in ranked.measured.slices)
    drawn = audit(workspace, data, label="intent")
    assert not drawn.is_incomplete
    assert all(len(s.repeats) == drawn.measured.repeats_done for s in drawn.measured.slices)


def test_rows_added_to_one_label_redraw_only_what_changed(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Four more fraud messages: the other labels keep their curves, and say from where."""
    first = asked(workspace, tmp_path, SMALL).measured
    more = [line for line in rows(seed=9) if line[1] == "fraud"][:4]
    watcher = Stopper()
    data = loaded(workspace, tmp_path, [*SMALL, *more])
    second = audit(workspace, data, label="intent", progress=watcher).measured
    before = {s.slice: s for s in first.slices}
    after = {s.slice: s for s in second.slices}
    assert second.learner == first.learner
    for name in ("bill", "meter", "move"):
        assert after[name].kept_from == first.name
        assert after[name].curve == before[name].curve
        assert after[name].joint == before[name].joint
    fraud = after["fraud"]
    assert (fraud.kept_from, fraud.n) == (None, 24)
    assert fraud.curve is not None
    assert fraud.curve.n[-1] == 18
    assert watcher.repeats == second.repeats_done > 0
    assert all(len(s.repeats) == second.repeats_done for s in second.slices)


def facts(name: str, digest: str) -> SliceScore:
    """A slice with a curve."""
    curve = CurvePoints(n=(2, 3, 4), scores=((0.1,), (0.2,), (0.3,)), n_test=9, n_folds=4)
    return SliceScore(
        slice=name,
        label=name,
        n=9,
        prevalence=0.1,
        score=0.3,
        score_low=0.1,
        score_high=0.5,
        shrunk_score=0.3,
        digest=digest,
        curve=curve,
    )


def drawn_before(name: str, n: int, *slices: SliceScore, done: bool = True) -> Measurement:
    """An earlier audit of *n* rows."""
    return Measurement(
        name=name,
        at="",
        fingerprint="",
        data_name="",
        rows=n,
        rows_used=n,
        label="l",
        text=None,
        slice_by=(),
        metric="recall",
        seed=0,
        learner="ridge",
        slices=slices,
        notes=(),
        is_complete=done,
    )


@pytest.mark.parametrize(
    ("rows_now", "learner", "complete", "is_kept"),
    [
        (100, "ridge", True, True),
        (109, "ridge", True, True),
        (120, "ridge", True, False),
        (100, "another", True, False),
        (100, "ridge", False, False),
    ],
)
def test_a_curve_is_kept_while_the_slice_and_nearly_all_else_are_the_same(
    rows_now: int, learner: str, complete: bool, is_kept: bool
) -> None:
    """A tenth more rows, another learner, or curves half drawn: drawn anew."""
    earlier = drawn_before("before", 100, facts("a", "same"), facts("b", "old"), done=complete)
    now = tuple(replace(facts(n, d), curve=None) for n, d in (("a", "same"), ("b", "new")))
    a, b = measuring.with_kept_curves(now, rows_now, learner, [earlier])
    assert (a.kept_from == "before") is (a.curve is not None) is is_kept
    assert (b.kept_from, b.curve) == (None, None)


def test_a_kept_curve_is_not_kept_on_and_on_while_the_rest_grows() -> None:
    """100 rows, 108, 116: each step is small, but the curve was drawn among 100 rows."""
    a = facts("a", "same")
    first = drawn_before("first", 100, a)
    second = drawn_before("second", 108, replace(a, kept_from="first"))
    now = (replace(a, curve=None),)
    (third,) = measuring.with_kept_curves(now, 116, "ridge", [second, first])
    assert third.curve is None
    (again,) = measuring.with_kept_curves(now, 109, "ridge", [second, first])
    assert again.kept_from == "first", "the audit that drew it"


def test_two_slices_of_the_same_rows_keep_their_own_curves() -> None:
    """Every letter is about moving: the label's curve is not that of the column's value."""
    label, column = facts("move", "rows"), facts("channel = letter", "rows")
    other = replace(
        column, curve=CurvePoints(n=(2, 3, 4), scores=((0.9,),) * 3, n_test=9, n_folds=4)
    )
    earlier = [drawn_before("before", 100, label, other)]
    now = tuple(replace(s, curve=None) for s in (label, column))
    kept = measuring.with_kept_curves(now, 100, "ridge", earlier)
    assert [s.curve for s in kept] == [label.curve, other.curve]


def test_the_learner_with_the_best_mean_recall_is_chosen() -> None:
    """All three ways to read text are tried; where words tell nothing, characters do."""
    lines = [(f"{'stop' if i % 2 else 'pay'}card{i} now {i}", "ab"[i % 2]) for i in range(60)]
    kernel, options = compared(as_examples(lines), "recall", 0)
    assert [name for name, _ in options] == [
        learner_name(k) for k in kernels_for(as_examples(lines))
    ]
    reached = dict(options)
    assert all(0 <= recall <= 1 for recall in reached.values())
    assert "characters" in kernel.name
    assert reached[learner_name(kernel)] == pytest.approx(max(reached.values()), abs=1e-3)
    assert reached[learner_name(kernel)] > reached["kernel ridge on TF-IDF of words, balanced"]


def test_learners_are_compared_on_a_sample_that_keeps_every_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a large file a sample is compared; a label with five rows keeps four of them."""
    monkeypatch.setattr(measuring, "_COMPARED_ON", 80)
    examples = as_examples([*SMALL, *[(f"odd thing {i}", "odd", "chat") for i in range(5)]][:115],
                           columns=["channel"])  # fmt: skip
    few = measuring._fewer(examples, 0)
    counts = dict(zip(*np.unique(few.labels, return_counts=True), strict=True))
    assert counts == {"bill": 21, "fraud": 14, "meter": 21, "move": 21, "odd": 4}
    assert few.frame["intent"].tolist() == few.labels.tolist()
    assert few.group.size == few.labels.size
    assert np.array_equal(measuring._fewer(examples, 0).group, few.group)


def test_more_rows_are_repeated_less_often() -> None:
    """Never less than twice, never more than eight times, and the fewer the more rows."""
    efforts = [effort_for(n) for n in (10, 1_500, 1_501, 4_000, 4_001, 10_000)]
    assert all(2 <= e.least <= e.most <= 8 for e in efforts)
    assert [e.most for e in efforts] == sorted((e.most for e in efforts), reverse=True)


def alike(examples: Examples) -> RowWeights:
    """Every row stands for itself, and nothing is known of its use."""
    return RowWeights(in_file=np.ones(examples.labels.size))


@pytest.fixture(scope="module")
def scattered() -> Scored:
    """Messages of one site whose labels are drawn at random; nobody names the site."""
    rng = np.random.default_rng(0)
    lines = []
    for i in range(320):
        label = "ab"[i % 2]
        site = "north" if i % 4 < 3 else "south"
        said = label if site == "north" else str(rng.choice(["a", "b"]))
        lines.append((f"{'meter dial' if label == 'a' else 'bill debit'} {i % 7}", said, site))
    examples = as_examples(lines, columns=["site"])
    task = task_of(examples, TextKernel(("words",)), "recall", n_folds=N_FOLDS, seed=0)
    return scored(task, (), alike(examples), quiet)


def test_a_found_slice_is_judged_on_the_rows_that_it_was_not_found_on(scattered: Scored) -> None:
    """About half of its rows are scored, and its score is theirs."""
    site = next(s for s in scattered.slices if s.slice == "site = south")
    part, tested = scattered.parts[site.slice], scattered.tested[site.slice]
    assert (site.origin, site.label, site.n) == ("found", None, 80)
    assert part.rows.sum() == 80
    assert 25 <= tested.rows.sum() <= 55
    assert not (tested.rows & ~part.rows).any()
    said = np.array(scattered.task.labels)[scattered.first.winner]
    counted = right_and_total("recall", tested, scattered.task.examples.labels, said)
    assert site.repeats == (counted,)
    assert site.total == tested.rows.sum()
    assert site.score == pytest.approx(counted[0] / counted[1])


def test_every_repeat_has_folds_of_its_own_and_the_same_rows_to_judge(scattered: Scored) -> None:
    """Scores are the mean of the repeats, a found slice stays on its half, curves collect all."""
    start = replace(drawn_before("m", 320, *scattered.slices, done=False), rows_used=320)
    kept: list[Measurement] = []
    drawn = measuring.with_curves(start, scattered, kept.append, lambda d, t, what: None)
    assert [m.repeats_done for m in kept] == list(range(1, drawn.repeats_done + 1))
    assert drawn.repeats_done >= effort_for(320).least
    assert drawn.is_complete
    site = next(s for s in drawn.slices if s.slice == "site = south")
    tested = scattered.tested[site.slice].rows.sum()
    assert {total for _, total in site.repeats} == {tested}
    assert len(site.repeats) == drawn.repeats_done
    assert site.score == pytest.approx(np.mean([right for right, _ in site.repeats]) / tested)
    assert site.curve is not None
    assert len(site.curve.scores[-1]) == drawn.repeats_done
    per_repeat = repeats_for(site.curve.n)[0]
    smallest = [s.curve.scores[0] for s in drawn.slices if s.curve]
    assert any(of[:per_repeat] != of[per_repeat : 2 * per_repeat] for of in smallest)


def test_given_slices_are_judged_on_all_their_rows(scattered: Scored) -> None:
    """Labels and named columns were not chosen for their errors."""
    labels = [s for s in scattered.slices if s.origin == "label"]
    assert {s.slice for s in labels} == {"a", "b"}
    for s in labels:
        assert scattered.tested[s.slice] is scattered.parts[s.slice]
        assert s.total == s.n
    weights = alike(scattered.task.examples)
    again = scored(scattered.task, ["site"], weights, quiet, ignore=["site"])
    named = next(s for s in again.slices if s.slice == "site = south")
    assert (named.origin, named.total) == ("column", 80)


def test_weights_say_how_much_of_the_use_a_slice_is(scattered: Scored) -> None:
    """A row that counts three times makes its label's share in use larger than in the file."""
    is_a = scattered.task.examples.labels == "a"
    use = np.where(is_a, 3.0, 1.0)
    weights = replace(alike(scattered.task.examples), in_use=use / use.sum())
    weighted = scored(scattered.task, (), weights, quiet)
    share = next(s for s in weighted.slices if s.slice == "a").use
    assert share == pytest.approx(3 * is_a.sum() / (3 * is_a.sum() + (~is_a).sum()))
    assert all(s.use is None for s in scattered.slices)


def test_rows_of_a_sample_stand_for_rows_of_the_file(scattered: Scored) -> None:
    """Of label a every row stands for ten: its n is that of the file, its curve of the sample."""
    is_a = scattered.task.examples.labels == "a"
    weights = RowWeights(in_file=np.where(is_a, 10.0, 1.0))
    a, b = (
        next(s for s in scored(scattered.task, (), weights, quiet).slices if s.slice == name)
        for name in "ab"
    )
    assert (a.n, a.sampled, a.trained) == (10 * is_a.sum(), is_a.sum(), is_a.sum())
    assert (b.n, b.sampled, b.trained) == ((~is_a).sum(), None, (~is_a).sum())
    assert a.prevalence == pytest.approx(a.n / (a.n + b.n))
    assert a.total == is_a.sum()


def test_slices_are_ranked_worst_first_and_repeat_exactly(scattered: Scored) -> None:
    """The same seed gives the same scores."""
    shrunk = [s.shrunk_score for s in scattered.slices]
    assert shrunk == sorted(shrunk)
    again = repeat_of(scattered.task, (), 0, quiet)
    assert again.winner.tolist() == scattered.first.winner.tolist()
