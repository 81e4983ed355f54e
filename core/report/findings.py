"""Everything that a board pack is written from, asked once."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from core.analysis.audit import measurements
from core.analysis.bridge import Bridge, bridge_of
from core.analysis.chain import Chain, chain_of
from core.analysis.cogs import CogsAnswer, cogs_of
from core.analysis.frontier import FrontierAnswer, frontier_of
from core.analysis.margin import DRAWS, MarginAnswer, margin_of
from core.analysis.programme import Programme, programme_of
from core.analysis.ranked_plans import RankedPlans, ranked_plans
from core.analysis.roi import RoiAnswer, roi_of
from core.analysis.scorecard import Scorecard, scorecard_of
from core.assumptions import Scenario
from core.workspace import Workspace

_TAU = 0.5
_STRICTNESS = "at strictness "


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The answers that the pack tells of."""

    chain: Chain
    target: float
    margin: MarginAnswer
    cogs: CogsAnswer
    frontier: FrontierAnswer
    roi: RoiAnswer
    bridge: Bridge
    ranked: RankedPlans
    scorecard: Scorecard | None
    """None for a scenario that stands without a workspace."""
    programme: Programme | None
    on: date
    draws: int
    seed: int

    @property
    def scenario(self) -> Scenario:
        """The scenario of them all."""
        return self.chain.scenario


def findings_of(
    chain: Chain,
    *,
    target: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    workspace: Workspace | None = None,
    margin: MarginAnswer | None = None,
    roi: RoiAnswer | None = None,
) -> Findings:
    """Ask everything of a chain and its scenario.

    Parameters
    ----------
    workspace
        Whose scorecard and 90-day plan are told; none when None.
    margin, roi
        Answers for the same scenario, target, draws and seed, where they are known already.

    Raises
    ------
    AssumptionError
        The target or an assumption is impossible.
    """
    scenario = chain.scenario
    wanted = scenario.value("target_accuracy") if target is None else target
    if scenario.value("target_accuracy") != wanted:
        raised = scenario["target_accuracy"].fixed_at(wanted, source="the target of this report")
        scenario = scenario.bound(replace(raised, status="edited"))
        chain = replace(chain, scenario=scenario)
    on = datetime.now(UTC).date()
    margin = margin or margin_of(scenario, target=wanted, draws=draws, seed=seed)
    roi = roi or roi_of(scenario, target=wanted, draws=draws, seed=seed)
    card = plan = None
    if workspace is not None:
        card = scorecard_of(workspace, chain, margin, roi)
        plan = programme_of(workspace, chain, today=on, margin=margin)
    return Findings(
        chain=chain,
        target=wanted,
        margin=margin,
        cogs=cogs_of(scenario),
        frontier=frontier_of(scenario),
        roi=roi,
        bridge=bridge_of(scenario, wanted),
        ranked=ranked_plans(scenario, wanted),
        scorecard=card,
        programme=plan,
        on=on,
        draws=draws,
        seed=seed,
    )


def standing_alone(scenario: Scenario) -> Chain:
    """A scenario without anything that was measured beside it."""
    return Chain(audit=None, part=None, run=None, cost=None, evidence=None, scenario=scenario)


def chain_behind(workspace: Workspace, scenario: Scenario, *, keeps_scenario: bool = True) -> Chain:
    """What the workspace knows of the data that a scenario was measured on.

    A scenario that was bound to no audit of this workspace stands alone: what the workspace
    holds may be about something else.

    Parameters
    ----------
    keeps_scenario
        Whether the scenario stays as it is; else what is measured is bound to it anew.
    """
    source = scenario["error_now"].source
    audits = measurements(workspace)
    own = next((m for m in audits if source.startswith(f"audit {m.name}:")), None)
    if own is None:
        return standing_alone(scenario)
    found = chain_of(
        workspace,
        fingerprint=own.fingerprint,
        label=own.label,
        target=scenario.value("target_accuracy"),
        tau=_strictness_of(scenario),
        slice_name=source.partition(": learning curve of ")[2] or None,
        fits=lambda m: m.name == own.name,
        scenario=scenario,
    )
    return replace(found, scenario=scenario) if keeps_scenario else found


def _strictness_of(scenario: Scenario) -> float:
    """The strictness at which the cost of a sample was read."""
    said = scenario["cost_per_accepted_sample"].source.partition(_STRICTNESS)[2]
    number = said.partition(":")[0]
    try:
        return float(number)
    except ValueError:
        return _TAU
