"""Slices: which subsets of the examples exist, how well each is served, how often each is used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples
from core.errors import DataError
from core.workspace.datasets import ROW_KEY, as_text

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


def use_weights(examples: Examples, column: str) -> NDArray[np.float64]:
    """Each row's share of use, from a column that says how often its kind occurs or what it costs.

    Parameters
    ----------
    examples
        Rows; their frame holds the column.
    column
        Numbers of any scale, 0 or more.

    Returns
    -------
    Shares that sum to 1. [fraction]

    Raises
    ------
    DataError
        A cell is missing, no number, infinite or negative, or all are 0.
    """
    if column not in examples.frame.columns:
        have = ", ".join(repr(c) for c in examples.frame.columns if c != ROW_KEY)
        raise DataError(f"There is no weight column {column!r}; the columns here are {have}.")
    cells = as_text(examples.frame[column])
    numbers = pd.to_numeric(cells, errors="coerce")
    weights = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    for bad, what in (
        (cells.isna().to_numpy(dtype=bool), "is empty"),
        (~np.isfinite(weights), "holds {}, which is no finite number,"),
        (weights < 0, "holds the negative number {}"),
    ):
        if bad.any():
            row = int(np.argmax(bad))
            raise DataError(
                f"The weight column {column!r} {what.format(repr(cells.iloc[row]))} in "
                f"{int(bad.sum()):,} of {len(cells):,} rows, first in row "
                f"{int(examples.frame[ROW_KEY].iloc[row]) + 1:,}; every row needs a number of 0 or "
                "more."
            )
    if not weights.any():
        raise DataError(f"The weight column {column!r} holds only 0; some row has to be in use.")
    weights = weights / weights.max()  # so that a sum of large numbers stays one
    return np.asarray(weights / weights.sum())


def share_of_use(part: Slice, weights: NDArray[np.float64]) -> float:
    """A slice's share of use: the sum over its rows of :func:`use_weights`. [fraction]"""
    return float(weights[part.rows].sum())
