"""A measured frontier as JSON and as tables."""

from dataclasses import asdict

from core.analysis.evaluations import EvaluationAnswer
from core.analysis.plan_words import route_in_words
from core.cli.output import table
from core.formats import interval, money, percent


def evaluation_facts(found: EvaluationAnswer) -> dict[str, object]:
    """The measured frontier as JSON shows it."""
    return {
        "configs": [asdict(config) for config in found.configs],
        "hull": list(found.hull),
        "route": asdict(found.route) if found.route else None,
        "cascades": [asdict(cascade) for cascade in found.cascades],
        "residuals": [{**asdict(r), "residual_usd": r.residual_usd} for r in found.residuals],
        "beside_usd": found.beside_usd,
        "target": found.target,
        "items": found.items,
        "seed": found.seed,
        "notes": list(found.notes),
    }


def evaluation_text(found: EvaluationAnswer) -> str:
    """The measured frontier for people."""
    residuals = {r.config: r for r in found.residuals}
    configs = [
        [
            c.config,
            percent(c.accuracy),
            interval(percent(c.accuracy_low), percent(c.accuracy_high)),
            money(c.cost_usd),
            money(c.cost_per_right_usd),
            "yes" if c.on_hull else "no",
            money(residuals[c.config].modelled_usd),
            money(residuals[c.config].residual_usd),
        ]
        for c in found.configs
    ]
    headings = [
        "measured", "accuracy", "95 %", "an answer", "a right one", "on the hull",
        "modelled request", "measured less modelled",
    ]  # fmt: skip
    lines = [f"Measured on {found.items:,} items", table(headings, configs)]
    lines += ["", route_in_words(found)]
    if found.cascades:
        lines += ["", _cascades_said(found)]
    return "\n".join([*lines, *found.notes])


def _cascades_said(found: EvaluationAnswer) -> str:
    rows = [
        [
            f"{c.first}, then {c.second}",
            "–" if c.threshold is None else f"{c.threshold:.3g}",
            percent(c.passed_on),
            percent(c.accuracy),
            interval(percent(c.accuracy_low), percent(c.accuracy_high)),
            percent(c.accuracy_chosen),
            money(c.cost_usd),
        ]
        for c in found.cascades
    ]
    headings = [
        "cascade", "below", "passed on", "accuracy", "95 %", "where chosen", "an answer",
    ]  # fmt: skip
    return (
        f"{table(headings, rows)}\nThresholds were chosen on one half of the items; accuracy and "
        "cost are of the other half."
    )
