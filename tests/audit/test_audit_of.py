"""Which slice starves the model: found where it was planted, measured once, never half."""

from pathlib import Path

import pytest
from planted import loaded, rows
from sklearn.datasets import load_wine
from unchanged import unchanged

from core.analysis.audit import AuditAnswer, audit, audit_at, measurements
from core.errors import Cancelled, DataError
from core.workspace import Workspace

SMALL = rows(common=30, rare=20)


def nothing_trains(done: int, total: int, what: str) -> None:
    """A watcher of work that must not happen."""
    raise AssertionError(f"{what}: {done} of {total}")


class Watcher:
    """Remembers what was done, and stops the work at a step if asked to."""

    def __init__(self, stop_at: str = "") -> None:
        self.seen: list[str] = []
        self._stop_at = stop_at

    def __call__(self, done: int, total: int, what: str) -> None:
        """Note a step."""
        self.seen.append(what)
        if self._stop_at and self._stop_at in what:
            raise Cancelled


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> AuditAnswer:
    """The audit of a set whose worst slice is known."""
    folder = tmp_path_factory.mktemp("planted")
    workspace = Workspace(folder / "workspace")
    return audit(workspace, loaded(workspace, folder, rows(single=True)), label="intent")


def test_the_planted_weak_slice_is_the_bottleneck(planted: AuditAnswer) -> None:
    """The slice that looks like another one is named, sized, and the others are well served."""
    assert planted.bottleneck.name == "fraud"
    assert planted.measured.text == "text"
    worst = planted.bottleneck
    assert worst.facts.n == 30
    assert worst.facts.score < 0.75
    assert worst.facts.score_low < worst.facts.score < worst.facts.score_high
    assert worst.band is not None
    assert worst.sizing.p_reachable is not None
    served = [s for s in planted.slices if s.name in ("meter", "move")]
    assert all(s.sizing.deficit.p50 == 0 and s.sizing.reachable == "yes" for s in served)


def test_a_label_with_one_example_is_named_and_not_sized(planted: AuditAnswer) -> None:
    """All other slices are answered; this one says how many were found and how many are needed."""
    oddity = planted.slice_named("oddity")
    assert oddity.facts.n == 1
    assert oddity.facts.score == 0
    assert oddity.sizing.reachable == "uncertain"
    assert oddity.sizing.deficit.p50 is None
    assert "1 example, at least 8 are needed" in oddity.sizing.why
    labels = {s.name for s in planted.slices if s.facts.origin == "label"}
    assert labels == {"bill", "meter", "move", "fraud", "oddity"}


def test_what_nobody_named_is_shown_beside_and_is_no_bottleneck(planted: AuditAnswer) -> None:
    """Topics in which errors gather are found; what is ordered is a slice with a name."""
    assert planted.found
    assert all(s.facts.label is None for s in planted.found)
    assert planted.bottleneck not in planted.found
    assert planted.bottleneck not in planted.rivals


def test_the_bottleneck_says_what_could_be_tried_for_nothing(planted: AuditAnswer) -> None:
    """Class weights, a threshold and two other learners, measured on the same rows."""
    fixes = planted.measured.fixes
    assert [f.is_used for f in fixes] == [True, False, False, False]
    assert {f.slice for f in fixes} == {planted.bottleneck.name}


def test_the_same_question_trains_nothing_whatever_the_target(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What was measured is stored: every slice of eight rows has both curves, for any target."""
    data = loaded(workspace, tmp_path, SMALL)
    first = audit(workspace, data, label="intent", target=0.7)
    drawn = {s.name for s in first.slices if s.facts.curve and s.facts.joint}
    assert drawn == {s.name for s in first.slices} >= {"bill", "meter", "move", "fraud"}
    assert not first.is_incomplete
    again = audit(workspace, data, label="intent", target=0.7, progress=nothing_trains)
    assert again == first
    for target in (0.6, 0.97):
        other = audit(workspace, data, label="intent", target=target, progress=nothing_trains)
        assert other.measured == first.measured
        assert other.slices != first.slices
    assert [m.name for m in measurements(workspace)] == [first.measured.name]


@pytest.mark.parametrize("step", ["choosing", "scored fold", "looking for slices"])
def test_an_audit_stopped_before_its_scores_leaves_the_workspace_as_it_was(
    workspace: Workspace, tmp_path: Path, step: str
) -> None:
    """No half of a finding is left."""
    data = loaded(workspace, tmp_path, SMALL)
    with unchanged(workspace.root), pytest.raises(Cancelled):
        audit(workspace, data, label="intent", progress=Watcher(step))


@pytest.mark.parametrize("step", ["trying", "joint curves", "slice-only curves"])
def test_an_audit_stopped_after_its_scores_keeps_them(
    workspace: Workspace, tmp_path: Path, step: str
) -> None:
    """The ranking is whole, no curve is drawn by half, and the answer says that it goes on."""
    data = loaded(workspace, tmp_path, SMALL)
    with pytest.raises(Cancelled):
        audit(workspace, data, label="intent", progress=Watcher(step))
    (kept,) = measurements(workspace)
    assert (kept.repeats_done, kept.is_complete) == (0, False)
    answer = audit_at(kept, 0.9)
    assert answer.is_incomplete
    assert {s.name for s in answer.slices} >= {"bill", "meter", "move", "fraud"}
    assert all(s.facts.curve is None for s in answer.slices)


def test_columns_give_slices_and_their_conjunctions(workspace: Workspace, tmp_path: Path) -> None:
    """A column's values are slices, and so is each label within them; their rows add up."""
    lines = [(text, label, "letter" if label == "move" else how) for text, label, how in SMALL]
    data = loaded(workspace, tmp_path, [*lines, ("a bill without a channel", "bill", "")])
    answer = audit(workspace, data, label="intent", slice_by=["channel", "channel"], curves=False)
    n = {s.name: s.facts.n for s in answer.slices}
    assert n["channel = letter"] == n["move & channel = letter"] == 30
    assert n["channel = chat"] + n["channel = mail"] == 80
    assert n["channel = (missing)"] == 1
    assert n["bill & channel = chat"] + n["bill & channel = mail"] == 30
    assert "bill & channel = letter" not in n
    assert len(n) == len(answer.slices)


def test_a_table_of_numbers_needs_no_text(workspace: Workspace, tmp_path: Path) -> None:
    """Wines are told apart by their chemistry; the columns themselves are the features."""
    wine = load_wine(as_frame=True).frame
    data = loaded(workspace, tmp_path, wine.to_numpy().tolist(), list(wine.columns))
    answer = audit(workspace, data, label="target", target=0.5)
    assert answer.measured.text is None
    assert sorted(s.name for s in answer.slices) == ["0", "1", "2"]
    assert all(s.facts.score > 0.9 for s in answer.slices)


def test_an_audit_repeats_and_another_seed_is_another_audit(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The seed decides every random step."""
    data = loaded(workspace, tmp_path, SMALL)
    first = audit(workspace, data, label="intent", curves=False)
    other = audit(workspace, data, label="intent", seed=1, curves=False)
    elsewhere = Workspace(tmp_path / "elsewhere")
    again = audit(elsewhere, loaded(elsewhere, tmp_path, SMALL), label="intent", curves=False)
    assert again.slices == first.slices
    assert other.measured.slices != first.measured.slices


def test_a_slice_whose_curve_is_not_drawn_says_so(workspace: Workspace, tmp_path: Path) -> None:
    """Asked for scores alone, the answer is quick and gives no number where one is missing."""
    data = loaded(workspace, tmp_path, SMALL)
    answer = audit(workspace, data, label="intent", target=0.999, curves=False)
    assert answer.is_incomplete
    short = [s for s in answer.slices if not s.sizing.is_reached]
    assert short
    for part in short:
        assert "no learning curve of it has been drawn" in part.sizing.why
        assert part.sizing.n_needed.p50 is None


def test_a_column_that_cannot_serve_is_named(workspace: Workspace, tmp_path: Path) -> None:
    """Missing columns, labels that are none and texts that are empty each get their sentence."""
    lines = [(*row, f"id {i}", "same", "") for i, row in enumerate(rows(common=12, rare=6))]
    columns = ("text", "intent", "channel", "id", "one", "none")
    data = loaded(workspace, tmp_path, lines, columns)
    listed = "rows.csv has no column 'nothing'; its columns are 'text', 'intent'"
    cases: list[tuple[str, str | None, list[str], str]] = [
        ("nothing", None, [], listed),
        ("intent", "nothing", [], "has no column 'nothing'"),
        ("intent", None, ["nothing"], "has no column 'nothing'"),
        ("id", None, [], "the column 'id' has 42 different values in 42 rows, so it is no label"),
        ("one", None, [], "the label column 'one' holds only the value 'same'; expected two"),
        ("none", None, [], "the label column 'none' holds no value at all"),
        ("intent", "none", [], "the text column 'none' is empty"),
        ("intent", "intent", [], "'intent' cannot be both the text and the label"),
    ]
    for label, text, slice_by, expected in cases:
        with unchanged(workspace.root), pytest.raises(DataError, match=expected):
            audit(workspace, data, label=label, text=text, slice_by=slice_by)
