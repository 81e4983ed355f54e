"""Figures from answers. Axis titles carry units; one palette serves light and dark."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.analysis.sizing import SliceAudit
from core.analysis.cogs import CogsAnswer
from core.analysis.evidence import EvidenceAnswer
from core.analysis.frontier import FrontierAnswer
from core.analysis.margin import MarginAnswer
from core.analysis.strictness import StrictnessAnswer

CONFIG = {"displaylogo": False, "showSendToCloud": False, "displayModeBar": False, "responsive": True}

PALETTE = ("#248AE9", "#D34503", "#914F7A", "#C87D92")
"""At least 3:1 against both backgrounds, and told apart with any colour vision."""

_LINE, _POINTS, _THIRD, _FOURTH = PALETTE
_BAND = "rgba(36, 138, 233, 0.20)"
_GREY = "rgba(128, 128, 128, 0.9)"
_HEIGHT = 360


def _figure(x: str, y: str, *, height: int = _HEIGHT, x_type: str = "linear") -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x unified", uirevision="keep", colorway=list(PALETTE),
    )
    figure.update_xaxes(title_text=x, type=x_type, automargin=True)
    figure.update_yaxes(title_text=y, automargin=True)
    return figure


def _band(figure: go.Figure, x: Sequence[float], low: Sequence[float], high: Sequence[float],
          name: str) -> None:
    figure.add_scatter(x=x, y=high, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False)
    figure.add_scatter(x=x, y=low, mode="lines", line={"width": 0}, fill="tonexty", fillcolor=_BAND,
                       hoverinfo="skip", name=name)


def learning_curve(part: SliceAudit, metric: str, target: float) -> go.Figure:
    """Observed scores, the fitted band and the target."""
    figure = _figure("training samples of the slice (log)", f"{metric} (%)", x_type="log")
    curve, band = part.facts.curve, part.band
    if curve is None or band is None:
        return figure
    _band(figure, band.n, [100 * v for v in band.p10], [100 * v for v in band.p90], "P10 to P90")
    figure.add_scatter(x=band.n, y=[100 * v for v in band.p50], mode="lines", name="fitted, P50", line={"color": _LINE})
    figure.add_scatter(x=curve.n, y=100 * curve.mean, mode="markers", name="measured",
                       marker={"size": 9, "color": _POINTS},
                       error_y={"array": 100 * curve.noise, "thickness": 1})
    # Drawn as lines, not shapes: the label of a shape would be placed at 10**n on a log axis.
    ends = [band.n[0], band.n[-1]]
    figure.add_scatter(x=ends, y=[100 * target] * 2, mode="lines", name="target", hoverinfo="skip",
                       line={"dash": "dash", "color": _GREY, "width": 1.5})
    figure.add_scatter(x=[part.facts.n] * 2, y=[0, 100], mode="lines", name="held today",
                       hoverinfo="skip", line={"dash": "dot", "color": _GREY, "width": 1.5})
    figure.update_yaxes(range=[0, 101])
    figure.update_xaxes(tickvals=_ticks(*ends), range=[math.log10(end) for end in ends])
    return figure


def _ticks(low: float, high: float) -> list[float]:
    steps = [base * 10**power for power in range(0, 8) for base in (1, 2, 5)]
    return [step for step in steps if low * 0.9 <= step <= high * 1.1]


def slice_scores(parts: Sequence[SliceAudit], metric: str, target: float) -> go.Figure:
    """Every slice's score with its 95 % interval, worst on top."""
    shown = list(parts)[:20][::-1]
    scores = [100 * p.facts.score for p in shown]
    figure = _figure(f"{metric} (%)", "", height=120 + 24 * len(shown))
    figure.add_scatter(
        x=scores, y=[p.name for p in shown], mode="markers", name=metric,
        marker={"size": 9, "color": _LINE},
        error_x={"array": [100 * (p.facts.score_high - p.facts.score) for p in shown],
                 "arrayminus": [100 * (p.facts.score - p.facts.score_low) for p in shown], "thickness": 1},
    )
    figure.add_vline(x=100 * target, line={"dash": "dash", "color": _GREY}, annotation_text="target")
    figure.update_layout(hovermode="closest", showlegend=False)
    return figure


def label_counts(counts: dict[str, int]) -> go.Figure:
    """Samples per label, rarest first."""
    shown = sorted(counts.items(), key=lambda pair: pair[1])[:30][::-1]
    figure = _figure("samples (log scale)", "", height=120 + 22 * len(shown), x_type="log")
    figure.add_bar(x=[n for _, n in shown], y=[name for name, _ in shown], orientation="h",
                   text=[f"{n:,}" for _, n in shown], textposition="outside", textangle=0, cliponaxis=False,
                   marker={"color": _LINE})
    figure.update_layout(hovermode="closest", showlegend=False)
    most = max(counts.values(), default=1)
    least = min((n for _, n in shown), default=1)
    figure.update_xaxes(tickvals=_ticks(1, most), range=[math.log10(least * 0.7), math.log10(most * 1.8)])
    return figure


def strictness(answer: StrictnessAnswer, tau: float) -> go.Figure:
    """Acceptance rate, coverage and precision against strictness."""
    figure = _figure("strictness τ", "share (%)")
    x = [p.tau for p in answer.points]
    lines = [
        ("acceptance rate", [p.acceptance_rate for p in answer.points], "solid"),
        ("coverage of anchors", [p.coverage for p in answer.points], "dash"),
        ("precision, P50", [p.precision.p50 if p.precision else None for p in answer.points], "dot"),
    ]
    for name, values, dash in lines:
        if any(v is not None for v in values):
            y = [None if v is None else 100 * v for v in values]
            figure.add_scatter(x=x, y=y, mode="lines", name=name, line={"dash": dash})
    figure.add_vline(x=tau, line={"dash": "dot", "color": _GREY}, annotation_text="τ now")
    figure.update_yaxes(range=[0, 103])
    return figure


def gains(answer: EvidenceAnswer) -> go.Figure:
    """Change of the score in percentage points, at the slice and elsewhere."""
    figure = _figure("change in recall (pp)", "", height=220)
    rows = [("all other slices", answer.elsewhere), (answer.slice, answer.gain)]
    rows = [(name, q) for name, q in rows if q.p50 is not None]
    figure.add_scatter(
        x=[100 * (q.p50 or 0) for _, q in rows], y=[name for name, _ in rows], mode="markers",
        marker={"size": 11, "color": _LINE},
        error_x={"array": [100 * ((q.p90 or 0) - (q.p50 or 0)) for _, q in rows],
                 "arrayminus": [100 * ((q.p50 or 0) - (q.p10 or 0)) for _, q in rows], "thickness": 1.5},
    )
    figure.add_vline(x=0, line={"color": _GREY})
    figure.update_layout(hovermode="closest", showlegend=False)
    return figure


def margin_curve(answer: MarginAnswer) -> go.Figure:
    """Gross margin against accuracy, with the optimum and where it collapses."""
    figure = _figure("accuracy promised (%)", "gross margin (%)", height=420)
    x = [100 * float(a) for a in answer.accuracy]
    margin = answer.gross_margin
    _band(figure, x, [100 * float(v) for v in margin.p10], [100 * float(v) for v in margin.p90],
          "P10 to P90")
    figure.add_scatter(x=x, y=[100 * float(v) for v in margin.p50], mode="lines", name="P50",
                       line={"color": _LINE, "width": 3})
    figure.add_hline(y=100 * answer.target_margin, line={"dash": "dash", "color": _GREY},
                     annotation_text="margin wanted", annotation_position="top right")
    figure.add_hline(y=0, line={"color": _GREY})
    figure.add_vline(x=100 * answer.target, line={"dash": "dot", "color": _GREY},
                     annotation_text="target", annotation_position="top left")
    marks = [
        ("highest margin", answer.optimum, answer.optimum_margin, "circle", _POINTS),
        ("margin wanted is lost", answer.accuracy_target, answer.target_margin, "diamond", _THIRD),
        ("margin is zero", answer.accuracy_zero, 0.0, "x", _FOURTH),
    ]
    for name, point, height, symbol, color in marks:
        if point.value is not None:
            figure.add_scatter(x=[100 * point.value], y=[100 * height], mode="markers", name=name,
                               marker={"size": 13, "symbol": symbol, "color": color})
    low = min((100 * float(v) for v in margin.p50 if v == v), default=0.0)
    figure.update_yaxes(range=[min(max(low, -60) - 5, 0), 100])
    return figure


def frontier(answer: FrontierAnswer, target: float) -> go.Figure:
    """Cost of a request against accuracy: all plans, and those worth having."""
    figure = _figure("accuracy (%)", "cost of a request (USD)")
    plans = answer.plans
    step = max(1, plans.accuracy.size // 1500)
    figure.add_scatter(x=100 * plans.accuracy[::step], y=plans.unit_cost[::step], mode="markers",
                       name="plans", marker={"size": 4, "opacity": 0.35, "color": _GREY}, hoverinfo="skip")
    figure.add_scatter(x=[100 * p.accuracy for p in answer.frontier],
                       y=[p.unit_cost_usd for p in answer.frontier], mode="lines+markers",
                       name="frontier", marker={"size": 5, "color": _LINE}, line={"color": _LINE})
    if answer.plan is not None:
        figure.add_scatter(x=[100 * answer.plan.accuracy], y=[answer.plan.unit_cost_usd], mode="markers",
                           name="cheapest at the target", marker={"size": 13, "symbol": "diamond", "color": _POINTS})
    figure.add_vline(x=100 * target, line={"dash": "dot", "color": _GREY}, annotation_text="target")
    figure.update_yaxes(type="log", tickformat="$.2~g")
    figure.update_layout(hovermode="closest")
    return figure


def point_costs(answer: FrontierAnswer) -> go.Figure:
    """What each further accuracy point costs over the amortisation time."""
    figure = _figure("accuracy reached (%)", "USD per point, whole period")
    figure.add_bar(x=[100 * p.accuracy_to for p in answer.cost_per_point],
                   y=[p.usd_over_period for p in answer.cost_per_point], name="next point",
                   marker={"color": _LINE})
    figure.update_yaxes(type="log", tickformat="$~s")
    figure.update_layout(showlegend=False)
    return figure


def cost_components(answer: CogsAnswer) -> go.Figure:
    """The parts of a request's cost, today and at the target."""
    figure = _figure("USD per request", "", height=340)
    sides = [("today", answer.now), ("at the target", answer.at_target)]
    for name, side in sides:
        if side is not None:
            parts = [c for c in side.components if c.usd > 0][::-1]
            figure.add_bar(x=[c.usd for c in parts], y=[c.name for c in parts], orientation="h", name=name)
    figure.update_layout(barmode="group", hovermode="closest")
    figure.update_xaxes(tickformat="$.3~g")
    return figure
