"""Accuracy against margin, what each lever does to it, and which plans there are."""

from collections.abc import Callable

import numpy as np

from core.analysis.bridge import METHOD, largest_in_words
from core.analysis.bridge import Bridge as MarginBridge
from core.analysis.margin import Point
from core.analysis.plan_words import plan_in_words
from core.formats import count, interval, money, percent
from core.report.content import Bridge, Curve, Line, Mark, Numbers, Section, Table
from core.report.findings import Findings


def curve(found: Findings) -> Section:
    """Gross margin against accuracy, with its three collapse points."""
    margin = found.margin
    return Section(
        key="curve",
        headline=_curve_headline(found),
        said=tuple(_collapses(found)),
        chart=_chart(found),
        trust="The plan for each accuracy is the cheapest at the medians and then kept; the band "
        f"is P10 to P90 of {margin.draws:,} draws, seed {margin.seed}. Wrong answers are counted.",
    )


def _curve_headline(found: Findings) -> str:
    margin = found.margin
    best = margin.optimum
    if best.value is None:
        return f"There is no margin to draw: {best.why[:1].lower()}{best.why[1:].rstrip('.')}"
    said = f"Gross margin is highest, {percent(margin.optimum_margin)}, at {percent(best.value)}"
    lost = margin.accuracy_target
    wanted = percent(margin.target_margin, 0)
    if lost.value is not None:
        return f"{said} accuracy, and the {wanted} wanted are lost above {percent(lost.value)}"
    return f"{said} accuracy"


def _collapses(found: Findings) -> list[str]:
    margin = found.margin
    wanted = percent(margin.target_margin, 0)
    return [
        _point(f"Gross margin falls below {wanted} above", margin.accuracy_target, percent),
        _point("Gross margin is gone above", margin.accuracy_zero, percent),
        _point("A seat earns nothing from", margin.usage_per_seat, count, " requests a month"),
    ]


def _point(what: str, point: Point, write: Callable[[float], str], unit: str = "") -> str:
    if point.value is None:
        return f"{what}: no such point. {point.why}"
    ends = ("open" if end is None else write(end) for end in (point.p10, point.p90))
    return f"{what} {write(point.value)}{unit} ({interval(*ends)}, P10 to P90)."


def _chart(found: Findings) -> Curve | None:
    margin = found.margin
    shown = np.isfinite(margin.gross_margin.p50)
    if not shown.any():
        return None

    def drawn(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Numbers:
        kept = np.asarray(values)[shown]
        return tuple(float(v) if np.isfinite(v) else None for v in kept)

    x = tuple(float(v) for v in np.asarray(margin.accuracy)[shown])
    band = margin.gross_margin
    return Curve(
        title="Gross margin against accuracy",
        x_title="accuracy promised",
        y_title="gross margin",
        x=x,
        lines=(
            Line(name="P50", values=drawn(band.p50), role="main"),
            Line(name="P10", values=drawn(band.p10), role="low"),
            Line(name="P90", values=drawn(band.p90), role="high"),
            Line(
                name="P50 before wrong answers",
                values=drawn(margin.before_errors.p50),
                role="other",
            ),
        ),
        marks=tuple(_marks(found)),
    )


def _marks(found: Findings) -> list[Mark]:
    margin = found.margin
    marks = []
    if margin.plan is not None:
        y = float(margin.margin_at_target.p50)
        marks.append(Mark(name=f"target {percent(found.target, 0)}", x=found.target, y=y))
    if margin.optimum.value is not None:
        at = margin.optimum.value
        marks.append(Mark(name=f"best {percent(at)}", x=at, y=margin.optimum_margin))
    levels = ((margin.accuracy_target, margin.target_margin), (margin.accuracy_zero, 0.0))
    for point, level in levels:
        if point.value is not None:
            name = f"{percent(level, 0)} lost above {percent(point.value)}"
            marks.append(Mark(name=name, x=point.value, y=level))
    return [mark for mark in marks if np.isfinite(mark.y)]


def bridge(found: Findings) -> Section:
    """What each lever does to the margin."""
    made = found.bridge
    if made.why:
        return Section(key="bridge", headline=made.why.rstrip("."), said=())
    change = made.end - made.start
    steps = made.steps
    first = f"; t{largest_in_words(made)[1:].rstrip('.')}" if steps else ""
    verb = "rises" if change >= 0 else "falls"
    return Section(
        key="bridge",
        headline=f"Gross margin {verb} from {percent(made.start)} to {percent(made.end)} at "
        f"{percent(found.target, 0)} accuracy{first}",
        said=(
            "Per request, each lever saves or costs (money out is negative):"
            if steps
            else "No lever is needed.",
        ),
        chart=Bridge(
            title="Gross margin, lever by lever",
            axis="gross margin",
            start=("today", made.start),
            steps=tuple((step.lever, step.margin) for step in made.steps),
            end=(f"at {percent(found.target, 0)}", made.end),
        ),
        table=_levers(made) if steps else None,
        trust=f"Every assumption at its median. {METHOD}",
    )


def _levers(made: MarginBridge) -> Table:
    """What each lever saves and costs."""
    return Table(
        headings=("lever", "fewer errors", "serving", "building"),
        rows=tuple(
            (step.lever, money(step.errors_usd), money(step.serving_usd), money(step.building_usd))
            for step in made.steps
        ),
        widths=(0.34, 0.22, 0.22, 0.22),
        numeric=frozenset({1, 2, 3}),
    )


def plans(found: Findings) -> Section:
    """The cheapest plan and the next best of another kind."""
    ranked = found.ranked.plans
    if not ranked:
        return Section(key="plans", headline=found.ranked.why.rstrip("."))
    first = ranked[0].plan
    headline = (
        f"The cheapest way to {percent(found.target, 0)}: {plan_in_words(first)}, "
        f"{money(first.unit_cost_usd)} per request"
    )
    if len(ranked) > 1:
        extra = ranked[1].extra_usd
        headline += f"; the next best costs {money(extra)} more"
    return Section(
        key="plans",
        headline=headline,
        said=_next_point(found),
        table=Table(
            headings=("plan", "accuracy", "once", "each request", "in all", "gross margin"),
            rows=tuple(
                (
                    plan_in_words(one.plan),
                    percent(one.plan.accuracy),
                    money(one.plan.fixed_usd),
                    money(one.plan.variable_usd),
                    money(one.plan.unit_cost_usd),
                    "no revenue" if np.isnan(one.gross_margin) else percent(one.gross_margin),
                )
                for one in ranked
            ),
            widths=(0.42, 0.11, 0.11, 0.12, 0.11, 0.13),
            numeric=frozenset({1, 2, 3, 4, 5}),
        ),
        trust="Every assumption at its median. Each plan is the cheapest of those that use the "
        "same levers; in all: what is paid once, spread over the requests of the amortisation "
        "time, and what each request costs.",
    )


def _next_point(found: Findings) -> tuple[str, ...]:
    step = found.frontier.next_point(found.target)
    if step is None:
        return ("The target is the highest accuracy that the levers reach.",)
    return (
        f"From {percent(step.accuracy_from)} one more point of accuracy costs "
        f"{money(step.usd_over_period)} over the amortisation time, on "
        f"{count(found.frontier.requests)} requests.",
    )
