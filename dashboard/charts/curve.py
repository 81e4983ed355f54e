"""The learning curve of a slice: every score measured, the fitted band, and where it ends."""

import math

import plotly.graph_objects as go

from core.analysis.sizing import SliceAudit
from core.audit.curves import CurvePoints
from dashboard.charts.canvas import GREY, POINTS, band, figure, line, percents, ticks

_BEYOND = 0.18
"""How much of the axis lies beyond the horizon, as a share of what lies before."""


def learning_curve(
    part: SliceAudit, metric: str, target: float, *, is_joint: bool = False
) -> go.Figure:
    """All repeats, their mean, the fitted band up to the horizon, the target and today."""
    chart = figure("samples of the slice (log scale)", f"{metric} (%)", x_type="log", height=400)
    curve = part.facts.joint if is_joint else part.facts.curve
    fitted = part.joint_band if is_joint else part.band
    if curve is None or fitted is None:
        return chart
    band(chart, fitted.n, percents(fitted.p10), percents(fitted.p90), "P10 to P90")
    line(chart, fitted.n, percents(fitted.p50), "fitted, P50")
    _measured(chart, curve)
    start, horizon, held = fitted.n[0], fitted.n[-1], part.facts.n
    end = max(horizon * (horizon / start) ** _BEYOND, held * 1.2)
    lowest = min(min(min(s) for s in curve.scores), fitted.p10[0], target)
    bottom = max(0, math.floor(10 * lowest - 0.5) * 10)
    # Drawn as lines, not shapes: the label of a shape would be placed at 10**n on a log axis.
    rules = (
        ("target", [start, end], [100 * target] * 2, "dash"),
        ("held today", [held, held], [bottom, 101], "dot"),
    )
    for name, x, y, dash in rules:
        style = {"dash": dash, "color": GREY, "width": 1.5}
        chart.add_scatter(x=x, y=y, mode="lines", name=name, hoverinfo="skip", line=style)
    _horizon(chart, horizon, end, bottom)
    chart.update_yaxes(range=[bottom, 101])
    span = [math.log10(start * 0.93), math.log10(end)]
    chart.update_xaxes(tickvals=ticks(start, end), range=span)
    return chart


def _measured(chart: go.Figure, curve: CurvePoints) -> None:
    every = [
        (n, 100 * score) for n, row in zip(curve.n, curve.scores, strict=True) for score in row
    ]
    chart.add_scatter(
        x=[n for n, _ in every],
        y=[score for _, score in every],
        mode="markers",
        name="each repeat",
        hoverinfo="skip",
        marker={"size": 6, "color": POINTS, "opacity": 0.25},
    )
    chart.add_scatter(
        x=curve.n,
        y=percents(curve.mean),
        mode="markers",
        name="measured, mean",
        marker={"size": 9, "color": POINTS},
        error_y={"array": percents(curve.noise), "thickness": 1},
        hovertemplate="%{y:.1f} %",
    )


def _horizon(chart: go.Figure, horizon: float, end: float, bottom: float) -> None:
    chart.add_scatter(
        x=[horizon, horizon, end, end],
        y=[bottom, 101, 101, bottom],
        mode="lines",
        fill="toself",
        fillcolor="rgba(128, 128, 128, 0.22)",
        line={"width": 0, "color": GREY},
        hoverinfo="skip",
        showlegend=False,
    )
    chart.add_annotation(
        x=(math.log10(horizon) + math.log10(end)) / 2,
        y=0.03,
        yref="paper",
        yanchor="bottom",
        text="horizon: nothing is said beyond",
        textangle=-90,
        showarrow=False,
        font={"size": 11},
    )
