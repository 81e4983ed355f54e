"""Texts as sets of character 4-grams, each gram one number, many texts at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
Words = NDArray[np.uint32]
Places = NDArray[np.int64]

GRAM = 4
_NARROW = 256
_WORD = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def spelled(text: str) -> str:
    """A text in lower case, blanks evened; padded so that the shortest has a 4-gram."""
    return f" {' '.join(text.casefold().split())} ".rjust(GRAM)


def gram_sets(texts: Sequence[str]) -> tuple[Words, Places]:
    """The distinct 4-grams of every text one after another, and where each text's begin and end.

    Four letters of one byte are their own number. Other letters are mixed into
    one, so that two grams in four thousand million may be taken for one.
    """
    sizes = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    if len(letters) < GRAM:
        return np.zeros(0, np.uint32), np.zeros(len(texts) + 1, np.int64)
    own = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    within = own[: -GRAM + 1] == own[GRAM - 1 :]
    keys = (own[: -GRAM + 1][within] << _WORD) | _numbers(letters)[within]
    keys.sort()
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    ends = np.searchsorted(keys, np.arange(1, len(texts) + 1, dtype=np.uint64) << _WORD)
    return (keys & _LOW).astype(np.uint32), np.concatenate(([0], ends))


def _numbers(letters: Words) -> NDArray[np.uint64]:
    parts = [letters[i : len(letters) - GRAM + 1 + i] for i in range(GRAM)]
    packed = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
    if letters.max() >= _NARROW:
        mixed = np.zeros_like(packed)
        for part in parts:
            mixed = mixed_up(mixed * np.uint32(31) + part)
        wide = np.maximum.reduce(parts) >= _NARROW
        packed = np.where(wide, mixed, packed)
    return packed.astype(np.uint64)


def mixed_up(values: Words) -> Words:
    """Another number for each, one to one, near ones far apart.

    References
    ----------
    A. Appleby, MurmurHash3, finalizer of 32 bits, 2011.
    """
    found = values ^ (values >> np.uint32(16))
    found = found * np.uint32(0x85EBCA6B)
    found ^= found >> np.uint32(13)
    found *= np.uint32(0xC2B2AE35)
    return np.asarray(found ^ (found >> np.uint32(16)), dtype=np.uint32)


def ranges(starts: Places, sizes: Places) -> Places:
    """The numbers of many ranges, one range after another."""
    total = int(sizes.sum())
    ends = np.cumsum(sizes)
    found = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - sizes), sizes)
    return np.asarray(found, dtype=np.int64)


class Grown:
    """An array that rows are appended to; it doubles when it is full."""

    def __init__(self, kind: Any, width: tuple[int, ...] = ()) -> None:
        """Start empty."""
        self._kept = np.empty((1_024, *width), dtype=kind)
        self.size = 0

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows at the end."""
        size = self.size + len(rows)
        if size > len(self._kept):
            room = (max(size, 2 * len(self._kept)), *self._kept.shape[1:])
            larger = np.empty(room, self._kept.dtype)
            larger[: self.size] = self.rows
            self._kept = larger
        self._kept[self.size : size] = rows
        self.size = size

    @property
    def rows(self) -> NDArray[Any]:
        """All that was appended."""
        return self._kept[: self.size]


class GramSets:
    """The 4-gram sets of texts, in the order they came, and how alike pairs of them are."""

    def __init__(self) -> None:
        """Start with none."""
        self._grams, self._ends = Grown(np.uint32), Grown(np.int64)
        self._ends.append(np.zeros(1, np.int64))

    def append(self, grams: Words, ends: Places) -> None:
        """Add the sets of some texts, as ``gram_sets`` gives them."""
        self._ends.append(ends[1:] + self._grams.size)
        self._grams.append(grams)

    @property
    def sizes(self) -> Places:
        """How many distinct 4-grams each has."""
        return np.diff(self._ends.rows)

    def likest(self, pairs: Keys, first: int, count: int) -> tuple[Floats, Places]:
        """For *count* texts from *first* on, the likest in their pairs; of several the oldest.

        A pair is one number: the newer text in its upper half, the older one in
        its lower. Who is in no pair has 0 and the place −1.
        """
        alike = self._similarity(pairs)
        newer, older = (pairs >> _WORD).astype(np.int64), (pairs & _LOW).astype(np.int64)
        order = np.lexsort((older, -alike, newer))
        owners, at = np.unique(newer[order] - first, return_index=True)
        found, places = np.zeros(count), np.full(count, -1, np.int64)
        found[owners], places[owners] = alike[order][at], older[order][at]
        return found, places

    def _similarity(self, pairs: Keys) -> Floats:
        """Exact Jaccard similarity of the sets of each pair."""
        ends, grams = self._ends.rows, self._grams.rows
        both, total = [], np.zeros(len(pairs), np.int64)
        for side in ((pairs >> _WORD).astype(np.int64), (pairs & _LOW).astype(np.int64)):
            size = ends[side + 1] - ends[side]
            total += size
            owner = np.repeat(np.arange(len(pairs), dtype=np.uint64), size)
            both.append(owner << _WORD | grams[ranges(ends[side], size)])
        keys = np.concatenate(both)
        keys.sort()
        twice = keys[1:][keys[1:] == keys[:-1]] >> _WORD
        shared = np.bincount(twice.astype(np.int64), minlength=len(pairs))
        return np.asarray(shared / (total - shared), dtype=np.float64)
