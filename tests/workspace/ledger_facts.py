"""Facts of small runs, made by hand."""

from core.records import Call, Candidate, Critique, Reservation, Run, TokenUsage
from core.workspace import Workspace
from core.workspace.run_folder import now_utc, save_run

AT = now_utc()


def new_run(workspace: Workspace, run_id: str = "20261122-120000-aaaaaa") -> Run:
    """A run of two critics, saved."""
    run = Run(
        run_id=run_id,
        started_at=now_utc(),
        seed=0,
        dataset="d1:0",
        label_column="label",
        slice="s",
        kind="training_case",
        generator="embedded",
        model="",
        critics=("one", "two"),
        plan={"candidates": 10},
    )
    save_run(workspace, run)
    return run


def candidate(index: int, run_id: str = "20261122-120000-aaaaaa") -> Candidate:
    """The candidate of this index."""
    return Candidate(
        candidate_id=f"{run_id}/{index}",
        run_id=run_id,
        index=index,
        kind="training_case",
        label="s",
        content={"text": f"é {index}", "n": index},
        written_by="embedded",
        parents=("3", "4"),
    )


def critique(
    index: int, critic: str, score: float | None, run_id: str = "20261122-120000-aaaaaa"
) -> Critique:
    """What one critic says of one candidate."""
    return Critique(
        candidate_id=f"{run_id}/{index}",
        run_id=run_id,
        critic=critic,
        score=score,
        reason="because",
    )


def call(index: int, cost: float = 0.01, run_id: str = "20261122-120000-aaaaaa") -> Call:
    """A call that cost so much."""
    return Call(
        call_id=f"{run_id}/{index}/generator/1",
        run_id=run_id,
        at=AT,
        role="generator",
        model="m",
        attempt=1,
        candidate_index=index,
        cost_usd=cost,
        price_source="by hand",
        usage=TokenUsage(input_tokens=100, output_tokens=10, counted_by="provider"),
        latency_seconds=0.5,
        outcome="ok",
    )


def reservation(index: int, usd: float, run_id: str = "20261122-120000-aaaaaa") -> Reservation:
    """Money set aside for the call of this index."""
    return Reservation(
        call_id=f"{run_id}/{index}/generator/1",
        run_id=run_id,
        at=AT,
        role="generator",
        model="m",
        attempt=1,
        candidate_index=index,
        reserved_usd=usd,
    )
