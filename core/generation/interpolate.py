"""New rows between real ones: numbers interpolated between near neighbours, words crossed.

References
----------
N. V. Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16, 2002.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.content import ContentColumn

_NEIGHBOURS = 5


class RowInterpolator:
    """Makes rows for one slice from its anchors."""

    def __init__(
        self, anchors: Sequence[Mapping[str, Any]], columns: Sequence[ContentColumn]
    ) -> None:
        """Find each anchor's neighbours; two anchors are the least there may be."""
        self._anchors = anchors
        self._columns = columns
        self._near = _neighbours(anchors, columns)

    def row(self, index: int, seed: int) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The row of this index and the positions of the anchors it was made from."""
        dice = random.Random(f"{seed}/{index}")
        order = list(range(len(self._anchors)))
        random.Random(f"{seed}/round/{index // len(order)}").shuffle(order)
        first = order[index % len(order)]
        second = int(dice.choice(self._near[first]))
        share = dice.uniform(0.15, 0.85)
        a, b = self._anchors[first], self._anchors[second]
        return (
            {c.name: _between(a[c.name], b[c.name], share, c, dice) for c in self._columns},
            (first, second),
        )


def _between(a: Any, b: Any, share: float, column: ContentColumn, dice: random.Random) -> Any:
    if a is None or b is None:
        return dice.choice((a, b))
    if column.kind in ("integer", "number"):
        value = round(a + share * (b - a), column.decimals)
        return round(value) if column.kind == "integer" else value
    if column.kind == "date":
        start, end = datetime.fromisoformat(a), datetime.fromisoformat(b)
        days_only = start.time() == end.time() and not start.time().hour
        value = start + (end - start) * share
        return (
            value.replace(hour=0, minute=0, second=0, microsecond=0)
            if days_only
            else value.replace(microsecond=0)
        ).isoformat()
    return b if dice.random() < share else a


def _neighbours(
    anchors: Sequence[Mapping[str, Any]], columns: Sequence[ContentColumn]
) -> list[NDArray[np.int64]]:
    """Positions of the nearest other anchors of each; Gower's distance over the columns."""
    size = len(anchors)
    distance = np.zeros((size, size))
    for column in columns:
        if column.kind in ("integer", "number"):
            values = np.array(
                [np.nan if r[column.name] is None else r[column.name] for r in anchors],
                dtype=np.float64,
            )
            spread = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
            apart = np.abs(values[:, None] - values[None, :]) / (spread or 1.0)
            distance += np.nan_to_num(apart, nan=1.0)
        else:
            seen = {v: i for i, v in enumerate(dict.fromkeys(r[column.name] for r in anchors))}
            codes = np.array([seen[r[column.name]] for r in anchors])
            distance += codes[:, None] != codes[None, :]
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, : min(_NEIGHBOURS, size - 1)]
    return list(nearest)
