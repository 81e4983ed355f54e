"""What of a corpus may be injected: complete rows of known labels, no copies of the evidence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples
from core.audit.holdout import content_keys
from core.errors import DataError
from core.workspace.datasets import as_text

_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injectable:
    """A corpus with the columns of the data, and which of its rows may be injected."""

    frame: pd.DataFrame
    """All rows of the corpus, with the columns of the data and the label."""
    blank: _Mask
    """Rows without text."""
    copied: _Mask
    """Rows with the content of a held-out row."""
    near: _Mask
    """Rows that are nearly one."""

    @property
    def usable(self) -> _Mask:
        """Rows that may be injected."""
        return ~(self.blank | self.copied | self.near)

    def notes(self, among: _Mask) -> tuple[str, ...]:
        """What was refused among these rows."""
        found = (
            _refused(self.blank & among, "without text"),
            _refused(self.copied & among, "copied from held-out rows"),
            _refused(self.near & among, "nearly copied from held-out rows"),
        )
        return tuple(note for note in found if note)


def injectable(
    rows: Examples, tests: _Mask, corpus: pd.DataFrame, slice_name: str, name: str
) -> Injectable:
    """The corpus with the columns of the data, its copies of held-out rows marked.

    Parameters
    ----------
    rows, tests
        The real examples, and which of them are held out.
    slice_name
        The label of the rows when the corpus has no label column.
    name
        What to call the corpus in messages.

    Raises
    ------
    DataError
        A column is missing or holds other things than the data's, a label is
        unknown, or there is no row.
    """
    missing = [c for c in rows.columns if c not in corpus.columns]
    if missing:
        have = ", ".join(repr(c) for c in corpus.columns[:12])
        raise DataError(
            f"{name} has no column {missing[0]!r}, which the data has; its columns are {have}."
        )
    if corpus.empty:
        raise DataError(f"{name} holds no accepted sample; lower the strictness or generate more.")
    labels = _labels(rows, corpus, slice_name, name)
    frame = corpus[list(rows.columns)].assign(**{rows.label: labels}).reset_index(drop=True)
    for column in rows.numeric:
        _refuse_other_than_numbers(frame[column], column, name)
    blank = np.zeros(len(frame), dtype=bool)
    if rows.text is not None:
        blank = as_text(frame[rows.text]).fillna("").eq("").to_numpy(dtype=bool)
    held_out = set(content_keys(rows.frame.loc[tests, list(rows.columns)]))
    copied = np.array([key in held_out for key in content_keys(frame[list(rows.columns)])])
    return Injectable(frame=frame, blank=blank, copied=copied, near=np.zeros(len(frame), bool))


def refuse_nothing_left(corpus: Injectable, among: _Mask, text: str | None, name: str) -> None:
    """Refuse a corpus none of whose rows may be injected.

    Raises
    ------
    DataError
        Nothing is left; the message says why.
    """
    if (corpus.usable & among).any():
        return
    if corpus.blank[among].all():
        raise DataError(f"{name}: the column {text!r} is empty; nothing is left to inject.")
    raise DataError(f"{name}: every row is a copy of a held-out row; nothing is left to inject.")


def _labels(rows: Examples, corpus: pd.DataFrame, slice_name: str, name: str) -> pd.Series:
    if rows.label not in corpus.columns:
        return pd.Series(slice_name, index=corpus.index)
    labels = as_text(corpus[rows.label]).fillna("")
    unknown = set(labels) - set(rows.labels.tolist())
    if "" in unknown:
        raise DataError(f"{name} has rows without a label in {rows.label!r}; leave them out.")
    if unknown:
        raise DataError(
            f"{name} has the label {min(unknown)!r}, which the data does not have; "
            "correct it or leave its rows out."
        )
    return labels


def _refuse_other_than_numbers(values: pd.Series, column: str, name: str) -> None:
    wrong = values[values.notna() & pd.to_numeric(values, errors="coerce").isna()]
    if len(wrong):
        raise DataError(
            f"{name}: the column {column!r} holds {str(wrong.iloc[0])[:40]!r}, but numbers in the "
            "data; expected numbers."
        )


def _refused(which: _Mask, what: str) -> str:
    n = int(which.sum())
    rows = "1 synthetic row" if n == 1 else f"{n:,} synthetic rows"
    return f"Refused: {rows} {what}." if n else ""
