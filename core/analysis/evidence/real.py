"""The real rows of an experiment: which train, which test, which are held back."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples, labelled_examples
from core.audit.holdout import content_keys, training_rows
from core.errors import DataError, InputError
from core.evidence.corpus import Injectable, injectable, refuse_nothing_left
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples

_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """The real rows of an experiment."""

    rows: Examples
    trains: _Mask
    """Rows that train."""
    tests: _Mask
    """Rows that are held out."""
    held_back: NDArray[np.int64]
    """Further rows of the slice that may train, but do not."""
    further: Injectable | None
    """Rows of a file of more real data."""
    notes: tuple[str, ...]


def real_rows(
    workspace: Workspace,
    data: Dataset,
    label: str,
    text: str | None,
    slice_name: str,
    *,
    anchors: int | None,
    more: pd.DataFrame | None,
    more_name: str,
    seed: int,
) -> Real:
    """The real examples, split, with the slice's training rows cut to *anchors*.

    Raises
    ------
    DataError, InputError
        The slice has no rows on one side, or fewer than asked for.
    """
    rows = labelled_examples(data, examples(workspace, data), label, text)
    trains = training_rows(rows.frame[[*rows.columns, label]], label)
    _refuse_empty_sides(data, rows, trains, slice_name)
    tests = ~trains
    held, said = _held_back(rows, trains, slice_name, anchors, seed)
    notes = [*rows.notes, *said]
    further = None
    if more is not None:
        further = injectable(rows, tests, more, slice_name, more_name)
        further = replace(further, copied=further.copied | _known(rows, further.frame))
        mask = of_slice(further, rows.label, slice_name)
        refuse_nothing_left(further, mask, rows.text, more_name)
        notes += further.notes(mask)
    trains[held] = False
    return Real(
        rows=rows,
        trains=trains,
        tests=tests,
        held_back=held,
        further=further,
        notes=tuple(notes),
    )


def of_slice(further: Injectable, label: str, slice_name: str) -> _Mask:
    """Which of these rows belong to the slice."""
    return np.asarray(further.frame[label].astype(str) == slice_name, dtype=bool)


def _held_back(
    rows: Examples, trains: _Mask, slice_name: str, anchors: int | None, seed: int
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Training rows of the slice beyond the *anchors* that are wanted, and a note."""
    own = np.flatnonzero(trains & (rows.labels == slice_name))
    if anchors is None:
        return own[:0], ()
    if not 1 <= anchors <= own.size:
        raise InputError(
            f"--anchors is {anchors}; {slice_name!r} has {own.size} examples that may train, "
            f"expected 1 to {own.size}."
        )
    held = np.sort(np.random.default_rng([seed, 11]).permutation(own)[anchors:])
    note = (
        f"{anchors} of the {own.size} real examples of {slice_name} train; "
        f"{held.size} are held back."
    )
    return held, (note,)


def _known(rows: Examples, frame: pd.DataFrame) -> _Mask:
    """Rows that the data holds already."""
    columns = list(rows.columns)
    held = set(content_keys(rows.frame[columns]))
    return np.array([key in held for key in content_keys(frame[columns])], dtype=bool)


def _refuse_empty_sides(data: Dataset, rows: Examples, trains: _Mask, slice_name: str) -> None:
    of_slice = rows.labels == slice_name
    if not of_slice.any():
        some = ", ".join(repr(str(v)) for v in np.unique(rows.labels)[:12])
        raise DataError(f"{data.name} has no label {slice_name!r}; its labels are {some}.")
    n_train, n_test = int((of_slice & trains).sum()), int((of_slice & ~trains).sum())
    if n_train < 1 or n_test < 2:
        raise DataError(
            f"{data.name}: the slice {slice_name!r} has {n_train} training and {n_test} "
            "held-out examples; expected at least 1 and 2. Collect more real ones first."
        )
