"""What one more answer costs: today's model and a stronger one, each with retrieval and without."""

import numpy as np

from core.analysis import serving
from core.analysis.offers import answer_costs
from core.calculators import cogs, self_hosting
from core.report.workbook.checks import finite
from core.report.workbook.paper import Page
from core.report.workbook.shared import Source

COLUMNS = ("today's model", "with retrieval", "stronger model", "stronger, with retrieval")
_PARTS = ("uncached input", "cached input", "cache writes", "output", "reasoning")


def write_answers(page: Page, row: int, source: Source) -> tuple[dict[str, str], int]:
    """The table from a row on; where today's calls stand, and the row behind it."""
    page.text(row, 0, "What one more answer costs [USD/request]", "group")
    page.heads(row + 1, COLUMNS, first=1)
    first = row + 2
    labels = (
        "prompt tokens read beyond the usual",
        *_PARTS,
        "calls of an API, as far as they go there",
        "attempts beyond the first",
        "fallback",
        "time of own GPUs [s]",
        "time of own GPUs",
        "one answer",
    )
    for at, label in enumerate(labels, first):
        page.text(at, 0, label)
    for column in range(len(COLUMNS)):
        _column(page, first, column + 1, source)
    last = first + len(labels) - 1
    page.paper.book.define_name("answer_costs", f"={page.across(last, 1, len(COLUMNS))}")
    calls = {name: page.at(first + 1 + at, 1) for at, name in enumerate(_PARTS)}
    return calls, last + 2


def _column(page: Page, first: int, column: int, source: Source) -> None:
    """The answers of one model, with retrieval or without."""
    i, strong, longer = source.inputs, column > 2, column % 2 == 0
    tier = "strong_" if strong else ""
    extra = i["retrieval_tokens"] if longer else np.zeros(())
    cells = [page.at(first + at, column) for at in range(11)]
    page.live(first, column, "retrieval_tokens" if longer else "0", finite(extra), "whole")
    parts = serving.api_calls(i, tier, extra)
    written = _formulas(tier, cells[0])
    for at, name in enumerate(_PARTS, first + 1):
        page.live(at, column, f"({written[name]})*paid_share", finite(parts[name]), "exact")
    own = np.zeros(()) if strong else i["self_hosted_share"]
    once = cogs.total(parts) * (1 - own)
    again = cogs.retry_cost(once, i["retry_rate"], serving.most_attempts(i))
    api = "" if strong else "*(1-self_hosted_share)"
    seconds, gpu = _gpu_time(source, extra, strong)
    every = answer_costs(i)[column - 1]
    busy = "0" if strong else f"self_hosted_share*({_gpu_seconds(cells[0])})"
    used = "0" if strong else "self_hosted_share"
    load = "(3600*gpu_max_load/gpu_peak_factor)"
    rest = (
        (f"SUM({page.at(first + 1, column, first + 5)}){api}", finite(once)),
        (f"{cells[6]}*retry_multiple", finite(again)),
        ("fallback_per_answer", finite(serving.fallback(i))),
        (f"IF({used}>0,{busy},0)", seconds),
        (f"IF({used}>0,{cells[9]}*gpu_rate*(1-gpu_reserved_discount)/{load},0)", gpu),
        (f"{cells[6]}+{cells[7]}+{cells[8]}+{cells[10]}", finite(every)),
    )
    for at, (formula, value) in enumerate(rest, first + 6):
        page.live(at, column, formula, value, "exact", total=at == first + 11)


def _formulas(tier: str, extra: str) -> dict[str, str]:
    """What the provider bills for the calls of one answer, at the list price."""
    prompt = "calls_per_request*input_tokens"
    plain = f"{prompt}*(1-cached_share)*{tier}input_price/1000000"
    return {
        "uncached input": f"{plain}*(1-cache_write_share)+{extra}*{tier}input_price/1000000",
        "cached input": f"{prompt}*cached_share*{tier}cached_price/1000000",
        "cache writes": f"{plain}*cache_write_share*cache_write_multiple",
        "output": f"calls_per_request*output_tokens*{tier}output_price/1000000",
        "reasoning": f"calls_per_request*reasoning_tokens*{tier}output_price/1000000",
    }


def _gpu_seconds(extra: str) -> str:
    return (
        f"((calls_per_request*input_tokens+{extra})/gpu_input_throughput+calls_per_request"
        "*(output_tokens+reasoning_tokens)/gpu_output_throughput)*(1+retry_multiple)"
    )


def _gpu_time(source: Source, extra: np.ndarray, strong: bool) -> tuple[float, float]:
    """GPU time that one answer takes, and what it costs."""
    i = source.inputs
    own = 0.0 if strong else finite(i["self_hosted_share"])
    if not own:
        return 0.0, 0.0
    seconds = own * finite(serving.gpu_seconds(i, extra))
    load = i["gpu_max_load"] / i["gpu_peak_factor"]
    cost = self_hosting.gpu_time_cost(seconds, i["gpu_rate"], load, i["gpu_reserved_discount"])
    return seconds, finite(cost)
