"""The 90-day plan as bars in time."""

from datetime import timedelta

import plotly.graph_objects as go

from core.analysis.programme import Programme
from dashboard.charts.canvas import FOURTH, GREY, LINE, POINTS, THIRD, figure

_BAR, _FRAME = 32, 110
_COLORS = {"done": LINE, "not met": POINTS, "late": FOURTH, "open": GREY}
_DAY_MS = 86_400_000


def ninety_days(found: Programme) -> go.Figure:
    """Each step from its first day to its due date, coloured by state."""
    chart = figure("", "", height=_FRAME + _BAR * len(found.steps), x_type="date")
    names = [step.name for step in found.steps]
    for state, color in _COLORS.items():
        steps = [step for step in found.steps if step.state == state]
        if not steps:
            continue
        chart.add_bar(
            x=[((step.due - step.starts).days + 1) * _DAY_MS for step in steps],
            y=[step.name for step in steps],
            base=[step.starts.isoformat() for step in steps],
            orientation="h",
            name=state,
            marker={"color": color},
            customdata=[f"{step.owner}, due {step.due.isoformat()}" for step in steps],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    chart.add_vline(x=found.today.isoformat(), line={"color": THIRD, "dash": "dot"})
    chart.update_yaxes(categoryorder="array", categoryarray=names[::-1])
    chart.update_xaxes(
        range=[
            (found.start - timedelta(days=2)).isoformat(),
            (max(step.due for step in found.steps) + timedelta(days=2)).isoformat(),
        ]
    )
    chart.update_layout(barmode="overlay", hovermode="closest", bargap=0.35)
    return chart
