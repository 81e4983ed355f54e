"""Is the candidate a near-copy of an anchor, or of a candidate before it?

Texts are compared by the exact Jaccard similarity of their character 4-grams;
rows by Gower's similarity, against how alike the anchors are to one another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.critique.critic import Anchors, Verdict
from core.critique.likeness import index_for, nearest
from core.datasets.content import words_of

NOVEL, COPY = 0.5, 0.9
"""Similarity up to which a text counts as new, and from which on as a copy."""

_SHOWN = 80
_ROW_NOVEL, _ROW_COPY = 0.5, 0.05
"""The same for rows, as shares of how far an anchor usually is from its nearest."""

_LEAST_APART = 0.02


class DuplicateCritic:
    """1 for something new, falling to 0 for a copy; remembers what it has scored."""

    name = "duplicate"

    def __init__(self, anchors: Anchors) -> None:
        """Compare with *anchors* and with every candidate scored before."""
        is_text = all(column.kind == "text" for column in anchors.columns)
        self._index = index_for(anchors.columns, anchors.own)
        self._known: list[str] = []
        alike = []
        for key, content in zip(anchors.keys, anchors.own, strict=True):
            alike.append(nearest(self._index, content)[0])
            self._remember(content, f"anchor {key}")
        self._novel, self._copy = NOVEL, COPY
        if not is_text:
            usual = 1 - float(np.median(alike[1:])) if len(alike) > 1 else NOVEL
            apart = max(usual, _LEAST_APART)
            self._novel, self._copy = 1 - _ROW_NOVEL * apart, 1 - _ROW_COPY * apart
        self._scored = 0

    def _remember(self, content: Mapping[str, Any], name: str) -> None:
        self._index.add(content)
        self._known.append(f"{name}: {words_of(content)[:_SHOWN]!r}")

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How new each is against the anchors and all candidates before it."""
        return [self._one(content) for content in proposed]

    def _one(self, content: Mapping[str, Any]) -> Verdict:
        similarity, place = nearest(self._index, content)
        self._remember(content, f"candidate {self._scored}")
        self._scored += 1
        if place < 0 or not similarity:
            return Verdict(score=1.0, reason="resembles nothing before it")
        fall = (similarity - self._novel) / (self._copy - self._novel)
        return Verdict(
            score=min(1.0, max(0.0, 1 - fall)),
            reason=f"{similarity:.2f} like {self._known[place]}",
        )
