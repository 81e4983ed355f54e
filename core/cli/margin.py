"""``datawall margin``: which accuracy earns the most, and at which one does margin collapse?"""

import argparse

import numpy as np

from core.analysis.margin import DRAWS, Band, MarginAnswer, Point, margin_of
from core.analysis.median_curve import MedianCurve, median_curve
from core.analysis.scale import scale_of
from core.cli.context import Context
from core.cli.frontier import PLAN_HEADINGS, plan_cells, plan_facts
from core.cli.output import Answer, table
from core.cli.scale_words import scale_facts, scale_text
from core.cli.scenario_file import read_scenario
from core.formats import interval, number, percent

_ROWS = 20


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "margin",
        parents=[shared],
        help="gross margin against accuracy, its optimum and its collapse points",
        description="For each accuracy the gross margin of the cheapest plan that reaches it, "
        "with the 10th, 50th and 90th percentile of what the assumptions allow.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument(
        "--target", type=float, metavar="A", help="accuracy wanted (default: the scenario's)"
    )
    command.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="S")
    command.add_argument(
        "--scale", action="store_true", help="the margin from 100 to 100,000 seats as well"
    )
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Draw the margin curve of the scenario."""
    asked = context.arguments
    scenario = read_scenario(asked.scenario, context.prices, context)
    found = margin_of(scenario, target=asked.target, draws=asked.draws, seed=asked.seed)
    facts = _facts(found, median_curve(scenario, asked.target))
    if not asked.scale:
        return Answer(json=facts, text=_text(found))
    scale = scale_of(scenario, target=asked.target)
    facts |= {"scale": scale_facts(scale)}
    return Answer(json=facts, text=f"{_text(found)}\n\n{scale_text(scale)}")


def _collapse_points(found: MarginAnswer) -> dict[str, Point]:
    return {
        "usage_per_seat": found.usage_per_seat,
        "accuracy_zero": found.accuracy_zero,
        "accuracy_target": found.accuracy_target,
    }


def _band(band: Band) -> dict[str, object]:
    return {"p10": band.p10, "p50": band.p50, "p90": band.p90}


def _facts(found: MarginAnswer, middle: MedianCurve) -> dict[str, object]:
    points = _collapse_points(found)
    return {
        "curve": [_point_facts(found, middle, i) for i in range(len(found.accuracy))],
        "optimum": {
            "accuracy": found.optimum.value,
            "gross_margin": found.optimum_margin,
            "accuracy_p10": found.optimum.p10,
            "accuracy_p90": found.optimum.p90,
            "plan": plan_facts(found.optimum_plan) if found.optimum_plan else None,
            "why": found.optimum.why or None,
        },
        "collapse": {
            **{name: point.value for name, point in points.items()},
            "why": {name: point.why for name, point in points.items() if point.value is None},
            "intervals": {name: {"p10": p.p10, "p90": p.p90} for name, p in points.items()},
        },
        "target": {
            "accuracy": found.target,
            "gross_margin": _band(found.margin_at_target),
            "with_building": _band(found.margin_with_building),
            "without_building": _band(found.margin_without_building),
            "plan": plan_facts(found.plan) if found.plan else None,
            "why": found.why_no_plan or None,
        },
        "target_gross_margin": found.target_margin,
        "best_reachable": found.best_reachable,
        "training_policy": found.policy,
        "draws": found.draws,
        "seed": found.seed,
        "scenario": found.scenario_digest,
    }


def _point_facts(found: MarginAnswer, middle: MedianCurve, i: int) -> dict[str, object]:
    return {
        "accuracy": found.accuracy[i],
        "gross_margin": _band(_at(found.gross_margin, i)),
        "gross_margin_at_medians": middle.gross_margin[i],
        "gross_margin_before_errors": _band(_at(found.before_errors, i)),
        "reachable_share": found.reachable_share[i],
    }


def _at(band: Band, i: int) -> Band:
    return Band(p10=band.p10[i], p50=band.p50[i], p90=band.p90[i])


def _text(found: MarginAnswer) -> str:
    every = max(1, -(-len(found.accuracy) // _ROWS))
    kept = set(range(0, len(found.accuracy), every))
    kept.add(int(np.searchsorted(found.accuracy, found.target)))
    rows = [
        [
            percent(found.accuracy[i]),
            *_cells(_at(found.gross_margin, i)),
            percent(found.reachable_share[i], 0),
        ]
        for i in sorted(kept)
    ]
    lines = [
        table(["accuracy", "margin P10", "P50", "P90", "kept in"], rows),
        "",
        _sentence("Highest margin", found.optimum, percent(found.optimum.value))
        + f" Gross margin there: {percent(found.optimum_margin)}.",
        f"At the target of {percent(found.target)}: gross margin "
        f"{_cells(found.margin_at_target)[1]} "
        f"({interval(*_cells(found.margin_at_target)[::2])}).",
        "",
        "Where margin collapses",
        *_collapse_lines(found),
    ]
    if found.plan:
        cheapest = table(list(PLAN_HEADINGS), [plan_cells(found.plan)])
        lines += ["", f"The cheapest plan for {percent(found.target)}:", cheapest]
    return "\n".join([*lines, *([found.why_no_plan] if found.why_no_plan else [])])


def _cells(band: Band) -> list[str]:
    """The percentiles as text; a dash where the accuracy is out of reach that often."""
    values = [float(value) for value in (band.p10, band.p50, band.p90)]
    return ["–" if np.isnan(value) else percent(value) for value in values]


def _collapse_lines(found: MarginAnswer) -> list[str]:
    usage = found.usage_per_seat
    wanted = percent(found.target_margin)
    return [
        _sentence(
            "  A seat's price is used up at", usage, f"{number(usage.value)} requests a month"
        ),
        _sentence(
            "  Margin reaches zero at", found.accuracy_zero, percent(found.accuracy_zero.value)
        ),
        _sentence(
            f"  Margin reaches {wanted} at",
            found.accuracy_target,
            percent(found.accuracy_target.value),
        ),
    ]


def _sentence(what: str, point: Point, written: str) -> str:
    if point.value is None:
        return f"{what}: no such point. {point.why}"
    return f"{what}: {written}."
