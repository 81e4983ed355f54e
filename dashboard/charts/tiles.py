"""Maps of slices: a tile for each, coloured by how far it is from the target.

Tiles are bars, because a bar can be clicked and fits its text into itself.
"""

import re
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.analysis.sizing import SliceAudit
from core.formats import interval, percent, points
from dashboard.charts.canvas import HERE, figure

_SCALE = ((0, "#B83200"), (0.4999, "#FBE3D6"), (0.5, "#E3EFFB"), (1, "#7FB2E8"))
_LEAST_SPAN = 10.0
_LONGEST = 24
_LINE = 14
_COLUMNS = ((2, 2), (9, 3), (28, 4), (60, 5))
_MOST_COLUMNS = 6
_FILLED = 0.94


def shortened(name: str, most: int = _LONGEST) -> str:
    """A name that fits its place."""
    return name if len(name) <= most else name[: most - 1] + "…"


def tile_map(parts: Sequence[SliceAudit], target: float, chosen: str) -> go.Figure:
    """Every slice as a tile, those that matter most first."""
    across = next((n for most, n in _COLUMNS if len(parts) <= most), _MOST_COLUMNS)
    across = min(across, len(parts))
    down = -(-len(parts) // across)
    chart = figure("", "", height=70 + (80 if down < 4 else 64 if down < 9 else 50) * down)
    places = [(i % across, i // across) for i in range(len(parts))]
    named = [f"<b>{_in_lines(p.name)}</b><br>{_said(p)}" for p in parts]
    _tiles(chart, parts, places, named, target, chosen)
    chart.update_xaxes(visible=False, range=[0, across])
    chart.update_yaxes(visible=False, range=[down - 0.5, -0.5])
    return chart


def grid_map(
    cells: Mapping[tuple[str, str], SliceAudit],
    rows: Sequence[str],
    columns: Sequence[str],
    target: float,
    chosen: str,
) -> go.Figure:
    """Labels down, values of a column across: where the two together are badly served."""
    chart = figure("", "", height=110 + (58 if len(rows) < 9 else 34) * len(rows))
    found = [(x, y) for y in range(len(rows)) for x in range(len(columns))]
    found = [(x, y) for x, y in found if (columns[x], rows[y]) in cells]
    parts = [cells[columns[x], rows[y]] for x, y in found]
    _tiles(chart, parts, found, [_said(p) for p in parts], target, chosen)
    chart.update_xaxes(
        side="top",
        range=[0, len(columns)],
        tickvals=[x + 0.5 for x in range(len(columns))],
        ticktext=[shortened(c, 16) for c in columns],
        showgrid=False,
    )
    chart.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[shortened(r) for r in rows],
        showgrid=False,
    )
    return chart


def _in_lines(name: str) -> str:
    """A name in at most two lines, broken where its words end."""
    words = re.findall(r".+?(?:[_\s/-]+|$)", name)
    first = ""
    while words and len(first + words[0]) <= _LINE:
        first += words.pop(0)
    rest = "".join(words)
    if not first or not rest:
        return shortened(name, _LINE + 2)
    return f"{first}<br>{shortened(rest, _LINE)}"


def _said(part: SliceAudit) -> str:
    return f"{percent(part.facts.score, 0)} · n {part.facts.n:,}"


def _tiles(
    chart: go.Figure,
    parts: Sequence[SliceAudit],
    places: Sequence[tuple[int, int]],
    texts: Sequence[str],
    target: float,
    chosen: str,
) -> None:
    gaps = [100 * (p.facts.score - target) for p in parts]
    span = max([_LEAST_SPAN, *(abs(gap) for gap in gaps)])
    chart.add_bar(
        orientation="h",
        x=[_FILLED] * len(parts),
        base=[x + (1 - _FILLED) / 2 for x, _ in places],
        y=[y for _, y in places],
        width=0.9,
        text=texts,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="inside",
        insidetextfont={"color": [_ink(gap / span) for gap in gaps], "size": 13},
        customdata=[[p.name] for p in parts],
        hovertext=[_hover(p, target) for p in parts],
        hoverinfo="text",
        marker={
            "color": gaps,
            "colorscale": _SCALE,
            "cmin": -span,
            "cmax": span,
            "line": {
                "color": HERE,
                "width": [4 if p.name == chosen else 0 for p in parts],
            },
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    chart.update_layout(
        hovermode="closest", showlegend=False, uniformtext={"mode": "hide", "minsize": 8}
    )
    chart.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 8}, clickmode="event+select")


def _ink(gap: float) -> str:
    return "#FFFFFF" if gap < -0.6 else "#16181D"


def _hover(part: SliceAudit, target: float) -> str:
    facts = part.facts
    around = interval(percent(facts.score_low, 0), percent(facts.score_high, 0))
    return (
        f"<b>{facts.slice}</b><br>{percent(facts.score)} ({around}, 95 % interval)<br>"
        f"{points(facts.score - target)} from the target<br>{facts.n:,} samples"
    )
