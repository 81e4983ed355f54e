"""Every question the views may ask, with its answer kept until the workspace changes.

With ``files`` and ``audits``, what knows the workspace and holds state between reruns.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain as chain_paths
from pathlib import Path
from typing import Any

import streamlit as st

from core.analysis.chain import Chain, chain_of, save_scenario, stored_scenario
from core.analysis.cogs import CogsAnswer, cogs_of
from core.analysis.export import export
from core.analysis.frontier import FrontierAnswer, frontier_of
from core.analysis.library import Library, library
from core.analysis.margin import DRAWS, MarginAnswer, margin_of
from core.analysis.order import Order, order_of
from core.analysis.price_book import PRICES_FILE
from core.analysis.roi import RoiAnswer, roi_of
from core.analysis.scale import ScaleAnswer, scale_of
from core.assumptions import Scenario, scenario_to_toml
from core.report.findings import Findings, findings_of
from core.workspace.datasets import Dataset, datasets
from core.workspace.runs import RunSummary, runs
from dashboard.audits import sized
from dashboard.home import workspace as workspace
from dashboard.question import Question

EXPORTS = {"csv": "csv", "jsonl": "jsonl", "openai-chat": "jsonl", "parquet": "parquet"}
"""Formats of a corpus and the ending of their files."""

SEED = 0
_ENTRIES = 64
_FOLDERS = ("datasets", "audits", "evidence", "runs", "scenarios", "labels")
_BY_DIGEST: dict[Any, Any] = {Scenario: lambda scenario: scenario.digest}


def warm_up() -> None:
    """Read what the first page shows, so that the first visitor does not wait for it."""
    known = datasets(workspace())
    if known:
        from dashboard.inputs import TARGET, TAU, guessed_label

        label = guessed_label(known[0])
        found = chain(known[0].fingerprint, label, TARGET, TAU, None)
        margin(found.scenario, TARGET)
        cogs(found.scenario)


def stamp() -> tuple[int, int]:
    """Changes whenever a fact is added to the workspace."""
    root, newest, files = workspace().root, 0, 0
    flat = ("audits", "evidence", "scenarios", "labels")
    folders = [(root / name).glob("*" if name in flat else "*/*") for name in _FOLDERS]
    for path in (*chain_paths(*folders), root / PRICES_FILE):
        try:
            newest = max(newest, path.stat().st_mtime_ns)
            files += 1
        except FileNotFoundError:
            continue
    return newest, files


def known_datasets() -> list[Dataset]:
    """The datasets of the workspace, newest first."""
    return _datasets(stamp())


@st.cache_data(max_entries=4, show_spinner=False)
def _datasets(changed: tuple[int, int]) -> list[Dataset]:
    return datasets(workspace())


def chain(
    fingerprint: str | None,
    label: str | None,
    target: float,
    tau: float,
    slice_name: str | None,
    question: Question | None = None,
) -> Chain:
    """Every link of the chain that has been measured for a dataset, and for a question if given."""
    return _chain(stamp(), fingerprint, label, target, tau, slice_name, question)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _chain(
    changed: tuple[int, int],
    fingerprint: str | None,
    label: str | None,
    target: float,
    tau: float,
    slice_name: str | None,
    question: Question | None,
) -> Chain:
    return chain_of(
        workspace(),
        fingerprint=fingerprint,
        label=label,
        target=target,
        tau=tau,
        slice_name=slice_name,
        fits=question.fits if question else None,
        size=sized,
    )


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def margin(scenario: Scenario, target: float) -> MarginAnswer:
    """Gross margin against accuracy."""
    return margin_of(scenario, target=target, draws=DRAWS, seed=SEED)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def cogs(scenario: Scenario) -> CogsAnswer:
    """What a request costs, part by part."""
    return cogs_of(scenario)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def frontier(scenario: Scenario) -> FrontierAnswer:
    """Plans and the price of the next accuracy point."""
    return frontier_of(scenario)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def scale(scenario: Scenario) -> ScaleAnswer:
    """Margin at the target for ever more seats."""
    return scale_of(scenario)


def order(found: Chain, target: float) -> Order | None:
    """What has to be ordered for the slice that is looked at; None before the audit."""
    if found.audit is None or found.part is None:
        return None
    return order_of(
        found.part,
        target=target,
        metric=found.audit.measured.metric,
        scenario=found.scenario,
        run=found.cost,
        evidence=found.evidence,
    )


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def roi(scenario: Scenario, target: float) -> RoiAnswer:
    """What reaching the target returns over the years."""
    return roi_of(scenario, target=target, draws=DRAWS, seed=SEED)


def findings(found: Chain, target: float) -> Findings:
    """Everything that the board pack tells of."""
    scenario = found.scenario
    return findings_of(
        found,
        target=target,
        seed=SEED,
        workspace=workspace(),
        margin=margin(scenario, target),
        roi=roi(scenario, target),
    )


def kept_scenarios() -> Library:
    """The scenarios that are kept by name."""
    return _kept_scenarios(stamp())


@st.cache_data(max_entries=4, show_spinner=False)
def _kept_scenarios(changed: tuple[int, int]) -> Library:
    return library(workspace())


def set_levers(levers: Sequence[str]) -> None:
    """Keep which levers a plan may use in the workspace's scenario."""
    stored = stored_scenario(workspace())
    settings = {**stored.settings, "levers": " ".join(levers)}
    save_scenario(workspace(), replace(stored, settings=settings))


def scenario_file(scenario: Scenario) -> str:
    """A scenario as the file that the command line reads."""
    return scenario_to_toml(scenario)


def runs_of(fingerprint: str, limit: int = 12) -> list[RunSummary]:
    """The newest runs on a dataset, as far as they are now."""
    return [r for r in runs(workspace()) if r.run.dataset == fingerprint][:limit]


def run_stamp(run_id: str) -> int:
    """Changes whenever a run writes a fact."""
    files = workspace().path("runs", run_id).glob("*")
    return max((path.stat().st_mtime_ns for path in files), default=0)


def exported(run_id: str, tau: float, fmt: str) -> bytes:
    """The accepted corpus as a file."""
    suffix = EXPORTS[fmt]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"corpus.{suffix}"
        export(workspace(), run_id, strictness=tau, format=fmt, target=path)
        return path.read_bytes()
