"""Charts of what a corpus does to the slice."""

import plotly.graph_objects as go

from core.analysis.evidence import EvidenceAnswer
from dashboard.charts.canvas import (
    GREY,
    LINE,
    POINTS,
    THIRD,
    band,
    figure,
    line,
    mark,
    percents,
    ticks,
)


def control_arms(found: EvidenceAnswer) -> go.Figure:
    """Gain of every arm over the baseline, with its 90 % interval."""
    names = [f"{arm.name} ({arm.added:,} rows)" for arm in reversed(found.arms)]
    arms = list(reversed(found.arms))
    middle = [100 * arm.gain.p50 if arm.gain.p50 is not None else 0.0 for arm in arms]
    low, high = (percents(getattr(a, end) for a in arms) for end in ("gain_low", "gain_high"))
    chart = figure("change in recall (pp)", "", height=90 + 55 * len(arms))
    chart.add_scatter(
        x=middle,
        y=names,
        mode="markers",
        showlegend=False,
        marker={"size": 12, "color": LINE},
        error_x={
            "type": "data",
            "array": [h - m for h, m in zip(high, middle, strict=True)],
            "arrayminus": [m - v for v, m in zip(low, middle, strict=True)],
            "color": LINE,
            "thickness": 2,
        },
        hovertemplate="%{y}: %{x:+.1f} points<extra></extra>",
    )
    chart.add_vline(x=0, line={"color": GREY})
    chart.update_layout(hovermode="closest")
    return chart


def worth_on_the_curve(found: EvidenceAnswer) -> go.Figure | None:
    """The real learning curve, and how far along it the corpus takes the slice."""
    curve = found.real_curve
    if curve is None:
        return None
    chart = figure("real training samples of the slice", "recall (%)", x_type="log", height=380)
    band(chart, curve.grid, percents(curve.low), percents(curve.high), "90 % of the fitted curves")
    line(chart, curve.grid, percents(curve.middle), "real samples alone, fitted")
    chart.add_scatter(
        x=curve.n,
        y=percents(curve.score),
        mode="markers",
        name="measured",
        marker={"size": 8, "color": POINTS},
    )
    start = _start(found)
    chart.add_hline(
        y=100 * found.augmented.score,
        line={"dash": "dash", "color": THIRD},
        annotation_text="with the corpus",
        annotation_position="top left",
    )
    marks = ticks(curve.grid[0], curve.grid[-1])
    chart.update_xaxes(tickvals=marks, ticktext=[f"{m:g}" for m in marks])
    mark(chart, start, 100 * found.augmented.score, "with the corpus", "diamond", THIRD)
    return chart


def _start(found: EvidenceAnswer) -> int:
    """Real samples that the arms were trained on."""
    curve = found.real_curve
    if curve is None:
        return found.baseline.n_train
    near = [n for n in curve.n if n <= found.baseline.n_train]
    return near[-1] if near else curve.n[-1]


def mixing_shares(found: EvidenceAnswer) -> go.Figure:
    """Recall against the synthetic share of the slice's training rows."""
    chart = figure("synthetic share of the slice's training rows (%)", "recall (%)", height=340)
    x = [0.0, *percents(s.at for s in found.exchange_by_share)]
    y = percents([found.baseline.score, *(s.score for s in found.exchange_by_share)])
    base = found.baseline.score
    low, high = (
        percents([base, *(base + getattr(s, end) for s in found.exchange_by_share)])
        for end in ("gain_low", "gain_high")
    )
    band(chart, x, low, high, "90 % interval of the gain")
    chart.add_scatter(
        x=x, y=y, mode="lines+markers", name="recall", line={"color": LINE, "width": 3}
    )
    if found.hurts_beyond is not None:
        chart.add_vline(
            x=100 * found.hurts_beyond,
            line={"dash": "dot", "color": POINTS},
            annotation_text="more hurts",
            annotation_position="top left",
        )
    return chart
