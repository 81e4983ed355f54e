"""Which other label is an example nearest to, and what in it speaks for that label?"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.content import ContentColumn
from core.generation.wording import is_word, keys, words

Floats = NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]

MOST_ROWS = 4_000
_MOST_LABELS, _MOST_WORDS = 200, 6_000
_FEWEST_LETTERS = 3
_CHUNK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another label that an example lies near to."""

    label: str
    nearness: float
    """Greater is nearer: log odds of its words, or minus the distance to its nearest row."""
    because: tuple[str, ...] = ()
    """The words that speak for it, the most telling first."""


class WordRivals:
    """Other labels by how much the words of a text speak for them and against the slice."""

    def __init__(
        self, anchors: Sequence[str], others: Sequence[str], labels: Sequence[str]
    ) -> None:
        """Count words of the *anchors*, and of *others* by their *labels*; others are needed."""
        own = [_vocabulary(text) for text in anchors]
        theirs = [_vocabulary(text) for text in others]
        seen = Counter(word for said in [*own, *theirs] for word in said)
        self._place = {w: i for i, (w, _) in enumerate(seen.most_common(_MOST_WORDS))}
        self.labels = [name for name, _ in Counter(labels).most_common(_MOST_LABELS)]
        row_of = {name: n for n, name in enumerate(self.labels)}
        said_by = np.zeros((len(self.labels), len(self._place)))
        sizes = np.zeros(len(self.labels))
        for said, name in zip(theirs, labels, strict=True):
            if name in row_of:
                said_by[row_of[name], self._places(said)] += 1
                sizes[row_of[name]] += 1
        mine = np.zeros(len(self._place))
        for said in own:
            mine[self._places(said)] += 1
        # Log odds of each word under each label against the slice, half a count added.
        self._odds = np.log((said_by + 0.5) / (sizes[:, None] + 1))
        self._odds -= np.log((mine + 0.5) / (len(own) + 1))

    def _places(self, said: Sequence[str]) -> list[int]:
        return [self._place[word] for word in said if word in self._place]

    def nearness(self, spelled: Sequence[str]) -> float:
        """How much the words speak for the label they speak for most, against the slice."""
        places = self._places(list(dict.fromkeys(spelled)))
        return float(self._odds[:, places].sum(axis=1).max())

    def nearest(self, text: str) -> Rival:
        """The label that a text speaks for most, besides its own."""
        said = [word for word in _vocabulary(text) if word in self._place]
        odds = self._odds[:, self._places(said)]
        best = int(odds.sum(axis=1).argmax())
        telling = sorted(zip(-odds[best], said, strict=True))
        because = [w for p, w in telling if p < 0 and len(w) >= _FEWEST_LETTERS]
        return Rival(
            label=self.labels[best],
            nearness=float(odds[best].sum()),
            because=tuple(because[:2]),
        )


def _vocabulary(text: str) -> list[str]:
    return list(dict.fromkeys(key for key in keys(words(text)) if is_word(key)))


class Gower:
    """How far rows are apart: over the columns, the difference as a share of the range, or 0 or 1.

    References
    ----------
    J. C. Gower, "A General Coefficient of Similarity and Some of Its
    Properties", Biometrics 27, 1971.
    """

    def __init__(self, rows: Rows, columns: Sequence[ContentColumn]) -> None:
        """Take each number's range from *rows*."""
        self._numbers = [c.name for c in columns if c.kind in ("integer", "number")]
        self._others = [c.name for c in columns if c.kind not in ("integer", "number")]
        self._codes: dict[tuple[str, Any], int] = {}
        values = self._values(rows)
        filled = np.where(np.isfinite(values).any(axis=0), values, 0.0)
        spread = np.nanmax(filled, axis=0) - np.nanmin(filled, axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)

    def _values(self, rows: Rows) -> Floats:
        return np.array(
            [[np.nan if row[n] is None else row[n] for n in self._numbers] for row in rows],
            dtype=np.float64,
        ).reshape(len(rows), len(self._numbers))

    def coded(self, rows: Rows) -> Floats:
        """Rows as numbers: scaled ones, then a code for each other value."""
        codes = [
            [self._codes.setdefault((n, row[n]), len(self._codes)) for n in self._others]
            for row in rows
        ]
        shaped = np.array(codes, dtype=np.float64).reshape(len(rows), len(self._others))
        return np.hstack([self._values(rows) / self._spread, shaped])

    def apart(self, some: Floats, others: Floats) -> Floats:
        """Distance of each of *some* to each of *others*, both coded; at most 1 a column."""
        total = np.zeros((len(some), len(others)))
        for j in range(some.shape[1]):
            differ = np.abs(some[:, j, None] - others[None, :, j])
            is_number = j < len(self._numbers)
            total += np.nan_to_num(differ, nan=1.0) if is_number else differ != 0
        return total


class RowRivals:
    """Other labels by the nearest of their rows."""

    def __init__(
        self, others: Rows, labels: Sequence[str], columns: Sequence[ContentColumn]
    ) -> None:
        """Hold rows against those of *others*, or a fixed random part of very many."""
        picked = list(range(len(others)))
        if len(others) > MOST_ROWS:
            picked = sorted(random.Random(0).sample(picked, MOST_ROWS))
        rows = [others[i] for i in picked]
        self._labels = [labels[i] for i in picked]
        self._gower = Gower(rows, columns)
        self._known = self._gower.coded(rows)

    def nearest(self, rows: Rows) -> list[Rival]:
        """The label of the nearest row of another label, for each row."""
        apart = self._gower.apart(self._gower.coded(rows), self._known)
        places = apart.argmin(axis=1)
        return [
            Rival(label=self._labels[place], nearness=-float(apart[i, place]))
            for i, place in enumerate(places)
        ]


def neighbours(rows: Rows, columns: Sequence[ContentColumn], count: int) -> list[NDArray[np.int64]]:
    """Positions of the *count* nearest other rows of each, the nearest first."""
    gower = Gower(rows, columns)
    coded = gower.coded(rows)
    wanted = min(count, len(rows) - 1)
    found = []
    for start in range(0, len(rows), _CHUNK):
        apart = gower.apart(coded[start : start + _CHUNK], coded)
        apart[np.arange(len(apart)), np.arange(start, start + len(apart))] = np.inf
        furthest = np.partition(apart, wanted - 1, axis=1)[:, wanted - 1]
        for distances, limit in zip(apart, furthest, strict=True):
            near = np.flatnonzero(distances <= limit)
            found.append(near[np.argsort(distances[near], kind="stable")][:wanted])
    return found
