"""Which rows of a large file are read follows from their content and the seed alone."""

import csv
import random
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import load_dataset
from core.workspace import Workspace
from core.workspace.datasets import ROW_KEY
from core.workspace.sample import (
    FEWEST_PER_LABEL,
    SampleFacts,
    allocation,
    sampled_examples,
)


def sampled(
    folder: Path, lines: Sequence[Sequence[object]], most: int, seed: int = 0
) -> tuple[pd.DataFrame, SampleFacts]:
    """A sample of these rows ``(text, kind)``."""
    workspace = Workspace(folder / "workspace")
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "kind"), *lines])
    data = load_dataset(workspace, path)
    return sampled_examples(workspace, data, "kind", ["text"], most=most, seed=seed)


LINES = [
    (f"message number {i}", "fraud" if i < 7 else "late" if i < 400 else "paid")
    for i in range(2_000)
]


def test_rare_labels_are_whole_and_the_others_equal(tmp_path: Path) -> None:
    """Of 7, 393 and 1,600 rows a sample of 507 takes 7, 250 and 250."""
    frame, facts = sampled(tmp_path, LINES, 507)
    assert frame["kind"].value_counts().to_dict() == {"paid": 250, "late": 250, "fraud": 7}
    assert frame[ROW_KEY].is_monotonic_increasing
    assert (facts.rows, facts.labelled, facts.distinct, facts.kept) == (2_000, 2_000, 2_000, 507)
    assert [(p.label, p.rows, p.kept) for p in facts.labels] == [
        ("paid", 1_600, 250),
        ("late", 393, 250),
        ("fraud", 7, 7),
    ]


def test_a_small_file_is_kept_whole(tmp_path: Path) -> None:
    """Nothing is sampled where all rows may be kept."""
    frame, facts = sampled(tmp_path, LINES, 2_000)
    assert facts.kept == len(frame) == 2_000


def test_the_order_of_rows_does_not_matter_but_the_seed_does(tmp_path: Path) -> None:
    """Shuffled rows give the same texts; another seed gives others."""
    shuffled = random.Random(5).sample(LINES, len(LINES))
    first, again, other = (
        set(sampled(tmp_path / name, lines, 300, seed)[0]["text"])
        for name, lines, seed in (("a", LINES, 0), ("b", shuffled, 0), ("c", LINES, 1))
        if (tmp_path / name).mkdir() is None
    )
    assert first == again
    assert len(first) == 293 + 7 - (293 % 2)  # 7 whole, and the rest halved
    assert first != other


def test_repeats_and_blanks_are_counted_and_gone(tmp_path: Path) -> None:
    """Case and spacing are no content; the same text under another label is another row."""
    lines = [
        ("Stop my card", "stop"),
        ("  stop   my\tCARD ", "stop"),
        ("stop my card", "other"),
        ("stop my card!", "stop"),
        ("", "stop"),
        ("   ", "other"),
        ("where is it", ""),
    ]
    frame, facts = sampled(tmp_path, lines, 100)
    assert frame[ROW_KEY].tolist() == [0, 2, 3]
    assert (facts.rows, facts.labelled, facts.empty) == (7, 6, 2)
    assert (facts.duplicates, facts.distinct, facts.kept) == (1, 3, 3)


def test_cells_do_not_run_into_one_another(workspace: Workspace, tmp_path: Path) -> None:
    """``a b | c`` and ``a | b c`` are two contents, and so are a blank cell first or last."""
    path = tmp_path / "rows.csv"
    path.write_text("x,y,kind\na b,c,p\na,b c,p\nz,,p\n,z,p\n Z ,,p\nq,q,r\n", "utf-8")
    data = load_dataset(workspace, path)
    _, facts = sampled_examples(workspace, data, "kind", ["x", "y"])
    assert (facts.distinct, facts.duplicates) == (5, 1)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=40), most=st.integers(1, 20_000))
def test_small_labels_are_whole_and_large_ones_cut_to_one_size(sizes: list[int], most: int) -> None:
    """Water-filling: one level, at least the floor, and never more than asked above it."""
    distinct = {str(i): size for i, size in enumerate(sizes)}
    kept = allocation(distinct, most)
    level = max(kept.values())
    assert all(kept[label] == min(size, level) for label, size in distinct.items())
    assert all(kept[label] >= min(size, FEWEST_PER_LABEL) for label, size in distinct.items())
    if sum(sizes) <= most:
        assert kept == distinct
    elif level > FEWEST_PER_LABEL:
        assert most - len(sizes) < sum(kept.values()) <= most


@pytest.mark.parametrize("seed", [0, 7])
def test_every_row_of_a_label_is_as_likely_as_any_other(tmp_path: Path, seed: int) -> None:
    """The mean number of the rows kept is near the middle: no end of the file is preferred."""
    frame, _ = sampled(tmp_path, [(f"t {i}", "ab"[i % 2]) for i in range(4_000)], 1_000, seed)
    assert abs(frame[ROW_KEY].mean() - 1_999.5) < 4 * 4_000 / 12**0.5 / 1_000**0.5
