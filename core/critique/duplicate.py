"""Is the candidate a near-copy of an anchor, or of a candidate before it?

Texts are compared by the exact Jaccard similarity of their character 4-grams;
rows by Gower's similarity, against how alike the anchors are to one another.
What was proposed before counts whether it was accepted or not: no critic is told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.critique.critic import Anchors, Verdict
from core.critique.grams import Floats, Places
from core.critique.likeness import RowIndex, nearest
from core.critique.near_texts import NearTexts
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
        self._texts = NearTexts() if is_text else None
        self._rows = RowIndex(anchors.columns, anchors.own)
        self._known: list[str] = []
        self._keys = anchors.keys
        alike, _ = self._likest(anchors.own)
        self._novel, self._copy = NOVEL, COPY
        if not is_text:
            usual = 1 - float(np.median(alike[1:])) if len(alike) > 1 else NOVEL
            apart = max(usual, _LEAST_APART)
            self._novel, self._copy = 1 - _ROW_NOVEL * apart, 1 - _ROW_COPY * apart

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How new each is against the anchors and all candidates before it."""
        alike, places = self._likest(proposed)
        scores = np.clip(1 - (alike - self._novel) / (self._copy - self._novel), 0.0, 1.0)
        found = zip(scores.tolist(), alike.tolist(), places.tolist(), strict=True)
        return [
            Verdict(score=score, reason=self._reason(similarity, place))
            for score, similarity, place in found
        ]

    def _likest(self, proposed: Sequence[Mapping[str, Any]]) -> tuple[Floats, Places]:
        """Similarity and place of what each is likest to among all before it."""
        words = [words_of(content) for content in proposed]
        self._known += [text[:_SHOWN] for text in words]
        if self._texts is not None:
            return self._texts.take(words)
        found = []
        for content in proposed:
            found.append(nearest(self._rows, content))
            self._rows.add(content)
        alike, places = zip(*found, strict=True) if found else ((), ())
        return np.array(alike, dtype=np.float64), np.array(places, dtype=np.int64)

    def _reason(self, similarity: float, place: int) -> str:
        if place < 0 or not similarity:
            return "resembles nothing before it"
        first = len(self._keys)
        name = f"anchor {self._keys[place]}" if place < first else f"candidate {place - first}"
        return f"{similarity:.2f} like {name}: {self._known[place]!r}"
