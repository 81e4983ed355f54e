"""What of a corpus may be injected: complete rows of known labels, no copies of the evidence."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples
from core.audit.holdout import content_keys
from core.errors import DataError
from core.workspace.datasets import as_text


def usable_corpus(
    rows: Examples, trains: NDArray[np.bool_], corpus: pd.DataFrame, slice_name: str, name: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The corpus with the columns of the data, without copies of held-out rows, and notes.

    Parameters
    ----------
    rows, trains
        The real examples, and which of them may train.
    slice_name
        The label of the rows when the corpus has no label column.
    name
        What to call the corpus in messages.

    Raises
    ------
    DataError
        A column is missing or holds other things than the data's, a label is
        unknown, or no row is left.
    """
    missing = [c for c in rows.columns if c not in corpus.columns]
    if missing:
        have = ", ".join(repr(c) for c in corpus.columns[:12])
        raise DataError(
            f"{name} has no column {missing[0]!r}, which the data has; its columns are {have}."
        )
    if corpus.empty:
        raise DataError(f"{name} holds no accepted sample; lower the strictness or generate more.")
    usable = corpus[list(rows.columns)].assign(
        **{rows.label: _labels(rows, corpus, slice_name, name)}
    )
    for column in rows.numeric:
        _refuse_other_than_numbers(usable[column], column, name)
    blank = np.zeros(len(usable), dtype=bool)
    if rows.text is not None:
        blank = as_text(usable[rows.text]).fillna("").eq("").to_numpy(dtype=bool)
    held_out = set(content_keys(rows.frame.loc[~trains, list(rows.columns)]))
    leaked = np.array([key in held_out for key in content_keys(usable[list(rows.columns)])])
    if leaked.all():
        raise DataError(
            f"{name}: every row is a copy of a held-out row; nothing is left to inject."
        )
    notes = (
        _refused(blank, "without text"),
        _refused(leaked, "copied from held-out rows"),
    )
    kept = usable.loc[~(blank | leaked)].reset_index(drop=True)
    if kept.empty:
        raise DataError(f"{name}: the column {rows.text!r} is empty; nothing is left to inject.")
    return kept, tuple(note for note in notes if note)


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


def _refused(which: NDArray[np.bool_], what: str) -> str:
    n = int(which.sum())
    rows = "1 synthetic row" if n == 1 else f"{n:,} synthetic rows"
    return f"Refused: {rows} {what}." if n else ""
