"""A run that an earlier version began goes on under this one."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from driving import IN, OUT, by_content, drive
from servers import StubServer

from core.analysis.ledger import verify_run
from core.generation.plan import plan_of
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run

DATA = Path(__file__).resolve().parent.parent / "workspace" / "data"
RUN = "20261101-090000-aaaaaa"


def test_a_run_of_schema_1_is_resumed_and_pays_for_what_is_missing_alone(tmp_path: Path) -> None:
    """Three of five candidates are there: two calls are made; both versions' facts add up."""
    shutil.copytree(DATA / "schema1", tmp_path / "workspace")
    workspace = Workspace(tmp_path / "workspace")
    run = load_run(workspace, RUN)
    with StubServer(by_content) as server:
        plan = plan_of(run.plan)
        plan = replace(plan, generator=replace(plan.generator, base_url=server.base_url))
        summary = drive(workspace, plan, run, budget_usd=0.02)
        bill = server.billed_usd(IN, OUT)
        assert len(server.asked) == 2
    assert (summary.stopped, summary.proposed) == ("done", 5)
    assert summary.cost_usd == pytest.approx(0.00156 + bill)
    assert summary.unsettled_usd == pytest.approx(0.0024)
    assert [c.index for c in ledger.candidates(workspace, RUN)] == [0, 1, 2, 3, 4]
    assert verify_run(workspace, RUN).ok
