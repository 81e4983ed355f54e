"""Charts of what a request costs, which seats lose money, and what would save."""

from math import isnan

import plotly.graph_objects as go

from core.analysis.cogs import CogsAnswer
from core.analysis.savings import SavingsAnswer
from core.analysis.seats import SeatsAnswer
from dashboard.charts.canvas import GREY, LINE, POINTS, figure, line, percents

_BAR, _FRAME = 34, 120
_WORST = -100.0
"""Per cent of margin below which a seat simply loses money."""


def cost_components(answer: CogsAnswer) -> go.Figure:
    """The parts of a request's cost that are used, today and at the target."""
    unused = set(answer.not_used)
    names = [c.name for c in answer.now.components if c.name not in unused]
    chart = figure("USD per request", "", height=_FRAME + _BAR * len(names))
    sides = [("at the target", answer.at_target, POINTS), ("today", answer.now, LINE)]
    for name, side, color in sides:
        if side is not None:
            parts = [c for c in side.components if c.name not in unused][::-1]
            chart.add_bar(
                x=[c.usd for c in parts],
                y=[c.name for c in parts],
                orientation="h",
                name=name,
                marker={"color": color},
            )
    chart.update_layout(barmode="group", hovermode="closest", legend_traceorder="reversed")
    chart.update_xaxes(tickformat="$.3~g")
    return chart


def seat_margins(answer: SeatsAnswer) -> go.Figure:
    """What each seat leaves, from the lightest to the heaviest."""
    chart = figure("seats, from the lightest to the heaviest (%)", "gross margin of the seat (%)")
    known = [seat for seat in answer.curve if not isnan(seat.gross_margin)]
    x = percents(seat.percentile for seat in known)
    y = [max(100 * seat.gross_margin, _WORST) for seat in known]
    line(chart, x, y, "gross margin")
    chart.add_hline(y=0, line={"color": GREY})
    if 0 < answer.losing_share < 1:
        chart.add_vline(
            x=100 * (1 - answer.losing_share),
            line={"dash": "dot", "color": POINTS},
            annotation_text="beyond, money is lost",
            annotation_position="bottom left",
        )
    chart.update_yaxes(range=[min([*y, 0.0]) - 5, 103])
    chart.update_xaxes(range=[0, 101])
    chart.update_layout(showlegend=False)
    return chart


def savings(answer: SavingsAnswer) -> go.Figure:
    """What each saving takes off a request alone, and those chosen together."""
    rows = [(s.name.replace("-", " "), s.alone.net_usd) for s in answer.every if s.chosen]
    rows.append(("together", answer.together.net_usd))
    names, saved = zip(*rows[::-1], strict=True)
    chart = figure("USD saved per request, net", "", height=_FRAME + _BAR * 8)
    colors = [POINTS if usd < 0 else LINE for usd in saved]
    chart.add_bar(x=saved, y=names, orientation="h", marker={"color": colors}, name="saved")
    chart.update_layout(showlegend=False, hovermode="closest")
    chart.update_xaxes(tickformat="$.3~g")
    return chart
