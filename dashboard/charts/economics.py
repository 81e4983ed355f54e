"""Charts of cost, accuracy and margin."""

import plotly.graph_objects as go

from core.analysis.evaluations import EvaluationAnswer
from core.analysis.frontier import FrontierAnswer
from core.analysis.margin import MarginAnswer
from core.analysis.scale import ScaleAnswer
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
    chart.add_scatter(
        x=percents(answer.rule.accuracy),
        y=answer.rule.unit_cost,
        mode="lines",
        name=f"{answer.rule_multiple:g}x, {answer.rule_multiple:g}x rule (heuristic)",
        line={"color": THIRD, "dash": "dot"},
    )
    if answer.plan is not None:
        at, cost = 100 * answer.plan.accuracy, answer.plan.unit_cost_usd
        mark(chart, at, cost, "cheapest at the target", "diamond", POINTS)
    chart.add_vline(x=100 * target, line={"dash": "dot", "color": GREY}, annotation_text="target")
    chart.update_yaxes(type="log", tickformat="$.2~g")
    chart.update_layout(hovermode="closest")
    return chart


def measured(found: EvaluationAnswer, modelled: FrontierAnswer) -> go.Figure:
    """Measured configurations with their intervals over the modelled frontier."""
    chart = figure("accuracy (%)", "cost of a request (USD)")
    line(
        chart,
        [100 * p.accuracy for p in modelled.frontier],
        [p.unit_cost_usd for p in modelled.frontier],
        "modelled frontier",
    )
    by_name = {config.config: config for config in found.configs}
    hull = [by_name[name] for name in found.hull]
    chart.add_scatter(
        x=[100 * c.accuracy for c in hull],
        y=[c.cost_usd + found.beside_usd for c in hull],
        mode="lines",
        name="routing, measured",
        line={"color": POINTS, "dash": "dot"},
    )
    chart.add_scatter(
        x=[100 * c.accuracy for c in found.configs],
        y=[c.cost_usd + found.beside_usd for c in found.configs],
        mode="markers+text",
        text=[c.config for c in found.configs],
        textposition="top center",
        name="measured, 95 %",
        marker={"size": 10, "color": POINTS},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (c.accuracy_high - c.accuracy) for c in found.configs],
            "arrayminus": [100 * (c.accuracy - c.accuracy_low) for c in found.configs],
        },
    )
    for cascade in found.cascades[:3]:
        name = f"{cascade.first}, then {cascade.second}"
        cost = cascade.cost_usd + found.beside_usd
        mark(chart, 100 * cascade.accuracy, cost, name, "diamond", THIRD)
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
    chart.update_yaxes(type="log", tickformat="$,.2~f")
    chart.update_layout(showlegend=False)
    return chart


def margin_at_scale(answer: ScaleAnswer) -> go.Figure:
    """Gross margin at the target against the number of seats."""
    chart = figure("seats", "gross margin (%)", x_type="log")
    line(chart, answer.seats.tolist(), percents(answer.rechosen), "plan chosen anew")
    chart.add_scatter(
        x=answer.seats.tolist(),
        y=percents(answer.kept),
        mode="lines",
        name="today's plan kept",
        line={"color": POINTS, "dash": "dash"},
    )
    chart.add_vline(
        x=answer.seats_now, line={"dash": "dot", "color": GREY}, annotation_text="today"
    )
    low = min((v for v in percents(answer.kept) if v == v), default=0.0)
    chart.update_yaxes(range=[min(max(low, -60) - 5, 0), 100])
    chart.update_xaxes(
        tickvals=[100, 1_000, 10_000, 100_000], ticktext=["100", "1 K", "10 K", "100 K"]
    )
    return chart
