"""A file of predictions, checked: which column holds what, and whether it can be believed."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.examples import MOST_LABELS
from core.audit.predictions import FEWEST_SIZES, Codes, Predictions
from core.calculators.reliability import calibration_error
from core.errors import DataError
from core.formats import percent
from core.workspace.datasets import ROW_KEY, Dataset, as_text

NO_CURVE = "No learning curve: give train_size, or let Datawall train."
_MOST_SAMPLES = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns:
    """Which column holds what; None for what the file does not have."""

    label: str
    prediction: str
    item: str | None = None
    confidence: str | None = None
    train_size: str | None = None
    repeat: str | None = None
    slice_by: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read."""
        named = [getattr(self, f.name) for f in fields(self) if f.name != "slice_by"]
        return (*(name for name in named if name is not None), *self.slice_by)


def columns_found(data: Dataset, asked: PredictionColumns) -> PredictionColumns:
    """The columns asked for, and where none is named for a purpose the one of that name.

    Raises
    ------
    DataError
        A column is missing, or is meant for two purposes.
    """
    have = {column.name for column in data.columns}
    for name in ("label", "prediction", "item", "confidence", "train_size", "repeat"):
        column = getattr(asked, name)
        if column is not None:
            data.column(column, f"{name} column")
    for column in asked.slice_by:
        data.column(column)
    found = {}
    for name in ("item", "confidence", "train_size", "repeat"):
        given = getattr(asked, name)
        free = name in have and name not in asked.used
        found[name] = given or (name if free else None)
    complete = PredictionColumns(
        label=asked.label, prediction=asked.prediction, slice_by=asked.slice_by, **found
    )
    twice = [c for c in complete.used if complete.used.count(c) > 1]
    if twice:
        raise DataError(
            f"{data.name}: the column {twice[0]!r} cannot serve two purposes; name another."
        )
    return complete


def checked_predictions(
    data: Dataset, frame: pd.DataFrame, columns: PredictionColumns
) -> tuple[Predictions, tuple[str, ...]]:
    """The rows as numbers, and what was noticed.

    Raises
    ------
    DataError
        A cell is no confidence or training size, an item is predicted twice or
        has two labels, or there is only one label.
    """
    notes: list[str] = []
    unlabelled = _blank(frame[columns.label])
    if unlabelled.any():
        notes.append(f"Left out: {_counted(unlabelled, 'row')} without a label.")
    frame = frame.loc[~unlabelled]
    labels = as_text(frame[columns.label])
    _refuse_odd_labels(data, labels, columns.label)
    silent = _blank(frame[columns.prediction])
    if silent.any():
        notes.append(f"{_counted(silent, 'row')} without a prediction: counted as wrong.")
    item = _item(frame, columns)
    size = _sizes(data, frame, columns.train_size)
    repeat = np.zeros(len(frame), dtype=np.int64)
    if columns.repeat is not None:
        repeat = _numbered(frame[columns.repeat])
    if columns.item is not None:
        _refuse_repeated(data, frame, columns, item, size, repeat)
    names, coded = np.unique(labels.to_numpy(dtype=str), return_inverse=True)
    place = {name: i for i, name in enumerate(names.tolist())}
    said = as_text(frame[columns.prediction]).map(place).fillna(len(place))
    rows = Predictions(
        names=tuple(names.tolist()),
        labels=coded.astype(np.int64),
        predicted=said.to_numpy(dtype=np.int64),
        item=item,
        size=size,
        repeat=repeat,
        columns={
            c: as_text(frame[c]).fillna("(missing)").to_numpy(dtype=str) for c in columns.slice_by
        },
    )
    notes += [*_about_confidence(data, frame, columns.confidence, rows), *_about_sizes(rows)]
    return rows, tuple(notes)


def _blank(values: pd.Series) -> NDArray[np.bool_]:
    return as_text(values).fillna("").str.strip().eq("").to_numpy(dtype=bool)


def _counted(which: NDArray[np.bool_], what: str) -> str:
    n = int(which.sum())
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _refuse_odd_labels(data: Dataset, labels: pd.Series, column: str) -> None:
    distinct = labels.nunique()
    if distinct < 2:
        found = f"only the value {labels.iloc[0]!r}" if distinct else "no value at all"
        raise DataError(
            f"{data.name}: the label column {column!r} holds {found}; expected two or more "
            "labels to tell apart."
        )
    if distinct > MOST_LABELS:
        raise DataError(
            f"{data.name}: the label column {column!r} has {distinct:,} different values; "
            f"expected at most {MOST_LABELS:,}. Is it the column of the true labels?"
        )


def _numbered(values: pd.Series) -> Codes:
    return as_text(values).fillna("").factorize(sort=True)[0].astype(np.int64)


def _item(frame: pd.DataFrame, columns: PredictionColumns) -> Codes:
    if columns.item is None:
        return np.arange(len(frame), dtype=np.int64)
    return _numbered(frame[columns.item])


def _numbers(data: Dataset, frame: pd.DataFrame, column: str) -> pd.Series:
    """The column as numbers, NaN where it is blank."""
    numbers = pd.to_numeric(frame[column], errors="coerce")
    wrong = numbers.isna().to_numpy(dtype=bool) & ~_blank(frame[column])
    if wrong.any():
        raise DataError(
            f"{_place(data, frame, wrong)}: {column} is "
            f"{str(frame[column].iloc[int(np.flatnonzero(wrong)[0])])[:40]!r}; expected a number."
        )
    return numbers.astype(float)


def _place(data: Dataset, frame: pd.DataFrame, wrong: NDArray[np.bool_]) -> str:
    """The file and the first row where something is wrong, counted from 1."""
    return f"{data.name}, row {int(frame[ROW_KEY].iloc[int(np.flatnonzero(wrong)[0])]) + 1}"


def _sizes(data: Dataset, frame: pd.DataFrame, column: str | None) -> Codes | None:
    if column is None:
        return None
    numbers = _numbers(data, frame, column).to_numpy()
    wrong = ~((numbers >= 1) & (numbers <= _MOST_SAMPLES) & (numbers % 1 == 0))
    if wrong.any():
        found = numbers[wrong][0]
        raise DataError(
            f"{_place(data, frame, wrong)}: {column} is "
            f"{'empty' if np.isnan(found) else format(found, 'g')}; expected how many samples the "
            "model was trained on, a whole number of at least 1."
        )
    return np.asarray(numbers.astype(np.int64))


def _refuse_repeated(
    data: Dataset,
    frame: pd.DataFrame,
    columns: PredictionColumns,
    item: Codes,
    size: Codes | None,
    repeat: Codes,
) -> None:
    """Each item has one label, and one prediction per training size and repeat."""
    column = str(columns.item)
    keys = pd.DataFrame({"item": item, "size": 0 if size is None else size, "repeat": repeat})
    again = keys.duplicated().to_numpy(dtype=bool)
    if again.any():
        which = as_text(frame[column]).iloc[int(np.flatnonzero(again)[0])]
        at = "" if columns.train_size is None else f" at the same {columns.train_size}"
        hint = "name the column that tells its repeats apart" if columns.repeat is None else ""
        raise DataError(
            f"{_place(data, frame, again)}: the {column} {which!r} is predicted a second time"
            f"{at}; expected one row each{', or ' + hint if hint else ' per repeat'}."
        )
    labels = _numbered(frame[columns.label])
    first = pd.Series(labels).groupby(item).transform("first").to_numpy()
    other = labels != first
    if other.any():
        which = as_text(frame[column]).iloc[int(np.flatnonzero(other)[0])]
        raise DataError(
            f"{_place(data, frame, other)}: the {column} {which!r} has another label than before; "
            "expected one true label per item."
        )


def _about_confidence(
    data: Dataset, frame: pd.DataFrame, column: str | None, rows: Predictions
) -> list[str]:
    if column is None:
        return []
    said = _numbers(data, frame, column).to_numpy()
    wrong = ~np.isnan(said) & ~((said >= 0) & (said <= 1))
    if wrong.any():
        found = float(said[wrong][0])
        hint = f" If you mean {found:g} %, write {found / 100:g}." if 1 < found <= 100 else ""
        raise DataError(
            f"{_place(data, frame, wrong)}: {column} is {found:g}; expected a number from 0 to "
            f"1.{hint}"
        )
    known = rows.today & ~np.isnan(said)
    right = (rows.labels == rows.predicted)[known].astype(float)
    if right.size < 2:
        return []
    return [
        f"Confidence is {percent(float(said[known].mean()))} on average where "
        f"{percent(float(right.mean()))} are right; calibration error "
        f"{percent(calibration_error(said[known], right))}."
    ]


def _about_sizes(rows: Predictions) -> list[str]:
    if rows.size is None:
        return [NO_CURVE]
    sizes = np.unique(rows.size).size
    if sizes < FEWEST_SIZES:
        found = "1 training size" if sizes == 1 else f"{sizes} training sizes"
        return [
            f"No learning curve: {found}, expected {FEWEST_SIZES} or more; or let Datawall train."
        ]
    return [
        "Curves grow every label together: a label's samples are its share of the items times "
        "train_size."
    ]
