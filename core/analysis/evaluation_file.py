"""A file of evaluation results: which configuration answered which item how, at what cost."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError, PriceError
from core.prices import PriceBook
from core.records import TokenUsage

NEEDED = ("item", "config", "correct")
TOKENS = ("input_tokens", "output_tokens")
_RIGHT, _WRONG = {"1", "1.0", "true", "yes"}, {"0", "0.0", "false", "no"}


def read_evaluations(path: str, prices: PriceBook, at: datetime | None = None) -> pd.DataFrame:
    """Columns ``item, config, correct, cost_usd, confidence``, one row per answer.

    Where the file has tokens and no costs, each answer is priced alone, by its ``model``, or
    by its ``config`` where there is no such column. Confidence is NaN where not given.

    Raises
    ------
    DataError
        The file is no such table; the sentence names column and line.
    PriceError
        A model has no known price.
    """
    name = Path(path).name
    read = _table(path, name)
    missing = [column for column in NEEDED if column not in read.columns]
    if missing:
        raise DataError(_no_column(name, missing[0], list(read.columns)))
    if read.empty:
        raise DataError(f"{name} holds no row; expected one answer per line.")
    found = pd.DataFrame(
        {
            "item": _words(read["item"], name),
            "config": _words(read["config"], name),
            "correct": _correct(read["correct"], name),
        }
    )
    twice = found.duplicated(["item", "config"])
    if twice.any():
        line = int(np.flatnonzero(twice.to_numpy())[0])
        raise DataError(
            f"{name}, line {line + 2}: item {found['item'].iloc[line]!r} is answered by "
            f"{found['config'].iloc[line]!r} a second time; expected one answer of each "
            "configuration to each item."
        )
    found["cost_usd"] = _costs(read, found, name, prices, at)
    blank = pd.Series("", index=read.index)
    trust = read["confidence"] if "confidence" in read.columns else blank
    found["confidence"] = _numbers(trust, name, -np.inf, may_be_empty=True)
    return found


def _table(path: str, name: str) -> pd.DataFrame:
    try:
        if path.lower().endswith(".parquet"):
            return _as_text(pd.read_parquet(path))
        if path.lower().endswith((".jsonl", ".ndjson")):
            return _as_text(pd.read_json(path, lines=True, dtype=False))
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{path} does not exist; check the path.") from None
    except (ValueError, OSError) as error:
        raise DataError(
            f"{name} is not a readable table ({type(error).__name__}); expected CSV, JSONL or "
            f"Parquet with the columns {', '.join(NEEDED)} and cost_usd."
        ) from error


def _as_text(read: pd.DataFrame) -> pd.DataFrame:
    """Every cell as a CSV would hold it."""
    return read.astype(object).where(read.notna(), "").astype(str)


def _no_column(name: str, column: str, there: Sequence[str]) -> str:
    near = get_close_matches(column, there, 1)
    hint = f" Is {near[0]!r} meant? Rename it." if near else ""
    return (
        f"{name} has no column {column!r}; its columns are "
        f"{', '.join(map(repr, there)) or 'none'}.{hint}"
    )


def _words(column: pd.Series, name: str) -> pd.Series:
    said = column.str.strip()
    if (said == "").any():
        line = int(np.flatnonzero((said == "").to_numpy())[0])
        raise DataError(f"{name}, line {line + 2}: {column.name} is empty; expected a name.")
    return said


def _correct(column: pd.Series, name: str) -> pd.Series:
    said = column.str.strip().str.lower()
    wrong = ~said.isin(_RIGHT | _WRONG)
    if wrong.any():
        line = int(np.flatnonzero(wrong.to_numpy())[0])
        raise DataError(
            f"{name}, line {line + 2}: correct is {column.iloc[line]!r}; expected 1 for right or "
            "0 for wrong."
        )
    return said.isin(_RIGHT).astype(np.float64)


def _numbers(column: pd.Series, name: str, low: float, *, may_be_empty: bool = False) -> pd.Series:
    filled = ~column.str.strip().isin({"", "nan", "None"})
    numbers = pd.to_numeric(column.where(filled), errors="coerce")
    wrong = filled & ~((numbers >= low) & np.isfinite(numbers))
    if not may_be_empty:
        wrong |= ~filled
    if wrong.any():
        line = int(np.flatnonzero(wrong.to_numpy())[0])
        expected = "a number" if np.isinf(low) else f"a number of at least {low:g}"
        raise DataError(
            f"{name}, line {line + 2}: {column.name} is {column.iloc[line]!r}; expected {expected}."
        )
    return numbers.astype(np.float64)


def _costs(
    read: pd.DataFrame, found: pd.DataFrame, name: str, prices: PriceBook, at: datetime | None
) -> pd.Series:
    if "cost_usd" in read.columns:
        return _numbers(read["cost_usd"], name, 0.0)
    if any(column not in read.columns for column in TOKENS):
        raise DataError(
            f"{name} has neither 'cost_usd' nor {' and '.join(map(repr, TOKENS))}; add what each "
            "answer cost, or the tokens that it used."
        )
    used = pd.DataFrame({column: _numbers(read[column], name, 0.0) for column in TOKENS})
    blank = pd.Series("0", index=read.index)
    cached = read["cached_tokens"] if "cached_tokens" in read.columns else blank
    used["cached"] = _numbers(cached.replace("", "0").rename("cached_tokens"), name, 0.0)
    used["model"] = read["model"].str.strip() if "model" in read.columns else found["config"]
    return _priced(used, name, prices, at)


def _priced(used: pd.DataFrame, name: str, prices: PriceBook, at: datetime | None) -> pd.Series:
    """Each answer alone, since sellers choose the tier by the size of one request."""
    cost: dict[tuple[float, float, float, str], float] = {}
    columns = (used[column].tolist() for column in (*TOKENS, "cached", "model"))
    rows = list(zip(*columns, strict=True))
    for row in dict.fromkeys(rows):
        given, written, cached, model = row
        usage = TokenUsage(
            input_tokens=int(given), output_tokens=int(written), cached_tokens=int(cached)
        )
        try:
            cost[row] = prices.request_cost(model, usage, at=at).usd
        except PriceError as error:
            raise PriceError(f"{name}: {error}") from error
    return pd.Series([cost[row] for row in rows], index=used.index, dtype=np.float64)
