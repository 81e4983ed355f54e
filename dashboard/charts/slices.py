"""Charts of data, slices and evidence."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.analysis.evidence import EvidenceAnswer
from core.analysis.sizing import SliceAudit
from core.formats import percent
from dashboard.charts.canvas import GREY, HERE, LINE, figure, ticks
from dashboard.charts.tiles import shortened


def slice_scores(parts: Sequence[SliceAudit], metric: str, target: float, chosen: str) -> go.Figure:
    """Every slice's score with its 95 % interval, those that matter most on top."""
    shown = list(parts)[::-1]
    chart = figure(f"{metric} (%)", "", height=90 + 24 * len(shown))
    chart.add_scatter(
        x=[100 * p.facts.score for p in shown],
        y=list(range(len(shown))),
        mode="markers",
        name=metric,
        customdata=[[p.name] for p in shown],
        hovertext=[f"{p.name}: {percent(p.facts.score)}, {p.facts.n:,} samples" for p in shown],
        hoverinfo="text",
        marker={
            "size": [13 if p.name == chosen else 9 for p in shown],
            "symbol": ["diamond" if p.name == chosen else "circle" for p in shown],
            "color": [HERE if p.name == chosen else LINE for p in shown],
        },
        error_x={
            "array": [100 * (p.facts.score_high - p.facts.score) for p in shown],
            "arrayminus": [100 * (p.facts.score - p.facts.score_low) for p in shown],
            "thickness": 1.5,
            "color": GREY,
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    chart.add_vline(x=100 * target, line={"dash": "dash", "color": GREY}, annotation_text="target")
    chart.update_layout(hovermode="closest", showlegend=False, clickmode="event+select")
    chart.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[shortened(p.name, 22) for p in shown],
        range=[-0.7, len(shown) - 0.3],
    )
    return chart


def label_counts(counts: dict[str, int]) -> go.Figure:
    """Samples per label, rarest first."""
    shown = sorted(counts.items(), key=lambda pair: pair[1])[:30][::-1]
    every = sum(counts.values())
    chart = figure("samples (log scale)", "", height=120 + 22 * len(shown), x_type="log")
    chart.add_bar(
        x=[n for _, n in shown],
        y=[name for name, _ in shown],
        orientation="h",
        text=[f"{n:,} · {percent(n / every)}" for _, n in shown],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        marker={"color": LINE},
    )
    chart.update_layout(hovermode="closest", showlegend=False)
    most = max(counts.values(), default=1)
    least = min((n for _, n in shown), default=1)
    chart.update_xaxes(
        tickvals=ticks(1, most),
        range=[math.log10(least * 0.7), math.log10(most * (most / least) ** 0.4 * 1.8)],
    )
    return chart


def gains(answer: EvidenceAnswer) -> go.Figure:
    """Change of the score in percentage points, at the slice and elsewhere."""
    chart = figure("change in recall (pp)", "", height=220)
    rows = [("all other slices", answer.elsewhere), (answer.slice, answer.gain)]
    rows = [(name, q) for name, q in rows if q.p50 is not None]
    chart.add_scatter(
        x=[100 * (q.p50 or 0) for _, q in rows],
        y=[name for name, _ in rows],
        mode="markers",
        marker={"size": 11, "color": LINE},
        error_x={
            "array": [100 * ((q.p90 or 0) - (q.p50 or 0)) for _, q in rows],
            "arrayminus": [100 * ((q.p50 or 0) - (q.p10 or 0)) for _, q in rows],
            "thickness": 1.5,
        },
    )
    chart.add_vline(x=0, line={"color": GREY})
    chart.update_layout(hovermode="closest", showlegend=False)
    return chart
