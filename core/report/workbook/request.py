"""The sheet of what a request costs: part by part, today and at the target."""

from collections.abc import Mapping

import numpy as np

from core.analysis.cogs import ERRORS, Component, RequestCost
from core.analysis.grid import CASCADE, STRONGER, TIERS
from core.analysis.offers import answer_costs, answered
from core.report.workbook.checks import finite
from core.report.workbook.paper import CHECK, NO_REVENUE, NOT_REACHABLE, Page, Value, words_or
from core.report.workbook.shared import Source

HEADER = 4
FIRST = HEADER + 1
_HEADS = ("part", "today [USD/request]", "at the target [USD/request]", "difference", "grows with")

SERVED: Mapping[str, str] = {
    "retries": "{calls}*retry_multiple",
    "fallback": "asked_share*fallback_per_answer",
    "retrieval": "asked_share*retrieval_cost",
    "query embeddings": "embedding_tokens*embedding_price/1000000",
    "reranker": "asked_share*reranker_calls*reranker_price",
    "tools": "asked_share*tool_calls*tool_price",
    "guardrails": "guardrail_cost",
    "monitoring": "monitoring_cost",
    "hosting": "hosting_cost",
    "support": "support_cost/requests_per_seat",
    "own GPUs": "gpus_switched_on*gpu_rate*gpu_hours_on*(1-gpu_reserved_discount)/monthly_requests",
    "running own GPUs": "IF(gpus_switched_on>0,self_hosting_ops,0)/monthly_requests",
    "vector storage": "vector_storage*vector_storage_price/monthly_requests",
    "corpus embeddings": "reindexed_tokens*embedding_price/1000000/monthly_requests",
    "governance": "governance_cost/monthly_requests",
}
"""How the parts follow that are not the calls themselves."""

ADDED: Mapping[str, str] = {
    "stronger model": "levered_share*(chosen_first-INDEX(answer_costs,1,1))",
    "deeper retrieval": "levered_share*(chosen_retrieval*retrieval_step_cost"
    "+chosen_longer-chosen_first)",
    "more votes": "levered_share*(chosen_votes-1)*chosen_longer",
    "asking again": "levered_share*(chosen_tries-1)*chosen_longer",
    "verifier": "levered_share*chosen_verdicts*verifier_cost",
    "passed on to the stronger model": "levered_share*chosen_passed"
    "*INDEX(answer_costs,1,3+chosen_retrieval)",
    "human review": "INDEX(curve_review,target_place)*review_each",
    "building the model": "counts_building*INDEX(curve_built,target_place)/amortised_requests",
    "proving the accuracy": "counts_building*INDEX(curve_proof,target_place)/amortised_requests",
    ERRORS: "(1-INDEX(curve_reached,target_place))*wrong_answer_each",
}
"""How the parts follow that a plan adds."""


def write_request(page: Page, source: Source, calls: Mapping[str, str]) -> None:
    """The parts, their sum, and what is left of the revenue."""
    page.top("Cost of a request")
    page.text(
        2, 0, "At the value of each assumption; at the target with the cheapest plan.", "said"
    )
    page.heads(HEADER, _HEADS)
    found = source.request
    there = found.at_target.components if found.at_target else None
    for at, part in enumerate(found.now.components):
        row = FIRST + at
        _write_part(page, row, part, _served(part.name, calls))
        _write_target(page, row, part, there[at] if there else None)
    last = FIRST + len(found.now.components) - 1
    served = [p.name for p in found.now.components].index("stronger model")
    page.paper.book.define_name("serving_parts", f"={page.at(FIRST, 1, FIRST + served - 1)}")
    _write_sums(page, source, last)
    page.sheet.set_row(HEADER, 32)
    page.sheet.freeze_panes(FIRST, 1)
    page.printed((40, 22, 22, 18, 26), HEADER)
    page.sheet.fit_to_pages(1, 1)


def _served(name: str, calls: Mapping[str, str]) -> str:
    """The formula of a part as it is served today."""
    if name in calls:
        return f"{calls[name]}*(1-self_hosted_share)*asked_share"
    if name in SERVED:
        every = f"SUM('Cost of a request'!$B${FIRST + 1}:$B${FIRST + len(calls)})"
        return SERVED[name].format(calls=every)
    return "error_now*slice_share*error_cost" if name == ERRORS else "0"


def _write_part(page: Page, row: int, part: Component, formula: str) -> None:
    page.text(row, 0, part.name)
    page.live(row, 1, formula, part.usd, "each")
    page.text(row, 4, "use" if part.grows else "nothing: by the month, seat or once", "note")


def _write_target(page: Page, row: int, part: Component, there: Component | None) -> None:
    r = row + 1
    formula = ADDED.get(part.name, f"B{r}")
    whole = f'IF(ISNUMBER(target_plan),{formula},"{NOT_REACHABLE}")'
    page.live(row, 2, whole, NOT_REACHABLE if there is None else there.usd, "each")
    changed = "" if there is None else there.usd - part.usd
    page.live(row, 3, f'IF(ISNUMBER(C{r}),C{r}-B{r},"")', changed, "each")


def _write_sums(page: Page, source: Source, last: int) -> None:
    """Sums and margins under the parts."""
    found, first = source.request, FIRST + 1
    summed = [f"SUM({c}{first}:{c}{last + 1})" for c in "BC"]
    grows = [f'SUMIF($E{first}:$E{last + 1},"use",{c}{first}:{c}{last + 1})' for c in "BC"]
    row, page.otherwise = last + 2, CHECK
    total, errors, fixed = row + 1, last + 1, row + 2
    built = "(INDEX(curve_built,target_place)+INDEX(curve_proof,target_place))/amortised_requests"
    lines = (
        ("cost of a request", summed, "usd", "each"),
        ("  which grows with use", grows, "variable_usd", "each"),
        ("  which does not", [f"{c}{total}-{c}{fixed}" for c in "BC"], "fixed_usd", "each"),
        ("revenue per request", ["request_revenue"] * 2, "", "each"),
        ("gross margin", [_margin(f"{c}{total}") for c in "BC"], "gross_margin", "share"),
        ("gross margin before wrong answers",
         [_margin(f"({c}{total}-{c}{errors})") for c in "BC"],
         "gross_margin_before_errors", "share"),
        ("gross margin, building counted",
         [_margin(f"B{total}"), _margin(f"(C{total}+(1-counts_building)*{built})")],
         "margin_with_building", "share"),
        ("gross margin, building in research",
         [_margin(f"B{total}"), _margin(f"(C{total}-counts_building*{built})")],
         "margin_without_building", "share"),
        ("accuracy", ["1-error_now", "INDEX(curve_reached,target_place)"], "accuracy", "share"),
    )  # fmt: skip
    for at, (said, formulas, fact, style) in enumerate(lines, row):
        page.text(at, 0, said, total=at == row)
        for column, (formula, side) in enumerate(
            zip(formulas, (found.now, found.at_target), strict=True), 1
        ):
            value = _fact(side, fact, found.revenue_per_request)
            if column == 2:
                formula = f'IF(ISNUMBER(target_plan),{formula},"{NOT_REACHABLE}")'
            page.live(at, column, formula, value, style, total=at == row)
    page.otherwise = ""
    page.name("unit_cost_today", row, 1)
    page.name("unit_cost_target", row, 2)


def _margin(cost: str) -> str:
    return f'IF(request_revenue>0,1-{cost}/request_revenue,"{NO_REVENUE}")'


def _fact(side: RequestCost | None, fact: str, revenue: float) -> Value:
    if side is None:
        return NOT_REACHABLE
    return words_or(getattr(side, fact), NO_REVENUE) if fact else revenue


def write_chosen(page: Page, row: int, source: Source) -> int:
    """The settings of the plan at the target from a row on; the row behind."""
    page.text(row, 0, "The plan at the target", "group")
    at = row + 1
    for name, formula, value, style in _chosen(source):
        page.text(at, 0, name.replace("_", " "))
        whole = f'IF(ISNUMBER(target_plan),{formula},"{NOT_REACHABLE}")'
        page.live(at, 1, whole, value, style, name)
        at += 1
    return at + 1


def _chosen(source: Source) -> list[tuple[str, str, Value, str]]:
    """Name, formula, value and format of each."""
    stronger, cascade = f'(chosen_model="{TIERS[STRONGER]}")', f'chosen_model="{TIERS[CASCADE]}"'
    verdicts = f"IF(ISNUMBER(chosen_strictness),IF({cascade},1,chosen_tries),0)"
    lines = [
        ("chosen_samples", "INDEX(plan_samples,target_plan)", "whole"),
        ("chosen_model", "INDEX(plan_model,target_plan)", "text"),
        ("chosen_retrieval", "INDEX(plan_retrieval,target_plan)", "asked"),
        ("chosen_votes", "INDEX(plan_votes,target_plan)", "whole"),
        ("chosen_strictness", "INDEX(plan_strictness,target_plan)", "share"),
        ("chosen_tries", "INDEX(plan_tries_made,target_plan)", "real"),
        ("chosen_passed", "INDEX(plan_passed_on,target_plan)", "share"),
        ("chosen_verdicts", verdicts, "real"),
        ("chosen_first", f"INDEX(answer_costs,1,1+2*{stronger})", "exact"),
        ("chosen_longer", f"INDEX(answer_costs,1,1+2*{stronger}+chosen_retrieval)", "exact"),
    ]
    values = _chosen_values(source)
    return [(name, formula, values[at], style) for at, (name, formula, style) in enumerate(lines)]


def _chosen_values(source: Source) -> list[Value]:
    row, grid = source.plan_row, source.grid
    if row is None:
        return [NOT_REACHABLE] * 10
    _, passed, made = answered(source.inputs, grid.take(np.array([row])), (1,))
    tier, lookup, strict = int(grid.tier[row]), int(grid.retrieval[row]), grid.strictness[row]
    tries, costs = finite(made), answer_costs(source.inputs)
    verdicts = 0.0 if strict != strict else (1.0 if tier == CASCADE else tries)
    first = 2 * (tier == STRONGER)
    return [
        float(grid.new_samples[row]),
        TIERS[tier],
        float(lookup),
        float(grid.votes[row]),
        words_or(float(strict), "none"),
        tries,
        finite(passed),
        verdicts,
        finite(costs[first]),
        finite(costs[first + lookup]),
    ]
