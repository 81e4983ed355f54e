"""Conditions: what a row either meets or not, from a column's values or one side of a cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import Examples
from core.workspace.datasets import ROW_KEY, as_text

FEWEST_WRONG = 3
"""A condition, or several together, must be met by so many wrong rows; no share is asked for."""
MOST_CONDITIONS = 1_500
_FEW_NUMBERS = 10
_CUTS = (0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.98)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``column = value``, or ``column ≥ cut`` (*low*), or ``column < cut`` (*high*)."""

    column: str
    name: str
    rows: NDArray[np.bool_]
    low: Any = None
    high: Any = None

    def joins(self, other: "Condition") -> bool:
        """Whether both together say more than one: other columns, or the two ends of a range."""
        if self.column != other.column:
            return True
        one, two = (self, other) if self.low is not None else (other, self)
        return one.low is not None and two.high is not None and bool(one.low < two.high)


def column_conditions(
    examples: Examples, wrong: NDArray[np.bool_], ignore: Sequence[str] = ()
) -> list[Condition]:
    """The conditions on every column but the label and the text, those with most wrong rows."""
    left_out = {ROW_KEY, examples.label, examples.text, *ignore}
    found = [
        condition
        for column in examples.frame.columns
        if column not in left_out
        for condition in _of(column, examples.frame[column], wrong)
    ]
    found = [c for c in found if not c.rows.all()]
    if len(found) > MOST_CONDITIONS:
        found.sort(key=lambda c: -int(wrong[c.rows].sum()))
    return found[:MOST_CONDITIONS]


def in_words(conditions: Sequence[Condition]) -> str:
    """All of them, a range of one column written as one: ``10 ≤ amount < 20 & term = 60``."""
    lows = {c.column: c for c in conditions if c.low is not None}
    highs = {c.column: c for c in conditions if c.high is not None}
    ranges = lows.keys() & highs.keys()
    words = dict.fromkeys(
        f"{_written(lows[c.column].low)} ≤ {c.column} < {_written(highs[c.column].high)}"
        if c.column in ranges
        else c.name
        for c in conditions
    )
    return " & ".join(words)


def _of(column: str, cells: pd.Series, wrong: NDArray[np.bool_]) -> Iterator[Condition]:
    ordered = pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    if not ordered or pd.api.types.is_bool_dtype(cells):
        yield from _values(column, as_text(cells).fillna("(missing)").astype(str), wrong)
        return
    for cut in _cuts(cells.dropna()):
        above = (cells >= cut).fillna(False).to_numpy(dtype=bool)
        below = (cells < cut).fillna(False).to_numpy(dtype=bool)
        shown = _written(cut)
        if wrong[above].sum() >= FEWEST_WRONG:
            yield Condition(column=column, name=f"{column} ≥ {shown}", rows=above, low=cut)
        if wrong[below].sum() >= FEWEST_WRONG:
            yield Condition(column=column, name=f"{column} < {shown}", rows=below, high=cut)
    absent = cells.isna().to_numpy(dtype=bool)
    if wrong[absent].sum() >= FEWEST_WRONG:
        yield Condition(column=column, name=f"{column} = (missing)", rows=absent)


def _values(column: str, cells: pd.Series, wrong: NDArray[np.bool_]) -> Iterator[Condition]:
    codes, values = cells.factorize()
    for code in np.flatnonzero(np.bincount(codes[wrong]) >= FEWEST_WRONG):
        yield Condition(column=column, name=f"{column} = {values[int(code)]}", rows=codes == code)


def _cuts(cells: pd.Series) -> list[Any]:
    """Every value when they are few, otherwise quantiles (tails too) at readable numbers."""
    distinct = cells.drop_duplicates().sort_values()
    if len(distinct) <= _FEW_NUMBERS:
        return distinct.tolist()[1:]
    cuts = cells.quantile(list(_CUTS), interpolation="higher")
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cuts.drop_duplicates().tolist()
    numbers = cuts.to_numpy(dtype=np.float64)
    spread = float(numbers[-2] - numbers[1])
    if np.isfinite(spread) and spread > 0:
        numbers = np.round(numbers, -floor(log10(spread / 20)))
    return [float(cut) for cut in np.unique(numbers)]


def _written(cut: Any) -> str:
    if isinstance(cut, pd.Timestamp):
        return f"{cut:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    return f"{float(cut):,.12g}"
