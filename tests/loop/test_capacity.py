"""An endpoint that bears fewer calls than are allowed is found out, not hammered."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from driving import IN, OUT, drive, good, plan_for
from messages import endpoint_text
from servers import Asked, Says, StubServer

from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace, ledger

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def mock(*options: str) -> Iterator[str]:
    """The address of an endpoint in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mock_endpoint", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def stats(address: str) -> dict[str, Any]:
    """What the endpoint counted."""
    with urllib.request.urlopen(f"{address}/stats", timeout=10) as found:
        return dict(json.load(found))


def test_an_endpoint_that_bears_eight_calls_is_asked_by_sixty_four(workspace: Workspace) -> None:
    """300 calls: all are answered, each once, with fewer refusals than one in four."""
    with mock("--capacity", "8", "--latency", "0.02", "--retry-after", "0.2") as address:
        plan = plan_from_toml(endpoint_text(f"{address}/v1", 300, concurrency=64))
        summary = drive(workspace, plan)
        account = stats(address)
    assert (summary.stopped, summary.proposed) == ("done", 300)
    assert (account["answers"], account["repeated"]) == (300, 0)
    refusals = account["outcomes"].get("429", 0)
    assert refusals < 78
    assert account["most_in_flight"] == 8
    assert summary.calls == account["requests"] == 300 + refusals
    bill = (account["input_tokens"] * IN + account["output_tokens"] * OUT) / 1e6
    assert summary.cost_usd == pytest.approx(bill, abs=1e-9)
    assert summary.unsettled_usd == 0
    outcomes = ledger.calls_frame(workspace, summary.run_id)["outcome"].value_counts()
    assert outcomes["ok"] == 300


@pytest.mark.parametrize("concurrency", [1, 6])
def test_generator_and_critic_of_one_model_share_its_capacity(
    workspace: Workspace, concurrency: int
) -> None:
    """Both ask at once; together they never pass the plan's concurrency."""
    roles: set[bool] = set()

    def script(asked: Asked) -> Says:
        roles.add(asked.is_for_judge)
        says = good(asked)
        says.wait_seconds = 0.01
        return says

    with StubServer(script) as server:
        summary = drive(workspace, plan_for(server, 24, judge=True, concurrency=concurrency))
        assert server.most_in_flight <= concurrency
    assert (summary.stopped, summary.proposed) == ("done", 24)
    assert roles == {True, False}
