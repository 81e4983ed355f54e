"""Charts of loops that are trained on their own output."""

import plotly.graph_objects as go

from core.analysis.collapse import CollapseAnswer, Series
from dashboard.charts.canvas import GREY, LINE, POINTS, band, figure

_DECADES = 30.0
_SIGNED = ("mean", "log_var")
_MARKS = 25


def generations(
    answer: CollapseAnswer,
    name: str,
    other: CollapseAnswer | None,
    shown: str,
    lines: tuple[str, str],
) -> go.Figure:
    """A figure over the generations: band and mean of the chains, the exact curve over it.

    Parameters
    ----------
    lines
        Names of the loop and of the one beside it.
    """
    one = answer.series[name]
    chart = figure("generation (0 is the first fit, on real data)", shown, height=420)
    x = list(range(answer.settings.generations + 1))
    band(chart, x, one.low.tolist(), one.high.tolist(), "P10 to P90 of the chains")
    _mean(chart, x, one, lines[0], LINE)
    if one.exact is not None:
        _exact(chart, x, one.exact.tolist(), "exact", LINE)
    if other is not None and name in other.series:
        beside = other.series[name]
        far = list(range(other.settings.generations + 1))
        _mean(chart, far, beside, lines[1], POINTS)
        if beside.exact is not None:
            _exact(chart, far, beside.exact.tolist(), "exact", POINTS)
    positive = one.mean[one.mean > 0]
    spans = positive.size and float(positive.max() / positive.min()) > _DECADES
    if spans and name not in _SIGNED:
        chart.update_yaxes(type="log", exponentformat="power")
    else:
        chart.update_yaxes(rangemode="tozero")
    if answer.at is not None:
        chart.add_vline(
            x=answer.at,
            line={"dash": "dot", "color": GREY},
            annotation_text=answer.verdict,
            annotation_position="top right",
        )
    return chart


def _mean(chart: go.Figure, x: list[int], one: Series, name: str, color: str) -> None:
    """The mean of the chains, with bars of two standard errors."""
    y, twice = one.mean.tolist(), (2 * one.se).tolist()
    chart.add_scatter(x=x, y=y, mode="lines", name=name, line={"color": color, "width": 3})
    step = max(1, len(x) // _MARKS)
    chart.add_scatter(
        x=x[::step],
        y=y[::step],
        mode="markers",
        marker={"color": color, "size": 1},
        error_y={"array": twice[::step], "color": color, "thickness": 1.5, "width": 4},
        hoverinfo="skip",
        showlegend=False,
    )


def _exact(chart: go.Figure, x: list[int], y: list[float], name: str, color: str) -> None:
    step = max(1, len(x) // _MARKS)
    chart.add_scatter(
        x=x[::step],
        y=y[::step],
        mode="markers",
        name=name,
        marker={"color": color, "size": 8, "symbol": "circle-open", "line": {"width": 2}},
    )
