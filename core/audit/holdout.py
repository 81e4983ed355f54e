"""Which rows may train, and which are kept aside as evidence that nobody has seen.

The choice follows from the contents alone: every process and machine makes the
same one, in whatever order the rows come, and exact duplicates never straddle.
"""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.workspace.datasets import ROW_KEY, as_text

HELD_OUT_SHARE = 0.4


def content_keys(frame: pd.DataFrame) -> list[str]:
    """A key per row that equal content shares: case, spacing and the row's place do not count."""
    columns = [column for column in frame.columns if column != ROW_KEY]
    cells = [as_text(frame[column]).fillna("").tolist() for column in columns]
    return [
        hashlib.sha256("\x1f".join(_folded(cell) for cell in row).encode()).hexdigest()
        for row in zip(*cells, strict=True)
    ]


def _folded(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def training_rows(
    frame: pd.DataFrame, label: str, *, share: float = HELD_OUT_SHARE
) -> NDArray[np.bool_]:
    """True for the rows that may train, show or judge; the others are held out.

    Within each label the distinct contents are ordered by their hash and the
    first ``share`` of them is held out, so that every label with two distinct
    examples of its own has one on each side. Content that is held out under
    one label is held out under every other.
    """
    keys = pd.Series(content_keys(frame.drop(columns=label)), index=frame.index)
    held: set[str] = set()
    for _, own in keys.groupby(frame[label].astype(str)):
        distinct = sorted(set(own))
        count = min(round(share * len(distinct)), len(distinct) - 1)
        if count == 0 and len(distinct) > 1:
            count = 1
        held.update(distinct[:count])
    return ~keys.isin(held).to_numpy(dtype=bool)
