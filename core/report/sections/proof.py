"""The bottleneck, what it lacks, and whether synthetic samples were proven to help."""

from core.analysis.sizing import SliceAudit
from core.analysis.story import deficit_in_words
from core.formats import interval, money, number, percent, points
from core.report.content import Bars, Section
from core.report.findings import Findings

_MOST_SLICES = 8


def evidence(found: Findings) -> Section:
    """Deficit and evidence."""
    audit, part = found.chain.audit, found.chain.part
    if audit is None or part is None:
        return Section(
            key="evidence",
            headline="No data was audited, so every figure of the model is assumed",
            said=(
                "The scenario is bound to no audit of this workspace. An audit of labelled "
                "examples measures the bottleneck, the deficit and how fast errors fall.",
            ),
        )
    metric = audit.measured.metric
    return Section(
        key="evidence",
        headline=_headline(found),
        said=(
            f"{part.name}: {metric} {percent(part.facts.score)} "
            f"({interval(percent(part.facts.score_low), percent(part.facts.score_high))}, 95 %) "
            f"with {part.facts.n:,} samples; {percent(audit.target, 0)} is wanted.",
            f"{deficit_in_words(part.sizing)} {part.sizing.why}".strip(),
            _samples(found),
            _tested(found),
        ),
        chart=_chart(found, metric),
        trust=f"{audit.measured.data_name}, {audit.measured.rows:,} rows "
        f"({audit.measured.fingerprint}); scores are cross-validated on real rows only.",
    )


def _headline(found: Findings) -> str:
    part, evidence = found.chain.part, found.chain.evidence
    name = part.name if part else "the bottleneck"
    if evidence is None:
        return f"{name} starves the model; whether synthetic samples help is not tested yet"
    change = f"{points(evidence.gain.p50)} on {evidence.baseline.n_test} held-out real examples"
    if evidence.verdict == "proven gain":
        return f"Synthetic samples are proven to lift {name}: {change}"
    return f"Evidence is weak: {evidence.verdict} for {name} ({change})"


def _samples(found: Findings) -> str:
    cost, run = found.chain.cost, found.chain.run
    if cost is None or run is None:
        return "No samples were generated yet."
    paid = money(cost.per_accepted_usd) if cost.accepted else "unknown"
    return (
        f"{cost.accepted:,} of {cost.proposed:,} candidates are accepted at strictness "
        f"{cost.tau:g}, at {paid} paid to models for each (run {cost.run_id})."
    )


def _tested(found: Findings) -> str:
    evidence = found.chain.evidence
    if evidence is None:
        return "Their gain on held-out real data was not tested yet."
    low, high = points(evidence.gain.p10), points(evidence.gain.p90)
    rate = evidence.exchange_rate
    worth = ""
    if rate.p50 is not None:
        low_end, high_end = (
            "open" if end is None else number(max(end, 0.0), 2) for end in (rate.p10, rate.p90)
        )
        worth = (
            f" One of them is worth {number(max(rate.p50, 0.0), 2)} real samples "
            f"({interval(low_end, high_end)}, P10 to P90)."
        )
    return (
        f"{evidence.verdict.capitalize()}: injecting {evidence.synthetic:,} samples changes recall "
        f"by {points(evidence.gain.p50)} ({low} to {high}), p = {number(evidence.p_value, 2)}, "
        f"{evidence.repeats} paired repeats.{worth}"
    )


def _chart(found: Findings, metric: str) -> Bars | None:
    audit = found.chain.audit
    if audit is None:
        return None
    named: list[SliceAudit] = [s for s in audit.slices if s.facts.origin != "found"]
    shown = sorted(named, key=lambda s: s.facts.score)[:_MOST_SLICES]
    if not shown:
        return None
    return Bars(
        title=f"{metric.capitalize()} of the weakest slices on real data",
        axis=metric,
        categories=tuple(s.name for s in shown),
        series=((metric, tuple(s.facts.score for s in shown)),),
        format="percent",
        goal=(f"target {percent(audit.target, 0)}", audit.target),
    )
