import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import InputError, WorkspaceError
from core.records import Triple
from core.workspace import Workspace
from core.workspace import knowledge as stored

ROOT = Path(__file__).parent.parent.parent
WRITER = """
import sys
from core.records import Triple
from core.workspace import Workspace, knowledge
workspace = Workspace(sys.argv[1])
for i in range(int(sys.argv[3])):
    rows = [Triple(subject=f"{sys.argv[2]}{i}", relation="r", object=str(k), source=sys.argv[2])
            for k in range(3)]
    knowledge.add_triples(workspace, rows)
    print(i, flush=True)
"""


def triple(subject: str, source: str = "a.csv", place: str = "") -> Triple:
    """A fact."""
    return Triple(subject=subject, relation="is", object="it", source=source, place=place)


def writer(workspace: Workspace, name: str, batches: int) -> subprocess.Popen[str]:
    """A process that adds batches of three triples."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WRITER, str(workspace.root), name, str(batches)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_facts_come_back_in_their_order_and_once(workspace: Workspace) -> None:
    """A fact from the same place is known; from another it is a fact of its own."""
    assert stored.triples(workspace) == []
    first = stored.add_triples(workspace, [triple("b"), triple("a\n“ü”"), triple("b")])
    assert (first.added, first.known) == (2, 1)
    again = stored.add_triples(workspace, [triple("b"), triple("b", "z.csv")])
    assert (again.added, again.known) == (1, 1)
    found = stored.triples(workspace)
    assert [(t.subject, t.source) for t in found] == [
        ("b", "a.csv"),
        ("a\n“ü”", "a.csv"),
        ("b", "z.csv"),
    ]
    assert len({t.triple_id for t in found}) == 3


def test_a_removed_source_can_come_back(workspace: Workspace) -> None:
    """A removal is a later fact: what is added after it counts, and history stays on disk."""
    stored.add_triples(workspace, [triple("a"), triple("b", "z.csv")])
    assert stored.remove_source(workspace, "a.csv") == 1
    assert [t.subject for t in stored.triples(workspace)] == ["b"]
    with pytest.raises(InputError, match=r"nothing from 'a\.csv'; its sources are: z\.csv"):
        stored.remove_source(workspace, "a.csv")
    stored.add_triples(workspace, [triple("a")])
    assert [t.subject for t in stored.triples(workspace)] == ["b", "a"]
    assert len(list(workspace.path("knowledge").glob("*.jsonl"))) == 3


def test_the_last_word_on_a_relation_counts(workspace: Workspace) -> None:
    """What the user declares is a fact like any other."""
    stored.add_triples(workspace, [triple("a")], {"is": "functional"})
    stored.add_triples(workspace, [], {"is": "many"})
    assert stored.declared(workspace) == {"is": "many"}


def test_two_writers_take_turns_and_lose_nothing(workspace: Workspace) -> None:
    """Both processes' facts are all there."""
    both = [writer(workspace, name, 6) for name in ("left", "right")]
    assert [process.wait(60) for process in both] == [0, 0]
    for process in both:
        process.communicate()
    assert len(stored.triples(workspace)) == 36


def test_a_killed_writer_leaves_whole_batches(workspace: Workspace) -> None:
    """After kill -9 every acknowledged batch is there, none is half there, and writing goes on."""
    process = writer(workspace, "x", 10_000)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(5)]
    process.kill()
    process.communicate()
    assert told[-1] == "4\n"
    found = stored.triples(workspace)
    assert len(found) >= 15
    assert len(found) % 3 == 0
    stored.add_triples(workspace, [triple("a")])
    assert len(stored.triples(workspace)) == len(found) + 1


def test_a_newer_or_a_damaged_file_is_said(workspace: Workspace) -> None:
    """A sentence, not a traceback and not fewer facts."""
    stored.add_triples(workspace, [triple("a")])
    odd = workspace.path("knowledge", "000002.jsonl")
    odd.write_text('{"schema": 99, "fact": "triple"}\n')
    with pytest.raises(WorkspaceError, match="newer version"):
        stored.triples(workspace)
    odd.write_text("{broken\n")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        stored.triples(workspace)
