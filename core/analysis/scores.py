"""Scores of someone else's critic, from a CSV file."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError

GOOD, BAD = {"1", "1.0", "true", "yes", "good"}, {"0", "0.0", "false", "no", "bad"}


def read_scores(path: str) -> pd.DataFrame:
    """Columns ``score``, ``label`` (1 good, 0 bad, missing unknown) and ``cost_usd`` of a file.

    And ``drawn`` where the file has it: the lowest score of the rows that a
    labelled one was drawn from by chance.

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
    found = pd.DataFrame({"score": scores, "label": labels, "cost_usd": costs})
    if "drawn" in read.columns:
        found["drawn"] = _drawn(read["drawn"], scores, name)
    if "candidate" in read.columns:
        _refuse_contradictions(read["candidate"], labels, name)
    return found


def _drawn(column: pd.Series, scores: pd.Series, name: str) -> pd.Series:
    limits = _numbers(column, name, 0.0, 1.0, "a number from 0 to 1, or nothing")
    above = (limits > scores).to_numpy()
    if above.any():
        at = int(np.flatnonzero(above)[0])
        raise DataError(
            f"{name}, line {at + 2}: drawn is {limits.iloc[at]:g}, above the row's own score of "
            f"{scores.iloc[at]:g}; expected the lowest score of the rows it was drawn from."
        )
    return limits


def _refuse_contradictions(candidates: pd.Series, labels: pd.Series, name: str) -> None:
    """A candidate that is called good in one line and bad in another settles nothing."""
    known = pd.DataFrame({"candidate": candidates, "label": labels}).dropna()
    known = known[known["candidate"].str.strip() != ""]
    differ = known.groupby("candidate", sort=False)["label"].nunique() > 1
    if differ.any():
        first = str(differ.index[differ][0])
        lines = (np.flatnonzero((candidates == first).to_numpy()) + 2).tolist()
        raise DataError(
            f"{name}: candidate {first!r} is labelled good and bad (lines "
            f"{', '.join(map(str, lines))}), the first of {int(differ.sum())} so "
            "labelled; expected one label for each candidate, settle them first."
        )


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
