"""What the workbook is written from, and the figures that every sheet shares."""

from collections.abc import Iterator
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
from core.report.workbook.paper import Page
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
    def cogs(self) -> CogsAnswer:
        """The cost of a request, today and at the target."""
        return cogs_of(self.scenario)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure that formulas call by its name."""

    name: str
    said: str
    formula: str
    value: float
    unit: str
    style: str = "exact"


def figures(source: Source) -> Iterator[Figure]:
    """What follows from the inputs at once, in the order in which it is needed."""
    yield from _of_traffic(source)
    yield from _of_calls(source)
    yield from _of_gpus(source)
    yield from _of_people(source)


def _of_traffic(source: Source) -> Iterator[Figure]:
    i, offers = source.inputs, source.offers
    yield Figure(
        name="monthly_requests",
        said="Requests of all seats in a month",
        formula="seats*requests_per_seat",
        value=finite(serving.requests_per_month(i)),
        unit="requests/month",
        style="whole",
    )
    yield Figure(
        name="amortised_requests",
        said="Requests over which what is built once is spread",
        formula="seats*requests_per_seat*amortisation_months",
        value=finite(offers.requests),
        unit="requests",
        style="whole",
    )
    yield Figure(
        name="request_revenue",
        said="What a seat's price comes to per request",
        formula="IF(price_per_seat>0,price_per_seat/requests_per_seat,0)",
        value=finite(offers.revenue),
        unit="USD/request",
    )
    yield Figure(
        name="counts_building",
        said="Whether building a better model counts as COGS",
        formula='IF(training_policy="cogs",1,0)',
        value=float(source.curve.policy == "cogs"),
        unit="",
        style="asked",
    )
    yield Figure(
        name="asked_share",
        said="Requests that the application's own cache does not answer",
        formula="1-app_cache_share",
        value=finite(serving.asked_share(i)),
        unit="fraction",
    )
    yield Figure(
        name="levered_share",
        said="Requests that levers are paid for: of the slice, and not in the own cache",
        formula="slice_share*asked_share",
        value=finite(priced.levered_share(i)),
        unit="fraction",
    )


def _of_calls(source: Source) -> Iterator[Figure]:
    i = source.inputs
    most = "ROUNDUP(MAX(fallback_after,1),0)"
    endless, ended = "retry_rate/(1-retry_rate)", f"(1-retry_rate^({most}-1))"
    cut_off = f"IF(retry_rate<1,{endless}*{ended},{most}-1)"
    paid = cogs.discounted_share(
        i["batch_share"], i["batch_price_share"], i["flex_share"], i["flex_price_share"]
    )
    yield Figure(
        name="paid_share",
        said="Share of the list price that is paid, with batches and low priority",
        formula="1-batch_share*(1-batch_price_share)"
        "-(1-batch_share)*flex_share*(1-flex_price_share)",
        value=finite(paid),
        unit="fraction",
    )
    yield Figure(
        name="retry_multiple",
        said="What attempts beyond the first cost, as a multiple of the first",
        formula=f"IF(retry_rate=0,0,IF(fallback_after>0,{cut_off},{endless}))",
        value=finite(cogs.retry_cost(1.0, i["retry_rate"], serving.most_attempts(i))),
        unit="1",
    )
    yield Figure(
        name="fallback_per_answer",
        said="What stands in for calls whose every attempt failed",
        formula=f"IF(fallback_after>0,calls_per_request*retry_rate^{most}*fallback_cost,0)",
        value=finite(serving.fallback(i)),
        unit="USD/request",
    )


def _of_gpus(source: Source) -> Iterator[Figure]:
    i = source.inputs
    own = finite(i["self_hosted_share"]) > 0
    read = "calls_per_request*input_tokens/gpu_input_throughput"
    written = "calls_per_request*(output_tokens+reasoning_tokens)/gpu_output_throughput"
    yield Figure(
        name="gpu_answer_seconds",
        said="How long one GPU of your own is busy with one answer",
        formula=f"IF(self_hosted_share>0,({read}+{written})*(1+retry_multiple),0)",
        value=finite(serving.gpu_seconds(i)) if own else 0.0,
        unit="s/request",
    )
    yield Figure(
        name="gpus_busy",
        said="GPUs' worth of work on average, while they are on",
        formula="IF(self_hosted_share>0,monthly_requests*asked_share*self_hosted_share"
        "*gpu_answer_seconds/(gpu_hours_on*3600),0)",
        value=finite(serving.busy_gpus(i)),
        unit="GPUs",
    )
    at_peak = "ROUNDUP(gpus_busy*gpu_peak_factor/gpu_max_load*(1-1E-9),0)"
    yield Figure(
        name="gpus_switched_on",
        said="Whole GPUs that are switched on",
        formula=f"IF(gpus_busy>0,MAX({at_peak},1),0)",
        value=finite(serving.gpus_on(i)),
        unit="GPUs",
        style="whole",
    )


def _of_people(source: Source) -> Iterator[Figure]:
    offers, may = source.offers, source.grid.may_review
    yield Figure(
        name="review_each",
        said="What a person's answer costs, over all requests",
        formula="slice_share*(review_minutes/60*reviewer_rate)",
        value=finite(offers.review_cost),
        unit="USD/request",
    )
    yield Figure(
        name="people_right",
        said="How often people are right; 0 where nobody may review",
        formula="human_accuracy" if may else "0",
        value=finite(offers.human_accuracy),
        unit="fraction",
    )
    yield Figure(
        name="people_ranking",
        said="How well the model knows its errors; 0 where nobody may review",
        formula="review_ranking" if may else "0",
        value=finite(offers.ranking),
        unit="fraction",
    )
    yield Figure(
        name="wrong_answer_each",
        said="What wrong answers cost, over all requests",
        formula="slice_share*error_cost",
        value=finite(offers.error_cost),
        unit="USD/error",
    )
    yield Figure(
        name="strong_right",
        said="Right answers of the stronger model",
        formula="1-strong_error_ratio*error_now",
        value=finite(1 - source.inputs["strong_error_ratio"] * source.inputs["error_now"]),
        unit="fraction",
    )


def write_figures(page: Page, row: int, source: Source) -> int:
    """The block of shared figures from a row on; the row behind it."""
    page.text(row, 0, "Figures that every sheet shares", "group")
    at = row + 1
    for figure in figures(source):
        page.text(at, 0, figure.said)
        page.live(at, 1, figure.formula, figure.value, figure.style, figure.name)
        page.text(at, 2, figure.unit, "note")
        at += 1
    return at + 1
