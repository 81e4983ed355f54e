"""What an example consists of: the columns that a new one must fill, and of which kind each is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.workspace.datasets import ROW_KEY

ColumnKind = Literal["text", "category", "boolean", "integer", "number", "date"]

_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentColumn:
    """One column of an example's content."""

    name: str
    kind: ColumnKind
    decimals: int = 0
    """Decimals that the numbers are written with."""
    may_be_missing: bool = False


def content_columns(frame: pd.DataFrame, label: str, text: str | None) -> list[ContentColumn]:
    """The columns of an example besides its label and key; only *text* when it is given."""
    names = [text] if text is not None else [c for c in frame.columns if c not in (label, ROW_KEY)]
    return [_column(name, frame[name], name == text) for name in names]


def _column(name: str, values: pd.Series, is_text: bool) -> ContentColumn:
    present = values.dropna()
    missing = bool(len(present) < len(values))
    kind: ColumnKind
    decimals = 0
    if is_text:
        kind = "text"
    elif len(present) and pd.api.types.infer_dtype(present) == "boolean":
        kind = "boolean"
    elif pd.api.types.is_numeric_dtype(present):
        decimals = _decimals(present.to_numpy(dtype=np.float64))
        kind = "number" if decimals else "integer"
    elif pd.api.types.is_datetime64_any_dtype(present):
        kind = "date"
    else:
        kind = "text" if _is_wordy(present.astype(str)) else "category"
    return ContentColumn(name=name, kind=kind, decimals=decimals, may_be_missing=missing)


def _decimals(numbers: np.ndarray) -> int:
    finite = numbers[np.isfinite(numbers)]
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(finite, np.round(finite, decimals), rtol=0, atol=1e-9):
            return decimals
    return _MOST_DECIMALS


def _is_wordy(values: pd.Series) -> bool:
    """Mostly distinct values of three words and more."""
    if values.empty or values.nunique() < 0.5 * len(values):
        return False
    return float(values.str.count(r"\S+").mean()) >= 3


def plain_value(value: Any) -> Any:
    """A cell as JSON knows it; missing is None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return None if value is pd.NaT else value.isoformat()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, float) else str(value)


def contents(frame: pd.DataFrame, columns: Sequence[ContentColumn]) -> list[dict[str, Any]]:
    """The content of every row, as JSON knows it; whole numbers stay whole."""
    wanted = [frame[column.name].tolist() for column in columns]
    return [
        {c.name: _typed(plain_value(v), c) for c, v in zip(columns, row, strict=True)}
        for row in zip(*wanted, strict=True)
    ]


def _typed(value: Any, column: ContentColumn) -> Any:
    if column.kind == "integer" and isinstance(value, float):
        return round(value)
    if column.kind in ("text", "category") and value is not None:
        return str(value)
    return value


def row_keys(frame: pd.DataFrame) -> list[str]:
    """The key of every row, as candidates name their parents."""
    keys = frame[ROW_KEY] if ROW_KEY in frame.columns else frame.index
    return [str(key) for key in keys]


def words_of(content: Mapping[str, Any]) -> str:
    """An example's content as one text."""
    return " ".join(str(value) for value in content.values() if value is not None)
