"""A bridge as stacked bars: no office suite knows a waterfall that every reader can edit."""

from dataclasses import dataclass
from itertools import pairwise

from core.formats import percent, points
from core.report.content import Bridge

_SERIES = ("base", "total", "adds", "takes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Bars and the series that stack up to them; the base is not to be seen."""

    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    said: tuple[str, ...]
    """The figure of each bar, for people."""


def segments_of(bridge: Bridge) -> Segments:
    """The bars of a bridge; one that crosses zero has a part on either side of it."""
    levels = [bridge.start[1]]
    for _, step in bridge.steps:
        levels.append(levels[-1] + step)
    ends = [(0.0, bridge.start[1]), *pairwise(levels), (0.0, bridge.end[1])]
    kinds = ["total", *("adds" if s >= 0 else "takes" for _, s in bridge.steps), "total"]
    above, below = {}, {}
    for name in _SERIES:
        above[name], below[name] = [0.0] * len(ends), [0.0] * len(ends)
    for i, ((one, other), kind) in enumerate(zip(ends, kinds, strict=True)):
        low, high = min(one, other), max(one, other)
        above["base"][i], below["base"][i] = max(low, 0.0), min(high, 0.0)
        above[kind][i] = max(high, 0.0) - max(low, 0.0)
        below[kind][i] = min(low, 0.0) - min(high, 0.0)
    series = [("base", [a + b for a, b in zip(above["base"], below["base"], strict=True)])]
    for name in _SERIES[1:]:
        series.append((name, above[name]))
        if any(below[name]):
            series.append((f"{name} below zero", below[name]))
    steps = [points(step) for _, step in bridge.steps]
    return Segments(
        names=(bridge.start[0], *(name for name, _ in bridge.steps), bridge.end[0]),
        series=tuple((name, tuple(values)) for name, values in series),
        said=(percent(bridge.start[1]), *steps, percent(bridge.end[1])),
    )
