"""Which anchors does a prompt show? A design that covers every sub-slice and wears none out.

Anchors are dealt in passes. A pass shows each anchor once: part of it in
prompts that mix the sub-slices as evenly as they stand in the slice, part in
prompts that keep to one. So the counts of any two anchors never differ by more
than one, however far a run has come. A pass follows from the seed and its
number alone, so any prompt can be made again without those before it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder, normalize

from core.datasets.content import ContentColumn, words_of

Ints = NDArray[np.int64]

MOST_SUB_SLICES = 16
_ANCHORS_PER_SUB_SLICE = 12
_DIMENSIONS = 24
_MOST_WORDS = 4_000
_MOST_FITTED = 4_000
_KEPT_ROWS = 4


class SeedDesign:
    """Deals anchors to prompts; equal seed and index, equal anchors."""

    def __init__(self, sub_slices: Sequence[int] | Ints, shots: int, seed: int) -> None:
        """Deal *shots* anchors a prompt; anchor i belongs to ``sub_slices[i]``."""
        found = np.asarray(sub_slices, dtype=np.int64)
        self._size, self._seed = len(found), seed
        self.shots = min(shots, self._size)
        self._members = [np.flatnonzero(found == name) for name in np.unique(found)]
        self._rows: dict[int, Ints] = {}

    def shown(self, index: int) -> list[int]:
        """Positions of the anchors that the prompt of this index shows, all different."""
        first = index * self.shots
        if self._size < 2 * self.shots:
            return self._round(first)
        number, start = divmod(first, self._size)
        dealt: list[int] = self._row(number)[start : start + self.shots].tolist()
        if len(dealt) < self.shots:
            dealt += self._row(number + 1)[: self.shots - len(dealt)].tolist()
        return dealt

    def _round(self, first: int) -> list[int]:
        """Few anchors: around a circle, shuffled anew whenever a prompt starts at its top."""
        number, start = divmod(first, math.lcm(self._size, self.shots))
        circle = self._row(number).tolist()
        return [circle[(start + i) % self._size] for i in range(self.shots)]

    def _row(self, number: int) -> Ints:
        """Every anchor once: a circle of few, or a pass over many."""
        kept = self._rows.get(number)
        if kept is None:
            if self._size == self.shots:
                kept = self._dice(number).permutation(self._size)
            elif self._size < 2 * self.shots:
                kept = self._mixed(self._members, self._dice(number))
            else:
                kept = self._pass(number)
            while len(self._rows) >= _KEPT_ROWS:
                self._rows.pop(next(iter(self._rows)), None)
            self._rows[number] = kept
        return kept

    def _dice(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, number])

    def _pass(self, number: int) -> Ints:
        """The pass of this number; its first places complete the last prompt of the one before."""
        focused, mixed, tail = self._parts(number)
        owed = -number * self._size % self.shots
        head = mixed[:0]
        if owed:
            before = self._parts(number - 1)[2]
            free = np.flatnonzero(~np.isin(mixed, before))[:owed]
            head, mixed = mixed[free], np.delete(mixed, free)
        chunks = [mixed[i : i + self.shots] for i in range(0, len(mixed), self.shots)]
        return np.concatenate([head, *_spread(chunks, focused), tail])

    def _parts(self, number: int) -> tuple[list[Ints], Ints, Ints]:
        """Prompts of one sub-slice each, what is mixed, and the start of the last prompt.

        The last prompt is open when the pass does not end with it. What it shows
        follows from this pass alone, so that the next one can keep off it.
        """
        dice = self._dice(number)
        focused, left = [], []
        spare = self._size - 2 * self.shots - (self.shots - 1)
        for members in self._members:
            order = dice.permutation(members)
            prompts = max(0, min(len(order) // (2 * self.shots), spare // self.shots))
            spare -= prompts * self.shots
            cut = prompts * self.shots
            focused += list(order[:cut].reshape(prompts, self.shots))
            left.append(order[cut:])
        focused = [focused[i] for i in dice.permutation(len(focused))]
        mixed = self._mixed(left, dice)
        cut = len(mixed) - (number + 1) * self._size % self.shots
        return focused, mixed[:cut], mixed[cut:]

    def _mixed(self, groups: Sequence[Ints], dice: np.random.Generator) -> Ints:
        """The members of all groups in one row, those of each group evenly spaced in it."""
        places = [
            (np.arange(len(group)) + dice.random()) / len(group) for group in groups if len(group)
        ]
        members = [dice.permutation(group) for group in groups if len(group)]
        return np.concatenate(members)[np.argsort(np.concatenate(places), kind="stable")]


def _spread(some: Sequence[Ints], others: Sequence[Ints]) -> list[Ints]:
    """Two rows of prompts as one, each evenly spaced in it."""
    places = [
        ((i + 0.5) / len(group), n)
        for n, group in enumerate((some, others))
        for i in range(len(group))
    ]
    order = sorted(range(len(places)), key=lambda i: places[i])
    row = [*some, *others]
    return [row[i] for i in order]


def sub_slices(rows: Sequence[Mapping[str, Any]], columns: Sequence[ContentColumn]) -> Ints:
    """The sub-slice of every row: clusters of like texts, or of rows with like values."""
    size = len(rows)
    wanted = min(MOST_SUB_SLICES, size // _ANCHORS_PER_SUB_SLICE)
    if wanted < 2:
        return np.zeros(size, dtype=np.int64)
    places = _places(rows, columns)
    distinct = len(np.unique(np.round(places, 6), axis=0))
    wanted = min(wanted, distinct)
    if wanted < 2:
        return np.zeros(size, dtype=np.int64)
    fitted = places[:: math.ceil(size / _MOST_FITTED)]
    wanted = min(wanted, len(np.unique(np.round(fitted, 6), axis=0)))
    model = MiniBatchKMeans(wanted, random_state=0, n_init=3, batch_size=512).fit(fitted)
    return np.asarray(model.predict(places), dtype=np.int64)


def _places(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[ContentColumn]
) -> NDArray[np.float64]:
    """Rows as points of few dimensions in which near means alike."""
    blocks: list[Any] = []
    texts = [c.name for c in columns if c.kind == "text"]
    values = [c.name for c in columns if c.kind in ("category", "boolean")]
    numbers = [c.name for c in columns if c.kind in ("integer", "number")]
    if texts:
        said = [words_of({name: row[name] for name in texts}) for row in rows]
        counted = TfidfVectorizer(
            token_pattern=r"\w+", sublinear_tf=True, max_features=_MOST_WORDS, dtype=np.float32
        )
        if any(word.isalnum() for text in said for word in text):
            blocks.append(counted.fit_transform(said))
    if values:
        cells = np.array([[str(row[name]) for name in values] for row in rows], dtype=object)
        blocks.append(OneHotEncoder(max_categories=MOST_SUB_SLICES).fit_transform(cells))
    if numbers:
        blocks.append(sparse.csr_matrix(_ranks(rows, numbers)))
    if not blocks:
        return np.zeros((len(rows), 1))
    joined = sparse.csr_matrix(sparse.hstack(blocks), dtype=np.float64)
    if joined.shape[1] <= _DIMENSIONS:
        return np.asarray(joined.todense())
    reduced = TruncatedSVD(_DIMENSIONS, n_iter=2, random_state=0).fit_transform(joined)
    return np.asarray(normalize(reduced) if texts else reduced, dtype=np.float64)


def _ranks(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> NDArray[np.float64]:
    """Each number as the share of rows below it, so that no far value rules; 1/2 where missing."""
    found = np.array(
        [[np.nan if row[name] is None else row[name] for name in names] for row in rows],
        dtype=np.float64,
    )
    order = found.argsort(axis=0).argsort(axis=0) / max(1, len(rows) - 1)
    return np.where(np.isnan(found), 0.5, order)
