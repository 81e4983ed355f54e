"""Charts of cost, accuracy and margin."""

import plotly.graph_objects as go

from core.analysis.cogs import CogsAnswer
from core.analysis.frontier import FrontierAnswer
from core.analysis.margin import MarginAnswer
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


def margin_curve(answer: MarginAnswer) -> go.Figure:
    """Gross margin against accuracy, with the best accuracy and where the margin collapses."""
    chart = figure("accuracy promised (%)", "gross margin (%)", height=420)
    x, margin = percents(answer.accuracy), answer.gross_margin
    band(chart, x, percents(margin.p10), percents(margin.p90), "P10 to P90")
    line(chart, x, percents(margin.p50), "P50")
    chart.add_hline(y=0, line={"color": GREY})
    chart.add_hline(
        y=100 * answer.target_margin,
        line={"dash": "dash", "color": GREY},
        annotation_text="margin wanted",
        annotation_position="top right",
    )
    chart.add_vline(
        x=100 * answer.target,
        line={"dash": "dot", "color": GREY},
        annotation_text="target",
        annotation_position="top left",
    )
    points = [
        ("highest margin", answer.optimum, answer.optimum_margin, "circle", POINTS),
        ("margin wanted is lost", answer.accuracy_target, answer.target_margin, "diamond", THIRD),
        ("margin is zero", answer.accuracy_zero, 0.0, "x", FOURTH),
    ]
    for name, point, height, symbol, color in points:
        if point.value is not None:
            mark(chart, 100 * point.value, 100 * height, name, symbol, color)
    low = min((v for v in percents(margin.p50) if v == v), default=0.0)
    chart.update_yaxes(range=[min(max(low, -60) - 5, 0), 100])
    return chart


def frontier(answer: FrontierAnswer, target: float) -> go.Figure:
    """Cost of a request against accuracy: all plans, and those worth having."""
    chart = figure("accuracy (%)", "cost of a request (USD)")
    plans = answer.plans
    step = max(1, plans.accuracy.size // 1500)
    chart.add_scatter(
        x=100 * plans.accuracy[::step],
        y=plans.unit_cost[::step],
        mode="markers",
        name="plans",
        marker={"size": 4, "opacity": 0.35, "color": GREY},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=[100 * p.accuracy for p in answer.frontier],
        y=[p.unit_cost_usd for p in answer.frontier],
        mode="lines+markers",
        name="frontier",
        marker={"size": 5, "color": LINE},
        line={"color": LINE},
    )
    if answer.plan is not None:
        at, cost = 100 * answer.plan.accuracy, answer.plan.unit_cost_usd
        mark(chart, at, cost, "cheapest at the target", "diamond", POINTS)
    chart.add_vline(x=100 * target, line={"dash": "dot", "color": GREY}, annotation_text="target")
    chart.update_yaxes(type="log", tickformat="$.2~g")
    chart.update_layout(hovermode="closest")
    return chart


def point_costs(answer: FrontierAnswer) -> go.Figure:
    """What each further accuracy point costs over the amortisation time."""
    chart = figure("accuracy reached (%)", "USD per point, whole period")
    chart.add_bar(
        x=[100 * p.accuracy_to for p in answer.cost_per_point],
        y=[p.usd_over_period for p in answer.cost_per_point],
        name="next point",
        marker={"color": LINE},
    )
    chart.update_yaxes(type="log", tickformat="$~s")
    chart.update_layout(showlegend=False)
    return chart


def cost_components(answer: CogsAnswer) -> go.Figure:
    """The parts of a request's cost, today and at the target."""
    chart = figure("USD per request", "", height=340)
    sides = [("today", answer.now), ("at the target", answer.at_target)]
    for name, side in sides:
        if side is not None:
            parts = [c for c in side.components if c.usd > 0][::-1]
            chart.add_bar(
                x=[c.usd for c in parts], y=[c.name for c in parts], orientation="h", name=name
            )
    chart.update_layout(barmode="group", hovermode="closest")
    chart.update_xaxes(tickformat="$.3~g")
    return chart
