"""What the workbook is written from, and the figures that every sheet shares."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.analysis import offers as priced
from core.analysis import serving
from core.analysis.cash_flows import ONCE, Flows, flows_of, horizon_of, team_costs
from core.analysis.cogs import CogsAnswer, cogs_of
from core.analysis.grid import Grid, allowed_levers, grid_over, sample_steps
from core.analysis.median_curve import MedianCurve, curve_over
from core.analysis.outcome import commit
from core.assumptions import Scenario
from core.calculators import cogs
from core.report.workbook.checks import finite
from core.uncertainty import medians

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """A scenario at its medians, and what the library answers for it."""

    scenario: Scenario

    @cached_property
    def inputs(self) -> serving.Inputs:
        """Every assumption at its median."""
        return medians(self.scenario)

    @cached_property
    def levers(self) -> frozenset[str]:
        """The levers that the scenario allows."""
        return allowed_levers(self.scenario.settings.get("levers"))

    @cached_property
    def steps(self) -> Floats:
        """Numbers of new samples before they are rounded."""
        if "data" not in self.levers:
            return np.zeros(1)
        return sample_steps(self.scenario.value("max_new_samples"))

    @cached_property
    def grid(self) -> Grid:
        """Every plan, those of equal numbers of samples too: an edit may part them."""
        return grid_over(self.levers, np.rint(self.steps))

    @cached_property
    def step_of_plan(self) -> NDArray[np.int64]:
        """Which number of new samples each plan has."""
        numbered = grid_over(self.levers, np.arange(len(self.steps), dtype=np.float64))
        return numbered.new_samples.astype(np.int64)

    @cached_property
    def offers(self) -> priced.Offers:
        """Every plan, priced."""
        return priced.offers_of(self.inputs, self.grid)

    @cached_property
    def curve(self) -> MedianCurve:
        """The margin curve over these plans."""
        return curve_over(self.scenario, self.offers)

    @cached_property
    def request(self) -> CogsAnswer:
        """The cost of a request, today and at the target."""
        return cogs_of(self.scenario)

    @property
    def serving_today(self) -> float:
        """What serving a request costs today, without what wrong answers cost. [USD/request]"""
        return finite(cogs.total(serving.serving_costs(self.inputs)))

    @property
    def horizon(self) -> int:
        """Years over which the return is counted."""
        return horizon_of(self.scenario)

    @cached_property
    def flows(self) -> Flows | None:
        """Cash flows at the medians; None when the target is not reachable."""
        committed = commit(self.scenario)
        if committed.plan is None:
            return None
        return flows_of(committed, self.inputs, self.horizon)

    @property
    def team(self) -> float:
        """What the team of the 90-day plan costs. [USD]"""
        return float(sum(finite(usd) for usd in team_costs(self.inputs).values()))

    @property
    def spent(self) -> float:
        """What is paid at the start; 0 without a plan. [USD]"""
        if self.flows is None:
            return 0.0
        return -sum(finite(self.flows.lines[name][0, 0]) for name in ONCE)

    @property
    def plan_row(self) -> int | None:
        """The plan at the target; None when it is not reachable."""
        found = int(self.curve.plan_row[self.curve.target_row])
        return found if found >= 0 else None
