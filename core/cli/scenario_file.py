"""The scenario that a command is given: a file, or one that the workspace keeps."""

from datetime import UTC, datetime
from pathlib import Path

from core.analysis.library import open_stored
from core.analysis.scenario import load_scenario
from core.assumptions import Scenario
from core.cli.context import Context, text_of
from core.errors import InputError
from core.prices import PriceBook


def read_scenario(
    path: str, prices: PriceBook | None = None, context: Context | None = None
) -> Scenario:
    """The scenario in a file, completed with today's defaults at *prices*.

    What is no file may be the id or name of a scenario that the workspace of a *context* keeps.

    Raises
    ------
    InputError
        There is neither, or it cannot be read.
    """
    if context is not None and not is_file(path):
        try:
            return open_stored(context.workspace, path)
        except InputError as error:
            raise InputError(f"there is no file {path}, and {error}") from error
    today = datetime.now(UTC).date()
    return load_scenario(text_of(path, "scenario"), path, prices or PriceBook(), today)


def is_file(path: str) -> bool:
    """Whether a scenario is meant as a file: it is there, or its name ends as one does."""
    try:
        return path.endswith(".toml") or Path(path).exists()
    except OSError:  # Longer than a path may be.
        return False
