"""How scenarios side by side are said on the command line."""

from collections.abc import Mapping

from core.analysis.margin import Point
from core.analysis.roi import Figure
from core.analysis.side_by_side import Cell, Outcome, Row, SideBySide
from core.analysis.side_words import (
    difference_cells,
    headings,
    notes,
    outcome_rows,
    source_cell,
    unit_cell,
)
from core.cli.output import table


def side_facts(found: SideBySide) -> dict[str, object]:
    """Scenarios side by side as JSON shows them."""
    return {
        "scenarios": [_outcome(outcome) for outcome in found.outcomes],
        "targets_differ": found.targets_differ,
        "differences": [_row(row) for row in found.rows],
        "same_figures": list(found.same_figures),
        "notes": notes(found),
        "draws": found.draws,
        "seed": found.seed,
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    band, roi = outcome.gross_margin, outcome.roi
    return {
        "name": outcome.name,
        "digest": outcome.digest,
        "target": outcome.target,
        "reachable": outcome.is_reachable,
        "gross_margin": {"p10": band.p10, "p50": band.p50, "p90": band.p90},
        "unit_cost_usd": outcome.unit_cost_usd,
        "best": {"accuracy": outcome.best_accuracy, "gross_margin": outcome.best_margin},
        "collapse": _collapse(outcome.collapse),
        "plan": outcome.plan,
        "npv_usd": _figure(roi.npv_usd),
        "irr": _figure(roi.irr),
        "payback_years": _figure(roi.payback_years),
        "chance_of_gain": roi.chance_of_gain if roi.lines else None,
    }


def _collapse(points: Mapping[str, Point]) -> dict[str, object]:
    return {
        **{name: point.value for name, point in points.items()},
        "why": {name: point.why for name, point in points.items() if point.value is None},
    }


def _figure(figure: Figure) -> dict[str, object]:
    drawn = figure.drawn
    return {
        "at_medians": figure.at_medians,
        "p10": drawn.p10,
        "p50": drawn.p50,
        "p90": drawn.p90,
        "why": figure.why or None,
    }


def _row(row: Row) -> dict[str, object]:
    return {
        "key": row.key,
        "unit": row.unit.value if row.unit else None,
        "values": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "value": cell.value,
        "low": cell.low,
        "high": cell.high,
        "status": cell.status,
        "source": cell.source,
        "as_of": cell.as_of.isoformat() if cell.as_of else None,
    }


def side_text(found: SideBySide) -> str:
    """Scenarios side by side for people."""
    heads = headings(found.outcomes)
    lines = [table(["", *heads], [[name, *cells] for name, cells in outcome_rows(found)])]
    lines += notes(found)
    if found.rows:
        rows = [
            [row.key, unit_cell(row), *difference_cells(row), source_cell(row)]
            for row in found.rows
        ]
        lines += ["", table(["what differs", "unit", *heads, "source"], rows)]
    else:
        lines += ["", "They have the same figures and settings."]
    if found.same_figures:
        keys = ", ".join(found.same_figures)
        lines.append(f"Same figures, but another status, source or date: {keys}.")
    return "\n".join(lines)
