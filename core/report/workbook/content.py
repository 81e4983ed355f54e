"""What a caller adds to the workbook: sheets of text, figures that were drawn, provenance."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSheet:
    """A sheet that holds what is given, and no formula."""

    name: str
    title: str
    rows: tuple[tuple[str | float | None, ...], ...]
    header: tuple[str, ...] = ()
    """Names of the columns; they are repeated on every printed page."""
    widths: tuple[float, ...] = (28, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFigure:
    """A figure with its interval, from draws of the exported scenario; it does not recompute."""

    name: str
    p10: float | None
    p50: float | None
    p90: float | None
    unit: str
    why: str = ""
    """Why there is none, or what to know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What a caller adds to the sheets that recompute."""

    before: tuple[TextSheet, ...] = ()
    """Sheets in front of the assumptions, such as a summary."""
    after: tuple[TextSheet, ...] = ()
    """Sheets behind those that recompute."""
    figures: tuple[DrawnFigure, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    """What the workbook was made from, as names and facts."""
    seal: str = ""
    """A text for programs alone, kept on a hidden sheet."""
    created: datetime | None = field(default=None)
    """Written into the file's properties; without it the newest date of an assumption."""
