"""Rows of the tables about runs: how far, what was paid for what, why, and whether it holds."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.corpus import JudgedCandidate
from core.analysis.ledger import Verification
from core.analysis.spending import Spending
from core.formats import money, number
from core.workspace.runs import RunSummary
from dashboard.tables import Rows

RUN_COLUMNS = {
    "proposed": st.column_config.ProgressColumn(
        format="%.0f %%", min_value=0, max_value=100, help="Share of the candidates at most."
    ),
    "accepted": st.column_config.NumberColumn(format="localized"),
    "calls": st.column_config.NumberColumn(format="localized"),
}
CALL_COLUMNS = {
    name: st.column_config.NumberColumn(format="localized")
    for name in ("calls", "tokens in", "cached", "tokens out")
}
_STATES = {
    "done": "done",
    "budget": "budget spent",
    "cancelled": "stopped",
    "failed": "failed",
    None: "interrupted",
}


def state(run: RunSummary) -> str:
    """How a run stands, in a word or two."""
    return "running" if run.state == "running" else _STATES[run.stopped]


def runs(found: Sequence[RunSummary], accepted: Sequence[int]) -> Rows:
    """Runs with how far they are, what was accepted and what they cost."""
    return [
        {
            "slice": r.run.slice,
            "state": state(r),
            "proposed": 100 * r.proposed / r.wanted if r.wanted else None,
            "accepted": taken,
            "cost": money(r.cost_usd),
            "calls": r.calls,
            "by": r.run.model or r.run.generator,
            "run": r.run_id,
        }
        for r, taken in zip(found, accepted, strict=True)
    ]


def spending(found: Spending) -> Rows:
    """Calls, tokens and dollars by role, model and outcome."""
    return [
        {
            "role": line.role,
            "model": line.model,
            "outcome": line.outcome,
            "calls": line.calls,
            "tokens in": line.input_tokens,
            "cached": line.cached_tokens,
            "tokens out": line.output_tokens,
            "paid": money(line.cost_usd),
            "saved": money(line.saved_usd),
            "median seconds": "–" if line.outcome == "cached" else number(line.median_seconds, 2),
        }
        for line in found.lines
    ]


def candidates(found: Sequence[JudgedCandidate]) -> Rows:
    """Candidates with the critic that decided, its reason, and what their kind adds."""
    rows: Rows = []
    for c in found:
        extras = "; ".join(f"{key.replace('_', ' ')}: {_flat(v)}" for key, v in c.extras.items())
        rows.append(
            {
                "": "accepted" if c.accepted else "rejected",
                "candidate": " · ".join(str(value) for value in c.content.values()),
                "score": number(c.score, 2),
                "decided by": c.said[0].critic if c.said else "–",
                "reason": c.said[0].reason if c.said else "not judged",
                **({"beside it": extras} if any(other.extras for other in found) else {}),
            }
        )
    return rows


def _flat(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def checks(found: Verification) -> Rows:
    """What must hold of a ledger, and what was found."""
    return [
        {"check": c.name, "holds": "yes" if c.ok else "NO", "found": c.found} for c in found.checks
    ]
