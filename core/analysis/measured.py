"""Which assumptions of a scenario can be replaced by what the workspace has measured?"""

from dataclasses import dataclass
from datetime import date

from core.analysis.audit import AuditAnswer
from core.analysis.evidence import EvidenceAnswer
from core.analysis.evidence.answer import Setting
from core.analysis.sizing import SliceAudit
from core.assumptions import Assumption, Scenario
from core.calculators.learning_curve import HORIZON
from core.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCost:
    """What the accepted samples of a run cost at a strictness."""

    run_id: str
    tau: float
    proposed: int
    accepted: int
    calls: int
    cost_usd: float
    critique_share: float | None = None
    """Share of the cost that went to critics; None when nothing was paid. [fraction]"""

    @property
    def per_accepted_usd(self) -> float | None:
        """Model spend per accepted sample, rejected ones included; None when there is none."""
        return self.cost_usd / self.accepted if self.accepted else None


def with_measurements(
    scenario: Scenario,
    *,
    audit: AuditAnswer | None = None,
    part: SliceAudit | None = None,
    run: RunCost | None = None,
    evidence: EvidenceAnswer | None = None,
) -> Scenario:
    """The scenario with every assumption bound to a measurement where there is one.

    An assumption that the user has edited stays as edited.
    """
    found: list[Assumption] = []
    if audit is not None and part is not None:
        found += _from_audit(audit, part)
    if run is not None:
        found += _from_run(run)
    if evidence is not None:
        found += _from_evidence(evidence, run)
    kept = [a for a in found if a.key in scenario and scenario[a.key].status != "edited"]
    return scenario.bound(*kept)


_AS_REAL = 1.0
_LEARNT = {
    "error_now": (
        Unit.FRACTION,
        "Share of the slice's requests answered wrong with today's samples.",
    ),
    "error_floor": (Unit.FRACTION, "Share that more samples alone cannot mend."),
    "learning_exponent": (Unit.ONE, "How fast errors fall with samples."),
    "samples_held": (Unit.SAMPLES, "Samples of the slice that are there today."),
    "slice_share": (
        Unit.FRACTION,
        "Share of the examples, taken for the share of requests, that belong to the slice; votes, "
        "reviews and errors are paid for these only.",
    ),
    "max_new_samples": (
        Unit.SAMPLES,
        f"Beyond {HORIZON:g} times the samples trained on nothing is promised: no plan buys more.",
    ),
}


def _from_audit(audit: AuditAnswer, part: SliceAudit) -> list[Assumption]:
    if part.lever is None:
        return []
    lever, held = part.lever, float(part.facts.n)
    beyond = part.sizing.beyond
    most = held * (HORIZON - 1) if beyond is None else beyond
    figures: dict[str, tuple[float, ...]] = {
        "error_now": lever.error_now,
        "error_floor": tuple(min(value, lever.error_now[0]) for value in lever.error_floor),
        "learning_exponent": lever.exponent,
        "samples_held": (held,),
        "slice_share": (part.facts.prevalence,),
        "max_new_samples": (most,),
    }
    source = f"audit {audit.measured.name}: learning curve of {part.name}"
    on = date.fromisoformat(audit.measured.at[:10])
    return [
        Assumption(
            key=key,
            value=found[len(found) // 2],
            low=found[0] if len(found) > 1 else None,
            high=found[-1] if len(found) > 1 else None,
            unit=_LEARNT[key][0],
            source=source,
            as_of=on,
            status="measured",
            note=_LEARNT[key][1],
        )
        for key, found in figures.items()
    ]


def _from_run(run: RunCost) -> list[Assumption]:
    cost = run.per_accepted_usd
    if cost is None:
        return []
    paid = (
        f"{run.calls:,} calls" if run.calls else "no language model was called, so nothing was paid"
    )
    on = date.fromisoformat(f"{run.run_id[:4]}-{run.run_id[4:6]}-{run.run_id[6:8]}")
    found = [
        Assumption(
            key="cost_per_accepted_sample",
            value=cost,
            unit=Unit.USD_PER_SAMPLE,
            status="measured",
            source=f"run {run.run_id} at strictness {run.tau:g}: {run.accepted:,} accepted of "
            f"{run.proposed:,}, {paid}",
            as_of=on,
            note="What the models are paid for one accepted sample, rejected ones included.",
        )
    ]
    if run.critique_share is not None:
        found.append(
            Assumption(
                key="critique_share",
                value=run.critique_share,
                unit=Unit.FRACTION,
                status="measured",
                source=f"run {run.run_id}: the ledger's calls of critics, {paid}",
                as_of=on,
                note="The share of the cost of an accepted sample that goes to critics; it divides "
                "that cost and changes no sum.",
            )
        )
    return found


def _from_evidence(evidence: EvidenceAnswer, run: RunCost | None) -> list[Assumption]:
    """The exchange rate at the run's strictness, as near as it was measured."""
    (low, middle, high), at = evidence.exchange_range, evidence.corpus
    nearest = _nearest(evidence, run)
    if nearest is not None and nearest.exchange_range[1] is not None:
        (low, middle, high) = nearest.exchange_range
        at = (
            f"{run.run_id if run else ''} at strictness {nearest.at:g}, {nearest.samples:,} samples"
        )
    if middle is None:
        return []
    note = "Real samples that one accepted synthetic sample is worth."
    if high is None:
        high = max(middle, _AS_REAL)
        note += " The upper end lies beyond the learning curve; as much as a real one is assumed."
    return [
        Assumption(
            key="exchange_rate",
            value=max(middle, 0.0),
            low=max(middle if low is None else low, 0.0),
            high=max(high, 0.0),
            unit=Unit.ONE,
            status="measured",
            as_of=date.fromisoformat(evidence.at[:10]),
            source=f"evidence {evidence.evidence_id}: {at} on {evidence.slice}",
            note=note,
        )
    ]


def _nearest(evidence: EvidenceAnswer, run: RunCost | None) -> Setting | None:
    """The measured strictness that is nearest to the run's; None where the corpus is at it."""
    if run is None or evidence.corpus == f"{run.run_id}@{run.tau:g}":
        return None
    if not evidence.corpus.startswith(f"{run.run_id}@"):
        return None
    settings = evidence.exchange_by_strictness
    return min(settings, key=lambda s: abs(s.at - run.tau), default=None)
