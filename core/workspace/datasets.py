"""Datasets as the workspace keeps them: Parquet by content fingerprint, with a profile.

A dataset's rows are keyed by their position, 0-based, in the column ``ROW_KEY``.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import DataError, WorkspaceError
from core.workspace.engine import identifier, readable
from core.workspace.folder import Workspace

ROW_KEY = "__row"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What one column holds."""

    name: str
    type: str
    """``text``, ``number``, ``date``, ``boolean``."""
    missing: int
    distinct: int
    examples: tuple[str, ...]
    longest: int | None
    """Characters of the longest value, text columns only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset of the workspace."""

    fingerprint: str
    """``d1:`` and 16 hex digits of a hash over column names and cell values."""
    name: str
    """The file it came from."""
    rows: int
    columns: tuple[ColumnProfile, ...]
    added_at: str

    def column(self, name: str, what: str = "column") -> ColumnProfile:
        """The profile of a column.

        Raises
        ------
        DataError
            The dataset has no such column; the message lists those it has.
        """
        for column in self.columns:
            if column.name == name:
                return column
        have = ", ".join(repr(c.name) for c in self.columns[:20])
        raise DataError(f"{self.name} has no {what} {name!r}; its columns are {have}.")


def dataset_folder(workspace: Workspace, fingerprint: str) -> Path:
    """The folder of a dataset."""
    return workspace.path("datasets", fingerprint.removeprefix("d1:"))


def datasets(workspace: Workspace) -> list[Dataset]:
    """All datasets, newest first."""
    found = [_load(path) for path in workspace.path("datasets").glob("*/profile.json")]
    return sorted(found, key=lambda d: d.added_at, reverse=True)


def dataset(workspace: Workspace, fingerprint: str) -> Dataset:
    """The dataset with this fingerprint, or a unique beginning of it."""
    wanted = fingerprint.removeprefix("d1:")
    matches = list(workspace.path("datasets").glob(f"{wanted}*/profile.json")) if wanted else []
    if len(matches) != 1:
        known = ", ".join(f"{d.fingerprint} ({d.name})" for d in datasets(workspace)) or "none"
        raise DataError(f"no dataset {fingerprint!r} in this workspace; it holds: {known}.")
    return _load(matches[0])


def _load(path: Path) -> Dataset:
    try:
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        columns = tuple(
            ColumnProfile(**{**c, "examples": tuple(c["examples"])}) for c in facts.pop("columns")
        )
        facts.pop("schema", None)
        return Dataset(columns=columns, **facts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WorkspaceError(
            f"{path} is damaged or was written by another version; delete its folder and load the "
            "file again."
        ) from error


def save_profile(workspace: Workspace, profile: Dataset) -> None:
    """Record a dataset whose Parquet file is already in place."""
    folder = dataset_folder(workspace, profile.fingerprint)
    workspace.write_json(folder / "profile.json", {"schema": 1, **asdict(profile)})


def forget_dataset(workspace: Workspace, data: Dataset) -> None:
    """Take a dataset out of the workspace."""
    shutil.rmtree(dataset_folder(workspace, data.fingerprint), ignore_errors=True)


def relation(workspace: Workspace, data: Dataset, *, numbered: bool = True) -> str:
    """SQL for the rows of a dataset, each with its place unless that is not asked for."""
    path = dataset_folder(workspace, data.fingerprint) / "data.parquet"
    if not path.is_file():
        raise WorkspaceError(f"{path} is missing; delete its folder and load {data.name} again.")
    return f"read_parquet({readable(path)}, file_row_number = {str(numbered).lower()})"


_MOST_EXACT = 1e15  # beyond, a float's digits are no longer all its own
_BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"


def text_of(column: str, kind: str) -> str:
    """SQL for a cell as text: 1 and 1.0 are both ``1``, whatever the file's format made of them."""
    name = identifier(column)
    if kind != "number":
        return f"CAST({name} AS VARCHAR)"
    return (
        f"CASE WHEN {name} = trunc({name}) AND {name} BETWEEN {-_MOST_EXACT} AND {_MOST_EXACT} "
        f"THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    )


def as_text(values: pd.Series) -> pd.Series:
    """A column's cells as trimmed text, missing ones missing: what :func:`text_of` is in SQL."""
    written = values.astype("string")
    if pd.api.types.infer_dtype(values.dropna()) == "boolean":
        return written.str.lower()
    if pd.api.types.is_float_dtype(values):
        whole = (values % 1 == 0) & (values.abs() <= _MOST_EXACT)
        integers = values.where(whole, 0.0).astype("int64").astype("string")
        return written.where(~whole, integers)
    return written.str.strip()


def trimmed(text: str) -> str:
    """SQL for a text without the blanks around it."""
    return f"trim({text}, {_BLANKS})"


def label_text(data: Dataset, column: str) -> str:
    """SQL for a row's label as text."""
    return trimmed(text_of(column, data.column(column, "label column").type))


def label_counts(workspace: Workspace, data: Dataset, column: str) -> dict[str, int]:
    """How many rows carry each label, most frequent first; rows without one are left out."""
    label = label_text(data, column)
    counted = workspace.engine.rows(
        f"SELECT {label}, count(*) FROM {relation(workspace, data)} "
        f"WHERE {label} <> '' GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {str(label): int(count) for label, count in counted}


def examples(
    workspace: Workspace,
    data: Dataset,
    columns: Sequence[str] | None = None,
    *,
    label: tuple[str, str] | None = None,
    limit: int | None = None,
    every: int = 1,
) -> pd.DataFrame:
    """Rows of a dataset with their key in ``ROW_KEY``, in file order.

    Parameters
    ----------
    columns
        Which columns; all when None.
    label
        ``(column, value)``: only the rows of this label.
    limit
        At most so many rows.
    every
        Only each so-many-th row of the file.
    """
    names = [c.name for c in data.columns] if columns is None else list(columns)
    for name in names:
        data.column(name)
    chosen = ", ".join(identifier(name) for name in names)
    sql = f"SELECT file_row_number AS {ROW_KEY}, {chosen} FROM {relation(workspace, data)}"
    parameters: list[Any] = []
    sql += f" WHERE file_row_number % {max(int(every), 1)} = 0"
    if label is not None:
        sql += f" AND {label_text(data, label[0])} = ?"
        parameters.append(label[1])
    sql += f" ORDER BY {ROW_KEY}"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    return workspace.engine.frame(sql, parameters)
