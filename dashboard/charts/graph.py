"""The knowledge graph as a network: names, and the facts between them as arrows."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import plotly.graph_objects as go

from core.analysis.knowledge import Edge, Neighbourhood, Node
from dashboard.charts.canvas import GREY, HERE, LINE, POINTS
from dashboard.charts.tiles import shortened

_WIDTH, _HEIGHT, _TALL = 540, 600, 760
"""Pixels of the picture beside its table; it is drawn wider where there is room."""

_NARROW = 350
"""Its width on a phone, where no name may be cut off at the edge either. [pixels]"""

_FEW_NAMES, _MOST_RELATIONS = 45, 14
_LABEL = 26
_LETTER, _LINE, _POINT = 6.4, 15.0, 8.0
_SPOTS = 10
"""Width of a letter, height of a line and radius of a point. [pixels]"""
_ARROW, _STANDOFF = 9, 7


def knowledge_graph(part: Neighbourhood) -> go.Figure:
    """Names as points, facts as arrows; contradicted facts in another colour and dashed."""
    chart = go.Figure()
    sound = [e for e in part.edges if not e.is_contradicted]
    wrong = [e for e in part.edges if e.is_contradicted]
    _arrows(chart, part, sound, "fact", GREY, "solid")
    _arrows(chart, part, wrong, "contradicted fact", POINTS, "dash")
    _middles(chart, part)
    _names(chart, part)
    chart.update_layout(
        height=_height(part),
        margin={"l": 4, "r": 4, "t": 30, "b": 4},
        showlegend=bool(wrong),
        legend={"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        dragmode="pan",
        clickmode="event+select",
        uirevision=part.chosen,
    )
    for node in part.nodes:
        if node.is_chosen:
            _plate(chart, node)
    across, up = _spans(part)
    chart.update_xaxes(visible=False, range=across)
    chart.update_yaxes(visible=False, range=up)
    return chart


def _plate(chart: go.Figure, node: Node) -> None:
    """The chosen name, readable above whatever meets there."""
    chart.add_annotation(
        x=node.x,
        y=node.y,
        yshift=19,
        showarrow=False,
        text=escape(shortened(node.name, _LABEL)),
        font={"size": 13, "color": "white"},
        bgcolor=HERE,
        borderpad=2,
    )


def _height(part: Neighbourhood) -> int:
    return _HEIGHT if len(part.nodes) <= _FEW_NAMES else _TALL


def _spans(part: Neighbourhood) -> tuple[list[float], list[float]]:
    """The ranges of the two axes."""
    return _span([n.x for n in part.nodes], 0.16), _span([n.y for n in part.nodes], 0.05)


def _span(values: Sequence[float], margin: float) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    more = margin * (high - low) + 0.3
    return [low - more, high + more]


def _arrows(
    chart: go.Figure, part: Neighbourhood, edges: Sequence[Edge], name: str, color: str, dash: str
) -> None:
    """Lines with a head at the object's end."""
    if not edges:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        start, end = part.nodes[edge.start], part.nodes[edge.end]
        x += [start.x, end.x, None]
        y += [start.y, end.y, None]
    chart.add_scatter(
        x=x,
        y=y,
        mode="lines+markers",
        name=name,
        hoverinfo="skip",
        line={"color": color, "width": 1.2 if dash == "solid" else 2, "dash": dash},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "color": color,
            "size": [0, _ARROW, 0] * len(edges),
            "standoff": [0, _STANDOFF, 0] * len(edges),
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _middles(chart: go.Figure, part: Neighbourhood) -> None:
    """What each fact says, shown where a pointer finds the middle of its arrow."""
    shown = [e for e in part.edges if part.nodes[e.start].is_chosen or part.nodes[e.end].is_chosen]
    spots = [_middle(part.nodes[e.start], part.nodes[e.end]) for e in part.edges]
    written = {id(e) for e in shown} if len(shown) <= _MOST_RELATIONS else set()
    chart.add_scatter(
        x=[x for x, _ in spots],
        y=[y for _, y in spots],
        mode="markers+text",
        showlegend=False,
        text=[
            escape(shortened(e.triple.relation, _LABEL)) if id(e) in written else ""
            for e in part.edges
        ],
        textfont={"size": 11, "color": GREY},
        hovertext=[
            escape(f"{e.triple.subject} {e.triple.relation} {e.triple.object} ({e.triple.where})")
            for e in part.edges
        ],
        hoverinfo="text",
        marker={"size": 12, "color": GREY, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _middle(start: Node, end: Node) -> tuple[float, float]:
    """The middle of an arrow; farther out, where there is room, if it hangs on the chosen name."""
    share = 0.64 if start.is_chosen else 0.36 if end.is_chosen else 0.5
    return start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)


def _names(chart: go.Figure, part: Neighbourhood) -> None:
    written = labels(part)
    chart.add_scatter(
        x=[n.x for n in part.nodes],
        y=[n.y for n in part.nodes],
        mode="markers+text",
        showlegend=False,
        text=[
            escape(shortened(n.name, _LABEL)) if i in written else ""
            for i, n in enumerate(part.nodes)
        ],
        textposition=[written.get(i, "top center") for i in range(len(part.nodes))],
        textfont={"size": 12},
        customdata=[[n.name] for n in part.nodes],
        hovertext=[
            f"{escape(n.name)}: {n.facts:,} {'fact' if n.facts == 1 else 'facts'}"
            for n in part.nodes
        ],
        hoverinfo="text",
        cliponaxis=False,
        marker={
            "size": [15 if n.is_chosen else min(8 + n.facts, 14) for n in part.nodes],
            "symbol": ["diamond" if n.is_chosen else "circle" for n in part.nodes],
            "color": [HERE if n.is_chosen else LINE for n in part.nodes],
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def labels(part: Neighbourhood) -> dict[int, str]:
    """Which names are written and on which side of their point, so that none covers another.

    The chosen name comes first, then those beside it, then those with most
    facts; what finds no room is shown to a pointer only.
    """
    points = _pixels(part)
    taken = [(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in points]
    arrows = list(_along(part, points))
    placed: dict[int, str] = {}
    for i in _by_importance(part):
        width = _LETTER * len(shortened(part.nodes[i].name, _LABEL))
        boxes = {side: _box(points[i], width, side) for side in _sides(part, i, points)}
        free = [
            side
            for side, box in boxes.items()
            if _is_inside(points[i], width, side) and not _hits(box, taken)
        ]
        side = next((s for s in free if not _hits(boxes[s], arrows)), (*free, "")[0])
        if part.nodes[i].is_chosen:  # It has a plate of its own above it.
            taken.append(boxes["top center"])
        elif side:
            placed[i] = side
            taken.append(boxes[side])
    return placed


_Box = tuple[float, float, float, float]


def _pixels(part: Neighbourhood) -> list[tuple[float, float]]:
    (left, right), (low, high) = _spans(part)
    across, up = _WIDTH / (right - left), _height(part) / (high - low)
    return [((n.x - left) * across, (n.y - low) * up) for n in part.nodes]


def _by_importance(part: Neighbourhood) -> list[int]:
    beside = {
        i
        for e in part.edges
        if part.nodes[e.start].is_chosen or part.nodes[e.end].is_chosen
        for i in (e.start, e.end)
    }
    return sorted(
        range(len(part.nodes)),
        key=lambda i: (not part.nodes[i].is_chosen, i not in beside, -part.nodes[i].facts, i),
    )


def _sides(part: Neighbourhood, i: int, points: Sequence[tuple[float, float]]) -> list[str]:
    """The sides of a point to write on, the one away from its neighbours first."""
    beside = [e.end if e.start == i else e.start for e in part.edges if i in (e.start, e.end)]
    x = sum(points[i][0] - points[j][0] for j in beside)
    y = sum(points[i][1] - points[j][1] for j in beside)
    across = ["middle right", "middle left"] if x >= 0 else ["middle left", "middle right"]
    up = ["top center", "bottom center"] if y >= 0 else ["bottom center", "top center"]
    if abs(x) > abs(y):
        return [across[0], *up, across[1]]
    return [up[0], *across, up[1]]


def _box(point: tuple[float, float], width: float, side: str) -> _Box:
    x, y = point
    if side == "middle right":
        return x + _POINT, y - _LINE / 2, x + _POINT + width, y + _LINE / 2
    if side == "middle left":
        return x - _POINT - width, y - _LINE / 2, x - _POINT, y + _LINE / 2
    low = y + _POINT if side == "top center" else y - _POINT - _LINE
    return x - width / 2, low, x + width / 2, low + _LINE


def _along(part: Neighbourhood, points: Sequence[tuple[float, float]]) -> Iterator[_Box]:
    """Spots along the arrows, which names should not cover."""
    for edge in part.edges:
        (x, y), (to_x, to_y) = points[edge.start], points[edge.end]
        for step in range(1, _SPOTS):
            share = step / _SPOTS
            spot_x, spot_y = x + share * (to_x - x), y + share * (to_y - y)
            yield spot_x, spot_y, spot_x, spot_y


def _is_inside(point: tuple[float, float], width: float, side: str) -> bool:
    """Whether a name is written in full, beside its table and on a phone."""
    for across in (_WIDTH, _NARROW):
        left, _, right, _ = _box((point[0] * across / _WIDTH, point[1]), width, side)
        if left < 0 or right > across:
            return False
    return True


def _hits(a: _Box, others: Iterable[_Box]) -> bool:
    return any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in others)
