"""Assumptions with unit, interval, source and date; a scenario is a named set of them.

``assumption`` and ``scenario`` say what they are, ``distributions`` how one is spread,
``scenario_file`` reads and writes them as TOML.
"""

from core.assumptions.assumption import Assumption, Status
from core.assumptions.distributions import DISTRIBUTIONS, Distribution
from core.assumptions.scenario import Pair, Scenario, Typed
from core.assumptions.scenario_file import (
    SCENARIO_SCHEMA,
    scenario_from_tables,
    scenario_from_toml,
    scenario_to_toml,
)

__all__ = [
    "DISTRIBUTIONS",
    "SCENARIO_SCHEMA",
    "Assumption",
    "Distribution",
    "Pair",
    "Scenario",
    "Status",
    "Typed",
    "scenario_from_tables",
    "scenario_from_toml",
    "scenario_to_toml",
]
