"""Chart of what a request costs under each strategy, part by part."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.analysis.strategies import Fared
from dashboard.charts.canvas import GREY, PALETTE, figure

_OWN_COLOUR = len(PALETTE)


def strategy_costs(rows: Sequence[Fared]) -> go.Figure:
    """Bars of the largest parts; the rest together in grey."""
    able = [row for row in rows if row.cost is not None][::-1]
    chart = figure("USD per request", "", height=110 + 55 * max(len(able), 1))
    parts = [{c.name: c.usd for c in row.cost.components} for row in able if row.cost]
    most = {name: max(part[name] for part in parts) for name in (parts[0] if parts else ())}
    shown = sorted(most, key=lambda name: -most[name])[:_OWN_COLOUR]
    names = [row.strategy.name for row in able]
    for name in shown:
        chart.add_bar(y=names, x=[part[name] for part in parts], name=name, orientation="h")
    rest = [sum(usd for name, usd in part.items() if name not in shown) for part in parts]
    chart.add_bar(y=names, x=rest, name="the rest", orientation="h", marker={"color": GREY})
    chart.update_layout(barmode="relative", hovermode="closest")
    chart.update_xaxes(tickformat="$.3~g")
    return chart
