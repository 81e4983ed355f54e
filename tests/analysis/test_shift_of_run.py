from pathlib import Path

import pytest
from messages import plan_text, written

from core.analysis.generate import generate_from_plan
from core.analysis.shift import shift_of_run
from core.critique.shift import FEWEST
from core.generation.plan_file import plan_from_toml
from core.workspace import Workspace, ledger


@pytest.fixture
def run_id(workspace: Workspace, tmp_path: Path) -> str:
    """Twenty candidates for a slice of twelve anchors."""
    return generate_from_plan(workspace, plan_from_toml(plan_text(written(tmp_path), 20))).run_id


def test_too_few_anchors_are_said_in_words(workspace: Workspace, run_id: str) -> None:
    """A dozen anchors have no null band; the counts and what is needed are named."""
    answer = shift_of_run(workspace, run_id, 0.0)
    assert answer.findings == ()
    assert answer.candidates == 20
    assert answer.words.startswith("Too few to tell a shift from chance: 20 candidates")
    assert f"{2 * FEWEST} are needed" in answer.words


def test_the_accepted_are_named_or_given_by_their_lowest_score(
    workspace: Workspace, run_id: str
) -> None:
    """Both ways count the same candidates."""
    found = ledger.candidates_frame(workspace, run_id)
    half = float(found["score"].median())
    names = found.loc[found["score"] >= half, "candidate_id"].tolist()
    by_name, by_score = (shift_of_run(workspace, run_id, each) for each in (names, half))
    assert by_name == by_score
    assert by_name.candidates == len(names)


def test_a_dataset_that_is_gone_is_said(workspace: Workspace, run_id: str) -> None:
    """The run is there, its anchors are not."""
    import shutil

    shutil.rmtree(workspace.path("datasets"))
    assert shift_of_run(workspace, run_id, 0.5).words.startswith("The anchors cannot be read")
