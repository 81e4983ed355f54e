"""Charts of a loop's generations beside what real sets differ by."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.analysis.monitor import MonitorAnswer
from dashboard.charts.canvas import GREY, LINE, POINTS, figure

_SCALE = ((0.0, "#248AE9"), (0.5, "#6B7280"), (1.0, "#D34503"))
_MOST = 8.0


def monitor_grid(
    found: MonitorAnswer, metrics: Sequence[str], names: Mapping[str, str]
) -> go.Figure:
    """Standard deviations of the null band, one row per figure and one column per generation."""
    metrics = list(reversed(metrics))
    by_name = [{f.metric: f for f in g.findings} for g in found.generations]
    z = [[g[m].z if m in g else None for g in by_name] for m in metrics]
    said = [
        [f"{g[m].z:+.1f}{' !' if g[m].alarm else ''}" if m in g else "" for g in by_name]
        for m in metrics
    ]
    chart = figure("", "", height=110 + 26 * len(metrics))
    chart.add_heatmap(
        z=z,
        x=[f"{i}. {g.name}" for i, g in enumerate(found.generations, 1)],
        y=[names.get(m, m) for m in metrics],
        text=said,
        texttemplate="%{text}",
        textfont={"color": "#FFFFFF", "size": 13},
        colorscale=[list(step) for step in _SCALE],
        zmin=-_MOST,
        zmax=_MOST,
        showscale=False,
        hovertemplate="%{y}, %{x}: %{z:.1f} standard deviations<extra></extra>",
        xgap=2,
        ygap=2,
    )
    chart.update_layout(hovermode="closest")
    chart.update_xaxes(type="category")
    chart.update_yaxes(showgrid=False)
    return chart


def monitor_course(found: MonitorAnswer, metric: str, name: str) -> go.Figure:
    """One figure over the generations, with two standard deviations of its null band."""
    chart = figure("generation", name, height=320)
    points = [
        (i, f) for i, g in enumerate(found.generations, 1) for f in g.findings if f.metric == metric
    ]
    if not points:
        return chart
    x = [i for i, _ in points]
    for sign, shown in ((2, True), (-2, False)):
        chart.add_scatter(
            x=[x[0] - 0.4, *x, x[-1] + 0.4],
            y=_ends([f.null_mean + sign * f.null_sd for _, f in points]),
            mode="lines",
            name="two standard deviations of real sets",
            showlegend=shown,
            line={"color": GREY, "dash": "dot"},
        )
    chart.add_scatter(
        x=x,
        y=[f.value for _, f in points],
        mode="lines+markers",
        name="the loop",
        line={"color": LINE, "width": 3},
        marker={"size": 11, "color": [POINTS if f.alarm else LINE for _, f in points]},
    )
    chart.update_xaxes(dtick=1)
    return chart


def _ends(values: Sequence[float]) -> list[float]:
    return [values[0], *values, values[-1]]
