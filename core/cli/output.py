"""What a command says: one JSON object, or a table for people."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import numpy as np

State = Literal["done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command found: the same facts for programs and for people."""

    json: Mapping[str, Any]
    text: str
    state: State = "done"
    """How the work ended; what it found until then is in ``json``."""
    why: str = ""
    """Why it failed, in a sentence; empty otherwise."""


def plain(value: Any) -> Any:
    """The value as JSON knows it: arrays as lists, NaN and infinity as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_json(value: Any) -> str:
    """One JSON object on one line."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


_WORDS = 3
"""Blanks from which on a cell holds words and no number with its unit."""


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of text in aligned columns: numbers to the right, the first column and words left."""
    widths = [
        max([len(heading), *(len(row[i]) for row in rows)]) for i, heading in enumerate(headings)
    ]
    wordy = [any(row[i].count(" ") >= _WORDS for row in rows) for i in range(len(headings))]
    lines = [list(headings), ["─" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 or wordy[i] else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
