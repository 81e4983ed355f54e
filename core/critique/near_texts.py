"""What is the likest text before each? An exact join while they are few, bands when they are many.

Where one becomes the other is decided by how many texts came before, never by how
many are asked about at once, so that a verdict is the same however they come.
"""

from array import array
from collections.abc import Sequence

import numpy as np

from core.critique.bands import BandIndex
from core.critique.grams import Floats, Places, spelled
from core.critique.likeness import TextIndex

EXACT = 4_000
"""Texts up to which each is compared with every one before it: their cost grows as the square."""


class NearTexts:
    """Texts seen so far; a text that is spelled as one before it is its copy at once."""

    def __init__(self, exact: int = EXACT) -> None:
        """Compare the first *exact* texts with all before them."""
        self._exact = exact
        self._first: dict[str, int] = {}
        self._places = array("i")
        """Of the texts that are compared, the places among all."""
        self._seen = 0
        self._small: TextIndex | None = TextIndex()
        self._large: BandIndex | None = None

    def take(self, written: Sequence[str]) -> tuple[Floats, Places]:
        """Similarity and place of what each is likest to among all before it.

        Both are 0 and −1 for what resembles nothing.
        """
        texts = [spelled(text) for text in written]
        alike, places = np.zeros(len(texts)), np.full(len(texts), -1, np.int64)
        new = []
        for i, text in enumerate(texts):
            place = self._first.setdefault(text, self._seen + i)
            if place < self._seen + i:
                alike[i], places[i] = 1.0, place
            else:
                new.append(i)
                self._places.append(place)
        self._seen += len(texts)
        found, likest = self._joined([texts[i] for i in new])
        known = np.frombuffer(self._places, np.int32) if self._places else np.zeros(1, np.int32)
        alike[new], places[new] = found, np.where(likest < 0, -1, known[likest])
        return alike, places

    def _joined(self, texts: Sequence[str]) -> tuple[Floats, Places]:
        """The same for texts that are spelled like none before them."""
        here = max(0, self._exact - (len(self._places) - len(texts)))
        parts = []
        if self._small is not None and texts[:here]:
            parts.append(self._small.take(texts[:here]))
        if texts[here:]:
            parts.append(self._many().take(texts[here:]))
        if not parts:
            return np.zeros(0), np.zeros(0, np.int64)
        alike, places = zip(*parts, strict=True)
        return np.concatenate(alike), np.concatenate(places)

    def _many(self) -> BandIndex:
        """The bands; filled with what the exact join knew when it is given up."""
        if self._large is None:
            self._large, self._small = BandIndex(), None
            self._large.take(list(self._first)[: self._exact])
        return self._large
