"""What did a run pay for what, what did the cache save, and what went wrong?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from core.records import Call
from core.workspace import Workspace, ledger

_MOST_REASONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLine:
    """The calls of one role, model and outcome."""

    role: str
    model: str
    outcome: str
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cost_usd: float
    saved_usd: float
    median_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A question that the endpoint refused, so that its candidate came to nothing or unjudged."""

    candidate_index: int
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What a run paid."""

    run_id: str
    cost_usd: float
    unsettled_usd: float
    """At most so much more may be on the bill."""
    saved_usd: float
    """What answers from the cache had cost when they were asked for."""
    lines: tuple[SpendingLine, ...]
    reasons: tuple[tuple[str, int], ...]
    """Why calls failed, most frequent first."""
    refused: tuple[Refused, ...]
    """Every question that was refused, by candidate."""


def spending_of(workspace: Workspace, run_id: str) -> Spending:
    """Calls, tokens and dollars of a run by role, model and outcome."""
    calls = ledger.calls(workspace, run_id)
    totals = ledger.totals(workspace, run_id)
    bad = Counter(c.reason for c in calls if c.outcome not in ("ok", "cached") and c.reason)
    ordered = sorted(calls, key=_kind)
    return Spending(
        run_id=run_id,
        cost_usd=totals["cost_usd"],
        unsettled_usd=totals["unsettled_usd"],
        saved_usd=sum(call.saved_usd for call in calls),
        lines=tuple(_line(list(part)) for _, part in groupby(ordered, key=_kind)),
        reasons=tuple(bad.most_common(_MOST_REASONS)),
        refused=tuple(_refused(calls)),
    )


def _refused(calls: Sequence[Call]) -> list[Refused]:
    found = [
        Refused(candidate_index=c.candidate_index, role=c.role, reason=c.reason)
        for c in calls
        if c.outcome == "refused" and c.candidate_index is not None
    ]
    return sorted(found, key=lambda one: (one.candidate_index, one.role))


def _kind(call: Call) -> tuple[str, str, str]:
    return call.role, call.model, call.outcome


def _line(calls: Sequence[Call]) -> SpendingLine:
    return SpendingLine(
        role=calls[0].role,
        model=calls[0].model,
        outcome=calls[0].outcome,
        calls=len(calls),
        input_tokens=sum(c.usage.input_tokens for c in calls),
        output_tokens=sum(c.usage.output_tokens for c in calls),
        cached_tokens=sum(c.usage.cached_tokens for c in calls),
        reasoning_tokens=sum(c.usage.reasoning_tokens for c in calls),
        cost_usd=sum(c.cost_usd for c in calls),
        saved_usd=sum(c.saved_usd for c in calls),
        median_seconds=median(c.latency_seconds for c in calls),
    )
