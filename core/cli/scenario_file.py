"""The scenario that a command is given as a file."""

from datetime import UTC, datetime

from core.analysis.scenario import load_scenario
from core.assumptions import Scenario
from core.cli.context import text_of
from core.prices import PriceBook


def read_scenario(path: str, prices: PriceBook | None = None) -> Scenario:
    """The scenario in a file, completed with today's defaults at *prices*."""
    today = datetime.now(UTC).date()
    return load_scenario(text_of(path, "scenario"), path, prices or PriceBook(), today)
