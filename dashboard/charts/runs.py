"""Charts of one run: what it paid and accepted as it went."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.course import WINDOW, Course
from core.formats import money
from dashboard.charts.canvas import GREY, LINE, POINTS, band, figure, line, percents

_HEIGHT = 340


def spending_course(
    course: Course, budget_usd: float | None, expected_usd: float | None
) -> go.Figure:
    """Dollars and accepted candidates against the calls made, one above the other."""
    chart = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    hover = [f"{minutes:.1f} min" for minutes in course.minutes]
    steps = (("paid", course.cost_usd, LINE, "$.3~g"), ("accepted", course.accepted, POINTS, ","))
    for row, (name, values, color, written) in enumerate(steps, start=1):
        chart.add_scatter(
            x=course.calls,
            y=values,
            mode="lines",
            name=name,
            text=hover,
            line={"color": color, "width": 3, "shape": "hv"},
            hovertemplate="%{y:" + written + "}<br>after %{text}",
            row=row,
            col=1,
        )
    most = course.cost_usd[-1] if course.cost_usd else 0.0
    for name, usd in (("budget", budget_usd), ("expected", expected_usd)):
        if usd is not None and usd <= 3 * most:
            chart.add_hline(
                y=usd,
                line={"dash": "dash", "color": GREY},
                annotation_text=f"{name} {money(usd)}",
                annotation_position="top left",
                row=1,
                col=1,
            )
    chart.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        showlegend=False,
        hovermode="x",
        uirevision="keep",
    )
    chart.update_yaxes(rangemode="tozero", automargin=True)
    chart.update_yaxes(title_text="paid (USD)", tickformat="$.2~g", row=1, col=1)
    chart.update_yaxes(title_text="accepted", row=2, col=1)
    chart.update_xaxes(title_text="calls made", automargin=True, row=2, col=1)
    return chart


def acceptance_course(course: Course, least: float | None) -> go.Figure:
    """The rolling acceptance rate in the order of the candidates, with its interval."""
    chart = figure("candidates proposed", f"accepted of the last {WINDOW} (%)", height=_HEIGHT)
    band(chart, course.proposed, percents(course.low), percents(course.high), "95 % interval")
    line(chart, course.proposed, percents(course.rate), "acceptance rate")
    if least is not None:
        chart.add_hline(
            y=100 * least,
            line={"dash": "dash", "color": GREY},
            annotation_text="the run stops surely below",
            annotation_position="bottom left",
        )
    chart.update_yaxes(range=[0, 103])
    return chart
