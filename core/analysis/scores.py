"""Scores of someone else's critic, from a CSV file."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError

GOOD, BAD = {"1", "1.0", "true", "yes", "good"}, {"0", "0.0", "false", "no", "bad"}


def read_scores(path: str) -> pd.DataFrame:
    """Columns ``score``, ``label`` (1 good, 0 bad, missing unknown) and ``cost_usd`` of a file.

    Raises
    ------
    DataError
        The file is no such table; the sentence names the column and line.
    """
    name = Path(path).name
    try:
        read = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{path} does not exist; check the path.") from None
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError, OSError) as error:
        raise DataError(
            f"{path} is not a readable CSV table ({type(error).__name__}); expected a line of "
            "column names with score, and optionally label and cost_usd."
        ) from error
    if "score" not in read.columns:
        raise DataError(
            f"{name} has no column 'score'; its columns are {', '.join(map(repr, read.columns))}."
        )
    if read.empty:
        raise DataError(f"{name} holds no row; expected one score per line.")
    scores = _numbers(read["score"], name, 0.0, 1.0, "a number from 0 to 1")
    costs = (
        _numbers(read["cost_usd"], name, 0.0, np.inf, "an amount of at least 0")
        if "cost_usd" in read.columns
        else pd.Series(np.nan, index=read.index)
    )
    labels = (
        _labels(read["label"], name)
        if "label" in read.columns
        else pd.Series(np.nan, index=read.index)
    )
    return pd.DataFrame({"score": scores, "label": labels, "cost_usd": costs})


def _numbers(column: pd.Series, name: str, low: float, high: float, expected: str) -> pd.Series:
    filled = column.str.strip() != ""
    numbers = pd.to_numeric(column.where(filled), errors="coerce")
    wrong = filled & ~((numbers >= low) & (numbers <= high) & np.isfinite(numbers))
    if wrong.any():
        at = int(np.flatnonzero(wrong.to_numpy())[0])
        raise DataError(
            f"{name}, line {at + 2}: {column.name} is {column.iloc[at]!r}; expected {expected}."
        )
    return numbers.astype(np.float64)


def _labels(column: pd.Series, name: str) -> pd.Series:
    said = column.str.strip().str.lower()
    wrong = ~said.isin(GOOD | BAD | {""})
    if wrong.any():
        at = int(np.flatnonzero(wrong.to_numpy())[0])
        raise DataError(
            f"{name}, line {at + 2}: label is {column.iloc[at]!r}; expected 1 for good, "
            "0 for bad, or nothing."
        )
    return said.map(lambda text: 1.0 if text in GOOD else 0.0 if text in BAD else np.nan)
