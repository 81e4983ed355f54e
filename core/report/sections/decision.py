"""What is to be decided, what is asked for, and why."""

from core.analysis.roi_words import NAMES, one
from core.formats import interval, money, percent, points
from core.report.content import Section, Table
from core.report.findings import Findings

_SURE, _LIKELY = 0.9, 0.5


def decision(found: Findings) -> Section:
    """The decision and the ask, on one slide."""
    return Section(
        key="decision",
        headline=headline(found),
        said=(_recommended(found), *_ask(found), *_why(found)),
        table=_figures(found),
        trust=f"{found.margin.draws:,} draws, seed {found.margin.seed}; before tax, against "
        "staying as today. P10 is the 10th percentile: the downside of the value, the quick end "
        "of the payback.",
    )


def headline(found: Findings) -> str:
    """What the target costs a request and does to the margin; weak evidence is said to be weak."""
    at, margin = percent(found.target, 0), found.margin
    if margin.plan is None:
        return f"{at} accuracy is not reachable: the best is {percent(margin.best_reachable)}"
    there, now = found.cogs.at_target, found.cogs.now
    added = margin.plan.unit_cost_usd - sum(
        part.usd for part in now.components if part.name != "wrong answers"
    )
    verb = f"costs {money(added)} more" if added >= 0 else f"saves {money(-added)}"
    said = f"{at} accuracy {verb} per request"
    if found.bridge.why:
        said += "; without a price there is no margin to tell of"
    elif there is not None:
        before, after = percent(now.gross_margin, 0), percent(there.gross_margin, 0)
        said += f" and takes gross margin from {before} to {after}"
    return f"{said}{_weakness(found)}"


def _weakness(found: Findings) -> str:
    evidence = found.chain.evidence
    if evidence is None:
        return ", if new samples help as assumed: that is not tested yet"
    if evidence.verdict != "proven gain":
        return f", but the evidence is weak: {evidence.verdict}"
    return ""


def is_proven(found: Findings) -> bool:
    """Whether the samples that the plan rests on are proven to help."""
    evidence = found.chain.evidence
    return evidence is not None and evidence.verdict == "proven gain"


def _recommended(found: Findings) -> str:
    """What we would decide on these figures."""
    at, gain = percent(found.target, 0), found.roi.chance_of_gain
    if found.margin.plan is None:
        return f"Decide: do not promise {at}. {found.margin.why_no_plan}"
    best = found.margin.optimum
    instead = (
        f" The margin is highest at {percent(best.value)}."
        if best.value is not None and not found.bridge.why
        else ""
    )
    chance = f"it gains in {percent(gain, 0)} of the draws"
    needs_samples = found.margin.plan.new_samples > 0
    if gain < _LIKELY:
        return f"Decide: do not fund {at} on these assumptions; {chance}.{instead}"
    if needs_samples and not is_proven(found):
        return f"Decide: fund the proof first, and {at} only if it holds; {chance}."
    if gain < _SURE:
        return f"Decide: fund {at} in steps, and stop where an exit criterion fails; {chance}."
    return f"Decide: fund {at}; {chance}."


def _ask(found: Findings) -> tuple[str, ...]:
    if not found.roi.lines:
        return ()
    first = {name: -line[0] for name, line in found.roi.lines.items() if line[0]}
    largest = sorted(first, key=lambda name: -first[name])[:3]
    parts = ", ".join(f"{name} {money(first[name])}" for name in largest)
    yearly = -sum(found.roi.lines[name][1] for name in ("upkeep", "serving"))
    verb = "more" if yearly >= 0 else "less"
    return (
        f"Ask: {money(found.roi.invested_usd)} at the start ({parts}), then {money(abs(yearly))} "
        f"{verb} than today in the first year.",
    )


def _why(found: Findings) -> tuple[str, ...]:
    if found.margin.plan is None or found.bridge.why:
        return ()
    there = found.margin.margin_at_target
    spread = interval(percent(float(there.p10), 0), percent(float(there.p90), 0))
    change = float(there.p50) - found.margin.target_margin
    side = "above" if change >= 0 else "below"
    size = points(abs(change)).lstrip("+")
    return (
        f"Over all draws the gross margin at the target is {percent(float(there.p50))} ({spread}, "
        f"P10 to P90): {size} {side} the {percent(found.margin.target_margin, 0)} wanted.",
    )


def _figures(found: Findings) -> Table | None:
    """The return in figures."""
    if found.roi.plan is None:
        return None
    rows = []
    for name, figure in found.roi.figures.items():
        drawn = figure.drawn
        cells = [one(name, x) for x in (figure.at_medians, drawn.p10, drawn.p50, drawn.p90)]
        rows.append((_title(name, found), *cells))
    return Table(
        headings=("return", "at the medians", "P10", "P50", "P90"),
        rows=tuple(rows),
        widths=(0.36, 0.19, 0.15, 0.15, 0.15),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _title(name: str, found: Findings) -> str:
    years = f"{found.roi.horizon_years} years" if found.roi.horizon_years > 1 else "1 year"
    text = NAMES[name]
    return f"{text} over {years}" if name in ("npv_usd", "roi") else text
