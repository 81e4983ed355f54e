"""Which facts do documents state? Asked of a model chunk by chunk, kept where the chunk says so."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.analysis.material import price_book
from core.critique.grounded import NAME, QuoteCritic
from core.critique.panel import Panel
from core.errors import PlanError, PriceError
from core.generation.address import address_and_key
from core.generation.extraction import ExtractionGenerator
from core.generation.plan import GenerationPlan, GeneratorPlan, plan_of
from core.knowledge.documents import Chunk, Documents, read_documents
from core.knowledge.grounding import Extracted, extracted, named
from core.loop.engine import run_generation
from core.prices import PriceBook
from core.records import Candidate, Progress, Run, Triple, no_progress
from core.workspace import Workspace, ledger
from core.workspace import knowledge as stored
from core.workspace.run_folder import load_run, now_utc, save_run
from core.workspace.runs import RunSummary, new_run_id

LABEL = "facts"
ANSWER_TOKENS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionAnswer:
    """What an extraction proposed, and what of it entered the graph."""

    summary: RunSummary
    documents: int
    chunks: int
    proposed: int
    """Triples in all answers of the run."""
    grounded: int
    added: int
    """Grounded triples that entered the graph now."""
    ungrounded: tuple[str, ...]
    """Each triple that did not enter, with its chunk and why."""


def extraction_plan(
    documents: Documents,
    model: str,
    *,
    base_url: str | None = None,
    budget_usd: float | None = None,
    prices: Mapping[str, float] | None = None,
    concurrency: int = 16,
) -> GenerationPlan:
    """The plan that asks *model* about every chunk once."""
    return GenerationPlan(
        data=documents.fingerprint,
        label=LABEL,
        slice=documents.title,
        kind="knowledge_triple",
        candidates=len(documents.chunks),
        budget_usd=budget_usd,
        prices=dict(prices or {}),
        generator=GeneratorPlan(
            type="openai",
            model=model,
            base_url=base_url,
            temperature=0.0,
            concurrency=concurrency,
            max_output_tokens=ANSWER_TOKENS,
        ),
    )


def extract_facts(
    workspace: Workspace,
    paths: Sequence[str | Path],
    model: str,
    *,
    base_url: str | None = None,
    budget_usd: float | None = None,
    prices: Mapping[str, float] | None = None,
    resume: str | None = None,
    progress: Progress = no_progress,
) -> ExtractionAnswer:
    """Read documents, ask *model* about each chunk, and add what is grounded to the graph.

    Every call is in the ledger before its answer counts; a run that stopped
    goes on with *resume* and pays for nothing twice. What an interrupted
    run had found enters the graph when it is resumed, or ends by its budget.

    Parameters
    ----------
    budget_usd
        What the run may cost in all. [USD]
    prices
        The user's own prices of the model. [USD/Mtok]

    Raises
    ------
    DataError
        A document cannot be read.
    PlanError, PriceError
        No key, no price, or *resume* names another run; nothing was spent.
    """
    documents = read_documents(paths)
    plan = extraction_plan(
        documents, model, base_url=base_url, budget_usd=budget_usd, prices=prices
    )
    book = _priced(plan)
    address_and_key(base_url)
    run = _resumed(workspace, resume, plan) if resume else _started(workspace, plan)
    summary = run_generation(
        workspace,
        run,
        plan,
        ExtractionGenerator(plan, documents),
        Panel([QuoteCritic(documents.chunks)]),
        book,
        budget_usd=budget_usd,
        progress=progress,
    )
    return _entered(workspace, documents, summary)


def _entered(workspace: Workspace, documents: Documents, summary: RunSummary) -> ExtractionAnswer:
    """Put what is grounded into the graph, once."""
    taken = stored.candidates_taken(workspace, summary.run_id)
    new: list[Triple] = []
    wrong: list[str] = []
    proposed = 0
    for candidate in ledger.candidates(workspace, summary.run_id):
        chunk = documents.chunks[candidate.index]
        for row in extracted(candidate.content, _own(candidate, chunk)):
            proposed += 1
            if row.problem:
                wrong.append(f"{chunk.document}, chunk {candidate.index + 1}: {named(row)}")
            elif candidate.candidate_id not in taken:
                new.append(_triple(row, candidate, chunk))
    recorded = stored.add_triples(workspace, new)
    return ExtractionAnswer(
        summary=summary,
        documents=len(documents.names),
        chunks=len(documents.chunks),
        proposed=proposed,
        grounded=proposed - len(wrong),
        added=recorded.added,
        ungrounded=tuple(wrong),
    )


def _own(candidate: Candidate, chunk: Chunk) -> Chunk | None:
    """The chunk that was shown; None when the answer is about another."""
    return chunk if candidate.content.get("chunk") == chunk.chunk_id else None


def _triple(row: Extracted, candidate: Candidate, chunk: Chunk) -> Triple:
    place = f"chunk {candidate.index + 1}"
    return Triple(
        subject=row.subject,
        relation=row.relation,
        object=row.object,
        source=chunk.document,
        place=f"{chunk.place}, {place}" if chunk.place else place,
        quote=row.quote,
        run_id=candidate.run_id,
        candidate_id=candidate.candidate_id,
    )


def _priced(plan: GenerationPlan) -> PriceBook:
    try:
        return price_book(plan)
    except PriceError as error:
        raise PriceError(
            f"{error.__cause__ or error} Give --input-usd-per-mtok and --output-usd-per-mtok; "
            "0 for a server of your own."
        ) from error


def _started(workspace: Workspace, plan: GenerationPlan) -> Run:
    run = Run(
        run_id=new_run_id(),
        started_at=now_utc(),
        seed=plan.seed,
        dataset=plan.data,
        label_column=plan.label,
        slice=plan.slice,
        kind=plan.kind,
        generator=plan.generator.type,
        model=plan.generator.model,
        plan=asdict(plan),
        plan_digest=plan.digest,
        critics=(NAME,),
    )
    save_run(workspace, run)
    return run


def _resumed(workspace: Workspace, run_id: str, plan: GenerationPlan) -> Run:
    run = load_run(workspace, run_id)
    if run.dataset != plan.data:
        raise PlanError(
            f"run {run_id} was made from {run.slice} ({run.dataset}), not from these documents as "
            f"they are now ({plan.data}); give it its own documents, or start a new run."
        )
    if plan_of(run.plan).digest != plan.digest:
        raise PlanError(
            f"run {run_id} asks {run.model!r}, this command {plan.generator.model!r}; resume it "
            "with its own model, or start a new run."
        )
    return run
