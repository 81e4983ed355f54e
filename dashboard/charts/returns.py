"""Charts of what a decision ties up and brings in."""

from itertools import accumulate

import plotly.graph_objects as go

from core.analysis.roi import RoiAnswer
from core.formats import money
from dashboard.charts.canvas import GREY, LINE, POINTS, figure


def cash_flows(found: RoiAnswer) -> go.Figure:
    """Money out and in each year, and what has come in altogether."""
    chart = figure("year, 0 is the 90-day plan", "USD")
    years = list(range(found.horizon_years + 1))
    flows = found.cash_flows
    chart.add_bar(
        x=years,
        y=flows,
        name="in the year",
        marker={"color": [POINTS if usd < 0 else LINE for usd in flows]},
        customdata=[money(usd) for usd in flows],
        hovertemplate="%{customdata} in the year<extra></extra>",
    )
    so_far = list(accumulate(flows))
    chart.add_scatter(
        x=years,
        y=so_far,
        name="altogether",
        mode="lines+markers",
        line={"color": GREY},
        customdata=[money(usd) for usd in so_far],
        hovertemplate="%{customdata} altogether<extra></extra>",
    )
    chart.update_xaxes(tickvals=years)
    chart.update_yaxes(tickformat="$.3~s")
    chart.update_layout(showlegend=True)
    return chart
