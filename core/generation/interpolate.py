"""New rows between real ones: numbers interpolated between near neighbours, words crossed.

References
----------
N. V. Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16, 2002.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.datasets.content import ContentColumn
from core.generation.rivals import RowRivals, neighbours
from core.generation.turns import turn

_NEIGHBOURS = 5
_TRIES = 12


class RowInterpolator:
    """Makes rows for one slice from its anchors."""

    def __init__(
        self,
        anchors: Sequence[Mapping[str, Any]],
        columns: Sequence[ContentColumn],
        rivals: RowRivals | None = None,
    ) -> None:
        """Find each anchor's neighbours; two anchors are the least there may be.

        With *rivals*, of several rows the one nearest to another label is taken.
        """
        self._anchors = anchors
        self._columns = columns
        self._rivals = rivals
        self._near = neighbours(anchors, columns, _NEIGHBOURS)

    def row(self, index: int, seed: int) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The row of this index and the positions of the anchors it was made from."""
        dice = random.Random(f"{seed}/{index}")
        first = turn(index, len(self._anchors), seed)
        made = self._made(first, dice)
        if self._rivals is None:
            return made
        tried = [made, *(self._made(first, dice) for _ in range(_TRIES - 1))]
        near = self._rivals.nearest([row for row, _ in tried])
        return max(zip(near, tried, strict=True), key=lambda one: one[0].nearness)[1]

    def _made(self, first: int, dice: random.Random) -> tuple[dict[str, Any], tuple[int, ...]]:
        """A row between an anchor and one of its neighbours."""
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
