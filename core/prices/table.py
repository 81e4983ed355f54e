"""What people, storage and machines cost: a small dated table that ships with the product."""

import tomllib
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Literal

from core.errors import PriceError
from core.units import Unit

PriceKind = Literal["list", "quote", "assumption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """One price that no model list holds."""

    key: str
    value: float
    unit: Unit
    low: float
    high: float
    source: str
    as_of: date
    kind: PriceKind
    """``list``: a published price; ``quote``: what sellers say; ``assumption``: our guess."""


def bundled(key: str) -> PriceRow:
    """A row of the bundled table.

    Raises
    ------
    PriceError
        No row has this key.
    """
    rows = _rows()
    if key not in rows:
        near = get_close_matches(key, rows, 3) or sorted(rows)
        raise PriceError(f"the price table has no row {key!r}; expected one of {', '.join(near)}.")
    return rows[key]


def bundled_keys() -> tuple[str, ...]:
    """The keys of every row, in the order of the file."""
    return tuple(_rows())


@cache
def _rows() -> dict[str, PriceRow]:
    text = (files("core.prices") / "table.toml").read_text("utf-8")
    return {
        key: PriceRow(
            key=key,
            value=float(row["value"]),
            unit=Unit(row["unit"]),
            low=float(row["low"]),
            high=float(row["high"]),
            source=row["source"],
            as_of=row["as_of"],
            kind=row["kind"],
        )
        for key, row in tomllib.loads(text).items()
    }
