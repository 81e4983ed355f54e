"""Rows of a dataset as a learner reads them: features, labels and groups of duplicates."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.audit.holdout import content_keys
from core.audit.leaks import leaking_columns
from core.audit.notes import counted, is_often_repeated, repeated, sampled, single_rows
from core.audit.rows import Examples
from core.errors import DataError
from core.workspace import Workspace
from core.workspace.datasets import ROW_KEY, Dataset, as_text
from core.workspace.datasets import examples as rows_of
from core.workspace.labels import MOST_LABELS, refuse_odd_labels
from core.workspace.sample import SampleFacts, sampled_examples

__all__ = [
    "ALL_COLUMNS",
    "MOST_LABELS",
    "Examples",
    "examples_of",
    "features",
    "found_text_column",
    "labelled_examples",
    "table_features",
    "text_column",
    "text_counts",
]

MOST_ROWS = 10_000
"""Rows that a learner reads; of a larger file, a sample."""

ALL_COLUMNS = ""
"""In place of a text column: the learner reads all columns."""

_LOOKED_AT = 20_000
_TEXT_LENGTH = 12
_LARGEST = 1e100  # the square of a larger number may be no number any more


def text_column(data: Dataset, frame: pd.DataFrame, label: str) -> str | None:
    """The column that looks like free text: mostly distinct, several words long."""
    best, longest = None, 0.0
    for column in data.columns:
        if column.type != "text" or column.name == label:
            continue
        values = frame[column.name].dropna().astype(str)
        if values.empty or values.nunique() < 0.5 * len(values):
            continue
        length = float(values.str.len().mean())
        words = float(values.str.contains(r"\s", regex=True).mean())
        if length >= _TEXT_LENGTH and words > 0.5 and length > longest:
            best, longest = column.name, length
    return best


def found_text_column(workspace: Workspace, data: Dataset, label: str) -> str | None:
    """The text column of a dataset, looked for in rows from all over a large file."""
    every = data.rows // _LOOKED_AT + 1
    return text_column(data, rows_of(workspace, data, every=every), label)


def examples_of(
    workspace: Workspace,
    data: Dataset,
    label: str,
    text: str | None = None,
    *,
    keep: Sequence[str] = (),
    most: int = MOST_ROWS,
    seed: int = 0,
) -> tuple[Examples, SampleFacts]:
    """A dataset's clean rows, or a stratified sample of them if there are more than *most*.

    Parameters
    ----------
    text
        The text column; found out when None; ``ALL_COLUMNS`` to read every column instead.
    keep
        Further columns of the frame.
    most
        Rows to keep. [rows]

    Raises
    ------
    DataError
        As :func:`labelled_examples`.
    """
    data.column(label, "label column")
    if text is None:
        text = found_text_column(workspace, data, label)
    elif text == ALL_COLUMNS:
        text = None
    else:
        _refuse_odd_text(data, label, text)
    columns = (text,) if text is not None else _feature_columns(data, label)
    frame, facts = sampled_examples(
        workspace, data, label, columns, keep=keep, most=most, seed=seed
    )
    rows = labelled_examples(data, frame, label, text, keep=keep, columns=columns, facts=facts)
    return rows, facts


def labelled_examples(
    data: Dataset,
    frame: pd.DataFrame,
    label: str,
    text: str | None = None,
    *,
    keep: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    facts: SampleFacts | None = None,
) -> Examples:
    """Clean rows: labelled, with content, exact duplicates removed; what was done is in ``notes``.

    Parameters
    ----------
    frame
        Rows of the file, all or a sample.
    text
        The text column; found out when None and *columns* is None as well.
    keep
        Further columns of the frame.
    columns
        What the learner reads; the text, or all that can be read, when None.
    facts
        What became of the file's other rows, where *frame* is a sample.

    Raises
    ------
    DataError
        A column is missing, the label is no label (dates, one value, or nearly
        as many as rows), or the text column is empty or the label itself.
    """
    data.column(label, "label column")
    notes: list[str] = [] if facts is None else sampled(facts)
    frame = frame.assign(**{label: as_text(frame[label])})
    unlabelled = 0 if facts is None else facts.rows - facts.labelled
    frame = _filled(frame, label, "a label", notes, unlabelled)
    if text is None and columns is None:
        text = text_column(data, frame, label)
    if text is not None:
        _refuse_odd_text(data, label, text)
        labelled = len(frame) if facts is None else facts.labelled
        frame = _filled(frame, text, "text", notes, 0 if facts is None else facts.empty)
        if labelled and frame.empty:
            raise _empty_text(data, text)
    refuse_odd_labels(data, label, _counts(frame[label]))
    if columns is None:
        columns = (text,) if text is not None else _feature_columns(data, label)
    frame, group = _deduplicated(frame, list(columns), label, notes, facts)
    frame = frame.reset_index(drop=True)
    kinds = {c.name: c.type for c in data.columns}
    rows = Examples(
        frame=frame[[ROW_KEY, *dict.fromkeys([*columns, label, *keep])]],
        label=label,
        text=text,
        columns=tuple(columns),
        numeric=tuple(c for c in columns if kinds[c] in ("number", "boolean")),
        labels=frame[label].to_numpy(dtype=str),
        group=group,
        notes=(),
    )
    notes += [*single_rows(rows.labels), *(leak.note for leak in leaking_columns(rows))]
    return replace(rows, notes=tuple(notes))


def _counts(labels: pd.Series) -> dict[str, int]:
    return {str(label): int(n) for label, n in labels.value_counts().items()}


def _refuse_odd_text(data: Dataset, label: str, text: str) -> None:
    data.column(text, "text column")
    if text == label:
        raise DataError(f"{data.name}: {text!r} cannot be both the text and the label.")


def _empty_text(data: Dataset, text: str) -> DataError:
    return DataError(f"{data.name}: the text column {text!r} is empty; name another with --text.")


def _filled(
    frame: pd.DataFrame, column: str, what: str, notes: list[str], before: int
) -> pd.DataFrame:
    """The rows whose cell in *column* is not blank; *before* such rows are out already."""
    filled = frame[column].astype("string").str.strip().fillna("").ne("").to_numpy(dtype=bool)
    if blank := before + int((~filled).sum()):
        notes.append(f"Left out: {counted(blank, 'row')} without {what}.")
    return frame.loc[filled]


def _feature_columns(data: Dataset, label: str) -> tuple[str, ...]:
    columns = tuple(
        c.name
        for c in data.columns
        if c.name != label
        and c.missing < data.rows
        and not (c.type in ("text", "date") and c.distinct > max(200, 0.5 * data.rows))
    )
    if not columns:
        raise DataError(
            f"{data.name} has no column besides the label {label!r} that a model could "
            "learn from; name a text column with --text."
        )
    return columns


def _deduplicated(
    frame: pd.DataFrame,
    columns: list[str],
    label: str,
    notes: list[str],
    facts: SampleFacts | None,
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    content = pd.Series(content_keys(frame[columns]), index=frame.index)
    again = pd.DataFrame({"content": content, "label": frame[label]}).duplicated().to_numpy()
    gone = int(again.sum()) + (0 if facts is None else facts.duplicates)
    of = len(frame) if facts is None else facts.labelled - facts.empty
    if gone:
        notes.insert(0 if is_often_repeated(gone, of) else len(notes), repeated(gone, of))
    frame, content = frame.loc[~again], content.loc[~again]
    clashes = int(content.duplicated(keep=False).sum())
    if clashes:
        notes.append(f"{clashes:,} rows have the same content under different labels.")
    return frame, content.factorize()[0].astype(np.int64)


def features(examples: Examples, characters: bool = False) -> sparse.csr_matrix:
    """One row of features per example: n-gram counts of the text, or the columns encoded."""
    if examples.text is not None:
        return text_counts(examples.frame[examples.text].astype(str).tolist(), characters)
    return table_features(examples.frame, examples.columns, examples.numeric)


def text_counts(texts: Sequence[str], characters: bool) -> sparse.csr_matrix:
    """Counts of word 1-2-grams, or of character 2-5-grams for text without word boundaries.

    Counting over all rows leaks nothing: an n-gram that no training row holds
    has no weight, and weights by frequency are learnt from training rows.
    """
    if characters:
        vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), max_features=200_000)
    else:
        vectorizer = CountVectorizer(
            ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", max_features=200_000
        )
    try:
        return sparse.csr_matrix(vectorizer.fit_transform(texts), dtype=np.float64)
    except ValueError:  # nothing but punctuation: no words to count
        return text_counts(texts, characters=True)


def table_features(
    frame: pd.DataFrame, columns: Sequence[str], numeric: Sequence[str]
) -> sparse.csr_matrix:
    """Numbers standardised, flagged where missing; all else one-hot, rare values joined."""
    blocks = []
    numbers = [c for c in columns if c in set(numeric)]
    words = [c for c in columns if c not in set(numeric)]
    if numbers:
        values = frame[numbers].astype(float).to_numpy(copy=True)
        absent = ~np.isfinite(values)
        values = np.where(absent, np.nan, np.clip(values, -_LARGEST, _LARGEST))
        middle = np.array(
            [np.median(v[ok]) if (ok := np.isfinite(v)).any() else 0.0 for v in values.T]
        )
        values[absent] = np.broadcast_to(middle, values.shape)[absent]
        blocks.append(sparse.csr_matrix(StandardScaler().fit_transform(values)))
        blocks.append(sparse.csr_matrix(absent[:, absent.any(axis=0)].astype(float)))
    if words:
        text = frame[words].astype("string").fillna("(missing)").astype(str).to_numpy(dtype=object)
        encoder = OneHotEncoder(min_frequency=2, handle_unknown="ignore")
        blocks.append(sparse.csr_matrix(encoder.fit_transform(text)))
    return sparse.csr_matrix(sparse.hstack(blocks))
