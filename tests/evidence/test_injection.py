"""Real examples that were held back help, noise does not, and copies of the test are refused."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from unchanged import unchanged

from core.analysis.evidence import evidence, file_corpus, stored_evidence
from core.audit.examples import labelled_examples
from core.audit.holdout import training_rows
from core.datasets import load_dataset
from core.errors import Cancelled, DataError
from core.evidence.verdict import verdict_of
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples

BILL = [f"bill{i}" for i in range(12)]
METER = [f"meter{i}" for i in range(12)]
FRAUD = [f"fraud{i}" for i in range(60)]
ANY = [f"word{i}" for i in range(30)]
COLUMNS = ["text", "intent"]


def texts(seed: int, words: Sequence[str], n: int) -> list[str]:
    """Messages of two words of one kind, one of bills and three that anybody says."""
    rng = np.random.default_rng(seed)
    return [
        " ".join(
            [
                *rng.choice(words, 2),
                str(rng.choice(BILL)),
                *rng.choice(ANY, 3),
                str(1000 * seed + i),
            ]
        )
        for i in range(n)
    ]


def corpus(rows: Sequence[str], label: str = "fraud") -> pd.DataFrame:
    """Synthetic rows of one label."""
    return pd.DataFrame({"text": rows, "intent": label})


REAL = [
    *((text, "bill") for text in texts(1, BILL, 150)),
    *((text, "meter") for text in texts(2, METER, 150)),
    *((text, "fraud") for text in texts(3, FRAUD, 40)),
]
HELD_BACK = corpus(texts(4, FRAUD, 60))


@pytest.fixture
def data(workspace: Workspace, tmp_path: Path) -> Dataset:
    """Two common labels, and one whose 24 training rows show half of its words."""
    path = tmp_path / "rows.csv"
    pd.DataFrame(REAL, columns=COLUMNS).to_csv(path, index=False)
    return load_dataset(workspace, path)


def held_out(workspace: Workspace, data: Dataset) -> list[str]:
    """The texts of the slice that nobody may train on."""
    rows = labelled_examples(data, examples(workspace, data), "intent", "text")
    trains = training_rows(rows.frame[COLUMNS], "intent")
    return rows.frame["text"][~trains & (rows.labels == "fraud")].tolist()


def test_held_back_real_examples_are_a_proven_gain(workspace: Workspace, data: Dataset) -> None:
    """What real rows would bring is seen as such, with its size and what one row is worth."""
    found = evidence(
        workspace,
        data,
        label="intent",
        slice_name="fraud",
        corpus=file_corpus(HELD_BACK, "held back"),
        repeats=3,
    )
    assert found.verdict == "proven gain", found.why
    assert (found.baseline.n_train, found.baseline.n_test, found.synthetic) == (24, 16, 60)
    assert found.augmented.n_train == 24 + 60
    assert found.augmented.score > found.baseline.score + 0.2
    assert 0 < found.gain_low < found.gain_high <= 1
    assert found.gained >= 6 > found.lost
    assert found.p_value < 0.05
    assert found.exchange_rate.p50 is None or found.exchange_rate.p50 > 0


@pytest.mark.parametrize("seed", [0, 1])
def test_noise_is_never_a_proven_gain(workspace: Workspace, data: Dataset, seed: int) -> None:
    """Rows of other labels that bear the slice's name, and rows with shuffled labels."""
    rng = np.random.default_rng(seed)
    others = [*texts(50 + seed, BILL, 60), *texts(60 + seed, METER, 60)]
    misnamed = corpus(others)
    shuffled = pd.DataFrame(
        {
            "text": [*others, *texts(70 + seed, FRAUD, 60)],
            "intent": rng.permutation(["bill"] * 60 + ["meter"] * 60 + ["fraud"] * 60),
        }
    )
    for noise in (misnamed, shuffled):
        found = evidence(
            workspace,
            data,
            label="intent",
            slice_name="fraud",
            corpus=file_corpus(noise, "noise"),
            repeats=2,
            seed=seed,
        )
        assert found.verdict != "proven gain", found.why


def test_copies_of_held_out_rows_are_refused_and_it_is_said(
    workspace: Workspace, data: Dataset
) -> None:
    """Case and spacing do not hide a copy; a corpus of copies alone has nothing to inject."""
    copies = [f"  {text.upper()}" for text in held_out(workspace, data)]
    assert len(copies) == 16
    with unchanged(workspace.root), pytest.raises(DataError, match="every row is a copy of a held"):
        evidence(
            workspace,
            data,
            label="intent",
            slice_name="fraud",
            corpus=file_corpus(corpus(copies), "copies"),
            repeats=2,
        )
    mixed = corpus([*copies, *texts(5, FRAUD, 10), " "])
    found = evidence(
        workspace,
        data,
        label="intent",
        slice_name="fraud",
        corpus=file_corpus(mixed, "mixed"),
        repeats=2,
    )
    assert found.synthetic == 10
    assert found.notes == (
        "Refused: 1 synthetic row without text.",
        "Refused: 16 synthetic rows copied from held-out rows.",
    )


def test_the_same_experiment_is_not_run_twice(workspace: Workspace, data: Dataset) -> None:
    """Equal data, corpus and settings have their answer already, whatever the corpus is called."""

    def nothing_trains(done: int, total: int, what: str) -> None:
        raise AssertionError(f"{what}: {done} of {total}")

    small = corpus(texts(5, FRAUD, 20))
    first = evidence(
        workspace,
        data,
        label="intent",
        slice_name="fraud",
        corpus=file_corpus(small, "first"),
        repeats=2,
    )
    again = evidence(
        workspace,
        data,
        label="intent",
        slice_name="fraud",
        repeats=2,
        corpus=file_corpus(small.sample(frac=1, random_state=1), "again"),
        progress=nothing_trains,
    )
    assert again == first
    assert stored_evidence(workspace) == [first]


def test_a_stopped_experiment_leaves_the_workspace_as_it_was(
    workspace: Workspace, data: Dataset
) -> None:
    """Stopping after the first training keeps no half of an answer."""

    def stop(done: int, total: int, what: str) -> None:
        raise Cancelled

    with unchanged(workspace.root), pytest.raises(Cancelled):
        evidence(
            workspace,
            data,
            label="intent",
            slice_name="fraud",
            corpus=file_corpus(HELD_BACK, "held back"),
            progress=stop,
        )


@pytest.mark.parametrize(
    ("rows", "slice_name", "expected"),
    [
        (HELD_BACK, "fruad", r"rows\.csv has no label 'fruad'; its labels are 'bill', 'fraud'"),
        (corpus(["a b"]).rename(columns={"text": "body"}), "fraud", "corpus.csv has no column 'te"),
        (corpus(["a b"], "theft"), "fraud", r"corpus\.csv has the label 'theft', which the data"),
        (corpus(["a b"], ""), "fraud", r"corpus\.csv has rows without a label in 'intent'"),
        (corpus([]), "fraud", r"corpus\.csv holds no accepted sample"),
        (corpus([" "]), "fraud", r"corpus\.csv: the column 'text' is empty"),
    ],
    ids=["slice", "column", "label", "no label", "no rows", "no text"],
)
def test_what_cannot_be_compared_is_named(
    workspace: Workspace, data: Dataset, rows: pd.DataFrame, slice_name: str, expected: str
) -> None:
    """An unknown slice, label or column and an empty corpus each get their sentence."""
    with unchanged(workspace.root), pytest.raises(DataError, match=expected):
        evidence(
            workspace,
            data,
            label="intent",
            slice_name=slice_name,
            corpus=file_corpus(rows, "corpus.csv"),
        )


def test_a_slice_needs_rows_on_both_sides(workspace: Workspace, tmp_path: Path) -> None:
    """Two examples are one to train on and one to test on: too few to compare."""
    path = tmp_path / "rows.csv"
    pd.DataFrame([*REAL[:300], *REAL[-2:]], columns=COLUMNS).to_csv(path, index=False)
    data = load_dataset(workspace, path)
    with pytest.raises(
        DataError, match="has 1 training and 1 held-out examples; expected at least"
    ):
        evidence(
            workspace, data, label="intent", slice_name="fraud", corpus=file_corpus(HELD_BACK, "c")
        )


def test_a_table_is_compared_by_its_columns(workspace: Workspace, tmp_path: Path) -> None:
    """Numbers of the corpus must be numbers; copies are found though 3 is written 3.0."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"size": rng.integers(0, 200, 90), "weight": rng.random(90).round(3)})
    rows["kind"] = np.where(rows["size"] + 40 * rng.random(90) > 150, "big", "small")
    path = tmp_path / "rows.csv"
    rows.to_csv(path, index=False)
    data = load_dataset(workspace, path)
    bad = pd.DataFrame({"size": ["many"], "weight": [0.5]})
    with pytest.raises(DataError, match="the column 'size' holds 'many', but numbers in the data"):
        evidence(workspace, data, label="kind", slice_name="big", corpus=file_corpus(bad, "c"))
    same = rows[rows["kind"] == "big"].astype({"size": float})
    new = same.assign(weight=0.1234)
    found = evidence(
        workspace,
        data,
        label="kind",
        slice_name="big",
        corpus=file_corpus(pd.concat([same, new]), "c"),
        repeats=2,
    )
    assert found.synthetic == 2 * len(same) - found.baseline.n_test
    assert found.notes == (
        f"Refused: {found.baseline.n_test} synthetic rows copied from held-out rows.",
    )


def draws(middle: float) -> np.ndarray:
    """Draws around a gain."""
    return np.linspace(middle - 0.02, middle + 0.02, 101)


@pytest.mark.parametrize(
    ("slice_gain", "elsewhere_gain", "p", "gained", "lost", "expected", "said"),
    [
        (0.3, 0.0, 0.03, 6, 0, "proven gain", "6 held-out examples are newly right and 0 newly"),
        (0.3, -0.01, 0.25, 3, 0, "no proven gain", "can happen by chance (p = 0.25)"),
        (0.0, 0.0, 1.0, 2, 2, "no proven gain", "no difference here that more test examples"),
        (0.3, -0.1, 0.03, 6, 0, "no proven gain", "bought with wrong answers elsewhere"),
        (-0.3, 0.0, 0.03, 0, 6, "harm", "makes the slice worse"),
    ],
    ids=["gain", "too few", "nothing", "bought", "harm"],
)
def test_the_verdict_in_one_word(
    slice_gain: float,
    elsewhere_gain: float,
    p: float,
    gained: int,
    lost: int,
    expected: str,
    said: str,
) -> None:
    """Twenty held-out rows of the slice against two hundred of the others."""
    verdict, why = verdict_of(draws(slice_gain), draws(elsewhere_gain), p, gained, lost, 20, 200)
    assert verdict == expected
    assert said in why
