"""Runs of a small plan against the stub server."""

import json
from dataclasses import asdict, replace

from messages import anchors_and_others, endpoint_text
from servers import Asked, Says, StubServer, chat, message, verdict

from core.analysis.material import price_book
from core.critique.critic import anchors_of
from core.critique.judge import NAME, Judge
from core.critique.panel import panel_for
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.generation.prompted import EndpointGenerator
from core.loop.caller import RetryPolicy
from core.loop.engine import run_generation
from core.records import Candidate, Progress, Run, no_progress
from core.workspace import Workspace
from core.workspace.run_folder import now_utc, save_run
from core.workspace.runs import RunSummary, new_run_id

IN, OUT = 1.0, 4.0
"""Prices of the plan. [USD/Mtok]"""

QUICK = RetryPolicy(first_wait_seconds=0.01, longest_wait_seconds=0.05)


def plan_for(server: StubServer, candidates: int = 20, **changes: object) -> GenerationPlan:
    """A plan that asks the stub."""
    return plan_from_toml(endpoint_text(server.base_url, candidates, **changes))  # type: ignore[arg-type]


def new_run(workspace: Workspace, plan: GenerationPlan) -> Run:
    """A run of the plan, saved."""
    critics = ("format", "leakage", "duplicate", "drift", "agreement")
    run = Run(
        run_id=new_run_id(),
        started_at=now_utc(),
        seed=plan.seed,
        dataset="",
        slice=plan.slice,
        label_column=plan.label,
        kind=plan.kind,
        generator="openai",
        model="stub",
        plan=asdict(plan),
        plan_digest=plan.digest,
        critics=critics + (NAME,) * plan.judge,
    )
    save_run(workspace, run)
    return run


def drive(
    workspace: Workspace,
    plan: GenerationPlan,
    run: Run | None = None,
    *,
    budget_usd: float | None = None,
    progress: Progress = no_progress,
    retry: RetryPolicy = QUICK,
    anchors: int | None = None,
) -> RunSummary:
    """Carry the run out, or on; the generator is shown the first *anchors* ones alone."""
    rows, others = anchors_and_others()
    known = anchors_of(rows, others, label=plan.label, text=plan.text, slice_=plan.slice)
    judge = Judge(known, plan.jury, plan.seed) if plan.judge else None
    run = run or new_run(workspace, plan)
    return run_generation(
        workspace,
        run,
        plan,
        EndpointGenerator(plan, rows[:anchors]),
        panel_for(known).only(run.critics),
        price_book(plan),
        judge=judge,
        budget_usd=budget_usd,
        progress=progress,
        retry=retry,
    )


def seeded(plan: GenerationPlan, seed: int) -> GenerationPlan:
    """The same plan under another seed."""
    return replace(plan, seed=seed)


def said(number: int) -> str:
    """The answer of this number: a message that every critic that asks no model lets pass."""
    return json.dumps({"text": f"please stop my card, it was stolen {message(number)[20:]}"})


def good(asked: Asked) -> Says:
    """A message that passes, and a judge who likes it."""
    return chat(verdict()) if asked.is_for_judge else chat(said(asked.number))


def by_content(asked: Asked) -> Says:
    """The same answer to the same question under the same seed, whenever it is asked."""
    return chat(verdict()) if asked.is_for_judge else chat(said(int(asked.body["seed"])))


def proposal(index: int, text: str) -> Candidate:
    """A candidate of the run ``r``, not judged yet."""
    return Candidate(
        candidate_id=f"r/{index}",
        run_id="r",
        index=index,
        kind="training_case",
        label="s",
        content={"text": text},
        written_by="stub",
    )
