"""A run is watched, paused, continued and stopped by other processes."""

import threading
import time
from pathlib import Path

import pytest
from child import generating, only_run, plan_file, until
from driving import IN, OUT, drive, good, plan_for
from servers import Asked, Says, StubServer

from core.analysis.ledger import verify_run
from core.analysis.spending import spending_of
from core.cli import main
from core.errors import DatawallError
from core.workspace import Workspace, ledger
from core.workspace.control import live_of
from core.workspace.runs import run_summary, runs


def slow(asked: Asked) -> Says:
    """A good answer after 30 ms."""
    says = good(asked)
    says.wait_seconds = 0.03
    return says


def steer(workspace: Workspace, what: str, run_id: str) -> int:
    """``datawall runs`` on a run."""
    return main(["runs", what, run_id, "--workspace", str(workspace.root)])


def is_paused(workspace: Workspace, run_id: str) -> bool:
    """Whether its writer says that it is paused and that nothing is under way."""
    live = live_of(workspace, run_id)
    return live is not None and live.paused and live.in_flight == 0


def test_a_paused_run_asks_nothing_until_it_is_told_to_go_on(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No request comes, a second writer is told who writes; then it ends as planned."""
    with (
        StubServer(slow) as server,
        generating(workspace, plan := plan_file(tmp_path, server, 60)) as child,
    ):
        until(lambda: len(server.asked) > 15, "nothing was asked")
        run_id = only_run(workspace)
        assert steer(workspace, "pause", run_id) == 0
        until(lambda: is_paused(workspace, run_id), "it does not pause")
        asked = len(server.asked)
        second = ["generate", str(plan), "--resume", run_id, "--workspace", str(workspace.root)]
        assert main(second) == 2
        last = capsys.readouterr().err.strip().splitlines()[-1]
        assert f"run {run_id} is being written by process {child.process.pid} since" in last
        time.sleep(0.5)
        assert len(server.asked) == asked < 120
        live = live_of(workspace, run_id)
        assert live is not None
        assert live.cost_usd == pytest.approx(server.billed_usd(IN, OUT))
        assert live.reserved_usd == pytest.approx(0, abs=1e-12)
        assert steer(workspace, "continue", run_id) == 0
        facts = child.ended()
        assert child.process.exitcode == 0
        assert (facts["stopped"], facts["proposed"]) == ("done", 60)
        assert facts["cost_usd"] == pytest.approx(server.billed_usd(IN, OUT))
    assert live_of(workspace, run_id) is None


def test_a_run_that_is_stopped_while_it_is_paused_keeps_what_is_settled(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Nothing paid is lost, nothing is in doubt, and the ledger holds."""
    with StubServer(slow) as server:
        plan = plan_file(tmp_path, server, 200)
        with generating(workspace, plan) as child:
            until(lambda: len(server.asked) > 15, "nothing was asked")
            run_id = only_run(workspace)
            steer(workspace, "pause", run_id)
            until(lambda: is_paused(workspace, run_id), "it does not pause")
            assert steer(workspace, "stop", run_id) == 0
            facts = child.ended()
            assert child.process.exitcode == 130
        assert (facts["stopped"], facts["unsettled_usd"]) == ("cancelled", 0)
        assert 0 < facts["proposed"] < 200
        assert facts["calls"] == len(server.asked)
        assert facts["cost_usd"] == pytest.approx(server.billed_usd(IN, OUT))
    assert verify_run(workspace, run_id).ok


@pytest.mark.parametrize("what", ["pause", "continue", "stop"])
def test_a_run_that_nobody_writes_is_not_steered(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """One sentence, and how to go on with it; a run that does not exist is named as well."""
    with StubServer(good) as server:
        run_id = drive(workspace, plan_for(server, 2)).run_id
    assert steer(workspace, what, run_id) == 2
    said = capsys.readouterr().err
    assert f"run {run_id} is not running, so there is nothing to {what}" in said
    assert f"--resume {run_id}" in said
    assert steer(workspace, what, "nobody") == 2
    assert "no run 'nobody' in this workspace" in capsys.readouterr().err


def test_readers_never_fail_while_a_run_is_written_and_killed(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Summaries, sums and frames in a loop, through a kill and the packing at the end."""
    failed: list[BaseException] = []
    looks, ended = [0], threading.Event()

    def read() -> None:
        reader = Workspace(workspace.root)
        before = 0.0
        while not ended.is_set():
            try:
                for run in runs(reader):
                    assert run.cost_usd >= before * (run.run_id == run_id)
                    before = run.cost_usd
                    spending_of(reader, run.run_id)
                    ledger.acceptance(reader, run.run_id, [0.5])
                    live_of(reader, run.run_id)
                looks[0] += 1
                ended.wait(0.1)
            except (DatawallError, AssertionError, OSError, ValueError) as error:
                failed.append(error)
                return

    with StubServer(slow) as server:
        plan, reader = plan_file(tmp_path, server, 40), threading.Thread(target=read)
        with generating(workspace, plan):
            until(lambda: bool(server.asked), "nothing was asked")
            run_id = only_run(workspace)
            reader.start()
            until(lambda: len(server.asked) > 20, "nothing more was asked")
        with generating(workspace, plan, "--resume", run_id) as child:
            child.ended()
        ended.set()
        reader.join()
    assert failed == []
    assert looks[0] > 5
    summary = run_summary(workspace, run_id)
    assert (summary.state, summary.proposed) == ("closed", 40)
    assert verify_run(workspace, run_id).ok
