"""Assumptions with unit, interval, source and date; a scenario is a named set of them.

``scenario`` says what they are, ``scenario_file`` reads and writes them as TOML.
"""

from core.assumptions.scenario import Assumption, Scenario, Status
from core.assumptions.scenario_file import SCENARIO_SCHEMA, scenario_from_toml, scenario_to_toml

__all__ = [
    "SCENARIO_SCHEMA",
    "Assumption",
    "Scenario",
    "Status",
    "scenario_from_toml",
    "scenario_to_toml",
]
