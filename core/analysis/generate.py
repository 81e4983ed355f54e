"""What does a plan propose, and what do its calls cost?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from core.analysis.estimate import estimate_of
from core.analysis.goal import with_goal
from core.analysis.material import Material, material_of, price_book, train_side
from core.analysis.price_book import book_of
from core.analysis.quote import Quote
from core.analysis.versions import versions_of
from core.critique.judge import Judge
from core.critique.panel import Panel, panel_for
from core.critique.verdict import JUDGE
from core.datasets import dataset_for
from core.errors import Cancelled, PlanError
from core.generation.address import address_and_key
from core.generation.embedded import EmbeddedGenerator
from core.generation.generator import LocalGenerator, PromptedGenerator
from core.generation.local import served
from core.generation.plan import (
    UNDECISIVE,
    UNDECISIVE_OF_GENERATOR,
    GenerationPlan,
    plan_of,
)
from core.generation.prompted import EndpointGenerator
from core.loop.engine import run_generation
from core.records import Progress, Run, no_progress
from core.workspace import Workspace
from core.workspace.run_folder import load_run, now_utc, save_run
from core.workspace.runs import RunSummary, new_run_id


def generate_from_plan(
    workspace: Workspace,
    plan: GenerationPlan,
    *,
    budget_usd: float | None = None,
    resume: str | None = None,
    confirm: Callable[[Quote], bool] | None = None,
    progress: Progress = no_progress,
) -> RunSummary:
    """Load the plan's data, keep the evidence aside, and run the plan on the rest.

    Parameters
    ----------
    budget_usd
        What the run may cost in all; the plan's own budget when None. [USD]
    resume
        A run of the same plan to go on with.
    confirm
        Shown what a new run is expected to cost; it is not started when it says no.

    Raises
    ------
    DataError, PlanError, PriceError
        The data, the plan or a model's price cannot be used; nothing was spent.
    Cancelled
        The price was not agreed to; nothing was spent.
    """
    if budget_usd is not None:
        plan = replace(plan, budget_usd=budget_usd)
    plan, fingerprint, material = _loaded(workspace, plan, progress)
    expected = None
    if plan.models and resume is None:
        progress(0, plan.candidates, "estimating the cost")
        expected = estimate_of(workspace, plan, material, plan.generator.model)
        if confirm is not None and not confirm(expected):
            raise Cancelled("the price was not agreed to")
    return _carried_out(workspace, plan, material, fingerprint, resume, expected, progress)


def estimate_of_plan(
    workspace: Workspace, plan: GenerationPlan, progress: Progress = no_progress
) -> Quote | None:
    """What a run of the plan would cost; None when it asks no model. Nothing is called."""
    plan, _, material = _loaded(workspace, plan, progress)
    if not plan.models:
        return None
    return estimate_of(workspace, plan, material, plan.generator.model)


def _loaded(
    workspace: Workspace, plan: GenerationPlan, progress: Progress
) -> tuple[GenerationPlan, str, Material]:
    """The plan complete, its dataset's fingerprint, and what it works with."""
    with dataset_for(workspace, plan.data, progress) as data:
        price_book(plan, book_of(workspace))
        known = replace(plan, data=data.fingerprint)
        plan, fingerprint, anchors, others = train_side(workspace, known)
    plan = with_goal(workspace, plan, fingerprint)
    return plan, fingerprint, material_of(workspace, plan, anchors, others)


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
    if budget_usd is not None:
        plan = replace(plan, budget_usd=budget_usd)
    material = material_of(workspace, plan, anchors, others)
    return _carried_out(workspace, plan, material, dataset, resume, None, progress)


def _carried_out(
    workspace: Workspace,
    plan: GenerationPlan,
    material: Material,
    dataset: str,
    resume: str | None,
    expected: Quote | None,
    progress: Progress,
) -> RunSummary:
    prices = price_book(plan, book_of(workspace))
    if plan.models and plan.generator.type != "local":
        address_and_key(plan.generator.base_url)
    progress(0, plan.candidates, "learning from the anchors")
    panel = panel_for(material.known, plan.kind, material.critics)
    generator = _generator(plan, material)
    judge = Judge(material.known, plan.jury, plan.seed) if plan.judge else None
    run = _resumed(workspace, resume, plan, dataset) if resume else None
    if run is not None:
        panel = _as_begun(panel, run)
    else:
        run = _new_run(plan, dataset, panel, expected)
        save_run(workspace, run)
    with served(plan) as reachable:
        return run_generation(
            workspace,
            run,
            reachable,
            generator,
            panel,
            prices,
            judge=judge,
            budget_usd=plan.budget_usd,
            progress=progress,
        )


def _new_run(plan: GenerationPlan, dataset: str, panel: Panel, expected: Quote | None) -> Run:
    return Run(
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
        critics=(*panel.names, JUDGE) if plan.judge else panel.names,
        versions=versions_of(plan),
        estimate=_as_facts(expected),
    )


def _generator(plan: GenerationPlan, material: Material) -> LocalGenerator | PromptedGenerator:
    if plan.generator.type == "embedded":
        return EmbeddedGenerator(plan, material.anchors, material.others)
    return EndpointGenerator(
        plan, material.anchors, facts=material.facts, confused_with=material.confused_with
    )


def _as_facts(expected: Quote | None) -> dict[str, float]:
    if expected is None:
        return {}
    return {
        "p10": expected.cost_usd_p10,
        "p50": expected.cost_usd_p50,
        "p90": expected.cost_usd_p90,
    }


def _resumed(workspace: Workspace, run_id: str, plan: GenerationPlan, dataset: str) -> Run:
    """The run to go on with, if it was made from this very plan."""
    run = load_run(workspace, run_id)
    if plan_of(run.plan).digest != plan.digest:
        changed = _differences(run.plan, json.loads(json.dumps(asdict(plan))))
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


def _as_begun(panel: Panel, run: Run) -> Panel:
    """The critics that a run was begun with, and no other: each candidate needs all of them."""
    missing = [name for name in run.critics if name not in (*panel.names, JUDGE)]
    if missing:
        raise PlanError(
            f"run {run.run_id} was begun with the critic {missing[0]!r}, which this version does "
            "not have; its candidates stay as they are, start a new run for more."
        )
    return panel.only(run.critics)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Keys whose values differ, as ``key: old, now new``."""
    flat_before, flat_now = _flat(before), _flat(now)
    ignored = (*UNDECISIVE, *(f"generator.{name}" for name in UNDECISIVE_OF_GENERATOR))
    return [
        f"{key} was {json.dumps(flat_before.get(key))}, is {json.dumps(value)}"
        for key, value in flat_now.items()
        if flat_before.get(key) != value
        and key.partition(".")[0] not in ignored
        and key not in ignored
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
