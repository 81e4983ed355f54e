"""What all charts share: the palette, the frame with its axis titles, the band."""

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

PALETTE = ("#248AE9", "#D34503", "#914F7A", "#C87D92")
"""At least 3:1 against both backgrounds, and told apart with any colour vision."""

LINE, POINTS, THIRD, FOURTH = PALETTE
BAND = "rgba(36, 138, 233, 0.20)"
GREY = "rgba(128, 128, 128, 0.9)"
HERE = THIRD
"""Around what is looked at now."""
HEIGHT = 360


def figure(x: str, y: str, *, height: int = HEIGHT, x_type: str = "linear") -> go.Figure:
    """An empty chart with axis titles; *x* and *y* name the quantity and its unit."""
    chart = go.Figure()
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        uirevision="keep",
        colorway=list(PALETTE),
    )
    chart.update_xaxes(title_text=x, type=x_type, automargin=True)
    chart.update_yaxes(title_text=y, automargin=True)
    return chart


def band(
    chart: go.Figure, x: Sequence[float], low: Sequence[float], high: Sequence[float], name: str
) -> None:
    """A shaded range between two lines."""
    chart.add_scatter(
        x=x, y=high, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False
    )
    chart.add_scatter(
        x=x,
        y=low,
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor=BAND,
        hoverinfo="skip",
        name=name,
    )


def ticks(low: float, high: float) -> list[float]:
    """Marks at 1, 2 and 5 of every power of ten, for a logarithmic axis."""
    steps = [base * 10**power for power in range(0, 8) for base in (1, 2, 5)]
    return [step for step in steps if low * 0.9 <= step <= high * 1.1]


def mark(chart: go.Figure, x: float, y: float, name: str, symbol: str, color: str) -> None:
    """One point that matters."""
    marker = {"size": 13, "symbol": symbol, "color": color}
    chart.add_scatter(x=[x], y=[y], mode="markers", name=name, marker=marker)


def line(chart: go.Figure, x: Sequence[float], y: Sequence[float], name: str) -> None:
    """The line that the eye should follow."""
    chart.add_scatter(x=x, y=y, mode="lines", name=name, line={"color": LINE, "width": 3})


def percents(shares: Iterable[float]) -> list[float]:
    """Fractions as per cent."""
    return [100 * float(share) for share in shares]
