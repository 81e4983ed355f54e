"""Charts of what the outcome hangs on, and of what changed between two scenarios."""

from itertools import accumulate, pairwise

import plotly.graph_objects as go

from core.analysis.difference import DifferenceAnswer
from core.analysis.sensitivity import Tornado
from core.formats import points, quantity
from core.units import Unit
from dashboard.charts.canvas import GREY, LINE, POINTS, figure

_BAR, _FRAME = 30, 110
_MOST_BARS = 14
_ROOM = 0.4
"""Share of the range of the levels that is left free beyond them."""


def tornado(found: Tornado, name: str) -> go.Figure:
    """Each assumption alone at its 10th and 90th percentile, the widest on top."""
    moving = [bar for bar in found.bars if bar.swing > 0][:_MOST_BARS][::-1]
    is_share = found.unit is Unit.FRACTION
    times = 100 if is_share else 1
    unit = "%" if is_share else found.unit.value
    chart = figure(f"{name} ({unit})", "", height=_FRAME + _BAR * len(moving))
    labels = [bar.key.replace("_", " ") for bar in moving]
    sides = (("at its P10", "low", POINTS), ("at its P90", "high", LINE))
    for side, end, color in sides:
        reached = [bar.at_low if end == "low" else bar.at_high for bar in moving]
        given = [bar.low if end == "low" else bar.high for bar in moving]
        chart.add_bar(
            x=[times * (value - found.at_medians) for value in reached],
            y=labels,
            base=times * found.at_medians,
            orientation="h",
            name=side,
            marker={"color": color},
            customdata=[
                f"{quantity(g, bar.unit)}: {quantity(value, found.unit)}"
                for g, value, bar in zip(given, reached, moving, strict=True)
            ],
            hovertemplate="%{y} %{customdata}<extra></extra>",
        )
    chart.add_vline(x=times * found.at_medians, line={"color": GREY})
    chart.update_layout(barmode="overlay", hovermode="closest", bargap=0.3)
    if not is_share:
        chart.update_xaxes(tickformat="$.3~s")
    return chart


def waterfall(found: DifferenceAnswer) -> go.Figure:
    """From one gross margin to the other, change by change."""
    shown, rest = found.changes[:_MOST_BARS], found.changes[_MOST_BARS:]
    steps = [(change.key.replace("_", " "), 100 * change.margin) for change in shown]
    if rest:
        steps.append((f"{len(rest)} smaller changes", 100 * sum(c.margin for c in rest)))
    start, end = 100 * found.old.gross_margin, 100 * found.new.gross_margin
    levels = list(accumulate((step for _, step in steps), initial=start))
    low, high = min([*levels, end]), max([*levels, end])
    room = max(_ROOM * (high - low), 0.5)
    floor = 0.0 if 0 <= low <= room + (high - low) else low - room
    chart = figure("gross margin (%)", "", height=_FRAME + _BAR * (len(steps) + 2))
    names = ["before", *(name for name, _ in steps), "after"]
    bases = [floor, *(min(a, b) for a, b in pairwise(levels)), floor]
    sizes = [start - floor, *(abs(step) for _, step in steps), end - floor]
    colors = [GREY, *(LINE if step >= 0 else POINTS for _, step in steps), GREY]
    said = [f"{start:.1f} %", *(points(step / 100) for _, step in steps), f"{end:.1f} %"]
    chart.add_bar(
        x=sizes,
        y=names,
        base=bases,
        orientation="h",
        marker={"color": colors},
        text=said,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    chart.update_layout(showlegend=False, hovermode="closest", bargap=0.3)
    chart.update_yaxes(autorange="reversed")
    chart.update_xaxes(range=[floor, high + room])
    return chart
