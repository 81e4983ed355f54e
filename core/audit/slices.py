"""Slices: which subsets of the examples exist, and how well each is served."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.audit.examples import Examples
from core.workspace.datasets import as_text

Metric = Literal["recall", "f1", "accuracy"]
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A subset of the examples: a label, a column's value, or both."""

    name: str
    rows: NDArray[np.bool_]
    label: str | None
    """The label, when all its rows carry the same one by definition."""
    within: NDArray[np.bool_]
    """The rows among which it is found: all, or those of the column's value."""


def slices(examples: Examples, slice_by: Sequence[str] = ()) -> Iterator[Slice]:
    """Every label; for each column given, its values and each label within them."""
    labels = [str(v) for v in np.unique(examples.labels)]
    every = np.ones(examples.labels.size, dtype=bool)
    for label in labels:
        yield Slice(name=label, rows=examples.labels == label, label=label, within=every)
    for column in slice_by:
        values = as_text(examples.frame[column]).fillna("(missing)").astype(str)
        for value in values.value_counts().index[:_MOST_VALUES]:
            rows = (values == value).to_numpy(dtype=bool)
            yield Slice(name=f"{column} = {value}", rows=rows, label=None, within=rows)
            for label in labels:
                both = rows & (examples.labels == label)
                if both.any():
                    yield Slice(
                        name=f"{label} & {column} = {value}", rows=both, label=label, within=rows
                    )


def right_and_total(
    metric: Metric, part: Slice, labels: NDArray[np.str_], predicted: NDArray[np.str_]
) -> tuple[float, float]:
    """Numerator and denominator of a slice's score.

    *recall* and *accuracy*: the slice's rows that are predicted right, of all
    its rows (for a label the two are the same). *f1* of a label: twice its true
    positives, of its rows plus its predictions, both within the column's value
    if the slice has one; for other slices as accuracy.
    """
    right = float(np.sum(predicted[part.rows] == labels[part.rows]))
    total = float(np.sum(part.rows))
    if metric == "f1" and part.label is not None:
        return 2 * right, total + float(np.sum(predicted[part.within] == part.label))
    return right, total
