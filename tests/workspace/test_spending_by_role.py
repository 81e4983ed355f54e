"""What of a run's bill went to critics."""

from dataclasses import replace

import pytest
from ledger_facts import call, new_run

from core.workspace import Workspace
from core.workspace.journal import RunWriter
from core.workspace.ledger import critique_share


def test_the_critics_share_is_theirs_of_everything_paid(workspace: Workspace) -> None:
    """Three cents for candidates and one for verdicts: a quarter; before any call unknown."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        assert critique_share(workspace, run.run_id) is None
        judged = replace(call(1, cost=0.01), role="critic", call_id=f"{run.run_id}/1/critic/1")
        writer.append([call(0, cost=0.03), judged])
    assert critique_share(workspace, run.run_id) == pytest.approx(0.25)
