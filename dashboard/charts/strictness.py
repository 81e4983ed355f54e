"""Charts of the knob: what each setting accepts and costs, and how far scores can be trusted."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.analysis.strictness.knob import Setting
from core.analysis.strictness.trust import Trust
from core.formats import money
from dashboard.charts.canvas import (
    FOURTH,
    GREY,
    LINE,
    POINTS,
    THIRD,
    band,
    figure,
    line,
    mark,
    percents,
)

_HEIGHT = 360


def settings(curve: Sequence[Setting], tau: float) -> go.Figure:
    """Acceptance rate, coverage and precision with its interval against strictness."""
    chart = figure("strictness τ", "share (%)", height=_HEIGHT)
    known = [(s.tau, s.precision.quantiles) for s in curve if s.precision.quantiles]
    if known:
        x = [at for at, _ in known]
        band(
            chart,
            x,
            percents(q.p10 or 0.0 for _, q in known),
            percents(q.p90 or 0.0 for _, q in known),
            "precision, P10 to P90",
        )
        line(chart, x, percents(q.p50 or 0.0 for _, q in known), "precision, P50")
    for name, values, dash, color in (
        ("acceptance rate", [s.acceptance_rate for s in curve], "solid", POINTS),
        ("coverage of anchors", [s.coverage for s in curve], "dash", THIRD),
    ):
        if any(value is not None for value in values):
            chart.add_scatter(
                x=[s.tau for s in curve],
                y=[None if value is None else 100 * value for value in values],
                mode="lines",
                name=name,
                line={"dash": dash, "color": color},
            )
    _now(chart, tau)
    chart.update_yaxes(range=[0, 103])
    chart.update_xaxes(range=[-0.01, 1.01])
    return chart


def cost_per_good(curve: Sequence[Setting], tau: float) -> go.Figure:
    """What an accepted, a good and an effective sample cost at each strictness, and the minima."""
    chart = figure("strictness τ", "USD per sample", height=_HEIGHT)
    known = [
        (s.tau, q.p10, q.p50, q.p90)
        for s in curve
        if (q := s.cost_per_good) and q.p10 is not None and q.p50 is not None and q.p90 is not None
    ]
    dearest = 0.0
    if known:
        x = [at for at, _, _, _ in known]
        middles = [middle for _, _, middle, _ in known]
        lows, highs = [low for _, low, _, _ in known], [high for _, _, _, high in known]
        band(chart, x, lows, highs, "P10 to P90")
        line(chart, x, middles, "per good, P50")
        _least(chart, x, middles, "circle")
        dearest = 3 * min(highs)
    worth = [(s.tau, 1 / s.effective_per_usd) for s in curve if s.effective_per_usd]
    if worth:
        x, each = [at for at, _ in worth], [usd for _, usd in worth]
        style = {"color": POINTS, "width": 3}
        chart.add_scatter(x=x, y=each, mode="lines", name="per effective", line=style)
        _least(chart, x, each, "diamond")
        dearest = max(dearest, 4 * min(each))
    paid = [(s.tau, s.cost_per_accepted_usd) for s in curve if s.cost_per_accepted_usd is not None]
    chart.add_scatter(
        x=[at for at, _ in paid],
        y=[usd for _, usd in paid],
        mode="lines",
        name="per accepted",
        line={"dash": "dash", "color": THIRD},
    )
    _now(chart, tau)
    if dearest:
        chart.update_yaxes(range=[0, dearest])
    chart.update_yaxes(tickformat="$.2~g")
    chart.update_xaxes(range=[-0.01, 1.01])
    return chart


def _least(chart: go.Figure, x: Sequence[float], y: Sequence[float], symbol: str) -> None:
    """Mark where a line is lowest."""
    least = y.index(min(y))
    name = f"least: {money(y[least])} at τ = {x[least]:.2f}"
    mark(chart, x[least], y[least], name, symbol, FOURTH)


def reliability(trust: Trust) -> go.Figure:
    """What was said against what came true, on labels that the calibration had not seen."""
    chart = figure("said: probability of being good (%)", "labelled good (%)", height=_HEIGHT)
    chart.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        name="as said",
        hoverinfo="skip",
        line={"dash": "dash", "color": GREY},
    )
    chart.add_scatter(
        x=percents(trust.raw),
        y=percents(trust.raw_good),
        mode="markers",
        name="raw score",
        marker={"symbol": "x", "size": 8, "color": GREY},
    )
    good = percents(trust.good)
    chart.add_scatter(
        x=percents(trust.said),
        y=good,
        mode="markers",
        name="calibrated, 90 % band",
        marker={"size": 10, "color": LINE},
        text=[f"{n} labels" for n in trust.labels],
        hovertemplate="%{y:.0f} % of %{text}",
        error_y={
            "array": [100 * h - g for h, g in zip(trust.high, good, strict=True)],
            "arrayminus": [g - 100 * low for low, g in zip(trust.low, good, strict=True)],
            "thickness": 1.5,
        },
    )
    chart.update_xaxes(range=[-3, 103])
    chart.update_yaxes(range=[-3, 103])
    chart.update_layout(hovermode="closest")
    return chart


def _now(chart: go.Figure, tau: float) -> None:
    style = {"dash": "dot", "color": GREY}
    chart.add_vline(x=tau, line=style, annotation_text="τ now", annotation_position="bottom right")
