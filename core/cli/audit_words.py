"""An audit as JSON and as a page of text."""

from dataclasses import asdict

from core.analysis.audit import AuditAnswer
from core.analysis.order import Order, in_words
from core.analysis.order_lines import Line
from core.analysis.sizing import SliceAudit
from core.audit.measurement import Fix
from core.cli.output import table
from core.formats import count, interval, money, percent, points

_MOST_ROWS = 40


def audit_facts(found: AuditAnswer, order: Order) -> dict[str, object]:
    """The audit for programs."""
    of = found.measured
    return {
        "audit": of.name,
        "dataset": {"rows": of.rows, "fingerprint": of.fingerprint, "name": of.data_name},
        "rows_used": of.rows_used,
        "metric": of.metric,
        "target": found.target,
        "seed": of.seed,
        "learner": of.learner,
        "learners_compared": [{"learner": n, "mean_recall": r} for n, r in of.options],
        "is_complete": of.is_complete,
        "bottleneck": found.bottleneck.name,
        "rivals": [s.name for s in found.rivals],
        "slices": [_slice_facts(s) for s in found.slices],
        "free_fixes": [asdict(fix) for fix in of.fixes],
        "order": _order_facts(order),
        "notes": list(of.notes),
    }


def _slice_facts(found: SliceAudit) -> dict[str, object]:
    facts = found.facts
    return {
        "slice": facts.slice,
        "origin": facts.origin,
        "n": facts.n,
        "prevalence": facts.prevalence,
        "score": facts.score,
        "score_low": facts.score_low,
        "score_high": facts.score_high,
        "shrunk_score": facts.shrunk_score,
        "rank": None if found.rank is None else asdict(found.rank),
        **asdict(found.sizing),
    }


def _order_facts(order: Order) -> dict[str, object]:
    return {
        "slice": order.slice,
        "status": order.status,
        "why": order.why,
        "in_words": in_words(order),
        "lines": [_line_facts(line) for line in order.lines],
    }


def _line_facts(line: Line) -> dict[str, object]:
    return {
        "kind": line.kind,
        "what": line.what,
        "unit": line.unit.value,
        "quantity": asdict(line.quantity),
        "cost_usd": asdict(line.cost_usd),
        "sources": [
            {
                "key": a.key,
                "value": a.value,
                "unit": a.unit.value,
                "status": a.status,
                "source": a.source,
                "as_of": a.as_of.isoformat(),
            }
            for a in (*line.prices, *line.rates)
        ],
        "note": line.note,
    }


def audit_text(found: AuditAnswer, order: Order) -> str:
    """The audit for people."""
    of, worst = found.measured, found.bottleneck
    parts = [
        f"{of.data_name}: {of.rows:,} rows, {of.metric} wanted {percent(found.target)}, "
        f"by {of.learner}",
        _slice_table(found),
        f"Bottleneck: {worst.name}. {worst.sizing.why}{_rivals(found)}",
    ]
    if of.fixes:
        parts.append(_fix_table(of.fixes))
    if order.lines:
        parts.append(_order_table(order))
    parts.append(in_words(order))
    parts.append("\n".join(of.notes))
    return "\n\n".join(part for part in parts if part)


def _slice_table(found: AuditAnswer) -> str:
    headings = ["slice", "samples", found.measured.metric, "95 % interval", "reachable"]
    rows = [
        [
            s.name if s.facts.origin != "found" else f"{s.name} (found)",
            f"{s.facts.n:,}",
            percent(s.facts.score),
            interval(percent(s.facts.score_low), percent(s.facts.score_high)),
            _verdict(s),
            *_lacks(s),
        ]
        for s in found.slices[:_MOST_ROWS]
    ]
    more = len(found.slices) - len(rows)
    text = table([*headings, "lacks", "P10 to P90"], rows)
    return f"{text}\n… and {more:,} more, less constrained" if more > 0 else text


def _verdict(found: SliceAudit) -> str:
    if found.sizing.is_reached:
        return "reached"
    return found.sizing.reachable if found.sizing.p_reachable is not None else "not sized"


def _lacks(found: SliceAudit) -> tuple[str, str]:
    lacks = found.sizing.deficit
    beyond = "beyond the horizon" if lacks.p10 is not None else "–"
    low, middle, high = (
        count(v) if v is not None else beyond for v in (lacks.p10, lacks.p50, lacks.p90)
    )
    return middle, interval(low, high)


def _rivals(found: AuditAnswer) -> str:
    names = [s.name for s in found.rivals]
    if not names:
        return ""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f" It cannot be told apart from {shown}: their intervals overlap."


def _fix_table(fixes: tuple[Fix, ...]) -> str:
    rows = [
        [
            fix.name + (" (already used)" if fix.is_used else ""),
            percent(fix.before),
            percent(fix.after),
            interval(points(fix.low), points(fix.high)),
            points(fix.elsewhere),
        ]
        for fix in fixes
    ]
    headings = ["free fix", "without", "with", "95 % interval of the change", "elsewhere"]
    return f"Before asking for data, on {fixes[0].slice}:\n{table(headings, rows)}"


def _order_table(order: Order) -> str:
    rows = []
    for line in order.lines:
        low, middle, high = (
            "–" if v is None else count(v)
            for v in (line.quantity.p10, line.quantity.p50, line.quantity.p90)
        )
        cost = "unknown" if line.cost_usd.p50 is None else money(line.cost_usd.p50)
        rows.append([line.what, middle, interval(low, high), cost])
    headings = ["order", "P50", "P10 to P90", "cost (P50)"]
    return f"To bring {order.slice} to the target:\n{table(headings, rows)}"
