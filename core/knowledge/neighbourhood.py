"""The part of a graph that one can look at: all of it if it is small, or what surrounds a name."""

from collections import defaultdict, deque
from dataclasses import dataclass

from core.knowledge.checks import contradicted
from core.knowledge.graph import KnowledgeGraph, key_of
from core.knowledge.layout import places
from core.knowledge.names import normalised
from core.records import Triple

MOST_NAMES, NEAR = 150, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A name and where it stands."""

    name: str
    x: float
    y: float
    facts: int
    """Facts of the whole graph that it takes part in."""
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A fact between two nodes, or of a node about itself."""

    triple: Triple
    start: int
    end: int
    """Places among the nodes."""
    is_contradicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Nodes and edges to draw."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    chosen: str
    """The name in the middle; empty when the whole graph is there."""
    names_in_all: int
    facts_in_all: int
    steps: int
    """How many facts away from the chosen name the farthest one is; 0 for the whole graph."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the graph is left out."""
        return len(self.nodes) == self.names_in_all


def neighbourhood(
    graph: KnowledgeGraph, name: str | None = None, most: int = MOST_NAMES
) -> Neighbourhood:
    """What surrounds *name*, or without one the whole graph if it is small.

    Around a name are the names at most ``NEAR`` facts away, the nearest first.
    A graph of more than *most* names is shown around the name that most facts
    are about until another is chosen.
    """
    names = list(graph.names)
    chosen = normalised(name) if name is not None else ""
    chosen = chosen if chosen in graph.by_name else ""
    steps = 0
    if not chosen and len(names) > most:
        chosen = names[0]
    if chosen:
        names, steps = _nearest(graph, chosen, most)
    at = {key: i for i, key in enumerate(names)}
    wrong = contradicted(graph)
    edges = tuple(
        Edge(triple=t, start=at[s], end=at[o], is_contradicted=(s, r, o) in wrong)
        for t in graph.triples
        for s, r, o in [key_of(t)]
        if s in at and o in at
    )
    xy = places(len(names), [(e.start, e.end) for e in edges])
    nodes = tuple(
        Node(
            name=graph.shown(key),
            x=float(x),
            y=float(y),
            facts=len(graph.by_name[key]),
            is_chosen=key == chosen,
        )
        for key, (x, y) in zip(names, xy, strict=True)
    )
    return Neighbourhood(
        nodes=nodes,
        edges=edges,
        chosen=graph.shown(chosen) if chosen else "",
        names_in_all=len(graph.by_name),
        facts_in_all=len(graph.triples),
        steps=steps,
    )


def _nearest(graph: KnowledgeGraph, start: str, most: int) -> tuple[list[str], int]:
    """At most *most* names in the order of their distance, and the greatest distance."""
    away = {start: 0}
    waiting = deque([start])
    while waiting and len(away) < most:
        here = waiting.popleft()
        if away[here] == NEAR:
            break
        beside: dict[str, int] = defaultdict(int)
        for triple in graph.by_name[here]:
            subject, _, obj = key_of(triple)
            beside[obj if subject == here else subject] += 1
        order = sorted(beside, key=lambda key: (-beside[key], -len(graph.by_name[key]), key))
        for key in order[: most - len(away)]:
            if key not in away:
                away[key] = away[here] + 1
                waiting.append(key)
    return list(away), max(away.values())
