"""The journal of what people say: nothing acknowledged is lost, and nothing is changed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ledger_facts import AT, new_run

from core.errors import WorkspaceError
from core.records import Label
from core.workspace import Workspace
from core.workspace.human_labels import (
    add_labels,
    damage,
    labels_of,
    labels_version,
)

RUN = "20261122-120000-aaaaaa"
WRITER = """
import sys
sys.path.insert(0, {here!r})
from test_human_labels import label
from core.workspace import Workspace
from core.workspace.human_labels import add_labels
workspace = Workspace({root!r})
for index in range({many}):
    add_labels(workspace, {run!r}, [label(index, by={by!r})])
    print(index, flush=True)
"""


def label(index: int, good: bool | None = True, by: str = "Anna") -> Label:
    """A label of the candidate of this index."""
    return Label(
        candidate_id=f"{RUN}/{index}",
        run_id=RUN,
        good=good,
        labeller=by,
        at=AT,
        drawn=0.5,
        note="é",
        of=10,
    )


def writing(workspace: Workspace, by: str, many: int) -> subprocess.Popen[str]:
    """A process of its own that labels."""
    here = Path(__file__).parent
    code = WRITER.format(here=str(here), root=str(workspace.root), run=RUN, by=by, many=many)
    environment = {**os.environ, "PYTHONPATH": str(here.parent.parent)}
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    )


def journal(workspace: Workspace) -> Path:
    """Where the labels lie."""
    return workspace.path("labels", f"{RUN}.jsonl")


def test_labels_are_read_as_they_were_given(workspace: Workspace) -> None:
    """In their order, with every field; the version changes with each act."""
    new_run(workspace)
    assert labels_of(workspace, RUN) == []
    assert labels_version(workspace, RUN) == ""
    given = [label(0), label(1, good=False), label(0, good=None)]
    add_labels(workspace, RUN, given[:2])
    before = labels_version(workspace, RUN)
    add_labels(workspace, RUN, given[2:])
    assert labels_of(workspace, RUN) == given
    assert labels_version(workspace, RUN) != before
    add_labels(workspace, RUN, [])
    assert labels_of(workspace, RUN) == given


def test_a_torn_last_line_is_dropped_and_written_over(workspace: Workspace) -> None:
    """It was never acknowledged."""
    new_run(workspace)
    add_labels(workspace, RUN, [label(0)])
    with journal(workspace).open("ab") as file:
        file.write(b'{"schema": 1, "candid')
    assert labels_of(workspace, RUN) == [label(0)]
    assert damage(workspace, RUN) == ""
    add_labels(workspace, RUN, [label(1)])
    assert labels_of(workspace, RUN) == [label(0), label(1)]


def test_a_damaged_line_is_said_and_nothing_is_computed_or_added(workspace: Workspace) -> None:
    """What people said would be incomplete."""
    new_run(workspace)
    add_labels(workspace, RUN, [label(0), label(1)])
    lines = journal(workspace).read_bytes().split(b"\n")
    journal(workspace).write_bytes(b"\n".join([b"garbage", *lines[1:]]))
    assert "1 of 2 lines of its labels cannot be read" in damage(workspace, RUN)
    with pytest.raises(WorkspaceError, match="repair or remove those lines"):
        labels_of(workspace, RUN)
    with pytest.raises(WorkspaceError, match="repair or remove those lines"):
        add_labels(workspace, RUN, [label(2)])


def test_labels_of_a_newer_version_are_not_guessed_at(workspace: Workspace) -> None:
    """A later schema may mean something else."""
    new_run(workspace)
    add_labels(workspace, RUN, [label(0)])
    text = journal(workspace).read_text("utf-8").replace('"schema":1', '"schema":2')
    journal(workspace).write_text(text, "utf-8")
    with pytest.raises(WorkspaceError, match="newer version"):
        labels_of(workspace, RUN)


def test_there_must_be_such_a_run(workspace: Workspace) -> None:
    """A label of nothing is refused, and so is a way out of the folder."""
    for name in (RUN, "../x", ""):
        with pytest.raises(WorkspaceError, match="no run"):
            add_labels(workspace, name, [label(0)])
    assert not workspace.path("labels").exists()


def test_labels_go_with_the_facts_of_a_copied_workspace(
    workspace: Workspace, tmp_path: Path
) -> None:
    """They are facts like others."""
    new_run(workspace)
    add_labels(workspace, RUN, [label(0)])
    other = Workspace(tmp_path / "other")
    other.copy_from(workspace.root)
    assert labels_of(other, RUN) == [label(0)]


def test_two_processes_label_at_once_and_both_are_kept(workspace: Workspace) -> None:
    """Every act of both, each labeller's in order."""
    new_run(workspace)
    both = [writing(workspace, by, 60) for by in ("Anna", "Bo")]
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0
    found = labels_of(workspace, RUN)
    for by in ("Anna", "Bo"):
        own = [act.candidate_id for act in found if act.labeller == by]
        assert own == [f"{RUN}/{i}" for i in range(60)]


def test_a_kill_in_the_middle_of_labelling_loses_nothing_acknowledged(
    workspace: Workspace,
) -> None:
    """At most one act more than was acknowledged is found, and labelling goes on."""
    new_run(workspace)
    process = writing(workspace, "Anna", 100_000)
    assert process.stdout is not None
    for _ in range(25):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = 25 + len(process.stdout.read().split())
    process.communicate()
    found = len(labels_of(workspace, RUN))
    assert acknowledged <= found <= acknowledged + 1
    add_labels(workspace, RUN, [label(1, by="Bo")])
    assert len(labels_of(workspace, RUN)) == found + 1
