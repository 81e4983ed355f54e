"""Drives a run from its plan to its closing, and from a kill to its end."""

import asyncio
from dataclasses import asdict, dataclass

from core.critique.verdict import FreeCritics, PaidCritic
from core.errors import Cancelled
from core.formats import count
from core.generation.batches import BatchEndpoint
from core.generation.generator import LocalGenerator, PromptedGenerator
from core.generation.plan import GenerationPlan
from core.generation.replies import EndpointRefusedError
from core.loop.asking import RetryPolicy
from core.loop.batch_session import BatchSession
from core.loop.batched import BatchCaller
from core.loop.budget import Budget
from core.loop.caller import Caller
from core.loop.connection import Connection, connected
from core.loop.judging import Judging
from core.loop.lessons import Lessons
from core.loop.live import Live
from core.loop.proposing import Proposing, proposed
from core.loop.session import Session
from core.loop.standing import Standing, lost
from core.loop.stops import Settled, StopRules
from core.loop.surroundings import Surroundings
from core.prices import PriceBook
from core.records import Progress, Run, StopReason, no_progress
from core.workspace import Workspace, ledger
from core.workspace.journal import RunWriter
from core.workspace.run_folder import note_asked
from core.workspace.runs import RunSummary, run_summary

_BATCH = 25
_LOST = "the process ended before the answer came"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One session's surroundings."""

    workspace: Workspace
    writer: RunWriter
    run: Run
    plan: GenerationPlan
    panel: FreeCritics
    standing: Standing
    stops: StopRules
    lessons: Lessons | None
    progress: Progress


def run_generation(
    workspace: Workspace,
    run: Run,
    plan: GenerationPlan,
    generator: LocalGenerator | PromptedGenerator,
    panel: FreeCritics,
    prices: PriceBook,
    *,
    judge: PaidCritic | None = None,
    budget_usd: float | None = None,
    progress: Progress = no_progress,
    retry: RetryPolicy | None = None,
) -> RunSummary:
    """Propose and judge candidates of the plan that the run's ledger does not hold yet.

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
    workspace = workspace.lean()
    with RunWriter(workspace, run.run_id) as writer:
        note_asked(workspace, run.run_id, {**asdict(plan), "budget_usd": budget_usd})
        standing = Standing(workspace, run.run_id)
        work = _Work(
            workspace=workspace,
            writer=writer,
            run=run,
            plan=plan,
            panel=panel,
            standing=standing,
            stops=StopRules(plan, run.critics),
            lessons=Lessons() if plan.adversarial else None,
            progress=progress,
        )
        _recall(work)
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
        writer.close(stopped, why or _short_of(work, stopped))
    return run_summary(workspace, run.run_id)


def _recall(work: _Work) -> None:
    """Show critics, rules and lessons what was already proposed, for they remember it."""
    standing = work.standing
    work.panel.critiques([c for c in standing.candidates if standing.critiques_of(c)])
    for settled in standing.settled(work.run.critics):
        _saw(work, settled)


def _saw(work: _Work, settled: Settled) -> None:
    work.stops.saw(settled)
    if work.lessons is not None:
        work.lessons.saw(settled, accepted=work.stops.is_accepted(settled))


def _short_of(work: _Work, stopped: StopReason) -> str:
    """What a run that proposed all it may still lacks."""
    stops = work.stops
    if stopped != "done" or stops.wanted is None or stops.accepted >= stops.wanted:
        return ""
    return (
        f"all {count(work.plan.candidates)} candidates are proposed, and "
        f"{count(stops.accepted)} of {count(stops.wanted)} are accepted"
    )


def _propose_here(work: _Work, generator: LocalGenerator) -> tuple[StopReason, str]:
    """Every candidate that is left, a batch at a time, without any endpoint."""
    run, wanted = work.run, work.plan.candidates
    todo = work.standing.todo(wanted, run.critics)
    done = wanted - len(todo)
    for start in range(0, len(todo), _BATCH):
        if work.stops.why:
            break
        part = todo[start : start + _BATCH]
        candidates = [t.candidate or proposed(run, generator, t.index) for t in part]
        new = [c for c, t in zip(candidates, part, strict=True) if t.candidate is None]
        said = work.panel.critiques(candidates)
        work.writer.append([*new, *(critique for critiques in said for critique in critiques)])
        for candidate, critiques in zip(candidates, said, strict=True):
            _saw(work, Settled(candidate.index, candidate, tuple(critiques)))
        done += len(part)
        work.progress(done, wanted, "candidates")
    return "done", work.stops.why


async def _ask_endpoint(
    work: _Work,
    generator: LocalGenerator | PromptedGenerator,
    judge: PaidCritic | None,
    prices: PriceBook,
    budget_usd: float | None,
    retry: RetryPolicy,
) -> tuple[StopReason, str]:
    """Every candidate that is left, many at a time, through the endpoint."""
    plan, run, standing = work.plan, work.run, work.standing
    tickets = ledger.batches(work.workspace, run.run_id)
    in_batches = plan.generator.batch or bool(tickets)  # What was submitted is waited for.
    priced = prices.for_batches() if in_batches else prices
    budget = Budget(budget_usd, standing.spent_usd)
    async with connected(
        work.workspace, run.run_id, plan, work.writer, priced, budget
    ) as connection:
        caller = Caller(
            connection,
            seed=plan.seed,
            most_at_once=plan.generator.concurrency,
            timeout_seconds=plan.generator.timeout_seconds,
            retry=retry,
        )
        around = _surroundings(work, connection, caller, generator, judge)
        if in_batches and not isinstance(generator, LocalGenerator):
            return await _ask_in_batches(work, around, connection, generator, retry)
        await connection.commits.append([lost(r, _LOST) for r in standing.unanswered])
        session = Session(around)
        await session.carry_out(plan.generator.concurrency)
        return session.stopped, session.why


async def _ask_in_batches(
    work: _Work,
    around: Surroundings,
    connection: Connection,
    generator: PromptedGenerator,
    retry: RetryPolicy,
) -> tuple[StopReason, str]:
    """Every candidate that is left, through the batch API; earlier batches first."""
    batches = BatchCaller(
        BatchEndpoint(connection.endpoint),
        connection.attempts,
        connection.budget,
        connection.commits,
        seed=work.plan.seed,
        stopping=around.stopping,
        retry=retry,
        told=lambda what: session.tell(what),
    )
    session = BatchSession(around, generator, batches)
    tickets = ledger.batches(work.workspace, work.run.run_id)
    try:
        alone = await batches.recover(tickets, work.standing.unanswered)
    except EndpointRefusedError as error:
        return "failed", str(error)
    await connection.commits.append([lost(reservation, _LOST) for reservation in alone])
    await session.carry_out()
    return session.stopped, session.why


def _surroundings(
    work: _Work,
    connection: Connection,
    caller: Caller,
    generator: LocalGenerator | PromptedGenerator,
    judge: PaidCritic | None,
) -> Surroundings:
    plan, run, standing = work.plan, work.run, work.standing
    todo = standing.todo(plan.candidates, run.critics)
    return Surroundings(
        run=run,
        panel=work.panel,
        proposing=Proposing(
            run,
            generator,
            caller=caller,
            commits=connection.commits,
            standing=standing,
            lessons=work.lessons,
        ),
        judging=Judging(judge, standing) if judge else None,
        caller=caller,
        commits=connection.commits,
        budget=connection.budget,
        stopping=caller.stopping,
        stops=work.stops,
        lessons=work.lessons,
        live=Live(
            work.workspace,
            run.run_id,
            connection=connection,
            gates=caller.gates,
            stops=work.stops,
            wanted=plan.candidates,
            done=plan.candidates - len(todo),
        ),
        progress=work.progress,
        todo=todo,
    )
