"""What ``datawall cogs`` says to people."""

from core.analysis.cogs import CogsAnswer, SampleCost
from core.analysis.savings import Saved, SavingsAnswer
from core.analysis.seats import SeatsAnswer
from core.cli.output import table
from core.formats import count, money, number, percent, points


def request_lines(found: CogsAnswer) -> list[str]:
    """A request part by part, today and at the target, with both margins."""
    costs = [found.now, found.at_target] if found.at_target else [found.now]
    rows = [
        [part.name, *(money(cost.components[i].usd) for cost in costs)]
        for i, part in enumerate(found.now.components)
        if part.name not in found.not_used
    ]
    rows += [
        ["a request", *(money(cost.usd) for cost in costs)],
        ["gross margin", *(percent(cost.gross_margin) for cost in costs)],
        ["before wrong answers", *(percent(cost.gross_margin_before_errors) for cost in costs)],
        ["building counted as COGS", *(percent(cost.margin_with_building) for cost in costs)],
        ["building kept in research", *(percent(cost.margin_without_building) for cost in costs)],
    ]
    headings = ["per request", f"today, {percent(found.now.accuracy)}"]
    if found.at_target:
        headings.append(f"at {percent(found.target)}")
    lines = [table(headings, rows), "", f"Revenue per request: {money(found.revenue_per_request)}."]
    if found.gpus:
        lines.append(
            f"Own GPUs on: {count(found.gpus)}, loaded {percent(found.gpu_load)} on average; idle "
            "hours are paid too."
        )
    if found.not_used:
        lines.append(f"Not used: {', '.join(found.not_used)}.")
    return [*lines, *([found.why_no_plan] if found.why_no_plan else [])]


def seat_lines(found: SeatsAnswer) -> list[str]:
    """Which seats lose money, and a seat at each percentile."""
    rows = [
        [
            percent(seat.percentile, 0),
            count(seat.requests),
            money(seat.cost_usd),
            percent(seat.gross_margin),
        ]
        for seat in found.seats
    ]
    known = f"{found.counted:,} counted seats" if found.counted else "the scenario's spread"
    return [
        f"Seats, {known} ({number(found.spread)} times the median at the 90th percentile): "
        f"{percent(found.losing_share)} lose money, above {found.used_up_in_words} a month; the "
        "heaviest tenth cause "
        f"{percent(found.heaviest_cost_share)} of the cost.",
        table(["seat at", "requests", "cost a month", "gross margin"], rows),
    ]


def sample_lines(found: SampleCost) -> list[str]:
    """An accepted sample part by part."""
    rows = [[part.name, money(part.usd)] for part in found.components if part.usd]
    rows.append(["a sample", money(found.usd)])
    return [
        table(["per accepted sample", "USD"], rows),
        f"From {found.source}. {found.remarks}".rstrip(),
    ]


def saving_lines(found: SavingsAnswer) -> list[str]:
    """Each saving alone, those chosen together, and what is counted twice."""
    rows = [
        [saving.name, "yes" if saving.chosen else "no", *_cells(saving.alone)]
        for saving in found.every
    ]
    rows.append(["chosen, together", "", *_cells(found.together)])
    headings = ["saving", "chosen", "per request", "serving", "more errors", "accuracy", "margin"]
    nothing = [f"{s.name}: {s.why_nothing}." for s in found.every if s.why_nothing]
    return [
        table(headings, rows),
        f"From {money(found.before_usd)} to {money(found.after_usd)} per request. "
        f"{found.overlap_in_words}",
        *nothing,
    ]


def _cells(saved: Saved) -> list[str]:
    return [
        money(saved.net_usd),
        money(saved.serving_usd),
        money(saved.errors_usd),
        points(-saved.accuracy_lost),
        percent(saved.gross_margin),
    ]
