import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_facts import new_run

from core.errors import RunBusyError
from core.workspace import Workspace, ledger
from core.workspace.journal import RunWriter
from core.workspace.runs import run_summary

HERE = Path(__file__).parent
WRITER = """
import sys, time
sys.path.insert(0, {here!r})
from ledger_facts import candidate, critique
from core.workspace import Workspace
from core.workspace.journal import RunWriter
with RunWriter(Workspace({root!r}), {run!r}) as writer:
    for index in range(100_000):
        writer.append([candidate(index), critique(index, "one", 1.0), critique(index, "two", 1.0)])
        print(index, flush=True)
        time.sleep(0.005)
"""


@contextmanager
def writing(workspace: Workspace, run_id: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that writes candidates until it is stopped."""
    code = WRITER.format(here=str(HERE), root=str(workspace.root), run=run_id)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent.parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_reader_sees_a_run_grow_and_a_kill_loses_nothing_acknowledged(
    workspace: Workspace,
) -> None:
    """Two processes on one run: facts appear as they are acknowledged, and survive kill -9."""
    run = new_run(workspace)
    with writing(workspace, run.run_id) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        seen = []
        while len(seen) < 4:
            summary = run_summary(workspace, run.run_id)
            assert summary.state == "running"
            seen.append(summary.proposed)
            accepted = ledger.acceptance(workspace, run.run_id, [0.5]).iloc[0]
            assert accepted["accepted"] <= accepted["proposed"]
            time.sleep(0.1)
        assert seen == sorted(set(seen))
        with pytest.raises(RunBusyError, match=f"written by process {process.pid} since"):
            RunWriter(workspace, run.run_id).__enter__()
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = 5 + len(process.stdout.read().split())
        process.wait()
    found = ledger.candidates_frame(workspace, run.run_id)["index"].tolist()
    assert found == list(range(len(found)))
    assert acknowledged <= len(found) <= acknowledged + 1
    assert run_summary(workspace, run.run_id).state == "interrupted"
    with RunWriter(workspace, run.run_id) as writer:
        writer.close("cancelled")
    assert run_summary(workspace, run.run_id).proposed == len(found)
    closing = json.loads((workspace.path("runs", run.run_id) / "closing.json").read_text())
    assert closing["totals"]["proposed"] == len(found)
