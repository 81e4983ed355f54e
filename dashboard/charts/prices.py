"""Chart of what the same calls cost on each model."""

from collections.abc import Sequence
from math import log10

import plotly.graph_objects as go

from dashboard.charts.canvas import GREY, LINE, POINTS, figure, mark


def on_models(models: Sequence[str], usd: Sequence[float], asked: Sequence[int]) -> go.Figure:
    """Every model by rising cost; those at the places *asked* are marked."""
    chart = figure("models, cheapest first", "USD")
    shown = [i for i, cost in enumerate(usd) if cost > 0]
    chart.add_scatter(
        x=[i + 1 for i in shown],
        y=[usd[i] for i in shown],
        mode="lines",
        line={"color": LINE, "width": 3},
        name="every model of the book",
        text=[models[i] for i in shown],
        hovertemplate="%{text}: $%{y:.3~g}<extra></extra>",
    )
    for i in (i for i in asked if usd[i] > 0):
        mark(chart, i + 1, usd[i], models[i], "diamond", POINTS)
    if usd:
        middle = usd[len(usd) // 2]
        chart.add_hline(y=middle, line={"dash": "dot", "color": GREY})
        chart.add_annotation(
            text="half of the models cost less",
            x=1,
            y=log10(middle) if middle > 0 else 0,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    chart.update_yaxes(type="log", tickformat="$.2~g", dtick=1)
    chart.update_layout(hovermode="closest")
    return chart
