"""The longest run of words that a text has in common with a single real record.

Runs that several records share are how people put things, and give nobody away.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.critique.grams import ranges

Places = NDArray[np.int64]

LINK = 6
"""Words that records are searched by; a shorter run is not found."""

MOST_RECORDS = 2
"""A run that more records hold belongs to all of them."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
# Letters of scripts that put no blanks between words stand for words.
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]|[^\W_぀-ヿ㐀-鿿가-힯฀-๿]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a text shares with a record, word for word."""

    words: int
    """Its length; 0 for none of ``LINK`` words and more."""
    characters: int
    record: int
    """The place of the record."""
    of_text: int
    """Words of the text."""
    of_record: int
    start: int
    """Words of the text before it."""


NONE = Run(words=0, characters=0, record=-1, of_text=0, of_record=0, start=0)


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, without marks."""
    return _WORD.findall(text.casefold())


class Records:
    """Real records, searched by runs of ``LINK`` words."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read every record once; memory grows with their words."""
        self._ids: dict[str, int] = {}
        written = [self._numbers(words_in(text), learn=True) for text in texts]
        self._sizes = np.array([len(w) for w in written], np.int64)
        self._ends = np.cumsum(self._sizes)
        links, places = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
        for end, words in zip(self._ends.tolist(), written, strict=True):
            own = _links(words)
            links.append(own)
            places.append(np.arange(end - len(words), end - len(words) + len(own)))
        every, where = np.concatenate(links), np.concatenate(places)
        order = np.argsort(every, kind="stable")
        self._links, self._where = every[order], where[order]

    def longest(self, text: str, without: int = -1) -> Run:
        """The longest run that *text* shares with one record; *without* one, its own."""
        words = words_in(text)
        links = _links(self._numbers(words, learn=False))
        first = np.searchsorted(self._links, links)
        count = np.searchsorted(self._links, links, side="right") - first
        if not count.any():
            return NONE
        at = np.repeat(np.arange(len(links)), count)
        place = self._where[ranges(first, count)]
        record = np.searchsorted(self._ends, place, side="right")
        kept = record != without
        at, place, record = at[kept], place[kept], record[kept]
        # In how many records a link stands; one that many hold gives nobody away.
        links_at = at.tolist()
        held = Counter(i for i, _ in set(zip(links_at, record.tolist(), strict=True)))
        kept = np.array([held[i] <= MOST_RECORDS for i in links_at], dtype=bool)
        if not kept.any():
            return NONE
        return self._run(words, at[kept], place[kept], record[kept])

    def _run(self, words: Sequence[str], at: Places, place: Places, record: Places) -> Run:
        order = np.lexsort((at, place - at, record))
        at, shift, record = at[order], (place - at)[order], record[order]
        goes_on = (np.diff(at) == 1) & (np.diff(shift) == 0) & (np.diff(record) == 0)
        begins = np.flatnonzero(np.concatenate(([True], ~goes_on)))
        lengths = np.diff(np.concatenate((begins, [len(at)])))
        best = int(lengths.argmax())
        start, size = int(at[begins[best]]), int(lengths[best]) + LINK - 1
        mine = int(record[begins[best]])
        return Run(
            words=size,
            characters=len(" ".join(words[start : start + size])),
            record=mine,
            of_text=len(words),
            of_record=int(self._sizes[mine]),
            start=start,
        )

    def _numbers(self, words: Sequence[str], *, learn: bool) -> NDArray[np.uint64]:
        """A number for each word; 0 for one that no record has."""
        ids = self._ids
        if learn:
            found = [ids.setdefault(word, len(ids) + 1) for word in words]
        else:
            found = [ids.get(word, 0) for word in words]
        return np.array(found, dtype=np.uint64)


def _links(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for every ``LINK`` words in a row."""
    count = max(0, len(words) - LINK + 1)
    found = np.zeros(count, np.uint64)
    for i in range(LINK):
        found = (found ^ words[i : i + count]) * _PRIME
        found ^= found >> np.uint64(29)
    return found
