"""The knowledge graph as facts on disk: triples, removals and what relations are.

Every change is a file of its own, written whole and renamed into place, so an
import counts entirely or not at all and a killed process leaves nothing half
done. Files are never changed: a removal is a later fact.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb

from core.errors import InputError, RunBusyError, WorkspaceError
from core.records import Triple
from core.workspace.engine import identifier, readable
from core.workspace.folder import Workspace
from core.workspace.run_folder import locked, now_utc

KNOWLEDGE_SCHEMA = 1
"""Version of a line; readers understand every earlier one."""

Multiplicity = Literal["functional", "many"]
"""Whether a subject has one object at most, or may have several."""

_FOLDER = "knowledge"
_PATIENCE_SECONDS = 10.0
_TRIPLE = tuple(Triple.__dataclass_fields__)
_COLUMNS = ("fact", *_TRIPLE, "at", "removed", "multiplicity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of triples that were to be added."""

    added: int
    known: int
    """Already there from the same place; not added again."""


def triples(workspace: Workspace) -> list[Triple]:
    """The triples of the graph in the order they came in, without those removed.

    Raises
    ------
    WorkspaceError
        A file of the graph cannot be read.
    """
    chosen = ", ".join(f"coalesce(t.{identifier(c)}, '')" for c in _TRIPLE)
    rows = _rows(
        workspace,
        f"SELECT {chosen} FROM facts t WHERE t.fact = 'triple' AND NOT EXISTS (SELECT 1 FROM facts "
        "r WHERE r.fact = 'removal' AND r.batch > t.batch AND r.removed IN (t.source, t.file, "
        "t.run_id)) ORDER BY t.batch, t.line",
    )
    return [Triple(**dict(zip(_TRIPLE, row, strict=True))) for row in rows]


def declared(workspace: Workspace) -> dict[str, Multiplicity]:
    """What the user said about relations; the last word on each counts."""
    said = "SELECT relation, multiplicity FROM facts WHERE fact = 'relation' ORDER BY batch, line"
    return dict(_rows(workspace, said))


def candidates_taken(workspace: Workspace, run_id: str) -> set[str]:
    """Candidates of a run whose triples are in the graph, or were until they were removed."""
    said = "SELECT DISTINCT candidate_id FROM facts WHERE fact = 'triple' AND run_id = ?"
    return {name for (name,) in _rows(workspace, said, [run_id])}


def add_triples(
    workspace: Workspace,
    new: Sequence[Triple],
    relations: Mapping[str, Multiplicity] | None = None,
) -> Recorded:
    """Record triples that are not there yet from the same place, all of them or none.

    Parameters
    ----------
    relations
        What the user says about relations.
    """
    with _writing(workspace) as batch:
        known = {_essence(triple) for triple in triples(workspace)}
        fresh = [t for t in dict.fromkeys(map(_essence, new)) if t not in known]
        lines = [
            {"fact": "triple", **asdict(replace(triple, triple_id=f"{batch}/{i}"))}
            for i, triple in enumerate(fresh)
        ]
        said = [
            {"fact": "relation", "relation": name, "multiplicity": of}
            for name, of in (relations or {}).items()
            if declared(workspace).get(name) != of
        ]
        _append(workspace, batch, [*lines, *said])
    return Recorded(added=len(fresh), known=len(new) - len(fresh))


def remove_source(workspace: Workspace, source: str) -> int:
    """Take what came from a source, a file or a run out of the graph; how many triples.

    Raises
    ------
    InputError
        No triple is from there; the message lists the sources there are.
    """
    with _writing(workspace) as batch:
        there = triples(workspace)
        gone = sum(source in (t.source, t.file, t.run_id) for t in there if source)
        if not gone:
            names = list(dict.fromkeys(t.source for t in there))
            listed = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
            raise InputError(
                f"the knowledge graph holds nothing from {source!r}; its sources are: "
                f"{listed or 'none yet'}."
            )
        _append(workspace, batch, [{"fact": "removal", "removed": source}])
    return gone


def _essence(triple: Triple) -> Triple:
    return replace(triple, triple_id="")


def _files(workspace: Workspace) -> list[Path]:
    return sorted(workspace.path(_FOLDER).glob("[0-9]*.jsonl"))


@contextmanager
def _writing(workspace: Workspace) -> Iterator[int]:
    """The sole right to write the graph, and the number of the next batch."""
    folder = workspace.path(_FOLDER)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"cannot write {folder}: {error.strerror}.") from error
    with ExitStack() as stack:
        _lock(stack, folder)
        newest = _files(workspace)[-1:]
        yield int(newest[0].stem) + 1 if newest else 1


def _lock(stack: ExitStack, folder: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            stack.enter_context(locked(folder, _FOLDER))
            return
        except RunBusyError as error:
            if time.monotonic() > until:
                raise WorkspaceError(
                    "another process is writing the knowledge graph; try again when it is done."
                ) from error


def _append(workspace: Workspace, batch: int, facts: Sequence[Mapping[str, Any]]) -> None:
    if not facts:
        return
    at = now_utc().isoformat()
    lines = [
        json.dumps({"schema": KNOWLEDGE_SCHEMA, "at": at, **fact}, ensure_ascii=False)
        for fact in facts
    ]
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace").decode("utf-8")
    workspace.write_text(workspace.path(_FOLDER, f"{batch:06d}.jsonl"), text)


def _rows(workspace: Workspace, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """A query over ``facts``: every line of every file, numbered."""
    files = _files(workspace)
    if not files:
        return []
    listed = ", ".join(map(readable, files))
    columns = ", ".join(f"{identifier(c)}: 'VARCHAR'" for c in ("schema", *_COLUMNS))
    reading = (
        f"read_json([{listed}], format = 'newline_delimited', filename = true, "
        f"columns = {{{columns}}})"
    )
    facts = (
        "SELECT *, CAST(parse_filename(filename, true) AS INTEGER) AS batch, "
        f"row_number() OVER () AS line FROM {reading}"
    )
    try:
        newer = f"SELECT max(CAST(schema AS INTEGER)) FROM {reading}"
        if workspace.engine.rows(newer)[0][0] > KNOWLEDGE_SCHEMA:
            raise WorkspaceError(
                "the knowledge graph was written by a newer version; update Datawall."
            )
        return workspace.engine.rows(f"WITH facts AS ({facts}) {sql}", parameters)
    except (duckdb.Error, TypeError) as error:
        said = str(error).splitlines()[0]
        raise WorkspaceError(
            f"the knowledge graph in {workspace.path(_FOLDER)} cannot be read ({said}); repair or "
            "remove the file at fault."
        ) from error
