"""What does a plan propose, and what do its calls cost?"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from core.audit.examples import labelled_examples
from core.audit.holdout import training_rows
from core.critique.critic import anchors_of
from core.critique.judge import NAME as JUDGE
from core.critique.judge import Judge
from core.critique.panel import panel_for
from core.datasets import dataset_for, load_dataset
from core.errors import PlanError, PriceError
from core.generation.embedded import EmbeddedGenerator
from core.generation.endpoint import address_and_key
from core.generation.generator import LocalGenerator, PromptedGenerator
from core.generation.plan import (
    UNDECISIVE,
    UNDECISIVE_OF_GENERATOR,
    GenerationPlan,
    plan_of,
)
from core.generation.prompted import EndpointGenerator
from core.loop.engine import run_generation
from core.prices import ModelPrice, PriceBook
from core.records import Progress, Run, TokenUsage, no_progress
from core.workspace import Workspace
from core.workspace.datasets import examples
from core.workspace.run_folder import load_run, now_utc, save_run
from core.workspace.runs import RunSummary, new_run_id

FEWEST_ANCHORS = 2


def generate_from_plan(
    workspace: Workspace,
    plan: GenerationPlan,
    *,
    budget_usd: float | None = None,
    resume: str | None = None,
    progress: Progress = no_progress,
) -> RunSummary:
    """Load the plan's data, keep the evidence aside, and run the plan on the rest.

    Parameters
    ----------
    budget_usd
        What the run may cost in all; the plan's own budget when None. [USD]
    resume
        A run of the same plan to go on with.

    Raises
    ------
    DataError, PlanError, PriceError
        The data, the plan or a model's price cannot be used; nothing was spent.
    """
    with dataset_for(workspace, plan.data, progress) as data:
        price_book(plan)
        known = replace(plan, data=data.fingerprint)
        plan, fingerprint, anchors, others = train_side(workspace, known)
        _refuse_thin_slice(plan, anchors)
    return generate(
        workspace,
        plan,
        anchors=anchors,
        others=others,
        dataset=fingerprint,
        budget_usd=budget_usd,
        resume=resume,
        progress=progress,
    )


def train_side(
    workspace: Workspace, plan: GenerationPlan, progress: Progress = no_progress
) -> tuple[GenerationPlan, str, pd.DataFrame, pd.DataFrame]:
    """The plan with its text column found, the dataset, its anchors, and rows of other labels.

    Only rows that may train: what evidence is later held against is never shown
    to a generator or a critic.
    """
    data = load_dataset(workspace, plan.data, progress)
    data.column(plan.label, "label column")
    if plan.text is not None:
        data.column(plan.text, "text column")
    rows = labelled_examples(data, examples(workspace, data), plan.label, plan.text)
    of_slice = rows.labels == plan.slice
    if not of_slice.any():
        names = sorted(set(rows.labels.tolist()))
        near = get_close_matches(plan.slice, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"its labels are {', '.join(names[:12])}."
        raise PlanError(f"{data.name} has no label {plan.slice!r} in {plan.label!r}; {hint}")
    trains = training_rows(rows.frame[[*rows.columns, plan.label]], plan.label)
    anchors = rows.frame.loc[of_slice & trains].reset_index(drop=True)
    others = rows.frame.loc[~of_slice & trains].reset_index(drop=True)
    return replace(plan, text=rows.text), data.fingerprint, anchors, others


def generate(
    workspace: Workspace,
    plan: GenerationPlan,
    *,
    anchors: pd.DataFrame,
    others: pd.DataFrame,
    dataset: str = "",
    budget_usd: float | None = None,
    resume: str | None = None,
    progress: Progress = no_progress,
) -> RunSummary:
    """Propose and judge the plan's candidates, from anchors that the caller chose.

    Parameters
    ----------
    anchors, others
        The slice's rows and the rows of other labels, all of them free to train.
    dataset
        Fingerprint of the dataset that holds them.

    Raises
    ------
    PlanError
        Too few anchors, or *resume* names a run of another plan.
    PriceError
        A model has no price; it is never taken as free.
    """
    _refuse_thin_slice(plan, anchors)
    prices = price_book(plan)
    if plan.models:
        address_and_key(plan.generator.base_url)
    progress(0, plan.candidates, "learning from the anchors")
    known = anchors_of(anchors, others, label=plan.label, text=plan.text, slice_=plan.slice)
    panel = panel_for(known)
    judge = Judge(known, plan.model_of_judge, plan.seed) if plan.judge else None
    critics = (*panel.names, JUDGE) if judge else panel.names
    run = _resumed(workspace, resume, plan, dataset) if resume else None
    run = run or _started(workspace, plan, dataset, critics)
    return run_generation(
        workspace,
        run,
        plan,
        _generator(plan, anchors, others),
        panel,
        prices,
        judge=judge,
        budget_usd=plan.budget_usd if budget_usd is None else budget_usd,
        progress=progress,
    )


def _generator(
    plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame
) -> LocalGenerator | PromptedGenerator:
    if plan.generator.type == "embedded":
        return EmbeddedGenerator(plan, anchors, others)
    return EndpointGenerator(plan, anchors)


def _refuse_thin_slice(plan: GenerationPlan, anchors: pd.DataFrame) -> None:
    if len(anchors) < FEWEST_ANCHORS:
        raise PlanError(
            f"the slice {plan.slice!r} has {len(anchors)} anchor on the training side; at least "
            f"{FEWEST_ANCHORS} are needed, collect more real examples of it first."
        )


def price_book(plan: GenerationPlan) -> PriceBook:
    """The prices of the plan's models: its own where it gives them, else list prices.

    Raises
    ------
    PriceError
        A model of the plan has no price.
    """
    own: dict[str, ModelPrice] = {}
    if plan.prices:
        price = ModelPrice(source="the plan's [prices]", as_of=now_utc().date(), **plan.prices)
        own = dict.fromkeys(plan.models, price)
    prices = PriceBook(own)
    for model in plan.models:
        try:
            prices.request_cost(model, TokenUsage(input_tokens=1, output_tokens=1))
        except PriceError as error:
            raise PriceError(
                f"{error} In a plan that is a table [prices] with input_usd_per_mtok and "
                "output_usd_per_mtok; write 0 for a server of your own."
            ) from error
    return prices


def _started(
    workspace: Workspace, plan: GenerationPlan, dataset: str, critics: tuple[str, ...]
) -> Run:
    run = Run(
        run_id=new_run_id(),
        started_at=now_utc(),
        seed=plan.seed,
        dataset=dataset,
        label_column=plan.label,
        slice=plan.slice,
        kind=plan.kind,
        generator=plan.generator.type,
        model=plan.generator.model,
        plan=asdict(plan),
        plan_digest=plan.digest,
        code_version=_code_version(),
        critics=critics,
    )
    save_run(workspace, run)
    return run


def _resumed(workspace: Workspace, run_id: str, plan: GenerationPlan, dataset: str) -> Run:
    """The run to go on with, if it was made from this very plan."""
    run = load_run(workspace, run_id)
    if plan_of(run.plan).digest != plan.digest:
        changed = _differences(run.plan, asdict(plan))
        raise PlanError(
            f"run {run_id} was made from another plan ({', '.join(changed) or 'other keys'}); "
            "resume it with its own plan, or start a new run."
        )
    if run.dataset != dataset:
        raise PlanError(
            f"run {run_id} was made from the dataset {run.dataset}, this plan names {dataset}; "
            "resume it with its own data, or start a new run."
        )
    return run


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Keys whose values differ, as ``key: old, now new``."""
    flat_before, flat_now = _flat(before), _flat(now)
    ignored = (*UNDECISIVE, *(f"generator.{name}" for name in UNDECISIVE_OF_GENERATOR))
    return [
        f"{key} was {json.dumps(flat_before.get(key))}, is {json.dumps(value)}"
        for key, value in flat_now.items()
        if flat_before.get(key) != value and not key.startswith(ignored)
    ]


def _flat(plan: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in plan.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _code_version() -> str:
    try:
        return version("datawall")
    except PackageNotFoundError:
        return "unknown"
