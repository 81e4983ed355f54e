"""What a corpus of short texts teaches about wording: contexts, openers, and words of a topic."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from core.generation.wording import Words, is_word, keys, words

START, END = "\x02", "\x03"
MOST_TEXTS = 20_000
_LONGEST_OPENER = 4
_COMMON_SHARE = 0.25
_FEWEST_CONTEXTS = 2
_UNSEEN = (-9.0, -5.0, -2.2)
"""What three unseen words in a row cost when none, one or both of their pairs were seen."""

Context = tuple[str, str]


class Opener(NamedTuple):
    """A way to begin or to end that several labels share."""

    text: Words
    seen: int


class Corpus:
    """Wording learnt from the anchors of one slice and the texts of all other labels."""

    def __init__(
        self, anchors: Sequence[str], others: Sequence[str], labels: Sequence[str]
    ) -> None:
        """Learn from *anchors* and *others*; *labels* are those of the others, one each."""
        picked = _sample(len(others))
        self.anchors = [words(text) for text in anchors]
        rest = [words(others[i]) for i in picked]
        rest_labels = [labels[i] for i in picked]
        self._pairs: Counter[Context] = Counter()
        self._triples: Counter[tuple[str, str, str]] = Counter()
        self.fillers: dict[Context, Counter[str]] = defaultdict(Counter)
        self._contexts: dict[str, set[Context]] = defaultdict(set)
        for text in [*self.anchors, *rest]:
            self._learn(keys(text))
        self._weights = _topic_weights(self.anchors, rest)
        self._common = _common_words(rest, rest_labels)
        self.openers = self._shared_ends(rest, rest_labels, opening=True)
        self.closers = self._shared_ends(rest, rest_labels, opening=False)
        own = sorted(self.topic(keys(text)) for text in self.anchors)
        self.least_topic = own[len(own) // 5] * 0.8 if own else 0.0

    def _learn(self, text: tuple[str, ...]) -> None:
        padded = (START, *text, END)
        for before, word, after in zip(padded, padded[1:], padded[2:], strict=False):
            self._triples[before, word, after] += 1
            self.fillers[before, after][word] += 1
            self._contexts[word].add((before, after))
        self._pairs.update(pairwise(padded))

    def fluency(self, text: tuple[str, ...]) -> float:
        """Familiarity of each three words in a row: 0 when all were seen, below otherwise."""
        padded = (START, *text, END)
        total = 0.0
        for triple in zip(padded, padded[1:], padded[2:], strict=False):
            if triple in self._triples:
                continue
            known = (triple[:2] in self._pairs) + (triple[1:] in self._pairs)
            total += _UNSEEN[known]
        return total

    def is_seen(self, *run: str) -> bool:
        """Whether two or three words in a row were seen."""
        return run in (self._pairs if len(run) == 2 else self._triples)

    def topic(self, text: tuple[str, ...]) -> float:
        """How much the words speak for the slice and against the other labels."""
        return sum(self._weights.get(key, 0.0) for key in set(text))

    def weight(self, key: str) -> float:
        """How much one word speaks for the slice."""
        return self._weights.get(key, 0.0)

    def substitutes(self, key: str, context: Context) -> list[str]:
        """Words that stand where this one does, here and elsewhere, and change no topic."""
        if self.weight(key) > 1 or not is_word(key):
            return []
        mine = self._contexts[key]
        found = []
        for other in self.fillers.get(context, ()):
            if other in (key, START, END) or not is_word(other):
                continue
            fits = other in self._common or (
                0 <= self.weight(other) <= 1 and other in self._weights
            )
            if fits and len(mine & self._contexts[other]) >= _FEWEST_CONTEXTS:
                found.append(other)
        return sorted(found)

    def _shared_ends(
        self, rest: Sequence[Words], labels: Sequence[str], *, opening: bool
    ) -> dict[str, list[Opener]]:
        """Openers by the word that follows them, or closers by the word before them."""
        seen: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        example: dict[tuple[str, ...], Words] = {}
        for text, label in zip(rest, labels, strict=True):
            for size in range(1, min(_LONGEST_OPENER, len(text) - 2) + 1):
                part, joint = (
                    (text[:size], text[size]) if opening else (text[-size:], text[-size - 1])
                )
                spelled = keys(part)
                if all(key in self._common or not is_word(key) for key in spelled):
                    seen[joint.key][spelled].add(label)
                    example.setdefault(spelled, part)
        needed = 2 if len(set(labels)) > 3 else 1
        return {
            joint: [
                Opener(example[p], len(by)) for p, by in sorted(parts.items()) if len(by) >= needed
            ]
            for joint, parts in seen.items()
        }


def _sample(size: int) -> list[int]:
    if size <= MOST_TEXTS:
        return list(range(size))
    return sorted(random.Random(0).sample(range(size), MOST_TEXTS))


def _topic_weights(anchors: Sequence[Words], rest: Sequence[Words]) -> dict[str, float]:
    """Log odds of each anchor word among the anchors against all other texts, within [−1, 4]."""
    mine = Counter(key for text in anchors for key in set(keys(text)) if is_word(key))
    theirs = Counter(key for text in rest for key in set(keys(text)))
    n, m = len(anchors), len(rest)
    return (
        {
            key: max(
                -1.0,
                min(
                    4.0, math.log((count + 0.5) / (n + 1)) - math.log((theirs[key] + 0.5) / (m + 1))
                ),
            )
            for key, count in mine.items()
        }
        if m
        else dict.fromkeys(mine, 0.5)
    )


def _common_words(rest: Sequence[Words], labels: Sequence[str]) -> set[str]:
    """Words that a good part of all labels use: they belong to no topic."""
    by_word: dict[str, set[str]] = defaultdict(set)
    for text, label in zip(rest, labels, strict=True):
        for key in keys(text):
            by_word[key].add(label)
    needed = max(2.0, _COMMON_SHARE * len(set(labels)))
    return {key for key, used_by in by_word.items() if len(used_by) >= needed}
