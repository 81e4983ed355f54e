"""Charts as SVG. Each place that can be read carries what it says."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor

import numpy as np

from core.formats import interval, money, percent, points
from core.report.content import Bars, Bridge, Chart, Curve, Line, ValueFormat

_WIDTH, _HEIGHT = 640.0, 320.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 14.0, 14.0, 46.0
_BAR, _NAMES = 30.0, 190.0
_LOWEST = -0.5
"""Margins below are not drawn: the axis would hide the rest."""

_SHIFTS = (18.0, 34.0, 50.0, -10.0, 66.0)
"""Where a name may stand under its point or over it."""

_COLORS = {"adds": "var(--up)", "takes": "var(--down)", "total": "var(--total)"}


def chart_svg(chart: Chart) -> str:
    """A chart with its title and the line in which a reader reads it."""
    if isinstance(chart, Curve):
        drawn = _curve(chart)
    elif isinstance(chart, Bridge):
        drawn = _bridge(chart)
    else:
        drawn = _bars(chart)
    title = escape(chart.title)
    return (
        f"<figure><figcaption>{title}</figcaption>{drawn}"
        '<output class="screen">Point at the chart, or use the arrow keys.</output></figure>'
    )


def written(value: float | None, how: ValueFormat) -> str:
    """A figure of a chart for people."""
    if how == "usd":
        return money(value)
    return points(value) if how == "points" else percent(value)


def _frame(height: float, label: str, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {height:g}" role="img" tabindex="0" '
        f'aria-label="{escape(label)}">{body}</svg>'
    )


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Where a value stands."""
    span = high - low or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def _steps(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two ends."""
    span = high - low or 1.0
    rough = 10.0 ** floor(np.log10(span / most))
    step = next(s * rough for s in (1, 2, 2.5, 5, 10) if span / (s * rough) <= most)
    first = ceil(low / step - 1e-9)
    return [i * step for i in range(first, floor(high / step + 1e-9) + 1)]


def _curve(chart: Curve) -> str:
    values = [v for line in chart.lines for v in line.values if v is not None]
    low = max(min([*values, 0.0]), _LOWEST) if chart.y_format == "percent" else min(values)
    high = max(values)
    px = _scale(min(chart.x), max(chart.x), _LEFT, _WIDTH - _RIGHT)
    py = _scale(low, high, _HEIGHT - _BOTTOM, _TOP)

    def y(value: float) -> float:
        return py(max(value, low))

    parts = [_grid_y(chart, low, high, py), _grid_x(chart, px)]
    by_role = {line.role: line for line in chart.lines}
    if {"low", "high"} <= by_role.keys():
        upper = _path(chart.x, by_role["high"], px, y)
        lower = _path(chart.x, by_role["low"], px, y)
        joined = " ".join([*upper, *reversed(lower)])
        parts.append(f'<polygon points="{joined}" fill="var(--band)"/>')
    for role, style in (
        ("other", 'stroke="var(--soft)" stroke-width="1.5" stroke-dasharray="5 4"'),
        ("main", 'stroke="var(--up)" stroke-width="3"'),
    ):
        if role in by_role:
            drawn = " ".join(_path(chart.x, by_role[role], px, y))
            parts.append(f'<polyline points="{drawn}" fill="none" {style}/>')
    parts += _marks(chart, px, y)
    parts.append(
        f'<line class="rule" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="currentColor" '
        'visibility="hidden"/>'
    )
    parts += _columns(chart, px)
    return _frame(_HEIGHT, f"{chart.y_title} against {chart.x_title}", "".join(parts))


def _path(
    x: Sequence[float], line: Line, px: Callable[[float], float], py: Callable[[float], float]
) -> list[str]:
    both = zip(x, line.values, strict=True)
    return [f"{px(a):.1f},{py(b):.1f}" for a, b in both if b is not None]


def _grid_y(chart: Curve, low: float, high: float, py: Callable[[float], float]) -> str:
    drawn = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{py(v):.1f}" y2="{py(v):.1f}" '
        f'stroke="var(--line)"/><text x="{_LEFT - 6}" y="{py(v) + 4:.1f}" text-anchor="end">'
        f"{_tick(v, chart.y_format)}</text>"
        for v in _steps(low, high)
    )
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    return (
        f'{drawn}<text transform="translate(11 {middle:g}) rotate(-90)" text-anchor="middle">'
        f"{escape(chart.y_title)}</text>"
    )


def _grid_x(chart: Curve, px: Callable[[float], float]) -> str:
    foot = _HEIGHT - _BOTTOM + 17
    drawn = "".join(
        f'<text x="{px(v):.1f}" y="{foot}" text-anchor="middle">{_tick(v, chart.x_format)}</text>'
        for v in _steps(min(chart.x), max(chart.x), 8)
    )
    lines = "band P10 to P90, dashed before wrong answers"
    return (
        f'{drawn}<text x="{(_WIDTH + _LEFT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(chart.x_title)}; line P50, {lines}</text>"
    )


def _tick(value: float, how: ValueFormat) -> str:
    return money(value) if how == "usd" else percent(value, 0)


def _marks(chart: Curve, px: Callable[[float], float], y: Callable[[float], float]) -> list[str]:
    """Named points; each name stands where it covers no other one."""
    drawn: list[str] = []
    taken: list[tuple[float, float]] = []
    for mark in chart.marks:
        x, at = px(mark.x), y(mark.y)
        is_right = x > _WIDTH * 0.6
        anchor, shift = ("end", -8) if is_right else ("start", 8)
        free = (
            d for d in _SHIFTS if all(abs(at + d - b) > 13 or abs(x - a) > 260 for a, b in taken)
        )
        down = next(free, _SHIFTS[0])
        taken.append((x, at + down))
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{at:.1f}" r="4.5" fill="var(--down)"/>'
            f'<text class="mark" x="{x + shift:.1f}" y="{at + down:.1f}" text-anchor="{anchor}">'
            f"{escape(mark.name)}</text>"
        )
    return drawn


def _columns(chart: Curve, px: Callable[[float], float]) -> list[str]:
    """Strips to point at, each with what the curve says there."""
    places = [px(x) for x in chart.x]
    edges = [
        places[0],
        *((a + b) / 2 for a, b in pairwise(places)),
        places[-1],
    ]
    strips = []
    by_role = {line.role: line for line in chart.lines}
    for i, x in enumerate(chart.x):
        main = by_role["main"].values[i]
        said = f"{chart.x_title} {written(x, chart.x_format)}: {chart.y_title} "
        said += written(main, chart.y_format)
        if {"low", "high"} <= by_role.keys():
            ends = (by_role["low"].values[i], by_role["high"].values[i])
            said += f" ({interval(*(written(v, chart.y_format) for v in ends))}, P10 to P90)"
        strips.append(
            f'<rect class="at" x="{edges[i]:.1f}" y="{_TOP}" '
            f'width="{max(edges[i + 1] - edges[i], 0.5):.1f}" '
            f'height="{_HEIGHT - _TOP - _BOTTOM}" fill="transparent" data-x="{places[i]:.1f}" '
            f'data-said="{escape(said)}"><title>{escape(said)}</title></rect>'
        )
    return strips


def _bridge(chart: Bridge) -> str:
    rows: list[tuple[str, float, float, str, str]] = []
    level = chart.start[1]
    rows.append((chart.start[0], 0.0, level, "total", written(level, chart.format)))
    for name, step in chart.steps:
        kind = "adds" if step >= 0 else "takes"
        rows.append((name, level, level + step, kind, points(step)))
        level += step
    rows.append((chart.end[0], 0.0, chart.end[1], "total", written(chart.end[1], chart.format)))
    return _rows(chart.axis, rows, chart.format)


def _bars(chart: Bars) -> str:
    rows: list[tuple[str, float, float, str, str]] = []
    kinds = ("takes", "adds") if len(chart.series) > 1 else ("adds",)
    for i, name in enumerate(chart.categories):
        for (_, values), kind in zip(chart.series, kinds, strict=True):
            value = values[i]
            if value is None:
                continue
            said = written(value, chart.format)
            rows.append((name, chart.base, value, kind, said))
    named = [f"{name}" for name, _ in chart.series]
    axis = chart.axis
    if chart.base_name:
        axis = (
            f"{chart.axis}; from {written(chart.base, chart.format)} ({chart.base_name}): "
            f"red {named[0]}, blue {named[-1]}"
        )
    goal = chart.goal[1] if chart.goal else None
    if chart.goal:
        axis += f"; dashed: {chart.goal[0]}"
    return _rows(axis, rows, chart.format, goal)


def _rows(
    axis: str,
    rows: Sequence[tuple[str, float, float, str, str]],
    how: ValueFormat,
    goal: float | None = None,
) -> str:
    """Bars that lie; those of one name share a line."""
    names = list(dict.fromkeys(name for name, *_ in rows))
    ends = [end for _, low, high, *_ in rows for end in (low, high)]
    low, high = min([*ends, goal or ends[0]]), max([*ends, goal or ends[0]])
    room = (high - low) * 0.12
    px = _scale(min(low - (room if low < 0 else 0), low), high + room, _NAMES, _WIDTH - _RIGHT)
    height = _TOP + _BAR * len(names) + 40
    foot = _TOP + _BAR * len(names)
    parts = [
        f'<line x1="{px(v):.1f}" x2="{px(v):.1f}" y1="{_TOP}" y2="{foot:g}" stroke="var(--line)"/>'
        f'<text x="{px(v):.1f}" y="{foot + 15:g}" text-anchor="middle">{_tick(v, how)}</text>'
        for v in _steps(low, high + room, 5)
    ]
    for i, name in enumerate(names):
        top = _TOP + _BAR * i
        parts.append(
            f'<text x="{_NAMES - 8}" y="{top + 18:g}" text-anchor="end">{escape(_cut(name))}</text>'
        )
        parts += [_bar(row, top, px) for row in rows if row[0] == name]
    if goal is not None:
        parts.append(
            f'<line x1="{px(goal):.1f}" x2="{px(goal):.1f}" y1="{_TOP}" y2="{foot:g}" '
            'stroke="var(--down)" stroke-dasharray="5 4" stroke-width="1.5"/>'
        )
    parts.append(
        f'<text x="{_WIDTH / 2}" y="{height - 6:g}" text-anchor="middle">{escape(axis)}</text>'
    )
    return _frame(height, axis, "".join(parts))


def _bar(row: tuple[str, float, float, str, str], top: float, px: Callable[[float], float]) -> str:
    name, start, end, kind, said = row
    left, right = sorted((px(start), px(end)))
    told = f"{name}: {said}"
    is_right = end >= start
    x = right + 5 if is_right else left - 5
    anchor = "start" if is_right else "end"
    return (
        f'<rect class="at" data-x="{px(end):.1f}" data-said="{escape(told)}" x="{left:.1f}" '
        f'y="{top + 5:g}" width="{max(right - left, 1.0):.1f}" height="{_BAR - 10:g}" rx="2" '
        f'fill="{_COLORS[kind]}"><title>{escape(told)}</title></rect>'
        f'<text x="{x:.1f}" y="{top + 18:g}" text-anchor="{anchor}">{escape(said)}</text>'
    )


def _cut(name: str) -> str:
    return name if len(name) <= 28 else f"{name[:27]}…"
