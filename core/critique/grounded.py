"""Does a candidate keep to the facts: those of the graph, and those of the documents?

No language model is asked. What can be said without one is said: a relation that
the graph contradicts, a number or a name that neither graph nor documents know.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.critique.claims import Claims
from core.critique.verdict import Verdict
from core.knowledge.checks import said
from core.knowledge.documents import Chunk
from core.knowledge.graph import KnowledgeGraph
from core.knowledge.grounding import extracted, named
from core.knowledge.names import normalised
from core.records import Triple

NAME = "grounded"
UNKNOWN_COSTS = 0.5
"""What a candidate loses when every name and number in it is unknown."""

_TRIPLE = ("subject", "relation", "object")
_NOTHING = Verdict(score=1.0, reason="no claim that the graph can check")
_SHOWN = 3


class GroundedCritic:
    """0 for a contradiction of the graph; less than 1 for names and numbers nobody knows."""

    name = NAME

    def __init__(
        self,
        triples: Sequence[Triple] | KnowledgeGraph,
        documents: Iterable[str] = (),
    ) -> None:
        """Hold candidates against *triples* and the texts of *documents*.

        Names and numbers of the documents are known; only the graph can be
        contradicted.
        """
        graph = triples if isinstance(triples, KnowledgeGraph) else KnowledgeGraph(triples)
        self._graph = graph
        self._claims = Claims(graph, documents)

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict per content: a triple against the graph, else the claims in its texts."""
        return [
            self._triple(content) if _is_triple(content) else self._texts(content)
            for content in proposed
        ]

    def _triple(self, content: Mapping[str, Any]) -> Verdict:
        subject, relation, obj = (str(content[name]) for name in _TRIPLE)
        known = self._graph.objects(subject, relation)
        same = known.get(normalised(obj))
        if same:
            return Verdict(score=1.0, reason=f"repeats a known fact: {said(same[0])}")
        if known and self._graph.is_functional(relation):
            told = next(iter(known.values()))[0]
            facts = self._graph.relations[normalised(relation)]
            return Verdict(
                score=0.0,
                reason=f"contradicts {said(told)}: {facts.name!r} has one object ({facts.why})",
            )
        new = [name for name in (subject, obj) if not self._claims.knows(name)]
        if new:
            listed = " and ".join(repr(name) for name in new)
            return Verdict(
                score=1 - UNKNOWN_COSTS * len(new) / 2,
                reason=f"{listed} unknown to the graph and the documents",
            )
        return Verdict(score=1.0, reason="a new fact about known names")

    def _texts(self, content: Mapping[str, Any]) -> Verdict:
        checked = [self._claims.of(value) for value in content.values() if isinstance(value, str)]
        wrong = [words for found in checked for words in found.contradictions]
        if wrong:
            return Verdict(score=0.0, reason="; ".join(wrong[:_SHOWN]))
        known = sum(len(found.known) for found in checked)
        unknown = list(dict.fromkeys(word for found in checked for word in found.unknown))
        if not known and not unknown:
            return _NOTHING
        if not unknown:
            what = "names and numbers are" if known > 1 else "name or number is"
            return Verdict(score=1.0, reason=f"its {known} {what} known, none contradicted")
        listed = ", ".join(repr(word) for word in unknown[:_SHOWN])
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        return Verdict(
            score=1 - UNKNOWN_COSTS * len(unknown) / (known + len(unknown)),
            reason=f"unknown to the graph and the documents: {listed}{more}",
        )


def _is_triple(content: Mapping[str, Any]) -> bool:
    return all(isinstance(content.get(name), str) for name in _TRIPLE)


class QuoteCritic:
    """The share of a candidate's triples that their chunk says in the words quoted."""

    name = NAME

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """Hold candidates against the chunks they were read from."""
        self._chunks = {chunk.chunk_id: chunk for chunk in chunks}

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """The share that is grounded; the reason names those that are not."""
        return [self._one(content) for content in proposed]

    def _one(self, content: Mapping[str, Any]) -> Verdict:
        rows = extracted(content, self._chunks.get(str(content.get("chunk"))))
        if not rows:
            return Verdict(score=1.0, reason="states no fact")
        wrong = [row for row in rows if row.problem]
        if not wrong:
            return Verdict(score=1.0, reason=f"all {len(rows)} facts are grounded")
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        return Verdict(
            score=(len(rows) - len(wrong)) / len(rows),
            reason=f"{len(wrong)} of {len(rows)} facts are not grounded: "
            f"{'; '.join(map(named, wrong[:_SHOWN]))}{more}",
        )
