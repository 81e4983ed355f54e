"""New texts from real ones: parts of anchors joined where they share a word, and small changes.

Nothing is invented: every word stands in a context that real texts showed. Of
many recombinations the ones that read like the corpus and keep to the topic of
the slice are kept.
"""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from core.generation.corpus import END, START, Corpus
from core.generation.rivals import WordRivals
from core.generation.turns import turn
from core.generation.wording import (
    Words,
    is_word,
    joined,
    keys,
    opening_like,
    with_other_numbers,
    with_short_form,
    with_slip,
    words,
    written,
)

_TRIES = 24
_ENOUGH = 6
_MOST_JOINTS = 48
_SLIP_SHARE, _NUMBER_SHARE, _SHORT_SHARE, _MARK_SHARE = 0.03, 0.6, 0.25, 0.15
_ROUGH_SLIP_SHARE = 0.5


class TextRecombiner:
    """Writes texts for one slice from its anchors and the wording of the whole corpus."""

    def __init__(
        self,
        anchors: Sequence[str],
        others: Sequence[str],
        labels: Sequence[str],
        *,
        rough: bool = False,
        rivals: WordRivals | None = None,
    ) -> None:
        """Learn the wording; *rough* makes slips of the keyboard frequent.

        With *rivals*, of all recombinations the one nearest to another label is taken.
        """
        self._rivals = rivals
        self._corpus = Corpus(anchors, others, labels)
        self._anchors = self._corpus.anchors
        self._known = {keys(text) for text in self._anchors}
        self._known_words = [frozenset(spelled) for spelled in self._known]
        lengths = sorted(len(text) for text in self._anchors)
        self._shortest = max(1, min(lengths[0], round(lengths[len(lengths) // 2] * 0.5)))
        self._longest = lengths[-1] + 2
        self._slips = _ROUGH_SLIP_SHARE if rough else _SLIP_SHARE
        self._at: dict[str, list[tuple[int, int]]] = {}
        for n, text in enumerate(self._anchors):
            for i, key in enumerate(keys(text)):
                self._at.setdefault(key, []).append((n, i))

    def text(self, index: int, seed: int) -> tuple[str, tuple[int, ...]]:
        """The text of this index and the positions of the anchors it was made from."""
        dice = random.Random(f"{seed}/{index}")
        start = turn(index, len(self._anchors), seed)
        recipes: tuple[Callable[[int, random.Random], tuple[Words, tuple[int, ...]]], ...] = (
            self._crossed,
            self._crossed,
            self._twice_crossed,
            self._reopened,
            self._reclosed,
            self._substituted,
            self._crossed_and_substituted,
            self._reopened_and_crossed,
            self._sentences_swapped,
        )
        found: list[tuple[float, Words, tuple[int, ...]]] = []
        for attempt in range(_TRIES):
            recipe = dice.choice(recipes)
            made, parents = recipe(
                start if attempt < _TRIES * 2 // 3 else dice.randrange(len(self._anchors)), dice
            )
            if self._is_fit(made):
                found.append((self._merit(made), made, parents))
            if len(found) >= _ENOUGH and self._rivals is None:
                break
        if not found:
            found = [(0.0, self._anchors[start], (start,))]
        chosen, parents = self._chosen(found, dice)
        return self._varied(written(chosen), dice), tuple(dict.fromkeys(parents))

    def _chosen(
        self, found: Sequence[tuple[float, Words, tuple[int, ...]]], dice: random.Random
    ) -> tuple[Words, tuple[int, ...]]:
        """One of what was found, drawn by its merit; with rivals, what is nearest to one."""
        rivals = self._rivals
        if rivals is None:
            weights = [math.exp(merit) for merit, _, _ in found]
            return dice.choices(found, weights)[0][1:]
        return max(found, key=lambda one: one[0] + rivals.nearness(keys(one[1])))[1:]

    def telling(self, text: str, most: int = 2) -> list[str]:
        """The words of a text that speak most for the slice, the most telling first."""
        weighed = sorted((-self._corpus.weight(key), key) for key in set(keys(words(text))))
        return [key for weight, key in weighed if weight < 0 and is_word(key)][:most]

    def _is_fit(self, text: Words) -> bool:
        spelled = keys(text)
        if spelled in self._known or not self._shortest <= len(text) <= self._longest:
            return False
        if any(a == b and is_word(a) for a, b in pairwise(spelled)):
            return False
        if _repeats(spelled):
            return False
        return self._corpus.topic(spelled) >= self._corpus.least_topic

    def _merit(self, text: Words) -> float:
        spelled = keys(text)
        own = frozenset(spelled)
        nearest = max(len(own & known) / len(own | known) for known in self._known_words)
        return self._corpus.fluency(spelled) - 4 * nearest

    def _crossed(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        return self._cross(self._anchors[start], (start,), dice)

    def _cross(
        self, text: Words, parents: tuple[int, ...], dice: random.Random
    ) -> tuple[Words, tuple[int, ...]]:
        """The beginning of *text* and the end of an anchor, joined at a word both have."""
        places = [
            (i, n, j)
            for i, key in enumerate(keys(text))
            for n, j in self._at.get(key, ())
            if n not in parents and i + len(self._anchors[n]) > j
        ]
        if not places:
            return text, parents
        if len(places) > _MOST_JOINTS:
            places = dice.sample(places, _MOST_JOINTS)
        # A joint at a rare word, or at a pair of words, reads better than one at "the".
        weights = [self._joint_weight(text, i, n, j) for i, n, j in places]
        i, n, j = dice.choices(places, weights)[0]
        return (*text[:i], *joined(text[:i], self._anchors[n][j:])[i:]), (*parents, n)

    def _joint_weight(self, text: Words, i: int, n: int, j: int) -> float:
        other = self._anchors[n]
        key = text[i].key
        before = text[i - 1].key if i else START
        after = other[j + 1].key if j + 1 < len(other) else END
        seen = self._corpus.is_seen(before, key, after)
        rare = 1 / math.sqrt(len(self._at[key]))
        middling = 0.3 if i == 0 or after == END else 1.0
        return (1.0 if seen else 0.35) * rare * middling

    def _twice_crossed(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        return self._cross(*self._crossed(start, dice), dice)

    def _substituted(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        return self._substitute(self._anchors[start], dice), (start,)

    def _crossed_and_substituted(
        self, start: int, dice: random.Random
    ) -> tuple[Words, tuple[int, ...]]:
        made, parents = self._crossed(start, dice)
        return self._substitute(made, dice), parents

    def _substitute(self, text: Words, dice: random.Random) -> Words:
        """One or two words replaced by others that stand in the same contexts."""
        made = list(text)
        places = list(range(len(made)))
        dice.shuffle(places)
        left = dice.choice((1, 2))
        for i in places:
            before = made[i - 1].key if i else START
            after = made[i + 1].key if i + 1 < len(made) else END
            choices = self._corpus.substitutes(made[i].key, (before, after))
            if choices:
                word = words(dice.choice(choices))[0]
                made[i] = type(word)(
                    "I" if word.key == "i" and made[i].text[:1].isupper() else word.text,
                    made[i].space,
                    word.key,
                )
                left -= 1
            if not left:
                break
        return opening_like(tuple(made), text)

    def _reopened(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        """Another opener of the corpus before the anchor, or in the place of its own."""
        return self._reopen(self._anchors[start], dice), (start,)

    def _reopen(self, text: Words, dice: random.Random) -> Words:
        cuts = [i for i in range(min(5, len(text) - 1)) if self._corpus.openers.get(text[i].key)]
        kept = [i for i in cuts if all(self._corpus.weight(k) <= 1 for k in keys(text[:i]))]
        if not kept:
            return text
        cut = dice.choice(kept)
        openers = self._corpus.openers[text[cut].key]
        opener = dice.choices(openers, [math.sqrt(o.seen) for o in openers])[0]
        return opening_like(joined(opener.text, text[cut:]), text)

    def _reclosed(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        """Another ending of the corpus after the anchor, or in the place of its own."""
        text = self._anchors[start]
        cuts = [
            i
            for i in range(max(1, len(text) - 4), len(text) + 1)
            if self._corpus.closers.get(text[i - 1].key)
            and all(self._corpus.weight(k) <= 1 for k in keys(text[i:]))
        ]
        if not cuts:
            return text, (start,)
        cut = dice.choice(cuts)
        closers = self._corpus.closers[text[cut - 1].key]
        closer = dice.choices(closers, [math.sqrt(c.seen) for c in closers])[0]
        return joined(text[:cut], closer.text), (start,)

    def _reopened_and_crossed(
        self, start: int, dice: random.Random
    ) -> tuple[Words, tuple[int, ...]]:
        made, parents = self._crossed(start, dice)
        return self._reopen(made, dice), parents

    def _sentences_swapped(self, start: int, dice: random.Random) -> tuple[Words, tuple[int, ...]]:
        """The first part up to a mark, and what follows a mark in another anchor."""
        text = self._anchors[start]
        cuts = _marks(text)
        others = [n for n, other in enumerate(self._anchors) if n != start and _marks(other)]
        if not cuts or not others:
            return self._crossed(start, dice)
        n = dice.choice(others)
        cut, place = dice.choice(cuts), dice.choice(_marks(self._anchors[n]))
        return joined(text[: cut + 1], self._anchors[n][place + 1 :]), (start, n)

    def _varied(self, text: str, dice: random.Random) -> str:
        """Small changes that people make without changing what they mean."""
        if dice.random() < _NUMBER_SHARE:
            text = with_other_numbers(text, dice)
        if dice.random() < _SHORT_SHARE:
            text = with_short_form(text, dice)
        if dice.random() < _MARK_SHARE and text[-1:] in ".!":
            text = text[:-1].rstrip() or text
        if dice.random() < self._slips:
            text = with_slip(text, dice)
        return text


def _marks(text: Words) -> list[int]:
    return [i for i, word in enumerate(text[:-1]) if i and word.text in ".!?;,–-"]


def _repeats(spelled: tuple[str, ...]) -> bool:
    """Whether a pair of words occurs twice."""
    pairs = list(pairwise(spelled))
    return len(set(pairs)) < len(pairs)
