"""What is known of the domain, is it consistent, and what of it matters for some texts?"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.critique.grounded import GroundedCritic
from core.errors import InputError
from core.knowledge.checks import Finding, findings
from core.knowledge.graph import KnowledgeGraph
from core.knowledge.names import normalised
from core.knowledge.neighbourhood import (
    MOST_NAMES,
    Edge,
    Neighbourhood,
    Node,
    neighbourhood,
)
from core.knowledge.relevance import facts_about
from core.knowledge.triples_file import as_csv, triples_in
from core.workspace import Workspace
from core.workspace import knowledge as stored
from core.workspace.knowledge import Multiplicity, Recorded

__all__ = ["MOST_NAMES", "Edge", "KnowledgeAnswer", "Neighbourhood", "Node"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeAnswer:
    """The knowledge graph of the workspace and what is wrong with it."""

    graph: KnowledgeGraph
    findings: tuple[Finding, ...]

    @property
    def sources(self) -> dict[str, int]:
        """Triples per source, the largest first."""
        counted: dict[str, int] = {}
        for triple in self.graph.triples:
            counted[triple.source] = counted.get(triple.source, 0) + 1
        return dict(sorted(counted.items(), key=lambda pair: -pair[1]))

    def around(self, name: str | None, most: int = MOST_NAMES) -> Neighbourhood:
        """The part of the graph to look at, with a place for every name."""
        return neighbourhood(self.graph, name, most)


def knowledge_of(
    workspace: Workspace, *, functional: Iterable[str] = (), many: Iterable[str] = ()
) -> KnowledgeAnswer:
    """The graph as it is now, checked.

    Parameters
    ----------
    functional, many
        Relations to be taken, this time, as having one object per subject, or
        several.

    Raises
    ------
    InputError
        A relation is named that the graph does not have.
    """
    said = _said(functional, many)
    triples = stored.triples(workspace)
    graph = KnowledgeGraph(triples, {**stored.declared(workspace), **said})
    _refuse_unknown(graph, said)
    return KnowledgeAnswer(graph=graph, findings=tuple(findings(graph)))


def import_triples(
    workspace: Workspace,
    path: str | Path,
    *,
    name: str = "",
    functional: Iterable[str] = (),
    many: Iterable[str] = (),
) -> Recorded:
    """Add the triples of a CSV or JSONL file, all of them or none.

    Raises
    ------
    DataError
        A row is no triple; the message names the lines.
    InputError
        A relation is declared that neither file nor graph have.
    """
    new = triples_in(Path(path), name)
    said = _said(functional, many)
    _refuse_unknown(KnowledgeGraph([*stored.triples(workspace), *new]), said)
    return stored.add_triples(workspace, new, said)


def import_upload(workspace: Workspace, name: str, content: bytes) -> Recorded:
    """Add the triples of an uploaded file."""
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(content)
        file.flush()
        return import_triples(workspace, file.name, name=name)


def declare(
    workspace: Workspace, *, functional: Iterable[str] = (), many: Iterable[str] = ()
) -> None:
    """Record whether relations have one object per subject, or may have several."""
    said = _said(functional, many)
    _refuse_unknown(KnowledgeGraph(stored.triples(workspace)), said)
    stored.add_triples(workspace, [], said)


def remove_source(workspace: Workspace, source: str) -> int:
    """Take what came from a source, a file or a run out of the graph; how many triples."""
    return stored.remove_source(workspace, source)


def exported_csv(workspace: Workspace) -> str:
    """Every triple with its origin, as CSV that can be imported again."""
    return as_csv(stored.triples(workspace))


def facts_for(workspace: Workspace, texts: Sequence[str], limit: int = 12) -> list[str]:
    """The facts of the workspace's graph that matter most for *texts*, as sentences."""
    return facts_about(_graph(workspace), texts, limit)


def grounded_critic(workspace: Workspace, documents: Iterable[str] = ()) -> GroundedCritic:
    """The critic that holds candidates against the workspace's graph and *documents*."""
    return GroundedCritic(_graph(workspace), documents)


def _graph(workspace: Workspace) -> KnowledgeGraph:
    return KnowledgeGraph(stored.triples(workspace), stored.declared(workspace))


def _said(functional: Iterable[str], many: Iterable[str]) -> dict[str, Multiplicity]:
    said: dict[str, Multiplicity] = dict.fromkeys(functional, "functional")
    twice = sorted(set(said) & set(many := list(many)))
    if twice:
        raise InputError(f"the relation {twice[0]!r} is declared both functional and many-valued.")
    return said | dict.fromkeys(many, "many")


def _refuse_unknown(graph: KnowledgeGraph, said: Mapping[str, Multiplicity]) -> None:
    for name in said:
        if normalised(name) not in graph.relations:
            known = ", ".join(repr(facts.name) for facts in graph.relations.values())
            raise InputError(
                f"the knowledge graph has no relation {name!r}; its relations are: "
                f"{known or 'none yet'}."
            )
