"""Leaks: a column, or a mark in the text, that alone tells the label.

What is measured on such examples says nothing about new ones, whose label
nobody has written down yet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from core.audit.rows import Examples
from core.formats import percent
from core.workspace.datasets import as_text

SURE = 0.99
"""Share of rows whose label is told from which on a column or mark is a leak."""

_FEWEST_ROWS = 20
_LEFT_OF_GUESSING = 0.1
_FEW_VALUES = 50
_NEARLY_UNIQUE = 0.9
_RANGES_PER_LABEL = 4
_FEWEST_MARKED = 10
_LOOKED_AT = 40
_MOST_OF = 0.9
_WORDS = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something that alone tells the label."""

    column: str
    by: Literal["value", "range", "mark"]
    """The column's values, ranges of its numbers, or marks in its text."""
    accuracy: float
    """Share of rows whose label it tells, judged on rows it was not read from. [fraction]"""
    majority: float
    """Share of rows of the most frequent label: what guessing reaches. [fraction]"""
    marks: tuple[tuple[str, str], ...] = ()
    """Label and its mark."""

    @property
    def note(self) -> str:
        """One sentence for people."""
        told = f"the label of {percent(self.accuracy)} of the rows"
        if self.by == "mark":
            shown = ", ".join(f"{mark!r} for {label}" for label, mark in self.marks[:3])
            return (
                f"Leak: marks in {self.column!r} alone tell {told} ({shown}); remove them if a "
                "new text will not carry them."
            )
        return (
            f"Leak: the column {self.column!r} alone tells {told}; remove it if it is not known "
            "before the label is."
        )


def leaking_columns(examples: Examples) -> tuple[Leak, ...]:
    """The features that alone tell the label.

    A column is read on one half of the rows (the most frequent label of each
    value, or of each range of a number) and judged on the other, both ways. It
    leaks if at least ``SURE`` of the rows are told right and at most a tenth
    of the errors of guessing remain. Keys that hardly repeat tell nothing that
    way. Texts leak if a mark stands in the texts of one label and in no other.
    """
    if examples.labels.size < _FEWEST_ROWS:
        return ()
    codes, counts = _coded(examples.labels)
    majority = float(counts.max() / codes.size)
    if examples.text is not None:
        found = _marked(examples, codes, counts, majority)
        return () if found is None else (found,)
    half = _halves(codes)
    leaks = []
    for column in examples.columns:
        by, told = _told(examples.frame[column], column in examples.numeric, codes, half)
        if told >= SURE and 1 - told <= _LEFT_OF_GUESSING * (1 - majority):
            leaks.append(Leak(column=column, by=by, accuracy=told, majority=majority))
    return tuple(leaks)


def _coded(labels: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return codes.astype(np.int64), counts.astype(np.int64)


def _halves(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Every other row of each label, in an order drawn once."""
    order = np.random.default_rng(0).permutation(codes.size)
    place = pd.Series(codes[order]).groupby(codes[order]).cumcount().to_numpy()
    half = np.empty(codes.size, dtype=bool)
    half[order] = place % 2 == 0
    return half


def _told(
    values: pd.Series, is_number: bool, codes: NDArray[np.int64], half: NDArray[np.bool_]
) -> tuple[Literal["value", "range"], float]:
    """How the column is read, and the share of rows whose label it tells."""
    distinct = values.nunique()
    if is_number and distinct > _FEW_VALUES:
        if distinct > _NEARLY_UNIQUE * values.size and _is_whole(values):
            return "range", 0.0  # numbered rows tell how the file is sorted
        return "range", _told_by_range(values, codes, half)
    return "value", _told_by_value(as_text(values).fillna("").str.casefold(), codes, half)


def _is_whole(values: pd.Series) -> bool:
    numbers = values.dropna().astype(float).to_numpy()
    return bool(np.all(numbers[np.isfinite(numbers)] % 1 == 0))


def _told_by_value(values: pd.Series, codes: NDArray[np.int64], half: NDArray[np.bool_]) -> float:
    cells = values.factorize()[0]
    right = 0
    for learn, judge in ((half, ~half), (~half, half)):
        pairs = pd.DataFrame({"cell": cells[learn], "label": codes[learn]})
        counted = pairs.value_counts().reset_index().drop_duplicates("cell")
        usual = int(np.bincount(codes[learn]).argmax())
        said = np.full(cells.max() + 1, usual)
        said[counted["cell"].to_numpy()] = counted["label"].to_numpy()
        right += int(np.sum(said[cells[judge]] == codes[judge]))
    return right / codes.size


def _told_by_range(values: pd.Series, codes: NDArray[np.int64], half: NDArray[np.bool_]) -> float:
    numbers = values.astype(float).to_numpy(dtype=np.float64, na_value=np.nan).copy()
    numbers[~np.isfinite(numbers)] = np.nan
    column = np.clip(numbers, -1e30, 1e30)[:, np.newaxis].astype(np.float32)
    ranges = _RANGES_PER_LABEL * (int(codes.max()) + 1)
    right = 0
    for learn, judge in ((half, ~half), (~half, half)):
        tree = DecisionTreeClassifier(max_leaf_nodes=ranges, min_samples_leaf=2, random_state=0)
        tree.fit(column[learn], codes[learn])
        right += int(np.sum(tree.predict(column[judge]) == codes[judge]))
    return right / codes.size


def _marked(
    examples: Examples,
    codes: NDArray[np.int64],
    counts: NDArray[np.int64],
    majority: float,
) -> Leak | None:
    """A mark per label; one label may go without, because its texts are those without any."""
    judged = np.flatnonzero(counts >= _FEWEST_MARKED)
    if judged.size < 2 or counts[judged].sum() < SURE * codes.size:
        return None
    texts = examples.frame[examples.text].astype(str)
    candidates = {int(label): _candidates(texts[codes == label]) for label in judged}
    if sum(not found for found in candidates.values()) > 1:
        return None
    tokens = [set(_tokens(text)) for text in texts]
    names = np.unique(examples.labels)
    marks: dict[int, tuple[str, NDArray[np.bool_]]] = {}
    for label, found in candidates.items():
        mark = _best_mark(found, tokens, codes == label)
        if mark is not None:
            marks[label] = mark
    if judged.size - len(marks) > 1:
        return None
    (unmarked,) = set(candidates) - set(marks) or {int(counts.argmax())}
    said = np.full(codes.size, unmarked)
    for label, (_, present) in marks.items():
        said[present] = label
    accuracy = float(np.mean(said == codes))
    if accuracy < SURE:
        return None
    return Leak(
        column=str(examples.text),
        by="mark",
        accuracy=accuracy,
        majority=majority,
        marks=tuple((str(names[label]), mark) for label, (mark, _) in marks.items()),
    )


def _tokens(text: str) -> Iterator[str]:
    """Words and signs, pairs of them, and how the text begins and ends."""
    words = _WORDS.findall(text.casefold())
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"
    for length in (1, 2, 3):
        if len(words) > length:
            yield "^" + " ".join(words[:length])
            yield " ".join(words[-length:]) + "$"


def _candidates(texts: pd.Series) -> set[str]:
    """What stands in nearly all of a label's first texts."""
    looked_at = [set(_tokens(text)) for text in texts.iloc[:_LOOKED_AT]]
    seen: dict[str, int] = {}
    for tokens in looked_at:
        for token in tokens:
            seen[token] = seen.get(token, 0) + 1
    return {token for token, n in seen.items() if n >= _MOST_OF * len(looked_at)}


def _best_mark(
    candidates: set[str], tokens: list[set[str]], own: NDArray[np.bool_]
) -> tuple[str, NDArray[np.bool_]] | None:
    """The mark that stands in at least ``SURE`` of a label's texts and hardly in any other."""
    best: tuple[float, str, NDArray[np.bool_]] | None = None
    for token in sorted(candidates, key=lambda t: (len(t), t)):
        present = np.fromiter((token in found for found in tokens), dtype=bool, count=own.size)
        both = float(np.sum(present & own))
        worst = min(both / float(own.sum()), both / max(float(present.sum()), 1.0))
        if worst >= SURE and (best is None or worst > best[0]):
            best = worst, token, present
    return None if best is None else (best[1], best[2])
