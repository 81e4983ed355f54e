"""The generator that needs no model, no key and no network.

It recombines real anchors, so it can teach a learner variety in wording and in
combination, but no fact that no anchor holds; what that is worth is measured,
not assumed.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.datasets.content import ContentColumn, content_columns, contents, row_keys
from core.generation.generator import Proposal
from core.generation.interpolate import RowInterpolator
from core.generation.plan import GenerationPlan
from core.generation.recombine import TextRecombiner

WRITTEN_BY = "embedded"


class EmbeddedGenerator:
    """Proposes recombinations of the anchors; equal seed and index, equal candidate."""

    written_by = WRITTEN_BY

    def __init__(self, plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame) -> None:
        """Learn from the slice's *anchors* and from the rows of *others*, all train-side."""
        self._seed = plan.seed
        self._keys = row_keys(anchors)
        self._columns = content_columns(anchors, plan.label, plan.text)
        rough = plan.kind == "adversarial_scenario"
        kept = contents(anchors, self._columns)
        self._texts = {
            c.name: _recombiner(c, kept, others, plan.label, rough)
            for c in self._columns
            if c.kind == "text"
        }
        rows = [c for c in self._columns if c.kind != "text"]
        self._rows = RowInterpolator(kept, rows) if rows else None

    def propose(self, index: int) -> Proposal:
        """The candidate of this index."""
        content: dict[str, Any] = {}
        parents: tuple[int, ...] = ()
        if self._rows is not None:
            content, parents = self._rows.row(index, self._seed)
        for name, recombiner in self._texts.items():
            content[name], used = recombiner.text(index, self._seed)
            parents += used
        return Proposal(
            content={c.name: content[c.name] for c in self._columns},
            parents=tuple(dict.fromkeys(self._keys[i] for i in parents)),
        )


def _recombiner(
    column: ContentColumn,
    anchors: Sequence[dict[str, Any]],
    others: pd.DataFrame,
    label: str,
    rough: bool,
) -> TextRecombiner:
    rest = others[[column.name, label]].dropna() if len(others) else others
    return TextRecombiner(
        [str(row[column.name] or "") for row in anchors],
        [str(text) for text in rest[column.name]] if len(rest) else [],
        [str(name) for name in rest[label]] if len(rest) else [],
        rough=rough,
    )
