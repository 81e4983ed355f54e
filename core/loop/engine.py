"""Drives a run from its plan to its closing, and from a kill to its end."""

import asyncio
from dataclasses import dataclass

from core.critique.judge import Judge
from core.critique.panel import Panel
from core.errors import Cancelled
from core.generation.endpoint import ChatEndpoint
from core.generation.generator import LocalGenerator, PromptedGenerator
from core.generation.plan import GenerationPlan
from core.loop.budget import Budget
from core.loop.caller import Caller, RetryPolicy
from core.loop.commits import GroupCommit
from core.loop.scorer import BatchScorer
from core.loop.session import Session, proposed
from core.loop.standing import Standing, lost
from core.prices import PriceBook
from core.records import Progress, Run, StopReason, no_progress
from core.workspace import Workspace
from core.workspace.journal import RunWriter
from core.workspace.runs import RunSummary, run_summary

_BATCH = 25
_LOST = "the process ended before the answer came"


@dataclass(frozen=True, slots=True)
class _Work:
    """One session's surroundings."""

    writer: RunWriter
    run: Run
    plan: GenerationPlan
    panel: Panel
    standing: Standing
    progress: Progress


def run_generation(
    workspace: Workspace,
    run: Run,
    plan: GenerationPlan,
    generator: LocalGenerator | PromptedGenerator,
    panel: Panel,
    prices: PriceBook,
    *,
    judge: Judge | None = None,
    budget_usd: float | None = None,
    progress: Progress = no_progress,
    retry: RetryPolicy | None = None,
) -> RunSummary:
    """Propose and judge every candidate of the plan that the run's ledger does not hold yet.

    Nothing counts before it is on disk, and nothing that is there is paid for
    again; so a run that was killed, cancelled or out of budget goes on by
    calling this again.

    Parameters
    ----------
    run
        What is done, already saved in the workspace.
    panel, judge
        Critics that need no model, and the one that does.
    budget_usd
        What the run may cost in all, its earlier sessions included; None is no
        limit. [USD]
    progress
        Told about settled candidates; may raise ``Cancelled``.

    Raises
    ------
    RunBusyError
        Another process is writing this run.
    """
    with RunWriter(workspace, run.run_id) as writer:
        standing = Standing(workspace, run.run_id)
        writer.append([lost(reservation, _LOST) for reservation in standing.unanswered])
        _recall(panel, standing)
        work = _Work(writer, run, plan, panel, standing, progress)
        stopped: StopReason
        try:
            if isinstance(generator, LocalGenerator) and judge is None:
                stopped, why = _propose_here(work, generator)
            else:
                asking = _ask_endpoint(
                    work, generator, judge, prices, budget_usd, retry or RetryPolicy()
                )
                stopped, why = asyncio.run(asking)
        except (KeyboardInterrupt, Cancelled):
            stopped, why = "cancelled", "stopped by the user"
        writer.close(stopped, why)
    return run_summary(workspace, run.run_id)


def _recall(panel: Panel, standing: Standing) -> None:
    """Show the critics what was already proposed, for they remember it."""
    panel.critiques([c for c in standing.candidates if standing.critiques_of(c)])


def _propose_here(work: _Work, generator: LocalGenerator) -> tuple[StopReason, str]:
    """Every candidate that is left, a batch at a time, without any endpoint."""
    run, wanted = work.run, work.plan.candidates
    todo = work.standing.todo(wanted, run.critics)
    done = wanted - len(todo)
    for start in range(0, len(todo), _BATCH):
        part = todo[start : start + _BATCH]
        candidates = [t.candidate or proposed(run, generator, t.index) for t in part]
        new = [c for c, t in zip(candidates, part, strict=True) if t.candidate is None]
        said = work.panel.critiques(candidates)
        work.writer.append([*new, *(critique for critiques in said for critique in critiques)])
        done += len(part)
        work.progress(done, wanted, "candidates")
    return "done", ""


async def _ask_endpoint(
    work: _Work,
    generator: LocalGenerator | PromptedGenerator,
    judge: Judge | None,
    prices: PriceBook,
    budget_usd: float | None,
    retry: RetryPolicy,
) -> tuple[StopReason, str]:
    """Every candidate that is left, many at a time, through the endpoint."""
    plan = work.plan.generator
    endpoint = ChatEndpoint(plan.base_url)
    commits = GroupCommit(work.writer)
    budget = Budget(budget_usd, work.standing.spent_usd)
    caller = Caller(
        work.run.run_id,
        endpoint,
        prices,
        budget,
        commits,
        timeout_seconds=plan.timeout_seconds,
        retry=retry,
    )
    session = Session(
        work.run,
        generator,
        judge,
        caller=caller,
        commits=commits,
        scorer=BatchScorer(work.panel),
        budget=budget,
        standing=work.standing,
        wanted=work.plan.candidates,
        progress=work.progress,
    )
    try:
        await session.carry_out(plan.concurrency)
    finally:
        await endpoint.close()
    return session.stopped, session.why
