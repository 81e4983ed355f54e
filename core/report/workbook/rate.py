"""Workings of the rate of return and of the paybacks: years of each sign, and a rate by halving."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.cash_flows import MOST_YEARS
from core.report.workbook.paper import Page
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

_ENDS = (-16.0, 7.0)
"""Logarithms of the yearly discount factors between which a rate of return is sought."""

_HALVINGS = 28
"""To within a ten-millionth, from where IRR() is there in a step."""
_NEVER = 99


def total_of(source: Source) -> Floats:
    """All lines summed, year by year; empty without a plan."""
    return source.flows.total[0] if source.flows is not None else np.zeros(0)


def factors_of(source: Source, years: int) -> Floats:
    """What a dollar of each year is worth today."""
    rate = source.scenario.value("discount_rate")
    return np.asarray((1 + rate) ** -np.arange(years, dtype=np.float64))


def _first_covered(flows: Floats) -> int:
    covered = np.flatnonzero(np.cumsum(flows) >= 0)
    return int(covered[0]) if len(covered) else _NEVER


def write_rate(page: Page, row: int, source: Source) -> int:
    """Workings of the rate of return: years of each sign, and the rate by halving."""
    page.text(row, 0, "Rate of return", "group")
    total = total_of(source)
    out, into = (np.flatnonzero(sign * total > 0) for sign in (-1, 1))
    lines = (
        ("the last year that pays more than it brings in",
         "MAX(IF(ISNUMBER(return_flows),IF(return_flows<0,return_years,-1),-1))",
         out[-1] if len(out) else -1, "last_year_out"),
        ("the first year that brings in more than it pays",
         "MIN(IF(ISNUMBER(return_flows),IF(return_flows>0,return_years,99),99))",
         into[0] if len(into) else 99, "first_year_in"),
        ("the first year that has covered everything",
         "MIN(IF(ISNUMBER(return_so_far),IF(return_so_far>=0,return_years,99),99))",
         _first_covered(total), "year_covered"),
        ("the same at today's worth",
         "MIN(IF(ISNUMBER(return_worth_so_far),IF(return_worth_so_far>=0,return_years,99),99))",
         _first_covered(total * factors_of(source, len(total))), "year_worth_covered"),
    )  # fmt: skip
    for at, (said, formula, value, name) in enumerate(lines, row + 1):
        page.text(at, 0, said)
        page.array(at, 1, formula, float(value), "whole")
        page.name(name, at, 1)
    return _write_halving(page, row + 1 + len(lines), total)


def _write_halving(page: Page, row: int, total: Floats) -> int:
    """Between two yearly discount factors, in their logarithm; the row behind."""
    page.heads(
        row, ("discount factors (logarithm)", "low", "high", "between them too low", "flows")
    )
    flows = np.zeros(MOST_YEARS + 1)
    flows[: len(total)] = total
    for year, usd in enumerate(flows):
        cell = f"INDEX(return_flows,1,{year + 1})"
        page.live(row + 1, 4 + year, f"IF(ISNUMBER({cell}),{cell},0)", usd, "usd")
    numbers = page.across(row + 1, 4, 4 + MOST_YEARS)
    steps = _halved(flows)
    for at, (low, high, short) in enumerate(steps, row + 1):
        a, b, c = (page.at(at - 1, column) for column in (1, 2, 3))
        between = f"({a}+{b})/2"
        is_first = at == row + 1
        page.live(at, 1, f"{_ENDS[0]:g}" if is_first else f"IF({c}=1,{between},{a})", low, "exact")
        page.live(at, 2, f"{_ENDS[1]:g}" if is_first else f"IF({c}=1,{b},{between})", high, "exact")
        middle = f"({page.at(at, 1)}+{page.at(at, 2)})/2"
        page.live(
            at, 3, f"IF(SUMPRODUCT({numbers},EXP({middle}*return_years))<0,1,0)", short, "whole"
        )
    at = row + len(steps)
    low, high, _ = steps[-1]
    page.text(at + 1, 0, "the rate between them, if there is one")
    formula = f"EXP(-({page.at(at, 1)}+{page.at(at, 2)})/2)-1"
    page.live(at + 1, 1, formula, float(np.exp(-(low + high) / 2) - 1), "exact", "rate_halved")
    return at + 3


def _halved(flows: Floats) -> list[tuple[float, float, float]]:
    """Both ends at each step, and whether the flows are worth less than nothing between."""
    (low, high), found = _ENDS, []
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_short = float(flows @ np.exp(middle * np.arange(len(flows)))) < 0
        found.append((low, high, float(is_short)))
        low, high = (middle, high) if is_short else (low, middle)
    return found
