import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import messages

from core.datasets.content import ContentColumn
from core.generation.seeds import SeedDesign, sub_slices

TEXT = [ContentColumn(name="text", kind="text")]

slices_of_anchors = st.lists(st.integers(0, 4), min_size=1, max_size=90)


@given(slices_of_anchors, st.integers(1, 9), st.integers(0, 2**40))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_no_anchor_is_shown_twice_before_all_were_shown_as_often(
    names: list[int], shots: int, seed: int
) -> None:
    """At any point of a run, the counts of two anchors differ by one at most."""
    design = SeedDesign(names, shots, seed)
    counts = np.zeros(len(names), dtype=int)
    for index in range(2 * len(names) + 3):
        shown = design.shown(index)
        assert len(set(shown)) == len(shown) == min(shots, len(names))
        counts[shown] += 1
        assert counts.max() - counts.min() <= 1


@given(slices_of_anchors, st.integers(1, 9), st.integers(0, 2**40), st.integers(0, 10_000))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_equal_seed_and_index_show_equal_anchors(
    names: list[int], shots: int, seed: int, index: int
) -> None:
    """Whatever was asked for before, in any order."""
    used = SeedDesign(names, shots, seed)
    for other in (index + 7, 0, index // 2):
        used.shown(other)
    assert used.shown(index) == SeedDesign(names, shots, seed).shown(index)


def test_another_seed_shows_other_anchors() -> None:
    """Of thirty prompts hardly one is the same."""
    names = [i % 4 for i in range(60)]
    one, two = SeedDesign(names, 6, 0), SeedDesign(names, 6, 1)
    same = sum(set(one.shown(i)) == set(two.shown(i)) for i in range(30))
    assert same <= 1


def test_every_sub_slice_is_shown_within_the_first_pass() -> None:
    """Of ten sub-slices, the one with a single anchor among 100 as well: 17 prompts of 6."""
    names = np.repeat(np.arange(10), [30, 20, 10, 10, 10, 10, 5, 2, 2, 1])
    design = SeedDesign(names, 6, 0)
    shown = {int(names[place]) for i in range(17) for place in design.shown(i)}
    assert shown == set(range(10))


def test_some_prompts_keep_to_one_sub_slice_and_others_mix_many() -> None:
    """Of 50 prompts over five even sub-slices: a good part of either."""
    names = np.repeat(np.arange(5), 60)
    design = SeedDesign(names, 6, 0)
    kinds = [len({int(names[place]) for place in design.shown(i)}) for i in range(50)]
    assert sum(k == 1 for k in kinds) >= 15
    assert sum(k >= 4 for k in kinds) >= 15


def test_sub_slices_of_texts_are_what_their_words_say() -> None:
    """Of 36 messages of three labels, two in three lie in a cluster mostly of their label."""
    frame = messages()
    found = sub_slices(frame.to_dict("records"), TEXT)
    assert 2 <= len(set(found.tolist())) <= 3
    pure = sum(frame["intent"][found == one].value_counts().iloc[0] for one in set(found.tolist()))
    assert pure >= 24
    assert found.tolist() == sub_slices(frame.to_dict("records"), TEXT).tolist()


def test_sub_slices_of_rows_are_what_their_values_say() -> None:
    """Young tenants and old owners are two groups, with a gap in one cell."""
    columns = [
        ContentColumn(name="age", kind="integer"),
        ContentColumn(name="home", kind="category"),
    ]
    rows = [{"age": 20 + i % 5, "home": "rent"} for i in range(12)]
    rows += [{"age": 60 + i % 5, "home": "own"} for i in range(12)]
    rows[3]["age"] = None
    found = sub_slices(rows, columns).tolist()
    assert len(set(found[:12])) == len(set(found[12:])) == 1
    assert found[0] != found[12]


@pytest.mark.parametrize("text", ["", "...", "same words"])
def test_anchors_that_cannot_be_told_apart_are_one_sub_slice(text: str) -> None:
    """No words, marks only, or the same text throughout."""
    assert set(sub_slices([{"text": text}] * 40, TEXT).tolist()) == {0}


def test_ten_thousand_anchors_are_dealt_fast() -> None:
    """Set up within seconds on a busy machine, and far under a millisecond a prompt."""
    dice = np.random.default_rng(0)
    spoken = [f"word{i}" for i in range(500)]
    rows = [{"text": " ".join(dice.choice(spoken, 12))} for _ in range(10_000)]
    began = time.perf_counter()
    design = SeedDesign(sub_slices(rows, TEXT), 6, 0)
    assert time.perf_counter() - began < 5
    began = time.perf_counter()
    for index in range(500):
        design.shown(index)
    assert (time.perf_counter() - began) / 500 < 0.001
