"""Near copies among very many texts: bands of MinHash values find them, exact sets confirm them.

Texts whose sets of 4-grams have the Jaccard similarity J share a band of r
values with the probability J^r, and at least one of b bands with 1 − (1 − J^r)^b.
Bands are set for far lower similarities than a copy has: at J = 0.8 one copy in
thousands is missed, at 0.7 one in forty. A band that met copies half of the time
at the very similarity one decides at would lose a fifth of them.

References
----------
A. Broder, "On the resemblance and containment of documents", 1997.
J. Leskovec, A. Rajaraman, J. Ullman, Mining of Massive Datasets, ch. 3.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.critique.grams import GramSets, Grown, Places, Words, gram_sets, mixed_up, ranges

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

BANDS, ROWS = 16, 5
_BATCH = 4_000
_MOST_IN_BUCKET = 16
"""Texts of one bucket, the oldest first, that a text is compared with."""

_MOST_VERIFIED = 4
"""Texts, the likest by their MinHash values, whose sets a text's own is held against."""

_WORD = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


class _Buckets:
    """Which texts stand in which bucket: sorted arrays, merged as they double."""

    def __init__(self) -> None:
        self._levels: list[tuple[Keys, NDArray[np.int32]]] = []

    def add(self, keys: Keys, names: NDArray[np.int32]) -> None:
        """Put each name into its bucket; *keys* are in order."""
        levels = [*self._levels, (keys, names)]
        while len(levels) > 1 and len(levels[-2][0]) < 2 * len(levels[-1][0]):
            (a, a_names), (b, b_names) = levels[-2:]
            levels[-2:] = [_sorted(np.concatenate([a, b]), np.concatenate([a_names, b_names]))]
        self._levels = levels

    def found(self, keys: Keys, names: NDArray[np.int32]) -> Keys:
        """Pairs of a name and an older one in its bucket, each once, as one number."""
        pairs = [np.zeros(0, np.uint64)]
        for known, held in self._levels:
            first = np.searchsorted(known, keys)
            hit = np.flatnonzero(known[np.minimum(first, len(known) - 1)] == keys)
            first = first[hit]
            count = np.searchsorted(known, keys[hit], side="right") - first
            count = np.minimum(count, _MOST_IN_BUCKET)
            older = held[ranges(first, count)].astype(np.uint64)
            newer = np.repeat(names[hit], count).astype(np.uint64)
            is_older = older < newer
            pairs.append(newer[is_older] << _WORD | older[is_older])
        return np.unique(np.concatenate(pairs))


def _sorted(keys: Keys, names: NDArray[np.int32]) -> tuple[Keys, NDArray[np.int32]]:
    order = np.argsort(keys, kind="stable")
    return keys[order], names[order]


class BandIndex:
    """Texts seen so far, each compared with those that share a band with it.

    Memory grows in proportion to the texts: some 500 bytes for one of 50 letters.
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        dice = np.random.default_rng(0)
        self._odd = dice.integers(0, 2**31, BANDS * ROWS, dtype=np.uint32) * 2 + 1
        self._plus = dice.integers(0, 2**32, BANDS * ROWS, dtype=np.uint32)
        self._buckets = _Buckets()
        self._sets = GramSets()
        self._marks = Grown(np.uint8, (BANDS * ROWS,))

    def take(self, texts: Sequence[str]) -> tuple[Floats, Places]:
        """Similarity and place of what each text is likest to among all before it.

        Both are 0 and −1 for a text that shares no band with any.
        """
        parts = [self._take(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        if not parts:
            return np.zeros(0), np.zeros(0, np.int64)
        alike, places = zip(*parts, strict=True)
        return np.concatenate(alike), np.concatenate(places)

    def _take(self, texts: Sequence[str]) -> tuple[Floats, Places]:
        grams, ends = gram_sets(texts)
        first = self._marks.size
        names = np.arange(first, first + len(texts), dtype=np.int32)
        least = self._least(grams, ends)
        keys = _band_keys(least)
        self._sets.append(grams, ends)
        self._marks.append((least >> np.uint32(24)).astype(np.uint8))
        keys, every = _sorted(keys, np.repeat(names, BANDS))  # In order they are found far faster.
        self._buckets.add(keys, every)
        pairs = self._likest(self._buckets.found(keys, every))
        return self._sets.likest(pairs, first, len(texts))

    def _least(self, grams: Words, ends: Places) -> Words:
        """MinHash values of every text."""
        mixed = mixed_up(grams)
        found = np.empty((len(ends) - 1, len(self._odd)), np.uint32)
        for k, (odd, plus) in enumerate(zip(self._odd, self._plus, strict=True)):
            found[:, k] = np.minimum.reduceat(mixed * odd + plus, ends[:-1])
        return found

    def _likest(self, pairs: Keys) -> Keys:
        """Of each text's pairs the few that share the most MinHash values."""
        newer, older = (pairs >> _WORD).astype(np.int64), (pairs & _LOW).astype(np.int64)
        marks = self._marks.rows
        missed = np.count_nonzero(marks[newer] != marks[older], axis=1)
        order = np.lexsort((older, missed, newer))
        group = newer[order]
        rank = np.arange(len(group)) - np.searchsorted(group, group)
        return pairs[order][rank < _MOST_VERIFIED]


def _band_keys(least: Words) -> Keys:
    """One number a band, another for equal values in another band."""
    parts = least.reshape(len(least), BANDS, ROWS).astype(np.uint64)
    odd = np.uint64(0x9E3779B97F4A7C15)
    keys = np.broadcast_to(np.arange(BANDS, dtype=np.uint64), parts.shape[:2]).copy()
    for row in range(ROWS):
        keys = (keys ^ parts[:, :, row]) * odd
        keys ^= keys >> np.uint64(29)
    return np.ascontiguousarray(keys).ravel()
