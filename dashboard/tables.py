"""Rows of the tables on the pages, and the lines that say where their numbers come from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil

import streamlit as st

from core.analysis.audit import AuditAnswer
from core.analysis.evidence import EvidenceAnswer
from core.analysis.file import FileSlices
from core.analysis.frontier import FrontierAnswer
from core.analysis.order import Order
from core.analysis.plan_words import plan_in_words
from core.analysis.plans import Plan
from core.analysis.sizing import Sizing
from core.analysis.story import deficit_range
from core.assumptions import Assumption, Scenario
from core.audit.measurement import Measurement
from core.formats import count, interval, money, number, percent, points, quantity
from core.records import Quantiles

Rows = list[dict[str, object]]


SLICE_COLUMNS = {
    "slice": st.column_config.TextColumn(width=180),
    "score": st.column_config.NumberColumn(format="%.1f %%"),
    "samples": st.column_config.NumberColumn(format="localized"),
    "lacks": st.column_config.NumberColumn(
        format="localized", help="Samples of the slice that are missing to the target (P50)."
    ),
    "impact": st.column_config.NumberColumn(
        format="%.2f pp",
        help="Expected distance below the target, weighted by use where a column says so.",
    ),
    "first": st.column_config.NumberColumn(
        format="%.0f %%", help="Probability that no other slice matters more."
    ),
}
_ORIGINS = {"label": "label", "column": "given column", "found": "found by Datawall"}
_VERDICTS = {"yes": "reachable", "no": "out of reach", "uncertain": "uncertain"}


def verdict(sizing: Sizing) -> str:
    """Whether the target can be reached, in a word or two."""
    if sizing.is_reached:
        return "reached"
    return "not sized" if sizing.p_reachable is None else _VERDICTS[sizing.reachable]


def slices(found: AuditAnswer) -> Rows:
    """Every slice with its score, interval, deficit, verdict, origin and impact."""
    return [
        {
            "slice": s.name,
            "score": 100 * s.facts.score,
            "95 % interval": interval(
                percent(s.facts.score_low, 0), percent(s.facts.score_high, 0)
            ),
            "samples": s.facts.n,
            "verdict": verdict(s.sizing),
            "lacks": None if s.sizing.deficit.p50 is None else ceil(s.sizing.deficit.p50),
            "P10 to P90": None if s.sizing.deficit.p10 is None else deficit_range(s.sizing),
            "impact": None if s.rank is None else 100 * s.rank.impact,
            "first": None if s.rank is None else 100 * s.rank.p_first,
            "origin": _ORIGINS[s.facts.origin],
        }
        for s in found.slices
    ]


def fixes(found: Measurement) -> Rows:
    """What could be tried before asking for data."""
    return [
        {
            "free fix": fix.name + (" (already used)" if fix.is_used else ""),
            "without": percent(fix.before),
            "with": percent(fix.after),
            "change, 95 % interval": interval(points(fix.low), points(fix.high)),
            "elsewhere": points(fix.elsewhere),
            "note": fix.note,
        }
        for fix in found.fixes
    ]


def order_lines(order: Order) -> Rows:
    """Each line of an order with quantity, interval, cost and what they follow from."""
    return [
        {
            "order": line.what,
            "P50": "unknown" if line.quantity.p50 is None else count(line.quantity.p50),
            "P10 to P90": _range(line.quantity, count, order.beyond if i == 0 else None),
            "cost (P50)": "–" if line.cost_usd.p50 is None else money(line.cost_usd.p50),
            "cost, P10 to P90": _range(line.cost_usd, money),
            "follows from": " · ".join(
                f"{a.key.replace('_', ' ')} {quantity(a.value, a.unit)} ({a.status})"
                for a in (*line.rates, *line.prices)
            ),
            "note": line.note,
        }
        for i, line in enumerate(order.lines)
    ]


def _range(
    found: Quantiles, write: Callable[[float | None], str], beyond: float | None = None
) -> str:
    if found.p10 is None:
        return "–"
    if found.p90 is not None:
        return interval(write(found.p10), write(found.p90))
    return f"{write(found.p10)} to " + ("open" if beyond is None else f"over {write(beyond)}")


def order_sources(order: Order) -> Rows:
    """The prices and rates of an order, each once."""
    every = {a.key: a for line in order.lines for a in (*line.rates, *line.prices)}
    return _assumptions(every.values())


def smallest(found: FileSlices) -> Rows:
    """The rarest labels and slices of the file with their labels."""
    return [
        {
            "slice": s.name,
            "rows": s.rows,
            "share": percent(s.share),
            "per label": ", ".join(f"{name} {n:,}" for name, n in _first(s.rows_per_label)),
        }
        for s in found.slices
    ]


def _first(per_label: Mapping[str, int], most: int = 4) -> Sequence[tuple[str, int]]:
    return sorted(per_label.items(), key=lambda pair: -pair[1])[:most]


def audit_source(measured: Measurement) -> str:
    """What an audit was made of."""
    return (
        f"Learner: {measured.learner}. {measured.rows_used:,} of {measured.rows:,} rows used. "
        f"Audit {measured.name}, seed {measured.seed}, "
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


def plans(frontier: Sequence[Plan], most: int = 25) -> Rows:
    """Plans on the frontier by rising accuracy, thinned out evenly."""
    return [
        {
            "accuracy": percent(p.accuracy),
            "plan": plan_in_words(p),
            "once": money(p.fixed_usd),
            "per request": money(p.variable_usd),
            "both, per request": money(p.unit_cost_usd),
        }
        for p in frontier[:: max(1, -(-len(frontier) // most))]
    ]


def by_volume(found: FrontierAnswer) -> Rows:
    """The cheapest plan for the target at each volume."""
    return [
        {
            "from requests": count(part.requests_from),
            "plan": plan_in_words(part.plan),
            "once": money(part.plan.fixed_usd),
            "per request": money(part.plan.variable_usd),
        }
        for part in found.by_volume
    ]


def assumptions(scenario: Scenario) -> Rows:
    """Every assumption with value, interval, status, source and date."""
    return _assumptions(scenario.values())


def _assumptions(every: Iterable[Assumption]) -> Rows:
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
        for a in every
    ]
