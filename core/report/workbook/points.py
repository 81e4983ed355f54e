"""The points that matter on the margin curve, and the chart that shows it."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.median_curve import MedianCurve
from core.calculators import margin
from core.report.workbook.curve import FIRST, ROWS
from core.report.workbook.paper import (
    CHECK,
    NO_REVENUE,
    NOT_REACHABLE,
    Page,
    Paper,
    Value,
    words_or,
)
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

_LOWEST_DRAWN = -1.0
_VALUE, _VALUE_END = 3, 6
_NOTHING_EARNED = "There is no gross margin without revenue: price_per_seat is 0."
_BELOW = "The gross margin is below {name} at every accuracy; its highest is {at}."
_NEVER = "The gross margin has not fallen to {name} at the best reachable accuracy: {at}."


def in_percent(value: float) -> str:
    """A share as the sentences of the workbook write it."""
    return f"{value * 100:.1f} %"


def _written(cell: str) -> str:
    return f'FIXED(100*{cell},1,TRUE)&" %"'


def write_helpers(page: Page, row: int, source: Source) -> int:
    """What the points follow from, and what the chart draws; the row behind."""
    curve = source.curve
    page.text(row, 0, "Points of the curve", "group")
    wanted = source.scenario.value("target_gross_margin")
    known = curve.gross_margin[np.isfinite(curve.gross_margin)]
    plan = source.plan_row
    lines = (
        ("place of the target", "MATCH(target_accuracy,curve_accuracy,0)", curve.target_row + 1,
         "target_place", False),
        ("plan at the target", "INDEX(curve_plan,target_place)", "" if plan is None else plan + 1,
         "target_plan", False),
        ("accuracies with a margin", "COUNT(curve_margin)", len(known), "margins_known", False),
        ("the last with a margin of at least zero", _last("0"), _place(known, 0.0),
         "last_above_zero", True),
        ("the last with at least the margin wanted", _last("target_gross_margin"),
         _place(known, wanted), "last_above_wanted", True),
    )  # fmt: skip
    for at, (said, formula, value, name, is_array) in enumerate(lines, row + 1):
        page.text(at, 0, said)
        if is_array:
            page.array(at, 1, formula, value, "whole")
            page.name(name, at, 1)
        else:
            page.live(at, 1, formula, value, "whole", name)
    return row + 1 + len(lines) + 1


def _last(level: str) -> str:
    place = f"ROW(curve_margin)-{FIRST}"
    return f"MAX(IF(ISNUMBER(curve_margin),IF(curve_margin>={level},{place},0),0))"


def _place(known: Floats, level: float) -> int:
    above = np.flatnonzero(known >= level)
    return int(above[-1]) + 1 if len(above) else 0


def write_points(page: Page, source: Source) -> None:
    """The points above the table, in words where there is none."""
    curve = source.curve
    target = curve.target_row
    best = "INDEX(curve_accuracy,MATCH(MAX(curve_margin_built),curve_margin_built,0))"
    optimum = curve.optimum.value
    earned: Value = NO_REVENUE if curve.optimum.value is None else curve.optimum_margin
    beyond = NO_REVENUE if source.plan_row is not None else NOT_REACHABLE
    wanted = source.scenario.value("target_gross_margin")
    lines: tuple[tuple[str, str, Value, str, str], ...] = (
        ("Accuracy promised", "target_accuracy", float(curve.accuracy[target]), "share", ""),
        ("Best reachable accuracy", "best_accuracy", curve.best_reachable, "share", ""),
        ("Cost of a request at the target [USD]", "INDEX(curve_unit_cost,target_place)",
         words_or(curve.unit_cost_usd[target], NOT_REACHABLE), "each", "target_unit_cost"),
        ("Gross margin at the target", "INDEX(curve_margin,target_place)",
         words_or(curve.gross_margin[target], beyond), "share", "target_margin_found"),
        ("Gross margin wanted", "target_gross_margin", wanted, "share", ""),
        ("Accuracy that earns the most, building counted",
         f'IF(COUNT(curve_margin_built)=0,"{_NOTHING_EARNED}",{best})',
         _NOTHING_EARNED if optimum is None else optimum, "share", "optimum_accuracy"),
        ("Gross margin there",
         "IF(ISNUMBER(optimum_accuracy),"
         f'INDEX(curve_margin,MATCH(optimum_accuracy,curve_accuracy,0)),"{NO_REVENUE}")',
         earned, "share", "optimum_margin"),
        ("Accuracy beyond which the margin is below zero",
         _crossing("last_above_zero", "0", '"zero"'), _crossed(curve, 0.0, "zero"), "share",
         "accuracy_zero"),
        ("Accuracy beyond which the margin is below the one wanted",
         _crossing("last_above_wanted", "target_gross_margin", _written("target_gross_margin")),
         _crossed(curve, wanted, in_percent(wanted)), "share", "accuracy_wanted"),
    )  # fmt: skip
    page.otherwise = CHECK
    for at, (said, formula, value, style, name) in enumerate(lines, 3):
        page.text(at, 0, said, **page.merged(at, 0, _VALUE - 1, "text"))
        look = page.merged(at, _VALUE, _VALUE_END, style)
        page.live(at, _VALUE, formula, value, style, name, **look)
        page.sheet.set_row(at, 30)
    page.otherwise = ""


def _crossing(last: str, level: str, name: str) -> str:
    """Where the curve falls below a level, linear between its neighbours; else why it does not."""
    at, then = (
        [f"INDEX(curve_{what},{last}{more})" for what in ("accuracy", "margin")]
        for more in ("", "+1")
    )
    found = f"{at[0]}+({at[1]}-{level})/({at[1]}-{then[1]})*({then[0]}-{at[0]})"
    below = _sentence(_BELOW, name, _written("MAX(curve_margin)"))
    never = _sentence(_NEVER, name, _written("INDEX(curve_margin,margins_known)"))
    reasons = f"IF({last}=0,{below},IF({last}=margins_known,{never},{found}))"
    return f'IF(margins_known=0,"{_NOTHING_EARNED}",{reasons})'


def _sentence(words: str, name: str, at: str) -> str:
    first, _, rest = words.partition("{name}")
    middle, _, end = rest.partition("{at}")
    return f'"{first}"&{name}&"{middle}"&{at}&"{end}"'


def _crossed(curve: MedianCurve, level: float, name: str) -> Value:
    """What the library says of it."""
    known = np.isfinite(curve.gross_margin)
    if not known.any():
        return _NOTHING_EARNED
    margins = curve.gross_margin[known]
    found = float(margin.margin_crossing(curve.accuracy[known], margins, level))
    if np.isfinite(found):
        return found
    words, at = (_BELOW, margins.max()) if found < 0 else (_NEVER, margins[-1])
    return words.format(name=name, at=in_percent(float(at)))


def write_drawn(page: Page, row: int, source: Source) -> int:
    """What the chart draws: where there is no margin, the point before; the row behind."""
    curve = source.curve
    page.text(row, 0, "What the chart draws: an accuracy without a margin repeats the one before",
              "group")  # fmt: skip
    page.heads(row + 1, ("", "accuracy", "gross margin, −100 % at the least", "margin wanted"))
    first = row + 2
    wanted = source.scenario.value("target_gross_margin")
    known, x, y = curve.gross_margin, float(curve.accuracy[0]), 0.0
    for n in range(ROWS):
        if n < len(known) and np.isfinite(known[n]):
            x, y = float(curve.accuracy[n]), max(float(known[n]), _LOWEST_DRAWN)
        at, cell = first + n, f"INDEX(curve_margin,{n + 1})"
        before = (page.at(at - 1, 1), page.at(at - 1, 2)) if n else ("base_accuracy", "0")
        if not n:
            before = ("INDEX(curve_accuracy,1)", "0")
        page.live(
            at, 1, f"IF(ISNUMBER({cell}),INDEX(curve_accuracy,{n + 1}),{before[0]})", x, "share"
        )
        drawn = f"IF(ISNUMBER({cell}),MAX({cell},{_LOWEST_DRAWN:g}),{before[1]})"
        page.live(at, 2, drawn, y, "share")
        page.live(at, 3, "target_gross_margin", wanted, "share")
    return _write_marks(page, first + ROWS, source, (x, y))


def _write_marks(page: Page, row: int, source: Source, last: tuple[float, float]) -> int:
    """The point that earns the most, and the chart's title."""
    curve = source.curve
    page.text(row, 0, "the point that earns the most")
    best = curve.optimum.value
    end = (page.at(row - 1, 1), page.at(row - 1, 2))
    found = last if best is None else (best, max(curve.optimum_margin, _LOWEST_DRAWN))
    page.live(row, 1, f"IF(ISNUMBER(optimum_accuracy),optimum_accuracy,{end[0]})", found[0],
              "share", "drawn_optimum")  # fmt: skip
    page.live(
        row,
        2,
        f"IF(ISNUMBER(optimum_margin),MAX(optimum_margin,{_LOWEST_DRAWN:g}),{end[1]})",
        found[1],
        "share",
    )
    page.text(row + 1, 0, "title of the chart")
    title = "Gross margin against the accuracy promised"
    page.raw(
        row + 1,
        1,
        f'IF(NOT(inputs_ok),"Check the inputs",IF(margins_known=0,"{_NOTHING_EARNED}","{title}"))',
        title if len(_known(curve)) else _NOTHING_EARNED,
    )
    return row + 3


def _known(curve: MedianCurve) -> Floats:
    return curve.gross_margin[np.isfinite(curve.gross_margin)]


def draw(paper: Paper, page: Page, workings: Page, row: int) -> None:
    """The chart of the curve beside the points; *row* is where what it draws begins."""
    first, last = row + 2, row + 1 + ROWS
    chart = paper.book.add_chart({"type": "scatter", "subtype": "straight"})
    x = f"={workings.at(first, 1, last)}"
    chart.add_series(
        {
            "name": "gross margin",
            "categories": x,
            "values": f"={workings.at(first, 2, last)}",
            "line": {"color": "#1F6FB4", "width": 2.5},
        }
    )
    chart.add_series(
        {
            "name": "margin wanted",
            "categories": x,
            "values": f"={workings.at(first, 3, last)}",
            "line": {"color": "#C55A11", "width": 1.25, "dash_type": "dash"},
        }
    )
    mark = {"type": "circle", "size": 9, "fill": {"color": "#1F3A5F"}}
    chart.add_series(
        {
            "name": "earns the most",
            "categories": f"={workings.at(last + 1, 1, last + 1)}",
            "values": f"={workings.at(last + 1, 2, last + 1)}",
            "marker": mark,
            "line": {"none": True},
        }
    )
    chart.set_title({"name": f"={workings.at(last + 2, 1)}", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "accuracy promised", "num_format": "0%", "label_position": "low"})
    chart.set_y_axis({"name": "gross margin", "num_format": "0%"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 430})
    page.sheet.insert_chart(
        3, 8, chart, {"description": "Gross margin against the accuracy promised"}
    )
