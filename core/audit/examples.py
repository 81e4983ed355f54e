"""Rows of a dataset as a learner reads them: features, labels and groups of duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.audit.holdout import content_keys
from core.errors import DataError
from core.workspace.datasets import ROW_KEY, Dataset, as_text

MOST_LABELS = 1_000
_TEXT_LENGTH = 12
_LARGEST = 1e100  # the square of a larger number may be no number any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Labelled examples ready for a learner; all arrays have one entry per row."""

    frame: pd.DataFrame
    label: str
    text: str | None
    """The text column, or None when the columns themselves are the features."""
    columns: tuple[str, ...]
    """Columns that the learner reads."""
    numeric: tuple[str, ...]
    labels: NDArray[np.str_]
    group: NDArray[np.int64]
    """Equal numbers for equal content, so that duplicates never straddle a split."""
    notes: tuple[str, ...]


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


def labelled_examples(
    data: Dataset,
    frame: pd.DataFrame,
    label: str,
    text: str | None = None,
    *,
    keep: Sequence[str] = (),
) -> Examples:
    """Clean rows: labelled, with content, exact duplicates removed; what was done is in ``notes``.

    Raises
    ------
    DataError
        A column is missing, the label is no label (one value, or nearly as
        many as rows), or the text column is empty or the label itself.
    """
    data.column(label, "label column")
    notes: list[str] = []
    frame = _filled(frame.assign(**{label: as_text(frame[label])}), label, "a label", notes)
    text = _checked_text(data, frame, label, text)
    if text is not None:
        frame = _filled(frame, text, "text", notes)
    _refuse_odd_labels(data, frame[label], label)
    columns = (text,) if text is not None else _feature_columns(data, label)
    frame, group = _deduplicated(frame, list(columns), label, notes)
    frame = frame.reset_index(drop=True)
    kinds = {c.name: c.type for c in data.columns}
    return Examples(
        frame=frame[[ROW_KEY, *dict.fromkeys([*columns, label, *keep])]],
        label=label,
        text=text,
        columns=columns,
        numeric=tuple(c for c in columns if kinds[c] in ("number", "boolean")),
        labels=frame[label].to_numpy(dtype=str),
        group=group,
        notes=tuple(notes),
    )


def _checked_text(data: Dataset, frame: pd.DataFrame, label: str, text: str | None) -> str | None:
    if text is None:
        return text_column(data, frame, label)
    data.column(text, "text column")
    if text == label:
        raise DataError(f"{data.name}: {text!r} cannot be both the text and the label.")
    if len(frame) and frame[text].astype("string").str.strip().fillna("").eq("").all():
        raise DataError(
            f"{data.name}: the text column {text!r} is empty; name another with --text."
        )
    return text


def _filled(frame: pd.DataFrame, column: str, what: str, notes: list[str]) -> pd.DataFrame:
    """The rows whose cell in *column* is not blank."""
    filled = frame[column].astype("string").str.strip().fillna("").ne("").to_numpy(dtype=bool)
    if not filled.all():
        notes.append(f"Left out: {_counted(int((~filled).sum()), 'row')} without {what}.")
    return frame.loc[filled]


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


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


def _refuse_odd_labels(data: Dataset, labels: pd.Series, label: str) -> None:
    distinct = labels.nunique()
    if distinct < 2:
        found = f"only the value {labels.iloc[0]!r}" if distinct else "no value at all"
        raise DataError(
            f"{data.name}: the label column {label!r} holds {found}; expected two or "
            "more labels to tell apart."
        )
    if distinct > MOST_LABELS or (distinct > 20 and distinct > 0.5 * len(labels)):
        raise DataError(
            f"{data.name}: the column {label!r} has {distinct:,} different values in "
            f"{len(labels):,} rows, so it is no label; name the label column with --label."
        )


def _deduplicated(
    frame: pd.DataFrame, columns: list[str], label: str, notes: list[str]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    content = pd.Series(content_keys(frame[columns]), index=frame.index)
    repeated = pd.DataFrame({"content": content, "label": frame[label]}).duplicated().to_numpy()
    if repeated.any():
        notes.append(f"Left out: {_counted(int(repeated.sum()), 'exact duplicate')}.")
    frame, content = frame.loc[~repeated], content.loc[~repeated]
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
