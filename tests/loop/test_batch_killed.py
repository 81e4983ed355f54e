import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_server import BatchServer
from batching import IN, OUT, RUN, ask, new_run

from core.workspace import Workspace, ledger

TESTS = Path(__file__).resolve().parent.parent
CHILD = """
from batching import ask
from core.workspace import Workspace
ask(Workspace({root!r}), {base_url!r}, 10)
"""


def killed_when(workspace: Workspace, server: BatchServer, is_so: Callable[[], bool]) -> None:
    """A process that asks ten questions, killed with signal 9 as soon as something is so."""
    code = CHILD.format(root=str(workspace.root), base_url=server.base_url)
    path = os.pathsep.join(map(str, (TESTS.parent, TESTS, TESTS / "loop")))
    child = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})
    until = time.monotonic() + 60
    while not is_so():
        assert child.poll() is None, "the child ended by itself"
        assert time.monotonic() < until, "the child came to nothing"
        time.sleep(0.01)
    child.kill()
    child.wait()


def tickets(workspace: Workspace) -> int:
    """Batches that the ledger knows of, intents included."""
    return len(ledger.batches(workspace, RUN))


@pytest.mark.parametrize("moment", ["polling", "before the ticket", "before the batch"])
def test_whatever_is_killed_when_no_batch_is_paid_for_twice(
    workspace: Workspace, moment: str
) -> None:
    """kill -9, then resume: the same batch is looked at, and none submitted but the missing one."""
    new_run(workspace)
    with BatchServer(looks=10_000) as server:
        if moment == "polling":
            killed_when(workspace, server, lambda: server.seen["look"] > 3)
            assert tickets(workspace) == 2
        elif moment == "before the ticket":
            server.faults["hold_create"] = 1
            killed_when(workspace, server, lambda: len(server.batches) == 1)
            assert tickets(workspace) == 1
        else:
            server.faults["hold_upload"] = 1
            killed_when(workspace, server, lambda: server.seen["upload"] == 1)
            assert (tickets(workspace), len(server.batches)) == (1, 0)
        server.looks = 0
        submitted = server.seen["create"]
        told = ask(workspace, server.base_url, 10)
        missing = moment == "before the batch"
        assert server.seen["create"] - submitted == missing
        assert len(server.batches) == 1
        bill = server.billed_usd(IN, OUT)
    assert told.ended is None
    assert sorted(told.values) == list(range(10))
    found = ledger.totals(workspace, RUN)
    assert found["cost_usd"] == pytest.approx(bill)
    assert found["unsettled_usd"] == 0
    assert told.spent_usd == pytest.approx(bill)
    assert not told.lost


def test_a_batch_of_which_half_was_recorded_is_fetched_for_the_rest(workspace: Workspace) -> None:
    """The vendor's files are there for days: what was told and not recorded is read again."""
    new_run(workspace)
    with BatchServer(looks=0) as server:
        ask(workspace, server.base_url, 4)
        killed_when(workspace, server, lambda: len(ledger.calls(workspace, RUN)) > 4)
        told = ask(workspace, server.base_url, 10)
        assert len(server.batches) == 2
        bill = server.billed_usd(IN, OUT)
    found = ledger.totals(workspace, RUN)
    assert found["cost_usd"] == pytest.approx(bill)
    assert found["unsettled_usd"] == 0
    assert told.ended is None
