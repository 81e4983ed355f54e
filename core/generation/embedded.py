"""The generator that needs no model, no key and no network.

It recombines real anchors, so it can teach a learner variety in wording and in
combination, but no fact that no anchor holds; what that is worth is measured,
not assumed. For the same reason it writes no knowledge triples.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.datasets.content import ContentColumn, content_columns, contents, row_keys
from core.generation.generator import Proposal
from core.generation.interpolate import RowInterpolator
from core.generation.plan import GenerationPlan, refuse_factless
from core.generation.recombine import TextRecombiner
from core.generation.rivals import Rival, RowRivals, WordRivals

WRITTEN_BY = "embedded"


class EmbeddedGenerator:
    """Proposes recombinations of the anchors; equal seed and index, equal candidate."""

    written_by = WRITTEN_BY

    def __init__(self, plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame) -> None:
        """Learn from the slice's *anchors* and from the rows of *others*, all train-side.

        Raises
        ------
        PlanError
            The plan asks for facts.
        """
        refuse_factless(plan)
        self._plan = plan
        self._keys = row_keys(anchors)
        self._columns = content_columns(anchors, plan.label, plan.text)
        self._is_hard = plan.kind == "adversarial_scenario"
        rest = others.dropna(subset=[plan.label]) if len(others) else others
        labels = [str(name) for name in rest[plan.label]] if len(rest) else []
        kept = contents(anchors, self._columns)
        known = contents(rest, self._columns) if len(rest) else []
        rows = [c for c in self._columns if c.kind != "text"]
        compared = bool(known) and plan.kind != "training_case"
        self._row_rivals = RowRivals(known, labels, rows) if rows and compared else None
        self._word_rivals: dict[str, WordRivals] = {}
        self._texts: dict[str, TextRecombiner] = {}
        for column in self._columns:
            if column.kind == "text":
                self._learn(column, kept, known, labels, compared=compared)
        near = self._row_rivals if self._is_hard else None
        self._rows = RowInterpolator(kept, rows, near) if rows else None

    def _learn(
        self,
        column: ContentColumn,
        anchors: Sequence[Mapping[str, Any]],
        others: Sequence[Mapping[str, Any]],
        labels: Sequence[str],
        *,
        compared: bool,
    ) -> None:
        name = column.name
        own = [str(row[name] or "") for row in anchors]
        pairs = zip(others, labels, strict=True)
        said = [(str(row[name]), of) for row, of in pairs if row[name] is not None]
        texts, of_texts = [text for text, _ in said], [of for _, of in said]
        if compared and said:
            self._word_rivals[name] = WordRivals(own, texts, of_texts)
        self._texts[name] = TextRecombiner(
            own,
            texts,
            of_texts,
            rough=self._is_hard,
            rivals=self._word_rivals.get(name) if self._is_hard else None,
        )

    def propose(self, index: int) -> Proposal:
        """The candidate of this index."""
        content: dict[str, Any] = {}
        parents: tuple[int, ...] = ()
        if self._rows is not None:
            content, parents = self._rows.row(index, self._plan.seed)
        for name, recombiner in self._texts.items():
            content[name], used = recombiner.text(index, self._plan.seed)
            parents += used
        return Proposal(
            content={c.name: content[c.name] for c in self._columns},
            parents=tuple(dict.fromkeys(self._keys[i] for i in parents)),
            extras=self._extras(content),
        )

    def _extras(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What the kind adds, as far as the data says it."""
        if self._plan.kind == "training_case":
            return {}
        rival = self._rival(content)
        if self._is_hard:
            return _scenario(rival)
        return {"expected": self._plan.slice, "rubric": self._rubric(content, rival)}

    def _rival(self, content: Mapping[str, Any]) -> Rival | None:
        """The other label that a candidate lies nearest to; its texts say more than its row."""
        for name, rivals in self._word_rivals.items():
            return rivals.nearest(str(content[name]))
        return self._row_rivals.nearest([content])[0] if self._row_rivals else None

    def _rubric(self, content: Mapping[str, Any], rival: Rival | None) -> list[str]:
        rubric = [f"The answer is {self._plan.slice!r}."]
        if rival is not None:
            rubric.append(f"The answer is not {rival.label!r}, the nearest other label.")
        for name, recombiner in self._texts.items():
            telling = recombiner.telling(str(content[name]))
            if telling:
                rubric.append(f"The answer rests on {_named(telling)} in {name!r}.")
        return rubric


def _scenario(rival: Rival | None) -> dict[str, Any]:
    """The failure that a recombination provokes, and the label it comes near to."""
    if rival is None:
        return {"failure": "It is put as no real example is, with slips and in another order."}
    if rival.because:
        why = f"{_named(rival.because)} also stand{'s' * (len(rival.because) == 1)} in examples"
        failure = f"{why} of {rival.label!r}."
    else:
        failure = f"It lies near to examples of {rival.label!r}."
    return {"failure": failure[0].upper() + failure[1:], "mistaken_for": rival.label}


def _named(telling: Sequence[str]) -> str:
    quoted = [f'"{word}"' for word in telling]
    return f"the word{'s' * (len(quoted) > 1)} {' and '.join(quoted)}"
