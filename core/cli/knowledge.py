"""``datawall knowledge``: the facts of the domain, where they are from, and what is wrong."""

import argparse
import math
from pathlib import Path
from typing import Any

from core.analysis import knowledge
from core.cli.context import Context
from core.cli.knowledge_words import check_text, edge_facts, extraction_text, list_text
from core.cli.output import Answer, State
from core.errors import InputError
from core.formats import count

_Actions = argparse._SubParsersAction


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command and its actions."""
    command = commands.add_parser(
        "knowledge",
        help="the facts of the domain: import, check, extract from documents",
        description="A graph of facts, each with its source. Generators can be held to it, and a "
        "critic judges by it.",
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_import(actions, shared)
    _add_looking(actions, shared)
    _add_changing(actions, shared)
    _add_extract(actions, shared)


def _add_import(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    action = actions.add_parser(
        "import",
        parents=[shared],
        help="add the triples of a CSV or JSONL file",
        description="Columns subject, relation, object and optionally source. All rows or none.",
    )
    action.add_argument("file", metavar="FILE.csv|FILE.jsonl")
    _add_kinds(action, "record that this relation")
    action.set_defaults(answer=imported)


def _add_kinds(action: argparse.ArgumentParser, what: str) -> None:
    action.add_argument(
        "--functional",
        metavar="REL",
        action="append",
        default=[],
        help=f"{what} has one object per subject (may be repeated)",
    )
    action.add_argument(
        "--many",
        metavar="REL",
        action="append",
        default=[],
        help=f"{what} may have several objects (may be repeated)",
    )


def _add_looking(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    listing = actions.add_parser(
        "list", parents=[shared], help="show the facts", description="Facts with their sources."
    )
    listing.add_argument("--about", metavar="NAME", help="only facts about this name")
    listing.set_defaults(answer=listed)
    checking = actions.add_parser(
        "check",
        parents=[shared],
        help="find contradictions, duplicates and orphans",
        description="A relation is taken to have one object per subject when most subjects have "
        "one, or when you say so.",
    )
    _add_kinds(checking, "take it, this time, that this relation")
    checking.set_defaults(answer=checked)
    export = actions.add_parser(
        "export", parents=[shared], help="write all facts as CSV", description="With origins."
    )
    export.add_argument("file", metavar="FILE.csv")
    export.set_defaults(answer=exported)


def _add_changing(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    removing = actions.add_parser(
        "remove",
        parents=[shared],
        help="take out what came from a source",
        description="The facts stay on disk as history; they no longer count.",
    )
    removing.add_argument("source", metavar="SOURCE", help="a source, a file or a run")
    removing.set_defaults(answer=removed)
    declaring = actions.add_parser(
        "declare",
        parents=[shared],
        help="say which relations have one object per subject",
        description="What you declare counts more than what the counts suggest.",
    )
    _add_kinds(declaring, "record that this relation")
    declaring.set_defaults(answer=declared)


def _add_extract(
    actions: "_Actions[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    action = actions.add_parser(
        "extract",
        parents=[shared],
        help="let a model read documents; only what they say word for word is kept",
        description="Text, Markdown, HTML, or JSONL with a field text. Every call is in the "
        "ledger; a run that stopped goes on with --resume and pays for nothing twice.",
    )
    action.add_argument("documents", metavar="DOC", nargs="+")
    action.add_argument("--model", required=True, metavar="M")
    action.add_argument("--base-url", metavar="U", help="default: OPENAI_BASE_URL")
    action.add_argument(
        "--budget-usd", type=float, metavar="X", help="what the run may cost in all"
    )
    action.add_argument("--resume", metavar="RUN", help="go on with this run")
    for side in ("input", "output"):
        action.add_argument(
            f"--{side}-usd-per-mtok",
            type=float,
            metavar="P",
            help=f"your own price of {side} tokens; needed for a model without a list price",
        )
    action.set_defaults(answer=extracted)


def imported(context: Context) -> Answer:
    """Add a file's triples."""
    asked = context.arguments
    done = knowledge.import_triples(
        context.workspace, asked.file, functional=asked.functional, many=asked.many
    )
    found = knowledge.knowledge_of(context.workspace)
    known = f"; {count(done.known)} were there already" if done.known else ""
    problems = len(found.findings)
    tail = f" {count(problems)} findings: datawall knowledge check" if problems else ""
    return Answer(
        json={
            "file": asked.file,
            "added": done.added,
            "known": done.known,
            "triples": len(found.graph.triples),
            "names": len(found.graph.by_name),
            "findings": problems,
        },
        text=f"{asked.file}: {count(done.added)} facts added{known}. The graph has "
        f"{count(len(found.graph.triples))} facts about {count(len(found.graph.by_name))} names."
        + tail,
    )


def listed(context: Context) -> Answer:
    """Show facts."""
    found = knowledge.knowledge_of(context.workspace)
    about = context.arguments.about
    shown = list(found.graph.triples) if about is None else found.graph.about(about)
    facts = {
        "triples": [edge_facts(triple) for triple in shown],
        "total": len(found.graph.triples),
        "sources": found.sources,
        "about": about,
    }
    return Answer(json=facts, text=list_text(found, shown, about))


def checked(context: Context) -> Answer:
    """Say what is wrong with the graph."""
    asked = context.arguments
    found = knowledge.knowledge_of(context.workspace, functional=asked.functional, many=asked.many)
    facts: dict[str, Any] = {
        "triples": len(found.graph.triples),
        "names": len(found.graph.by_name),
        "findings": [
            {
                "kind": finding.kind,
                "message": finding.message,
                "triples": [edge_facts(triple) for triple in finding.triples],
            }
            for finding in found.findings
        ],
        "relations": [
            {
                "relation": r.name,
                "triples": r.triples,
                "subjects": r.subjects,
                "with_one_object": r.with_one_object,
                "functional": r.is_functional,
                "declared": r.is_declared,
            }
            for r in found.graph.relations.values()
        ],
    }
    return Answer(json=facts, text=check_text(found))


def exported(context: Context) -> Answer:
    """Write all facts."""
    path = context.arguments.file
    text = knowledge.exported_csv(context.workspace)
    facts = text.count("\n") - 1
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return Answer(
        json={"file": path, "triples": facts}, text=f"Wrote {count(facts)} facts to {path}."
    )


def removed(context: Context) -> Answer:
    """Take a source out."""
    source = context.arguments.source
    gone = knowledge.remove_source(context.workspace, source)
    return Answer(
        json={"source": source, "removed": gone},
        text=f"{count(gone)} facts from {source} no longer count.",
    )


def declared(context: Context) -> Answer:
    """Record what relations are."""
    asked = context.arguments
    if not asked.functional and not asked.many:
        raise InputError("name a relation with --functional REL or --many REL.")
    knowledge.declare(context.workspace, functional=asked.functional, many=asked.many)
    return Answer(
        json={"functional": asked.functional, "many": asked.many},
        text="Recorded. See: datawall knowledge check",
    )


def extracted(context: Context) -> Answer:
    """Let a model read documents."""
    from core.analysis.extraction import extract_facts

    asked = context.arguments
    found = extract_facts(
        context.workspace,
        asked.documents,
        asked.model,
        base_url=asked.base_url,
        budget_usd=_amount(asked.budget_usd, "--budget-usd"),
        prices=_prices(asked),
        resume=asked.resume,
        progress=context.progress,
    )
    run = found.summary
    failed, cancelled = run.stopped == "failed", run.stopped == "cancelled"
    state: State = "failed" if failed else "cancelled" if cancelled else "done"
    facts = {
        "run": run.run_id,
        "documents": found.documents,
        "chunks": found.chunks,
        "proposed": found.proposed,
        "grounded": found.grounded,
        "added": found.added,
        "ungrounded": list(found.ungrounded),
        "calls": run.calls,
        "cost_usd": run.cost_usd,
        "unsettled_usd": run.unsettled_usd,
        "stopped": run.stopped,
        "why": run.why,
    }
    return Answer(
        json=facts, text=extraction_text(found), state=state, why=run.why if failed else ""
    )


def _amount(value: float | None, name: str) -> float | None:
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise InputError(f"{name} is {value:g}; expected an amount of at least 0.")
    return value


def _prices(asked: argparse.Namespace) -> dict[str, float]:
    """The user's own prices; both or none."""
    names = ("input_usd_per_mtok", "output_usd_per_mtok")
    given = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    if len(given) == 1:
        raise InputError("give both --input-usd-per-mtok and --output-usd-per-mtok, or neither.")
    for name, value in given.items():
        _amount(value, f"--{name.replace('_', '-')}")
    return given
