"""How scenarios side by side are said on the command line."""

from dataclasses import asdict

from core.analysis.roi import Figure
from core.analysis.side_by_side import Side, SideBySide
from core.analysis.side_words import figures_of, headings, notes_of, sources_of, values_of
from core.cli.output import table


def side_facts(found: SideBySide) -> dict[str, object]:
    """Scenarios side by side as JSON shows them."""
    return {
        "scenarios": [_side(side) for side in found.sides],
        "differing": [asdict(one) for one in found.differing],
        "same_figures": list(found.same_figures),
        "targets_differ": found.targets_differ,
        "notes": notes_of(found),
    }


def _side(side: Side) -> dict[str, object]:
    margin, roi = side.margin, side.roi
    at = margin.margin_at_target
    points = {
        "usage_per_seat": margin.usage_per_seat,
        "accuracy_zero": margin.accuracy_zero,
        "accuracy_target": margin.accuracy_target,
    }
    return {
        "name": side.scenario.name,
        "scenario": side.scenario.digest,
        "target": margin.target,
        "reachable": margin.plan is not None,
        "gross_margin": {"p10": at.p10, "p50": at.p50, "p90": at.p90},
        "gross_margin_at_medians": side.margin_at_medians,
        "unit_cost_usd": side.unit_cost_usd,
        "optimum": {"accuracy": margin.optimum.value, "gross_margin": margin.optimum_margin},
        "collapse": {
            **{name: point.value for name, point in points.items()},
            "why": {name: point.why for name, point in points.items() if point.value is None},
        },
        "npv_usd": roi.npv_usd.at_medians,
        "irr": roi.irr.at_medians,
        "payback_years": roi.payback_years.at_medians,
        "quantiles": {
            "npv_usd": _quantiles(roi.npv_usd),
            "irr": _quantiles(roi.irr),
            "payback_years": _quantiles(roi.payback_years),
        },
        "plan": side.plan,
        "draws": margin.draws,
        "seed": margin.seed,
    }


def _quantiles(figure: Figure) -> dict[str, float | None]:
    drawn = figure.drawn
    return {"p10": drawn.p10, "p50": drawn.p50, "p90": drawn.p90}


def side_text(found: SideBySide) -> str:
    """Scenarios side by side for people."""
    heads = headings(found)
    rows = [[name, *cells] for name, cells in figures_of(found).items()]
    lines = [table(["", *heads], rows), *notes_of(found), ""]
    if found.differing:
        differing = [
            [one.key, one.unit, *values_of(one), sources_of(one)] for one in found.differing
        ]
        lines.append(table(["differs in", "unit", *heads, "source"], differing))
    else:
        lines.append("Nothing differs.")
    if found.same_figures:
        keys = ", ".join(found.same_figures)
        lines.append(f"Same figures, but another status, source or date: {keys}.")
    return "\n".join(lines)
