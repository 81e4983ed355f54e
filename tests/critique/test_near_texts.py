import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.critique.bands import BandIndex
from core.critique.grams import gram_sets, spelled
from core.critique.likeness import TextIndex
from core.critique.near_texts import NearTexts

_WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]


def corpus(count: int) -> list[str]:
    """Sentences of twenty words, half of them an earlier one with a word changed."""
    dice = random.Random(0)
    texts: list[str] = []
    for _ in range(count):
        if texts and dice.random() < 0.5:
            words = dice.choice(texts).split()
            words[dice.randrange(len(words))] = dice.choice(_WORDS)
        else:
            words = dice.choices(_WORDS, k=20)
        texts.append(" ".join(words))
    return texts


def test_bands_find_the_copies_that_an_exact_comparison_finds() -> None:
    """At least 95 % of those at a similarity of 0.8 and more; and no similarity is estimated."""
    texts = [spelled(text) for text in corpus(2_000)]
    exact, places = TextIndex().take(texts)
    found, banded = BandIndex().take(texts)
    copies = exact >= 0.8
    assert copies.sum() > 300
    assert (found[copies] >= 0.8).mean() >= 0.95
    assert (found <= exact + 1e-12).all()
    same = banded == places
    np.testing.assert_allclose(found[same], np.where(places[same] < 0, 0, exact[same]))


def test_a_verdict_is_the_same_however_many_are_asked_about_at_once() -> None:
    """One after the other, by sevens, and all together, across the change to bands."""
    texts = corpus(400)
    whole = NearTexts(exact=150).take(texts)
    for step in (1, 7):
        index = NearTexts(exact=150)
        parts = [index.take(texts[i : i + step]) for i in range(0, len(texts), step)]
        for own, other in zip(whole, zip(*parts, strict=True), strict=True):
            np.testing.assert_array_equal(own, np.concatenate(other))


def test_before_the_change_every_similarity_is_exact() -> None:
    """The first texts are compared with all before them."""
    texts = corpus(200)
    exact, _ = TextIndex().take([spelled(text) for text in texts])
    found, _ = NearTexts().take(texts)
    np.testing.assert_array_equal(found, exact)


def test_very_many_copies_of_one_text_cost_no_more_than_others() -> None:
    """The first is named for each of them."""
    alike, places = NearTexts(exact=10).take(["please stop my card"] * 5_000)
    assert alike[0] == 0
    assert set(alike[1:].tolist()) == {1.0}
    assert set(places[1:].tolist()) == {0}


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_gram_sets_are_the_sets_of_four_letters(texts: list[str]) -> None:
    """As many as a set of the text's parts holds, whatever the letters are."""
    spelled_out = [spelled(text) for text in texts]
    _, ends = gram_sets(spelled_out)
    sizes = [len({t[i : i + 4] for i in range(len(t) - 3)}) for t in spelled_out]
    assert np.diff(ends).tolist() == sizes


@pytest.mark.parametrize("text", ["", " ", "a", "日本語のテキスト", "\ud800", "😀😀😀😀"])
def test_any_text_is_its_own_copy(text: str) -> None:
    """Empty, short, of other scripts, or broken."""
    alike, places = NearTexts(exact=0).take([text, text])
    assert (alike.tolist(), places.tolist()) == ([0.0, 1.0], [-1, 0])
