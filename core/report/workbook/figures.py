"""The figures that every sheet shares, each called by its name in formulas."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.analysis import offers as priced
from core.analysis import serving
from core.calculators import cogs
from core.report.workbook.checks import finite
from core.report.workbook.paper import Page
from core.report.workbook.shared import Source


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
    yield from _of_policy(source)


def _of_policy(source: Source) -> Iterator[Figure]:
    i = source.inputs
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
