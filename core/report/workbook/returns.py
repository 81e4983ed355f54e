"""The sheet of returns: cash flows by year, and what they are worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from core.analysis.cash_flows import MOST_YEARS, ONCE, ROLES, ROUNDING, YEARLY, apart
from core.analysis.cogs import error_cost_now
from core.report.workbook.checks import finite
from core.report.workbook.paper import NOT_REACHABLE, Page, Paper, Value
from core.report.workbook.rate import factors_of, total_of
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

HEADER = 14
FIRST = HEADER + 1
TOTAL = FIRST + len(ONCE) + len(YEARLY)
_GROWTH, _SO_FAR, _FACTOR, _WORTH, _WORTH_SO_FAR = (TOTAL + n for n in (5, 1, 2, 3, 4))
_BASIS = _GROWTH + 2
_FIRST_YEAR, _LAST_YEAR = 1, 1 + MOST_YEARS
_WHOLE = _LAST_YEAR + 1
_NEW = "IF(chosen_samples>0,{},0)"

_AT_THE_START = {
    "team": "return_team",
    "generation": "chosen_samples*cost_per_accepted_sample*(1-critique_share)",
    "critique": "chosen_samples*cost_per_accepted_sample*critique_share",
    "labels": "chosen_samples*review_cost_per_sample+INDEX(curve_proof,target_place)",
    "set-up": _NEW.format("fixed_cost_of_campaign") + "+chosen_retrieval*retrieval_setup_cost",
    "training": _NEW.format("training_cost"),
}
"""What is paid at the start, line by line."""

_LATER = {
    "upkeep": "-upkeep_share*return_spent",
    "serving": "-(return_dearer+return_won*return_served)*12*monthly_requests*{growth}",
    "avoided errors": "(return_saved-return_won*return_errors)*12*monthly_requests*{growth}",
    "revenue": "return_won*12*seats*price_per_seat*{growth}",
}
"""What flows in each year after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Yearly:
    """A row under the lines: its first year, its later ones, and what the library says."""

    row: int
    said: str
    first: str
    later: str
    values: Floats
    style: str = "usd"
    name: str = ""


def write_returns(paper: Paper, page: Page, source: Source) -> None:
    """The lines by year, their worth, and the figures above them."""
    page.top("Returns")
    said = "Of reaching the target with the cheapest plan, against staying as today. Before tax."
    page.text(2, 0, said, "said")
    _write_basis(page, source)
    _write_lines(page, source)
    _write_sums(page, source)
    _draw(paper, page)
    page.sheet.freeze_panes(0, 1)
    page.printed((66, *(13,) * (MOST_YEARS + 1), 15), HEADER)


def _guarded(formula: str) -> str:
    return f'IF(ISNUMBER(target_plan),{formula},"{NOT_REACHABLE}")'


def _write_basis(page: Page, source: Source) -> None:
    """What the lines follow from, under the table."""
    page.text(_BASIS, 0, "What the cash flows follow from", "group")
    known = source.plan_row is not None
    for row, (said, name, formula, value) in enumerate(_basis(source), _BASIS + 1):
        page.text(row, 0, said)
        always = name == "return_team"
        style = _BASIS_STYLES.get(name, "exact")
        shown = value if known or always else NOT_REACHABLE
        page.live(row, 1, formula if always else _guarded(formula), shown, style, name)


_BASIS_STYLES = {"return_team": "usd", "return_spent": "usd", "return_won": "share"}


def _basis(source: Source) -> tuple[tuple[str, str, str, float], ...]:
    """What it is, its name, formula and value."""
    choice, at, value = source.curve.choice, source.curve.target_row, source.scenario.value
    served, errors, reached = (choice.serving[at], choice.errors[at], choice.accuracy[at])
    today, wrong = source.serving_today, error_cost_now(source.inputs)
    gained = max(finite(reached) - (1 - value("error_now")), 0.0) / 0.01
    team = "+".join(f"{role}_months*{role}_salary" for role in ROLES)
    start = f"B{FIRST + 1}:B{FIRST + len(ONCE)}"
    target = "INDEX(curve_{},target_place)".format
    found = "MAX({}-(1-error_now),0)/0.01*seats_per_point".format(target("reached"))
    lost = "error_now*wrong_answer_each"
    return (
        ("team of the 90-day plan [USD]", "return_team", f"({team})/12", source.team),
        ("everything spent at the start [USD]", "return_spent", f"-SUM({start})", source.spent),
        ("serving at the target [USD/request]", "return_served", target("serving"), finite(served)),
        ("  more than today [USD/request]", "return_dearer",
         _apart("return_served", "serving_today"), finite(apart(served, np.asarray(today)))),
        ("wrong answers at the target [USD/request]", "return_errors", target("errors"),
         finite(errors)),
        ("  less than today [USD/request]", "return_saved", _apart(f"({lost})", "return_errors"),
         finite(apart(np.asarray(wrong), errors))),
        ("seats won or kept, as a share", "return_won", found, gained * value("seats_per_point")),
    )  # fmt: skip


def _apart(one: str, other: str) -> str:
    """One without the other; 0 where only rounding parts them."""
    return f"IF(ABS({one}-{other})<={ROUNDING:g}*ABS({one}),0,{one}-{other})"


def _write_lines(page: Page, source: Source) -> None:
    """One row per line, one column per year; nothing behind the horizon."""
    page.heads(HEADER, ["cash flow [USD]", *[""] * (MOST_YEARS + 1), "all years"])
    for year in range(MOST_YEARS + 1):
        head = page.paper.format("head", num_format='"year "0', align="right")
        page.sheet.write_number(HEADER, _FIRST_YEAR + year, year, head)
    known = source.flows.lines if source.flows is not None else {}
    for row, name in enumerate((*ONCE, *YEARLY), FIRST):
        page.text(row, 0, name)
        values = known[name][0] if name in known else None
        start, later = _AT_THE_START.get(name), _LATER.get(name)
        for year in range(MOST_YEARS + 1):
            column = xl_col_to_name(_FIRST_YEAR + year)
            formula = f"-({start})" if start and not year else "0"
            if later and year:
                formula = later.format(growth=f"{column}${_GROWTH + 1}")
            _write_year(page, row, year, _guarded(formula), values, years=source.horizon)
        _write_whole(page, row, values)
    for name, row in (
        ("return_flows", TOTAL),
        ("return_years", HEADER),
        ("return_so_far", _SO_FAR),
        ("return_worth", _WORTH),
        ("return_worth_so_far", _WORTH_SO_FAR),
    ):
        cells = page.across(row, _FIRST_YEAR, _LAST_YEAR)
        page.paper.book.define_name(name, f"={cells}")


def _write_year(
    page: Page,
    row: int,
    year: int,
    formula: str,
    values: Floats | None,
    style: str = "usd",
    *,
    years: int,
    total: bool = False,
) -> None:
    """One year of a row; nothing behind the horizon."""
    column = _FIRST_YEAR + year
    head = f"{xl_col_to_name(column)}${HEADER + 1}"
    value: Value = ""
    if year <= years:
        value = NOT_REACHABLE if values is None else float(values[year])
    page.live(row, column, f'IF({head}<=horizon_years,{formula},"")', value, style, total=total)


def _write_whole(page: Page, row: int, values: Floats | None, *, total: bool = False) -> None:
    """A row summed over the years."""
    first, last = xl_col_to_name(_FIRST_YEAR), xl_col_to_name(_LAST_YEAR)
    value = NOT_REACHABLE if values is None else float(values.sum())
    formula = _guarded(f"SUM({first}{row + 1}:{last}{row + 1})")
    page.live(row, _WHOLE, formula, value, "usd", total=total)


def _write_sums(page: Page, source: Source) -> None:
    """The lines summed, so far and at today's worth, and the growth of the seats."""
    total = total_of(source)
    years, factors = len(total), factors_of(source, len(total))
    growth = (1 + source.scenario.value("seat_growth")) ** np.arange(-1.0, years - 1)
    t, f, w = TOTAL + 1, _FACTOR + 1, _WORTH + 1
    growth[:1] = 1.0
    rows = (
        _Yearly(row=TOTAL, said="cash flow", first=f"SUM({{c}}{FIRST + 1}:{{c}}{TOTAL})",
                later=f"SUM({{c}}{FIRST + 1}:{{c}}{TOTAL})", values=total),
        _Yearly(row=_SO_FAR, said="so far", first=f"{{c}}{t}",
                later=f"{{b}}{_SO_FAR + 1}+{{c}}{t}", values=np.cumsum(total)),
        _Yearly(row=_FACTOR, said="discount factor", first="1",
                later=f"(1+discount_rate)^-{{c}}${HEADER + 1}", values=factors, style="exact"),
        _Yearly(row=_WORTH, said="at today's worth", first=f"{{c}}{t}*{{c}}{f}",
                later=f"{{c}}{t}*{{c}}{f}", values=total * factors),
        _Yearly(row=_WORTH_SO_FAR, said="at today's worth, so far", first=f"{{c}}{w}",
                later=f"{{b}}{_WORTH_SO_FAR + 1}+{{c}}{w}", values=np.cumsum(total * factors)),
        _Yearly(row=_GROWTH, said="seats, as a multiple of the first year's", first="1",
                later=f"(1+seat_growth)^({{c}}${HEADER + 1}-1)", values=growth, style="exact"),
    )  # fmt: skip
    for each in rows:
        page.text(each.row, 0, each.said, total=each.row == TOTAL)
        for year in range(MOST_YEARS + 1):
            formula = (each.later if year else each.first).format(
                c=xl_col_to_name(_FIRST_YEAR + year), b=xl_col_to_name(_FIRST_YEAR + year - 1)
            )
            _write_year(
                page,
                each.row,
                year,
                _guarded(formula),
                each.values if years else None,
                each.style,
                years=source.horizon,
                total=each.row == TOTAL,
            )
    _write_whole(page, TOTAL, total if years else None, total=True)


def _draw(paper: Paper, page: Page) -> None:
    """Columns of each year's flow and of what has come in so far."""
    chart = paper.book.add_chart({"type": "column"})
    for row, name, colour in ((TOTAL, "cash flow", "#1F6FB4"), (_SO_FAR, "so far", "#A6A6A6")):
        chart.add_series(
            {
                "name": name,
                "categories": f"={page.across(HEADER, _FIRST_YEAR, _LAST_YEAR)}",
                "values": f"={page.across(row, _FIRST_YEAR, _LAST_YEAR)}",
                "fill": {"color": colour},
            }
        )
    chart.set_title({"name": "Cash flow by year", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "year", "num_format": "0", "label_position": "low"})
    chart.set_y_axis({"name": "USD", "num_format": "$#,##0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 360})
    page.sheet.insert_chart(_BASIS, 3, chart, {"description": "Cash flow by year"})
