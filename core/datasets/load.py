"""Bring a file of labelled examples into a workspace."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.datasets.excel import first_sheet_as_csv
from core.datasets.faults import fault
from core.datasets.recognise import csv_layout, kind_of_file
from core.errors import DataError, InputError
from core.records import Progress, no_progress
from core.workspace import Workspace
from core.workspace.datasets import Dataset, dataset, datasets, forget_dataset
from core.workspace.ingest import Source, TableFormat, ingest

_FINGERPRINT = re.compile(r"^(d1:)?[0-9a-f]{6,16}$")


def load_dataset(
    workspace: Workspace,
    source: str | Path,
    progress: Progress = no_progress,
    *,
    name: str | None = None,
) -> Dataset:
    """The dataset that *source* names, loaded if the workspace does not hold it yet.

    Parameters
    ----------
    source
        A file (CSV, TSV, JSONL, JSON, Parquet, Excel), or the fingerprint of a
        dataset that is already in the workspace.
    name
        What to call it; the file's name when None.

    Raises
    ------
    DataError
        The file cannot be used; one sentence says where and why, and the
        workspace stays as it was.
    """
    path = _path(source)
    if _FINGERPRINT.match(str(source)) and not path.exists():
        return dataset(workspace, str(source))
    title = name or path.name or str(path)
    progress(0, 2, f"reading {title}")
    kind = kind_of_file(path, title)
    loaded = (
        _from_excel(workspace, path, title)
        if kind == "xlsx"
        else _from_table(workspace, path, title, kind)
    )
    progress(2, 2, f"read {title}")
    return loaded


@contextmanager
def dataset_for(
    workspace: Workspace, source: str | Path, progress: Progress = no_progress
) -> Iterator[Dataset]:
    """The dataset of a question, which is put in the block.

    If the question turns out to be impossible (an ``InputError``), a dataset
    that was loaded for it is taken out again: the workspace is as it was.
    """
    known = {data.fingerprint for data in datasets(workspace)}
    data = load_dataset(workspace, source, progress)
    try:
        yield data
    except InputError:
        if data.fingerprint not in known:
            forget_dataset(workspace, data)
        raise


def _path(source: str | Path) -> Path:
    try:
        return Path(source).expanduser()
    except RuntimeError:  # a name that starts with ~ and is no user's
        return Path(source)


def _from_table(workspace: Workspace, path: Path, name: str, kind: TableFormat) -> Dataset:
    source = Source(path=path.resolve(), name=name, format=kind)
    if kind == "csv":
        delimiter, blank_lines = csv_layout(path, name)
        source = replace(source, delimiter=delimiter, blank_lines=blank_lines)
    try:
        return ingest(workspace, source)
    except DataError as error:
        plainer = fault(source)
        if plainer or kind != "csv":
            raise DataError(plainer or str(error)) from error
    return ingest(workspace, replace(source, is_regular=True))


def _from_excel(workspace: Workspace, path: Path, name: str) -> Dataset:
    holding = workspace.path("datasets", ".incoming.csv")
    with workspace.replacing(holding) as partial:
        first_sheet_as_csv(path, partial, name)
        loaded = ingest(workspace, Source(path=partial, name=name, format="csv"))
    holding.unlink(missing_ok=True)
    return loaded
