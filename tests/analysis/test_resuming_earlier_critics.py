from dataclasses import replace
from pathlib import Path

import pytest
from messages import plan_text, written

from core.analysis.generate import generate_from_plan
from core.critique.verdict import CRITICS_VERSION
from core.datasets.kinds import CRITICS
from core.errors import PlanError
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.records import Run
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run, save_run

EARLIER = ("format", "duplicate", "drift", "agreement")


@pytest.fixture
def plan(tmp_path: Path) -> GenerationPlan:
    """Six candidates of the embedded generator."""
    return plan_from_toml(plan_text(written(tmp_path), 6))


def begun_with(workspace: Workspace, plan: GenerationPlan, *critics: str) -> Run:
    """A run of the plan that an earlier version began, and that proposed nothing yet."""
    now = load_run(workspace, generate_from_plan(workspace, plan).run_id)
    run = replace(now, run_id="20261101-090000-bbbbbb", critics=critics, versions={"critics": "v2"})
    save_run(workspace, run)
    return run


def test_an_earlier_run_goes_on_with_its_own_critics(
    workspace: Workspace, plan: GenerationPlan
) -> None:
    """Critics that came later judge none of its candidates, so that all are judged alike."""
    run = begun_with(workspace, plan, *EARLIER)
    summary = generate_from_plan(workspace, plan, resume=run.run_id)
    assert summary.proposed == 6
    assert set(ledger.critiques_frame(workspace, run.run_id)["critic"]) == set(EARLIER)
    assert ledger.candidates_frame(workspace, run.run_id)["score"].notna().all()
    assert load_run(workspace, run.run_id).versions == {"critics": "v2"}


def test_a_run_with_a_critic_that_is_gone_is_not_gone_on_with(
    workspace: Workspace, plan: GenerationPlan
) -> None:
    """None of its candidates could ever be accepted; one sentence says so."""
    run = begun_with(workspace, plan, "format", "smell")
    with pytest.raises(PlanError, match=r"critic 'smell', which this version does not have"):
        generate_from_plan(workspace, plan, resume=run.run_id)
    assert ledger.candidates_frame(workspace, run.run_id).empty


def test_a_new_run_names_its_critics_and_their_version(
    workspace: Workspace, plan: GenerationPlan
) -> None:
    """What a certificate is bound to."""
    run = load_run(workspace, generate_from_plan(workspace, plan).run_id)
    assert run.critics == CRITICS["training_case"]
    assert run.versions["critics"] == CRITICS_VERSION
