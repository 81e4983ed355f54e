"""The board pack put together: sections in the order of a meeting, and what made them."""

from importlib.metadata import version

from core.assumptions import scenario_to_toml
from core.report.content import Pack, Provenance
from core.report.findings import Findings
from core.report.sections import decision, economics, grounds, proof, risk, steering


def pack_of(found: Findings) -> Pack:
    """Everything that the writers show."""
    made = provenance_of(found)
    kept = [make(found) for make in (steering.scorecard, steering.programme)]
    sections = (
        decision.decision(found),
        economics.curve(found),
        economics.bridge(found),
        economics.plans(found),
        risk.returns(found),
        risk.risk(found),
        proof.evidence(found),
        *(section for section in kept if section is not None),
        grounds.assumptions(found),
        grounds.method(found, made),
        grounds.appendix(found),
    )
    return Pack(
        title=found.scenario.name,
        sections=sections,
        provenance=made,
        figures=figures_of(found),
    )


def provenance_of(found: Findings) -> Provenance:
    """What has to be known to make the pack again."""
    scenario = found.scenario
    prices = sorted(a.as_of for a in scenario.values() if a.unit.is_money)
    first, last = prices[0].isoformat(), prices[-1].isoformat()
    audit = found.chain.audit
    data = ""
    if audit is not None:
        measured = audit.measured
        data = f"Data: {measured.data_name}, {measured.fingerprint}, audit {measured.name}."
        if found.chain.evidence is not None:
            data += f" Evidence {found.chain.evidence.evidence_id}."
    return Provenance(
        scenario_name=scenario.name,
        digest=scenario.digest,
        scenario=scenario_to_toml(scenario),
        target=found.target,
        seed=found.seed,
        draws=found.draws,
        version=version("datawall"),
        made_on=found.on.isoformat(),
        prices_as_of=first if first == last else f"{first} to {last}",
        data=data,
    )


def figures_of(found: Findings) -> dict[str, float | None]:
    """Every figure that follows from scenario, target, draws and seed alone, unrounded."""
    margin, roi = found.margin, found.roi
    at = margin.margin_at_target
    figures: dict[str, float | None] = {
        "gross margin today": found.cogs.now.gross_margin,
        "cost of a request today [USD]": found.cogs.now.usd,
        "gross margin at the target, P10": float(at.p10),
        "gross margin at the target, P50": float(at.p50),
        "gross margin at the target, P90": float(at.p90),
        "best accuracy": margin.optimum.value,
        "gross margin at the best accuracy": margin.optimum_margin,
        "accuracy at which the wanted margin is lost": margin.accuracy_target.value,
        "accuracy at which the margin is zero": margin.accuracy_zero.value,
        "requests at which a seat earns nothing": margin.usage_per_seat.value,
        "chance of a gain": roi.chance_of_gain if roi.lines else None,
        "gross margin at the target, at the medians": found.bridge.end,
    }
    if margin.plan is not None:
        figures["cost of a request at the target [USD]"] = margin.plan.unit_cost_usd
        figures["new samples of the plan"] = margin.plan.new_samples
    for name, figure in roi.figures.items():
        figures[f"{name}, at the medians"] = figure.at_medians
        for which, value in (
            ("P10", figure.drawn.p10),
            ("P50", figure.drawn.p50),
            ("P90", figure.drawn.p90),
        ):
            figures[f"{name}, {which}"] = value
    return {k: v if v is not None and v == v else None for k, v in figures.items()}
