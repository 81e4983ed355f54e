"""The arms that a sceptic asks for, and whether the test is unseen."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_injection import COLUMNS, FRAUD, HELD_BACK, REAL, corpus, held_out, texts

from core.analysis.evidence import EvidenceAnswer, evidence, file_corpus, run_corpus
from core.analysis.generate import generate_from_plan
from core.analysis.measured import RunCost, with_measurements
from core.analysis.scenario import default_scenario
from core.audit.rows import Examples
from core.datasets import load_dataset
from core.errors import DataError, InputError
from core.evidence.arms import ArmKey, Stock, arms, keys
from core.evidence.verdict import against_controls
from core.generation.plan import GenerationPlan
from core.prices import PriceBook
from core.workspace import Workspace
from core.workspace.datasets import Dataset


@pytest.fixture
def data(workspace: Workspace, tmp_path: Path) -> Dataset:
    """Two common labels and a rare one."""
    path = tmp_path / "rows.csv"
    pd.DataFrame(REAL, columns=COLUMNS).to_csv(path, index=False)
    return load_dataset(workspace, path)


def stock() -> Stock:
    """Twenty bills and ten frauds that train, ten of each that test, and synthetic rows."""
    labels = np.array(["bill"] * 20 + ["fraud"] * 10 + ["bill", "fraud"] * 10 + ["fraud"] * 42)
    rows = Examples(
        frame=pd.DataFrame({"intent": labels}), label="intent", text=None, columns=(),
        numeric=(), labels=labels, group=np.arange(labels.size), notes=(),
    )  # fmt: skip
    return Stock(
        rows=rows, slice_name="fraud", train=np.arange(30), test=np.arange(30, 50),
        accepted=np.arange(50, 80), every=np.arange(50, 88), held_back=np.arange(88, 92),
        by_strictness=((0.2, np.arange(50, 88)), (0.8, np.arange(50, 62))),
    )  # fmt: skip


def test_every_arm_of_a_repeat_starts_from_the_same_real_rows() -> None:
    """Nine of ten anchors and eighteen of twenty others; then what the arm adds, never a test."""
    found = stock()
    wanted = keys(found, controls=True, whole=False)
    made = dict(arms(found, wanted, 3, 7, whole=False))
    base = made[ArmKey("real", 9)].tolist()
    assert len(base) == 27
    added = {key: rows[27:].tolist() for key, rows in made.items() if key.name != "real"}
    assert all(rows[:27].tolist() == base for key, rows in made.items() if key.name != "real")
    assert len(added[ArmKey("filtered", 0)]) == len(added[ArmKey("unfiltered", 0)]) == 30
    assert set(added[ArmKey("duplicated", 0)]) <= set(base)
    assert [found.rows.labels[i] for i in added[ArmKey("duplicated", 0)]] == ["fraud"] * 30
    assert sorted(len(added[k]) for k in added if k.name == "more real") == [1, 2, 4]
    assert {len(added[k]) for k in added if k.name == "strictness"} == {12}
    assert [(round(k.at, 2), len(added[k])) for k in added if k.name == "share"] == [
        (0.25, 3), (0.5, 9), (0.75, 27), (0.77, 30),
    ]  # fmt: skip
    assert all(not set(rows) & set(range(30, 50)) for rows in made.values())
    sizes = sorted(len(rows) - 18 for key, rows in made.items() if key.name == "real")
    assert sizes == [2, 3, 4, 6, 9]


def test_two_arms_alone_are_trained_on_all_rows() -> None:
    """A training that costs money is done once with each."""
    found = stock()
    wanted = keys(found, controls=False, whole=True)
    made = dict(arms(found, wanted, 0, 0, whole=True))
    assert [(k.name, len(rows)) for k, rows in made.items()] == [("real", 30), ("filtered", 60)]


def test_held_back_rows_are_an_arm_and_extend_the_real_curve(
    workspace: Workspace, data: Dataset
) -> None:
    """Twelve anchors train; the other twelve and a file of more are what more real data brings."""
    found = evidence(
        workspace, data, label="intent", slice_name="fraud", anchors=12, repeats=2,
        corpus=file_corpus(corpus(texts(5, FRAUD, 30)), "made"), more_real=HELD_BACK,
        more_real_name="more.csv",
    )  # fmt: skip
    named = {arm.name: arm for arm in found.arms}
    assert set(named) == {"the accepted corpus", "as many copies of real rows", "more real rows"}
    assert named["more real rows"].added == 12 + 60
    assert named["more real rows"].gain_low > 0
    assert found.baseline.n_train == 12
    assert found.real_curve is not None
    assert found.real_curve.n[-1] == 11 + 72
    assert found.not_trained == (
        "Unfiltered: the corpus is a file, or everything was accepted; what critics rejected is "
        "not known here.",
    )
    assert "12 of the 24 real examples of fraud train; 12 are held back." in found.notes
    assert [s.samples for s in found.exchange_by_share] == [4, 11, 30]
    assert found.shares


def test_a_planted_test_item_is_found_however_it_is_dressed(
    workspace: Workspace, data: Dataset
) -> None:
    """Word for word, in capitals, or with one word changed: it is refused and counted."""
    exact, near, *_ = held_out(workspace, data)
    words = near.split()
    dressed = [exact.upper(), " ".join([*words[:-1], words[-1] + "x"])]
    found = evidence(
        workspace, data, label="intent", slice_name="fraud", repeats=2,
        corpus=file_corpus(corpus([*texts(6, FRAUD, 8), *dressed]), "made"),
    )  # fmt: skip
    assert found.synthetic == 8
    assert found.notes == (
        "Refused: 1 synthetic row copied from held-out rows.",
        "Refused: 1 synthetic row nearly copied from held-out rows.",
    )


def plan(data: str, label: str, slice_name: str) -> GenerationPlan:
    """Forty candidates by the embedded generator."""
    return GenerationPlan(data=data, label=label, slice=slice_name, candidates=40, seed=1)


@pytest.fixture
def proven(workspace: Workspace, data: Dataset) -> EvidenceAnswer:
    """Evidence for a run of the embedded generator."""
    run = generate_from_plan(workspace, plan(data.fingerprint, "intent", "fraud"))
    return evidence(
        workspace, data, label="intent", slice_name="fraud", repeats=2,
        corpus=run_corpus(workspace, run.run_id, 0.3),
    )  # fmt: skip


def test_a_run_is_compared_with_its_own_rejects_and_at_other_strictnesses(
    proven: EvidenceAnswer,
) -> None:
    """As many unfiltered candidates as were accepted; equal numbers at every strictness."""
    named = {arm.name: arm for arm in proven.arms}
    assert named["as many candidates, unfiltered"].added == named["the accepted corpus"].added
    assert proven.controls.startswith("The corpus does ")
    assert len({s.samples for s in proven.exchange_by_strictness}) <= 1
    assert proven.best_share is None or 0 <= proven.best_share <= 1


def test_the_measured_exchange_rate_follows_the_knob(proven: EvidenceAnswer) -> None:
    """At the strictness of the evidence its own rate; elsewhere that of the nearest measured."""
    scenario = default_scenario(PriceBook(), date(2026, 11, 22))
    own, _, tau = proven.corpus.rpartition("@")

    def bound(at: float) -> str:
        run = RunCost(run_id=own, tau=at, proposed=40, accepted=9, calls=0, cost_usd=0.0)
        return with_measurements(scenario, run=run, evidence=proven)["exchange_rate"].source

    if proven.exchange_range[1] is not None:
        assert bound(float(tau)).endswith(f"{proven.corpus} on fraud")
    nearest = min(proven.exchange_by_strictness, key=lambda s: abs(s.at - 0.9), default=None)
    if nearest is not None and nearest.exchange_range[1] is not None:
        assert f"at strictness {nearest.at:g}" in bound(0.9)


def test_a_run_that_was_shown_the_test_is_refused(
    workspace: Workspace, data: Dataset, tmp_path: Path
) -> None:
    """Made for another label, its generator saw rows that are held out for this one."""
    frame = pd.DataFrame(REAL, columns=COLUMNS)
    frame["team"] = np.where(np.arange(len(frame)) % 2, "north", "south")
    path = tmp_path / "teams.csv"
    frame.to_csv(path, index=False)
    other = load_dataset(workspace, path)
    run = generate_from_plan(workspace, plan(other.fingerprint, "team", "north"))
    with pytest.raises(DataError, match=r"was shown [0-9]+ of the rows that are held out here"):
        evidence(
            workspace, other, label="intent", slice_name="fraud", text="text", repeats=2,
            corpus=run_corpus(workspace, run.run_id, 0.0),
        )  # fmt: skip


@pytest.mark.parametrize("anchors", [0, 25])
def test_more_anchors_than_there_are_cannot_train(
    workspace: Workspace, data: Dataset, anchors: int
) -> None:
    """Twenty-four may."""
    with pytest.raises(InputError, match="24 examples that may train, expected 1 to 24"):
        evidence(
            workspace, data, label="intent", slice_name="fraud", anchors=anchors,
            corpus=file_corpus(HELD_BACK, "c"),
        )  # fmt: skip


def test_a_file_of_more_real_data_must_be_new(workspace: Workspace, data: Dataset) -> None:
    """Rows that the data holds already are no more data."""
    known = pd.DataFrame(REAL[-5:], columns=COLUMNS)
    with pytest.raises(DataError, match=r"more\.csv: every row is a copy"):
        evidence(
            workspace, data, label="intent", slice_name="fraud", more_real=known,
            more_real_name="more.csv", corpus=file_corpus(HELD_BACK, "c"),
        )  # fmt: skip


def test_the_controls_in_words() -> None:
    """Better, worse, or not proven, each by its 90 % interval."""
    up, level = np.linspace(0.01, 0.2, 50), np.linspace(-0.1, 0.1, 50)
    assert against_controls({"copies": up, "unfiltered ones": level, "more": -up}) == (
        "The corpus does better than copies and not proven better than unfiltered ones and worse "
        "than more."
    )
    assert not against_controls({})
