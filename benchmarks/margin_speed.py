"""The economics: how long one answer takes."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from core.analysis.cogs import cogs_of
from core.analysis.frontier import frontier_of
from core.analysis.margin import margin_of
from core.analysis.scenario import default_scenario
from core.prices import PriceBook


def measured() -> str:
    """Median of five, after one warm-up, in one process."""
    scenario = default_scenario(PriceBook(), datetime.now(UTC).date())
    questions: list[tuple[str, Callable[[], object]]] = [
        ("cost of a request", lambda: cogs_of(scenario)),
        ("frontier", lambda: frontier_of(scenario)),
        ("margin curve, 2,000 draws", lambda: margin_of(scenario, target=0.95, draws=2_000)),
        ("margin curve, 10,000 draws", lambda: margin_of(scenario, target=0.95, draws=10_000)),
    ]
    lines = ["## One answer of the economics", "", "| question | median ms |", "|---|---|"]
    for name, ask in questions:
        ask()
        times = []
        for _ in range(5):
            started = time.perf_counter()
            ask()
            times.append(time.perf_counter() - started)
        lines.append(f"| {name} | {1000 * statistics.median(times):.0f} |")
    return "\n".join(lines)
