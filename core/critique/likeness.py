"""What is most alike among everything seen so far? An index for texts, and one for rows."""

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.critique.grams import GRAM, spelled
from core.datasets.content import ContentColumn, words_of

Floats = NDArray[np.float64]

_FIRST_ROOM = 256


class Index(Protocol):
    """Contents seen so far."""

    def similarities(self, content: Mapping[str, Any]) -> Floats:
        """Similarity in [0, 1] to everything that was added, in that order."""

    def add(self, content: Mapping[str, Any]) -> None:
        """See one more."""


class TextIndex:
    """Texts by the exact Jaccard similarity of their sets of character 4-grams."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._where: dict[str, array[int]] = defaultdict(lambda: array("i"))
        self._sizes = array("i")

    def similarities(self, content: Mapping[str, Any]) -> Floats:
        """Shared 4-grams as a share of all, for each text."""
        return self._similarities(_grams(spelled(words_of(content))))

    def _similarities(self, grams: set[str]) -> Floats:
        found = [np.frombuffer(self._where[g], np.int32) for g in grams if g in self._where]
        if not found:
            return np.zeros(len(self._sizes))
        shared = np.bincount(np.concatenate(found), minlength=len(self._sizes))
        alike = shared / (np.frombuffer(self._sizes, np.int32) + len(grams) - shared)
        return np.asarray(alike, dtype=np.float64)

    def add(self, content: Mapping[str, Any]) -> None:
        """See one more text."""
        self._add(_grams(spelled(words_of(content))))

    def _add(self, grams: set[str]) -> None:
        for gram in grams:
            self._where[gram].append(len(self._sizes))
        self._sizes.append(len(grams))

    def take(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.int64]]:
        """Similarity and place of what each spelled text is likest to among all before it."""
        alike, places = np.zeros(len(texts)), np.full(len(texts), -1, np.int64)
        for i, text in enumerate(texts):
            grams = _grams(text)
            found = self._similarities(grams)
            if len(found) and found.max() > 0:
                places[i] = found.argmax()
                alike[i] = found[places[i]]
            self._add(grams)
        return alike, places


def _grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}


class RowIndex:
    """Rows by Gower's similarity: the mean over columns of equality, or closeness in range.

    References
    ----------
    J. C. Gower, "A General Coefficient of Similarity and Some of Its
    Properties", Biometrics 27, 1971.
    """

    def __init__(
        self, columns: Sequence[ContentColumn], known: Sequence[Mapping[str, Any]]
    ) -> None:
        """Take each number's range from the *known* rows."""
        self._names = [column.name for column in columns]
        self._spans = np.array(
            [
                _span([row[c.name] for row in known]) if c.kind in ("integer", "number") else np.nan
                for c in columns
            ]
        )
        self._is_number = np.isfinite(self._spans)
        self._codes: dict[tuple[int, str], int] = {}
        self._rows = np.empty((_FIRST_ROOM, len(columns)))
        self._size = 0

    def similarities(self, content: Mapping[str, Any]) -> Floats:
        """Mean closeness over the columns, for each row."""
        if not self._size:
            return np.zeros(0)
        apart = np.abs(self._rows[: self._size] - self._coded(content))
        close = np.maximum(0.0, 1 - apart / np.where(self._is_number, self._spans, 1.0))
        alike = np.where(self._is_number, close, apart == 0).mean(axis=1)
        return np.asarray(alike, dtype=np.float64)

    def add(self, content: Mapping[str, Any]) -> None:
        """See one more row."""
        if self._size == len(self._rows):
            self._rows = np.vstack([self._rows, np.empty_like(self._rows)])
        self._rows[self._size] = self._coded(content)
        self._size += 1

    def _coded(self, content: Mapping[str, Any]) -> Floats:
        return np.array([self._cell(j, content.get(name)) for j, name in enumerate(self._names)])

    def _cell(self, j: int, value: Any) -> float:
        if self._is_number[j] and isinstance(value, int | float):
            return float(value)
        place = self._codes.setdefault((j, str(value)), len(self._codes))
        # Far below every number: what is no number is near to none.
        return -1e30 * (place + 1) if self._is_number[j] else float(place)


def index_for(columns: Sequence[ContentColumn], known: Sequence[Mapping[str, Any]]) -> Index:
    """An empty index for contents of these columns, scaled by the *known* ones."""
    if all(column.kind == "text" for column in columns):
        return TextIndex()
    return RowIndex(columns, known)


def nearest(index: Index, content: Mapping[str, Any]) -> tuple[float, int]:
    """The greatest similarity to what was added, and its place; (0, −1) when there is none."""
    alike = index.similarities(content)
    if not len(alike):
        return 0.0, -1
    place = int(alike.argmax())
    return float(alike[place]), place


def _span(values: Sequence[Any]) -> float:
    numbers = [v for v in values if isinstance(v, int | float)]
    return float(max(numbers) - min(numbers)) or 1.0 if numbers else 1.0
