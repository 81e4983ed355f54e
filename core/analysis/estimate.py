"""What will a run cost, from what earlier runs of its plan counted; and was that right?"""

from core.analysis.material import Material, price_book
from core.analysis.price_book import book_of
from core.analysis.quote import EstimateError, Quote, quote
from core.analysis.quoted_run import Seen
from core.critique.verdict import JUDGE, is_vote
from core.errors import PlanError
from core.generation.plan import GenerationPlan, plan_of
from core.generation.prompted import EndpointGenerator
from core.loop.asking import Question, seeded
from core.loop.cache import AnswerCache
from core.loop.connection import cached_address
from core.workspace import Workspace, ledger
from core.workspace.exchanges import Exchanges
from core.workspace.run_folder import asked_of, load_run, run_ids
from core.workspace.runs import RunSummary

_MOST_RUNS, _PROBES = 10, 40


def estimate_of(
    workspace: Workspace, plan: GenerationPlan, material: Material, model: str
) -> Quote:
    """What the plan would cost on *model*, its candidates from *material*.

    Raises
    ------
    PriceError
        The model has no price.
    """
    writes = bool(model)  # An embedded generator is judged by a model and paid by none.
    return quote(
        plan,
        material.anchors,
        model or plan.model_of_judge,
        price_book(plan, book_of(workspace)),
        others=material.others,
        seen=seen_of(workspace, plan),
        facts=material.facts,
        confused_with=material.confused_with,
        cached_share=_cached_share(workspace, plan, material),
        writes=writes,
    )


def _cached_share(workspace: Workspace, plan: GenerationPlan, material: Material) -> float:
    """The share of the first candidates whose very request was paid for before."""
    if plan.generator.type == "embedded" or plan.texts != "keep" or not plan.cache:
        return 0.0
    try:
        address = cached_address(plan)
    except PlanError:
        return 0.0  # There is no endpoint to ask yet, so nothing of it was kept.
    generator = EndpointGenerator(
        plan, material.anchors, facts=material.facts, confused_with=material.confused_with
    )
    exchanges, found = Exchanges(workspace), 0
    cache = AnswerCache(exchanges, address, plan.texts, reads=True)
    indices = range(0, plan.candidates, max(1, plan.candidates // _PROBES))
    try:
        for index in indices:
            question = Question(
                prompt=generator.prompt(index),
                role="generator",
                model=plan.generator.model,
                index=index,
            )
            found += cache.find(cache.request(seeded(plan.seed, question))) is not None
    finally:
        exchanges.close()
    return found / len(indices)


def seen_of(workspace: Workspace, plan: GenerationPlan) -> Seen:
    """What the newest runs of the same plan, whatever its seed, have counted."""
    proposed = accepted = judged = calls = asked = said = 0
    judge_ran = False
    for run_id in _runs_like(workspace, plan):
        row = ledger.acceptance(workspace, run_id, [plan.strictness]).iloc[0]
        proposed += int(row["proposed"])
        accepted += int(row["accepted"])
        critiques = [
            c for c in ledger.critiques(workspace, run_id) if c.critic == JUDGE or is_vote(c.critic)
        ]
        judge_ran |= bool(critiques)
        judged += len({c.candidate_id for c in critiques if c.call_id is not None})
        paid = [
            c for c in ledger.calls(workspace, run_id) if c.role == "generator" and c.price_source
        ]
        calls += len(paid)
        asked += sum(c.usage.input_tokens for c in paid)
        said += sum(c.usage.output_tokens for c in paid)
    return Seen(
        proposed=proposed,
        accepted=accepted,
        judged=judged,
        judge_ran=judge_ran,
        calls=calls,
        input_tokens=asked,
        output_tokens=said,
    )


def _runs_like(workspace: Workspace, plan: GenerationPlan) -> list[str]:
    """Runs that asked the same of the same model, newest first; seeds may differ."""
    found = []
    for run_id in run_ids(workspace)[: 5 * _MOST_RUNS]:
        run = load_run(workspace, run_id)
        if not run.plan:
            continue
        earlier = plan_of({**run.plan, "seed": plan.seed})
        if run.dataset == plan.data and earlier.digest == plan.digest:
            found.append(run_id)
    return found[:_MOST_RUNS]


def actual_of(run: RunSummary) -> EstimateError | None:
    """What a run cost against what it was expected to; None without an estimate, or unfinished."""
    expected = run.run.estimate
    if not expected or run.stopped != "done":
        return None
    low, middle, high = expected["p10"], expected["p50"], expected["p90"]
    actual = run.cost_usd
    return EstimateError(
        actual_usd=actual,
        error_usd=actual - middle,
        error=(actual - middle) / middle if middle else None,
        is_within=low <= actual <= high,
    )


def accepted_of(workspace: Workspace, run: RunSummary) -> int:
    """Accepted candidates at the run's own strictness; no more than it was asked for."""
    row = ledger.acceptance(workspace, run.run_id, [run.strictness]).iloc[0]
    wanted = asked_of(workspace, run.run).get("accepted")
    return min(int(row["accepted"]), wanted or int(row["accepted"]))
