"""How the difference of two scenarios is said."""

from dataclasses import asdict

from core.analysis.difference import Change, DifferenceAnswer, Side
from core.cli.output import table
from core.formats import money, percent, points

_POINTS = 100.0
"""Percentage points in a whole."""


def difference_facts(found: DifferenceAnswer) -> dict[str, object]:
    """The difference as JSON shows it."""
    return {
        "from": asdict(found.old),
        "to": asdict(found.new),
        "total": {"margin_points": _POINTS * found.margin, "unit_cost_usd": found.unit_cost_usd},
        "changes": [_change_facts(change) for change in found.changes],
        "exact": found.exact,
        "orders": found.orders,
        "same_value": list(found.same_value),
        "why": found.why or None,
    }


def _change_facts(change: Change) -> dict[str, object]:
    return {
        "key": change.key,
        "from": change.old,
        "to": change.new,
        "unit": change.unit.value if change.unit else None,
        "from_source": change.old_source,
        "to_source": change.new_source,
        "margin_points": _POINTS * change.margin,
        "unit_cost_usd": change.unit_cost_usd,
        "margin_points_error": _POINTS * change.margin_error,
        "unit_cost_error": change.unit_cost_error,
        "brings": list(change.brings),
    }


def difference_text(found: DifferenceAnswer) -> str:
    """The difference for people."""
    if not found.changes:
        return f"{found.old.name} and {found.new.name} have the same values and settings."
    rows = [
        [
            change.key,
            change.old_in_words,
            change.new_in_words,
            _share(points(change.margin, 2), points(change.margin_error, 2), found.exact),
            _share(money(change.unit_cost_usd), money(change.unit_cost_error), found.exact),
        ]
        for change in found.changes
    ]
    total = ["total", "", "", points(found.margin, 2), money(found.unit_cost_usd)]
    said = [
        f"{_side(found.old)} → {_side(found.new)}",
        "",
        table(["changed", "from", "to", "gross margin", "a request"], [*rows, total]),
        found.method,
    ]
    if found.same_value:
        keys = ", ".join(found.same_value)
        said.append(f"Same value, but another interval, source or date: {keys}.")
    return "\n".join(said)


def _side(side: Side) -> str:
    return f"{side.name}: gross margin {percent(side.gross_margin)}, {money(side.unit_cost_usd)}"


def _share(value: str, error: str, exact: bool) -> str:
    return value if exact else f"{value} (± {error.lstrip('+')})"
