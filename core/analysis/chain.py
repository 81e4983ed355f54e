"""The whole chain at a glance: bottleneck, deficit, cost, evidence, margin."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.analysis.audit import AuditAnswer, audit_at, measurements
from core.analysis.evidence import EvidenceAnswer, stored_evidence
from core.analysis.measured import RunCost, with_measurements
from core.analysis.price_book import book_of
from core.analysis.scenario import default_scenario, load_scenario
from core.analysis.sizing import SliceAudit
from core.analysis.strictness.threshold import score_at
from core.assumptions import Scenario, scenario_to_toml
from core.audit.measurement import Measurement
from core.workspace import Workspace
from core.workspace.ledger import acceptance, critique_share
from core.workspace.runs import RunSummary, runs

SCENARIO_FILE = "current.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Every link that has been measured for one dataset and label; None where not yet."""

    audit: AuditAnswer | None
    part: SliceAudit | None
    run: RunSummary | None
    cost: RunCost | None
    evidence: EvidenceAnswer | None
    scenario: Scenario
    """The user's scenario with everything measured bound to it."""


def chain_of(
    workspace: Workspace,
    *,
    fingerprint: str | None,
    label: str | None,
    target: float,
    tau: float,
    slice_name: str | None = None,
    fits: Callable[[Measurement], bool] | None = None,
    size: Callable[[Measurement, float], AuditAnswer] = audit_at,
    scenario: Scenario | None = None,
) -> Chain:
    """Collect what the workspace knows about a dataset; nothing is trained or called.

    Parameters
    ----------
    fits
        Which of the audits of this dataset and label is meant; the newest when None.
    size
        Sizes what was measured for a target; one that remembers saves seconds.
    scenario
        What the measurements are bound to; the workspace's own when None.
    """
    measured = (m for m in measurements(workspace) if m.fingerprint == fingerprint)
    own = next((m for m in measured if m.label == label and (fits is None or fits(m))), None)
    audit = size(own, target) if own else None
    part = audit.slice_named(slice_name) if audit else None
    name = part.name if part else slice_name
    made = (r for r in runs(workspace) if r.run.dataset == fingerprint and r.proposed)
    run = next((r for r in made if r.run.slice == name), None)
    cost = run_cost(workspace, run, tau) if run else None
    tested = (e for e in stored_evidence(workspace) if e.fingerprint == fingerprint)
    proof = next((e for e in tested if e.slice == name), None)
    asked = with_target(scenario or stored_scenario(workspace), target)
    bound = with_measurements(asked, audit=audit, part=part, run=cost, evidence=proof)
    return Chain(audit=audit, part=part, run=run, cost=cost, evidence=proof, scenario=bound)


def with_target(scenario: Scenario, target: float) -> Scenario:
    """The scenario promising this accuracy."""
    promised = scenario["target_accuracy"]
    if promised.value == target:
        return scenario
    source = "the target chosen for the slice"
    changed = replace(promised.fixed_at(target, source=source), status="edited")
    return scenario.bound(changed)


def run_cost(workspace: Workspace, run: RunSummary, tau: float) -> RunCost:
    """What the accepted samples of a run cost at a strictness, read from the ledger."""
    row = acceptance(workspace, run.run_id, [score_at(workspace, run.run_id, tau)]).iloc[0]
    return RunCost(
        run_id=run.run_id,
        tau=tau,
        proposed=int(row["proposed"]),
        accepted=int(row["accepted"]),
        calls=run.calls,
        cost_usd=float(row["cost_usd"]),
        critique_share=critique_share(workspace, run.run_id) if run.calls else None,
    )


def stored_scenario(workspace: Workspace) -> Scenario:
    """The scenario that the workspace keeps, or the default with today's prices."""
    today = datetime.now(UTC).date()
    path = workspace.path("scenarios", SCENARIO_FILE)
    if not path.exists():
        return default_scenario(book_of(workspace), today)
    return load_scenario(path.read_text("utf-8"), path.name, book_of(workspace), today)


def save_scenario(workspace: Workspace, scenario: Scenario) -> None:
    """Keep a scenario as the workspace's own; measured figures are bound anew when it is read."""
    workspace.write_text(workspace.path("scenarios", SCENARIO_FILE), scenario_to_toml(scenario))
