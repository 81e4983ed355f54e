"""Rows of the tables on the pages, and the lines that say where their numbers come from."""

from collections.abc import Sequence

from core.analysis.audit import AuditAnswer
from core.analysis.board import deficit_in_words
from core.analysis.cogs import CogsAnswer
from core.analysis.evidence import EvidenceAnswer
from core.analysis.plans import Plan
from core.analysis.quote import Quote
from core.analysis.strictness import StrictnessAnswer
from core.assumptions import Scenario
from core.audit.measurement import Measurement
from core.formats import count, interval, money, number, percent, quantity
from core.generation.plan import GenerationPlan
from core.workspace.runs import RunSummary

Rows = list[dict[str, object]]


def slices(found: AuditAnswer) -> Rows:
    """Every slice with its score, interval and deficit."""
    return [
        {
            "slice": s.name,
            "samples": s.facts.n,
            found.measured.metric: percent(s.facts.score),
            "95 % interval": interval(
                percent(s.facts.score_low, 0), percent(s.facts.score_high, 0)
            ),
            "reachable": s.sizing.reachable,
            "deficit": deficit_in_words(s.sizing),
            "why": s.sizing.why,
        }
        for s in found.slices
    ]


def audit_source(measured: Measurement) -> str:
    """What an audit was made of."""
    return (
        f"Learner: {measured.learner}. {measured.rows_used:,} of {measured.rows:,} rows used. "
        f"{' '.join(measured.notes)} Audit {measured.name}, seed {measured.seed}, "
        f"{measured.at[:10]}."
    )


def evidence_source(found: EvidenceAnswer) -> str:
    """What an injection experiment was made of."""
    return (
        f"{found.corpus}: {found.synthetic:,} synthetic samples beside {found.baseline.n_train:,} "
        f"real ones of the slice; {found.baseline.n_test:,} held-out real examples; "
        f"{found.repeats} paired repeats; exact McNemar p = {number(found.p_value, 2)}. Evidence "
        f"{found.evidence_id}, seed {found.seed}, {found.at[:10]}. {' '.join(found.notes)}"
    )


def calibration(found: StrictnessAnswer) -> str:
    """Whether scores are probabilities, and the strictness that is recommended."""
    tau, why = found.recommended.tau, found.recommended.why.rstrip(".")
    return (
        f"Scores: {found.calibration.method}, {found.calibration.labels} human labels. "
        f"Recommended τ: {'none' if tau is None else f'{tau:g}'}. {why[:1].upper()}{why[1:]}. "
        "Moving τ re-reads the ledger; no call is made."
    )


def plans(frontier: Sequence[Plan], most: int = 25) -> Rows:
    """Plans on the frontier by rising accuracy, thinned out evenly."""
    return [
        {
            "accuracy": percent(p.accuracy),
            "new samples": count(p.new_samples),
            "votes": p.votes,
            "to people": percent(p.review_share),
            "once": money(p.fixed_usd),
            "per request": money(p.variable_usd),
            "both, per request": money(p.unit_cost_usd),
        }
        for p in frontier[:: max(1, len(frontier) // most)]
    ]


def components(found: CogsAnswer) -> Rows:
    """The parts of a request's cost, today and at the target, and their sums."""
    later = found.at_target
    parts = {c.name: c.usd for c in later.components} if later else {}
    rows: Rows = [
        {
            "part": c.name,
            "today": money(c.usd),
            "at the target": money(parts[c.name]) if later else "–",
        }
        for c in found.now.components
    ]
    total = money(later.usd) if later else "–"
    return [*rows, {"part": "total", "today": money(found.now.usd), "at the target": total}]


def runs(found: Sequence[RunSummary]) -> Rows:
    """Runs with how far they are and what they cost."""
    return [
        {
            "state": r.stopped or r.state,
            "proposed": r.proposed,
            "of": r.wanted,
            "cost": money(r.cost_usd),
            "calls": r.calls,
            "slice": r.run.slice,
            "by": r.run.model or r.run.generator,
            "run": r.run_id,
            "tokens": r.input_tokens + r.output_tokens,
        }
        for r in found
    ]


def assumptions(scenario: Scenario) -> Rows:
    """Every assumption with value, interval, status, source and date."""
    return [
        {
            "assumption": a.key.replace("_", " "),
            "value": quantity(a.value, a.unit),
            "90 % interval": "–"
            if a.low is None or a.high is None
            else f"{number(a.low)} to {number(a.high)}",
            "status": a.status,
            "source": a.source,
            "as of": a.as_of.isoformat(),
        }
        for a in scenario.values()
    ]


def quoted(plan: GenerationPlan, quote: Quote) -> str:
    """What a plan costs on its model, or would cost on one."""
    spread = interval(money(quote.cost_usd_p10), money(quote.cost_usd_p90))
    would = "This run costs" if plan.generator.model else f"{quote.model} would cost"
    counted = "counted with its tokenizer"
    if quote.counted_by != "tokenizer":
        counted = "estimated with another model's tokenizer"
    return (
        f"{would} about {money(quote.cost_usd_p50)} ({spread}, P10 to P90): "
        f"{quote.input_tokens:,} prompt and {quote.output_tokens:,} answer tokens, {counted}; "
        f"{quote.source}, {quote.as_of}."
    )
