"""The knowledge graph in words: facts, findings, and what an extraction brought."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.analysis.knowledge import KnowledgeAnswer
from core.cli.output import table
from core.formats import count, money
from core.knowledge.checks import HEADINGS
from core.knowledge.names import shown
from core.records import Triple

if TYPE_CHECKING:
    from core.analysis.extraction import ExtractionAnswer

_MOST_LINES = 200
_MOST_UNGROUNDED = 20
EMPTY = "The knowledge graph is empty; fill it with: datawall knowledge import FILE.csv"


def edge_facts(triple: Triple) -> dict[str, str]:
    """A triple as JSON."""
    return {
        "subject": triple.subject,
        "relation": triple.relation,
        "object": triple.object,
        "source": triple.source,
        "place": triple.place,
        "file": triple.file,
        "quote": triple.quote,
        "run": triple.run_id,
        "candidate": triple.candidate_id,
    }


def list_text(found: KnowledgeAnswer, triples: Sequence[Triple], about: str | None) -> str:
    """Facts as a table."""
    if not found.graph.triples:
        return EMPTY
    if not triples:
        return f"No fact is about {about!r}."
    rows = [[t.subject, shown(t.relation), t.object, t.where] for t in triples[:_MOST_LINES]]
    text = table(["subject", "relation", "object", "source"], rows)
    more = len(triples) - _MOST_LINES
    return f"{text}\n… and {count(more)} more; see them with --json" if more > 0 else text


def check_text(found: KnowledgeAnswer) -> str:
    """What is wrong, by kind, and how relations are used."""
    if not found.graph.triples:
        return EMPTY
    lines = [
        f"{count(len(found.graph.triples))} facts about {count(len(found.graph.by_name))} names."
    ]
    for kind, heading in HEADINGS.items():
        said = [f.message for f in found.findings if f.kind == kind]
        if said:
            lines += ["", f"{heading[:1].upper()}{heading[1:]} ({len(said)})"]
            lines += [f"- {message[:1].upper()}{message[1:]}" for message in said[:_MOST_LINES]]
    if not found.findings:
        lines += ["", "Nothing is wrong with it: no contradiction, no duplicate, no orphan."]
    rows = [
        [
            shown(r.name),
            count(r.triples),
            count(r.subjects),
            count(r.with_one_object),
            ("one" if r.is_functional else "several") + (" (declared)" if r.is_declared else ""),
        ]
        for r in found.graph.relations.values()
    ]
    headings = ["relation", "facts", "subjects", "with one object", "objects per subject"]
    return "\n".join([*lines, "", table(headings, rows)])


def extraction_text(found: "ExtractionAnswer") -> str:
    """What an extraction brought and what it cost."""
    run = found.summary
    rows = [
        ["run", run.run_id],
        ["chunks read", f"{count(run.proposed)} of {count(found.chunks)}"],
        ["facts proposed", count(found.proposed)],
        ["grounded in their chunk", count(found.grounded)],
        ["added to the graph", count(found.added)],
        ["calls", count(run.calls)],
        ["cost", money(run.cost_usd)],
        ["stopped", run.stopped or "unknown"],
    ]
    if run.unsettled_usd:
        rows.insert(-1, ["may be billed besides", f"up to {money(run.unsettled_usd)}"])
    lines = [table(["", ""], rows)]
    if found.ungrounded:
        lines += ["", f"Not grounded, so not added ({len(found.ungrounded)}):"]
        lines += [f"- {said}" for said in found.ungrounded[:_MOST_UNGROUNDED]]
        if len(found.ungrounded) > _MOST_UNGROUNDED:
            lines.append(f"- … and {len(found.ungrounded) - _MOST_UNGROUNDED} more")
    if run.stopped != "done":
        lines += ["", f"{run.why[:1].upper()}{run.why[1:]}. Go on with --resume {run.run_id}"]
    return "\n".join([*lines, "", "Next: datawall knowledge check"])
