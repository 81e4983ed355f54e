"""Every draw of a scenario's inputs and outcomes, as a file for other tools."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from core.analysis.margin import DRAWS
from core.analysis.sensitivity import drawn_columns
from core.assumptions import Scenario
from core.errors import InputError


def write_draws(
    path: Path,
    scenario: Scenario,
    *,
    target: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[str]:
    """Write one row per draw, and give the names of the columns.

    Raises
    ------
    InputError
        The file has another ending than ``.csv`` or ``.parquet``, or cannot be written.
    AssumptionError
        An assumption is impossible.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"{path} ends in {path.suffix or 'nothing'}; expected {' or '.join(_WRITERS)}."
        )
    columns = drawn_columns(scenario, target=target, draws=draws, seed=seed)
    try:
        write(pd.DataFrame({"draw": range(draws), **columns}), path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return ["draw", *columns]


def _csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False)


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


_WRITERS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = {".csv": _csv, ".parquet": _parquet}
