"""What is wrong with a graph: repetitions, contradictions, and names that hang in the air."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core.knowledge.graph import KnowledgeGraph, key_of
from core.knowledge.names import shown
from core.records import Triple

Kind = Literal["conflict", "inverse", "self_loop", "duplicate", "near_duplicate", "orphan"]

HEADINGS: dict[Kind, str] = {
    "conflict": "contradictions",
    "inverse": "relations both ways",
    "self_loop": "names related to themselves",
    "duplicate": "exact duplicates",
    "near_duplicate": "near duplicates",
    "orphan": "names with no way to the rest",
}
_FEWEST_PAIRS, _SYMMETRIC = 2, 0.5
_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, in words, with the triples at fault."""

    kind: Kind
    message: str
    triples: tuple[Triple, ...]


def findings(graph: KnowledgeGraph) -> list[Finding]:
    """Everything that is wrong with the graph, the gravest first."""
    return [
        *_conflicts(graph),
        *_inverses(graph),
        *_self_loops(graph),
        *_duplicates(graph),
        *_orphans(graph),
    ]


def contradicted(graph: KnowledgeGraph) -> set[tuple[str, str, str]]:
    """Keys of the triples that another triple contradicts."""
    return {key_of(t) for finding in _conflicts(graph) for t in finding.triples}


def said(triple: Triple) -> str:
    """A triple in quotation marks, with its source."""
    words = f"{triple.subject} {shown(triple.relation)} {triple.object}"
    return f"“{words}” ({triple.where})"


def _listed(triples: list[Triple]) -> str:
    more = f" and {len(triples) - _SHOWN} more" if len(triples) > _SHOWN else ""
    return " and ".join(map(said, triples[:_SHOWN])) + more


def _conflicts(graph: KnowledgeGraph) -> Iterator[Finding]:
    for relation, facts in graph.relations.items():
        if not facts.is_functional:
            continue
        by_subject: dict[str, dict[str, list[Triple]]] = defaultdict(lambda: defaultdict(list))
        for triple in graph.by_relation[relation]:
            subject, _, obj = key_of(triple)
            by_subject[subject][obj].append(triple)
        for subject, objects in by_subject.items():
            if len(objects) < 2:
                continue
            firsts = [told[0] for told in objects.values()]
            yield Finding(
                kind="conflict",
                message=(
                    f"{graph.shown(subject)!r} has {len(objects)} objects by "
                    f"{shown(facts.name)!r}, which has one per subject ({facts.why}): "
                    f"{_listed(firsts)}."
                ),
                triples=tuple(t for told in objects.values() for t in told),
            )


def _inverses(graph: KnowledgeGraph) -> Iterator[Finding]:
    for relation, facts in graph.relations.items():
        pairs: dict[tuple[str, str], Triple] = {}
        for triple in graph.by_relation[relation]:
            subject, _, obj = key_of(triple)
            pairs.setdefault((subject, obj), triple)
        both = [(s, o) for s, o in pairs if s < o and (o, s) in pairs]
        if len(both) >= _FEWEST_PAIRS and 2 * len(both) >= _SYMMETRIC * len(pairs):
            continue
        for s, o in both:
            there, back = pairs[s, o], pairs[o, s]
            yield Finding(
                kind="inverse",
                message=(
                    f"{shown(facts.name)!r} goes both ways between {graph.shown(s)!r} and "
                    f"{graph.shown(o)!r}: {said(there)} and {said(back)}; one of them is wrong, "
                    "unless the relation means the same in both directions."
                ),
                triples=(there, back),
            )


def _self_loops(graph: KnowledgeGraph) -> Iterator[Finding]:
    for triple in graph.triples:
        subject, _, obj = key_of(triple)
        if subject == obj:
            yield Finding(
                kind="self_loop",
                message=f"{triple.subject!r} is related to itself: {said(triple)}.",
                triples=(triple,),
            )


def _duplicates(graph: KnowledgeGraph) -> Iterator[Finding]:
    alike: dict[tuple[str, str, str], list[Triple]] = defaultdict(list)
    for triple in graph.triples:
        alike[key_of(triple)].append(triple)
    for same in alike.values():
        if len(same) < 2:
            continue
        spelt = Counter((t.subject, t.relation, t.object) for t in same)
        if len(spelt) == 1:
            yield Finding(
                kind="duplicate",
                message=f"stated {len(same)} times in the same words: {_listed(same)}.",
                triples=tuple(same),
            )
        else:
            yield Finding(
                kind="near_duplicate",
                message=(
                    "the same but for case, blanks, punctuation or encoding: "
                    f"{_listed(_one_of_each(same))}."
                ),
                triples=tuple(same),
            )


def _one_of_each(same: list[Triple]) -> list[Triple]:
    """One triple per spelling first, then the others."""
    first = {(t.subject, t.relation, t.object): t for t in reversed(same)}
    chosen = [t for t in same if first[t.subject, t.relation, t.object] is t]
    return chosen + [t for t in same if t not in chosen]


def components(graph: KnowledgeGraph) -> list[list[str]]:
    """Groups of names that facts connect, the largest first."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while (up := group.setdefault(name, name)) != name:
            group[name] = group[up]
            name = up
        return name

    for triple in graph.triples:
        subject, _, obj = key_of(triple)
        group[root(subject)] = root(obj)
    members: dict[str, list[str]] = defaultdict(list)
    for name in graph.by_name:
        members[root(name)].append(name)
    return sorted(members.values(), key=lambda names: (-len(names), names[0]))


def _orphans(graph: KnowledgeGraph) -> Iterator[Finding]:
    for names in components(graph)[1:]:
        told = graph.by_name[names[0]]
        if len(names) > 2:
            continue
        listed = " and ".join(repr(graph.shown(name)) for name in names)
        yield Finding(
            kind="orphan",
            message=(
                f"no fact connects {listed} with the rest of the graph; all that is known: "
                f"{_listed(told)}."
            ),
            triples=tuple(told),
        )
