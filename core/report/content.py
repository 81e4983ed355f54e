"""What every format shows: sections with a conclusion as headline, sentences, charts, tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Numbers = tuple[float | None, ...]
"""Figures of a chart; None where there is none."""

ValueFormat = Literal["percent", "usd", "points", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a curve."""

    name: str
    values: Numbers
    role: Literal["main", "low", "high", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of a curve that has a name."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One quantity against another."""

    title: str
    x_title: str
    y_title: str
    x: tuple[float, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    x_format: ValueFormat = "percent"
    y_format: ValueFormat = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From one figure to another by steps that sum to the difference."""

    title: str
    axis: str
    start: tuple[str, float]
    steps: tuple[tuple[str, float], ...]
    end: tuple[str, float]
    format: ValueFormat = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars per category; of a tornado they start at a base."""

    title: str
    axis: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, Numbers], ...]
    format: ValueFormat
    base: float = 0.0
    base_name: str = ""
    goal: tuple[str, float] | None = None
    """A line across all bars."""


Chart = Curve | Bridge | Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Shares of the width."""
    numeric: frozenset[int] = frozenset()
    """Columns that hold numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One conclusion and what it rests on: a slide, a part of the page."""

    key: str
    headline: str
    """A conclusion with its numbers."""
    said: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    trust: str = ""
    """Source, interval, and how far to trust it."""
    is_appendix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a file has to hold so that anyone can make it again."""

    scenario_name: str
    digest: str
    scenario: str
    """The scenario as TOML."""
    target: float
    seed: int
    draws: int
    version: str
    made_on: str
    prices_as_of: str
    """The range of the dates of all prices."""
    data: str
    """The data and what was measured on it; empty without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The whole board pack."""

    title: str
    sections: tuple[Section, ...]
    provenance: Provenance
    figures: Mapping[str, float | None] = field(default_factory=dict)
    """Every figure that can be computed again from the scenario alone, unrounded."""

    def section(self, key: str) -> Section:
        """The section of this key."""
        return next(s for s in self.sections if s.key == key)
