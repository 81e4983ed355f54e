"""The 90-day plan as bars in time."""

from datetime import date, timedelta

import plotly.graph_objects as go

from core.analysis.programme import Programme, State, Step
from dashboard.charts.canvas import FOURTH, GREY, LINE, POINTS, THIRD, figure

_ROW, _FRAME = 42, 66
_BAR = 0.42
"""Of a row's height: the name stands above its bar, so that bars have the whole width."""

_COLORS: dict[State, str] = {
    "done": LINE, "started": FOURTH, "not met": POINTS, "late": THIRD, "open": GREY,
}  # fmt: skip
_DAY_MS = 86_400_000
_ROOM = timedelta(days=2)


def ninety_days(found: Programme) -> go.Figure:
    """Each step from its first day to its due date, coloured by state, its name above it."""
    chart = figure("", "", height=_FRAME + _ROW * len(found.steps), x_type="date")
    places = {step.key: -i for i, step in enumerate(found.steps)}
    for state, color in _COLORS.items():
        steps = [step for step in found.steps if step.state == state]
        if steps:
            _bars(chart, steps, places, state, color)
    ends = [found.today, *(day for step in found.steps for day in (step.starts, step.due))]
    first, last = min(*ends, found.start) - _ROOM, max(ends) + _ROOM
    for step in found.steps:
        _name(chart, step, places[step.key], first, last)
    chart.add_vline(x=found.today.isoformat(), line={"color": GREY, "dash": "dot"})
    chart.add_annotation(
        x=found.today.isoformat(), y=1, yref="paper", yanchor="bottom", text="today",
        showarrow=False,
    )  # fmt: skip
    chart.update_yaxes(
        showticklabels=False, showgrid=False, zeroline=False, range=[0.5 - len(places), 0.9]
    )
    chart.update_xaxes(
        range=[first.isoformat(), last.isoformat()], tickformat="%-d %b", nticks=6, showgrid=True
    )
    chart.update_layout(
        barmode="overlay",
        hovermode="closest",
        showlegend=False,
        margin={"t": 26, "b": 30},
    )
    return chart


def _bars(
    chart: go.Figure, steps: list[Step], places: dict[str, int], state: State, color: str
) -> None:
    chart.add_bar(
        x=[((step.due - step.starts).days + 1) * _DAY_MS for step in steps],
        y=[places[step.key] for step in steps],
        base=[step.starts.isoformat() for step in steps],
        width=_BAR,
        orientation="h",
        name=state,
        marker={"color": color},
        customdata=[f"{step.name}: {step.words}, due {step.due.isoformat()}" for step in steps],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _name(chart: go.Figure, step: Step, place: int, first: date, last: date) -> None:
    """The step's name above its bar, from the side of the chart that has more room."""
    is_late_in_plan = (step.starts - first) > (last - first) / 2
    chart.add_annotation(
        x=(step.due + timedelta(days=1) if is_late_in_plan else step.starts).isoformat(),
        y=place + _BAR / 2,
        xanchor="right" if is_late_in_plan else "left",
        yanchor="bottom",
        text=f"{step.name} · {step.words}",
        showarrow=False,
        borderpad=1,
    )
