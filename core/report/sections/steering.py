"""How it is steered: the scorecard, and the 90-day plan."""

from core.formats import money, number
from core.report.content import Section, Table
from core.report.findings import Findings


def scorecard(found: Findings) -> Section | None:
    """Actual, target, prior, status and owner of each figure; None without a workspace."""
    card = found.scorecard
    if card is None:
        return None
    prior = "No snapshot was kept yet, so there are no prior values."
    if card.prior is not None:
        kept = card.prior
        prior = f"Prior values: snapshot {kept.name or kept.snapshot_id} of {kept.at[:10]}."
    unknown = [row for row in card.rows if row.status == "unknown"]
    said = tuple(f"{row.kpi.name}: {row.now.why[:1].lower()}{row.now.why[1:]}" for row in unknown)
    return Section(
        key="scorecard",
        headline=card.headline,
        said=said,
        table=Table(
            headings=("figure", "actual", "target", "prior", "status", "owner"),
            rows=tuple(
                (
                    row.kpi.name,
                    row.actual_in_words,
                    row.target_in_words,
                    row.prior_in_words,
                    row.status,
                    row.owner,
                )
                for row in card.rows
            ),
            widths=(0.24, 0.25, 0.15, 0.11, 0.1, 0.15),
        ),
        trust=f"{prior} Watch: the interval reaches across the target. Intervals are P10 to P90, "
        "of the score 95 %.",
    )


def programme(found: Findings) -> Section | None:
    """Every step of the 90 days with its exit criterion; None without a workspace."""
    plan = found.programme
    if plan is None:
        return None
    team = ", ".join(f"{r.role} {number(r.months)} months {money(r.usd)}" for r in plan.team)
    start = f"Day 1 is {plan.start.isoformat()}."
    if not plan.is_started:
        start = "The start is not set; dates count from today."
    return Section(
        key="programme",
        headline=f"90-day plan: {plan.headline}",
        said=(f"The team costs {money(plan.total_usd)}: {team}.",),
        table=Table(
            headings=("step", "state", "owner", "due", "done when", "measured"),
            rows=tuple(
                (
                    step.name,
                    step.words,
                    step.owner,
                    step.due.isoformat(),
                    step.criterion,
                    step.measured if not step.note else f"{step.measured} Note: {step.note}",
                )
                for step in plan.steps
            ),
            widths=(0.15, 0.07, 0.11, 0.08, 0.31, 0.28),
            numeric=frozenset({1, 3}),
        ),
        trust=f"{start} Not met: it was measured, and the criterion does not hold. Steps are "
        "filled from what the workspace holds; only the decision is ticked by hand.",
    )
