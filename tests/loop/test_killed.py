import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from driving import IN, OUT
from messages import endpoint_text, written
from servers import Asked, Says, StubServer, chat, message, verdict

from core.analysis.generate import generate_from_plan
from core.cli import main
from core.errors import RunBusyError
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace, ledger
from core.workspace.journal import RunWriter
from core.workspace.run_folder import run_ids
from core.workspace.runs import run_summary

ROOT = Path(__file__).resolve().parent.parent.parent
CHILD = """
import sys
from core.analysis.generate import generate_from_plan
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace
plan = plan_from_toml(open({plan!r}).read())
generate_from_plan(Workspace({root!r}), plan)
"""


def slow(asked: Asked) -> Says:
    """A good answer after 40 ms."""
    if asked.is_for_judge:
        return chat(verdict(), wait_seconds=0.04)
    text = f"please stop my card, it was stolen {message(asked.number)[20:]}"
    return chat(json.dumps({"text": text}), wait_seconds=0.04)


def plan_in(folder: Path, server: StubServer, candidates: int) -> tuple[Path, GenerationPlan]:
    """A plan file over the messages, and the plan."""
    text = endpoint_text(server.base_url, candidates, judge=True, concurrency=8)
    text = text.replace('"messages.csv"', json.dumps(str(written(folder))))
    path = folder / "plan.toml"
    path.write_text(text)
    return path, plan_from_toml(text)


def wait_for(server: StubServer, asked: int) -> None:
    """Until the server was asked so often."""
    until = time.monotonic() + 60
    while len(server.asked) < asked:
        assert time.monotonic() < until, "the child asked nothing"
        time.sleep(0.01)


def test_a_killed_run_goes_on_and_pays_for_nothing_settled_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    """kill -9 in the middle: at most the calls in flight are asked again, nothing is lost."""
    with StubServer(slow) as server:
        path, plan = plan_in(tmp_path, server, 40)
        code = CHILD.format(plan=str(path), root=str(workspace.root))
        child = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        wait_for(server, 25)
        (run_id,) = run_ids(workspace)
        assert run_summary(workspace, run_id).state == "running"
        busy = pytest.raises(RunBusyError, match=f"written by process {child.pid} since")
        with busy, RunWriter(workspace, run_id):
            pass
        child.kill()
        child.wait()
        time.sleep(0.1)
        before = run_summary(workspace, run_id)
        assert before.state == "interrupted"
        settled = ledger.calls_frame(workspace, run_id)
        assert len(settled) >= 25 - 8
        killed_at = len(server.asked)
        after = generate_from_plan(workspace, plan, resume=run_id)
        assert (after.state, after.stopped, after.proposed) == ("closed", "done", 40)
        times = Counter(asked.question for asked in server.asked)
        repeated = sum(times.values()) - len(times)
        assert repeated <= 8
        now = ledger.calls_frame(workspace, run_id)
        # An answer that was kept, and whose call was not yet recorded, is not asked for again.
        kept = int((now["outcome"] == "cached").sum())
        assert killed_at - len(settled) == repeated + kept
        assert set(settled["call_id"]) <= set(now["call_id"])
        lost = now[now["unsettled_usd"] > 0]
        assert repeated <= len(lost) <= 8  # Some were reserved and not yet sent.
        assert lost["reason"].str.startswith("the process ended before the answer came").all()
        bill = server.billed_usd(IN, OUT)
        assert after.cost_usd <= bill <= after.cost_usd + after.unsettled_usd
        assert after.cost_usd == pytest.approx(
            bill - (repeated + kept) * server.billed_usd(IN, OUT) / len(server.bill), abs=1e-9
        )
        assert ledger.critiques_frame(workspace, run_id).groupby("critic").size().nunique() == 1


def test_an_interrupt_waits_for_what_is_paid_and_says_how_to_go_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    """SIGTERM, as a dashboard sends it: the run is closed, its answers are kept."""
    with StubServer(slow) as server:
        path, _ = plan_in(tmp_path, server, 300)
        command = [
            sys.executable,
            "-m",
            "core.cli",
            "generate",
            str(path),
            "--json",
            "--workspace",
            str(workspace.root),
        ]
        child = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(server, 20)
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=60)
        assert child.returncode == 130
        facts = json.loads(out)
        assert facts["stopped"] == "cancelled"
        assert 0 < facts["proposed"] < 300
        assert facts["calls"] == len(server.asked)
        assert facts["cost_usd"] == pytest.approx(server.billed_usd(IN, OUT), abs=1e-9)
        assert facts["unsettled_usd"] == 0
        assert "Traceback" not in err


def test_another_plan_does_not_resume_a_run(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names the key that differs."""
    with StubServer(slow) as server:
        path, plan = plan_in(tmp_path, server, 3)
        run = generate_from_plan(workspace, plan)
        path.write_text(path.read_text().replace("candidates = 3", "candidates = 3\nseed = 9"))
        status = main(
            [
                "generate",
                str(path),
                "--resume",
                run.run_id,
                "--json",
                "--workspace",
                str(workspace.root),
            ]
        )
        assert status == 2
        assert "seed was 0, is 9" in capsys.readouterr().err
        assert len(server.asked) <= 6
