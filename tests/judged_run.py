"""A run that has ended, with candidates of known scores."""

from collections.abc import Sequence
from typing import Any

from core.records import Candidate, Critique, Run
from core.workspace import Workspace
from core.workspace.journal import RunWriter
from core.workspace.run_folder import now_utc, save_run

RUN = "20261123-090000-cccccc"


def facts(indices: Sequence[int], scores: Sequence[float | None]) -> list[Candidate | Critique]:
    """Candidates of these indices, and what their one critic says."""
    found: list[Candidate | Critique] = []
    for index, score in zip(indices, scores, strict=True):
        name = f"{RUN}/{index}"
        found.append(
            Candidate(
                candidate_id=name,
                run_id=RUN,
                index=index,
                kind="training_case",
                label="stop_card",
                content={"text": f"=stop my card, number {index}"},
                written_by="embedded",
            )
        )
        said: dict[str, Any] = {"critic": "one", "score": score, "reason": "because"}
        found.append(Critique(candidate_id=name, run_id=RUN, **said))
    return found


def judged_run(workspace: Workspace, scores: Sequence[float | None]) -> str:
    """A closed run whose candidates score so, by index; its id."""
    run = Run(
        run_id=RUN,
        started_at=now_utc(),
        seed=0,
        dataset="d1:0",
        label_column="intent",
        slice="stop_card",
        kind="training_case",
        generator="openai",
        model="vendor/stub-writer",
        critics=("one",),
        plan={"candidates": len(scores)},
    )
    save_run(workspace, run)
    with RunWriter(workspace, RUN) as writer:
        writer.append(facts(range(len(scores)), scores))
        writer.close("done")
    return RUN
