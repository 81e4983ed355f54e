"""How two or three scenarios are said side by side."""

from collections.abc import Callable

from core.analysis.margin import MarginAnswer, Point
from core.analysis.roi_words import one
from core.analysis.side_by_side import Differing, Side, SideBySide
from core.formats import interval, money, number, percent

LETTERS = ("A", "B", "C")

_NO_POINT = "no such point"
_LONGEST = 28


def headings(found: SideBySide) -> list[str]:
    """A letter and a name for each scenario; no two are headed alike."""
    names = [side.scenario.name for side in found.sides]
    cut = [n if len(n) <= _LONGEST else f"{n[: _LONGEST - 1].rstrip()}…" for n in names]
    return [f"{letter} · {name}" for letter, name in zip(LETTERS, cut, strict=False)]


def figures_of(found: SideBySide) -> dict[str, list[str]]:
    """The figures of every side in words, by name."""
    said: dict[str, Callable[[Side], str]] = {
        "accuracy promised": _promised,
        "gross margin there (P50)": lambda side: _gross(side.margin)[0],
        "gross margin, P10 to P90": lambda side: _gross(side.margin)[1],
        "with every assumption at its median": _at_medians,
        "cost of a request": _cost,
        "highest margin": _best,
        "margin is zero from": lambda side: _accuracy(side.margin.accuracy_zero),
        "margin wanted is lost from": _lost,
        "a seat's price is used up at": lambda side: _usage(side.margin.usage_per_seat),
        "cheapest plan": lambda side: side.plan,
        "net present value": lambda side: one("npv_usd", side.roi.npv_usd.at_medians),
        "net present value, P10 to P90": _worth,
        "rate of return (IRR)": lambda side: one("irr", side.roi.irr.at_medians),
        "payback": _payback,
    }
    return {name: [say(side) for side in found.sides] for name, say in said.items()}


def _promised(side: Side) -> str:
    return percent(side.margin.target) + ("" if side.margin.plan else ", not reachable")


def _gross(found: MarginAnswer) -> tuple[str, str]:
    at = found.margin_at_target
    if found.plan is None:
        return "none", "none"
    return percent(float(at.p50)), interval(percent(float(at.p10)), percent(float(at.p90)))


def _at_medians(side: Side) -> str:
    return "none" if side.margin_at_medians is None else percent(side.margin_at_medians)


def _cost(side: Side) -> str:
    return "none" if side.unit_cost_usd is None else money(side.unit_cost_usd)


def _best(side: Side) -> str:
    best = side.margin.optimum.value
    if best is None:
        return _NO_POINT
    return f"{percent(side.margin.optimum_margin)} at {percent(best)} accuracy"


def _accuracy(point: Point) -> str:
    return _NO_POINT if point.value is None else f"{percent(point.value)} accuracy"


def _lost(side: Side) -> str:
    wanted = percent(side.margin.target_margin)
    return f"{_accuracy(side.margin.accuracy_target)} ({wanted} wanted)"


def _usage(point: Point) -> str:
    return _NO_POINT if point.value is None else f"{number(point.value)} requests a month"


def _worth(side: Side) -> str:
    if side.roi.plan is None:
        return one("npv_usd", None)
    drawn = side.roi.npv_usd.drawn
    return interval(one("npv_usd", drawn.p10), one("npv_usd", drawn.p90))


def _payback(side: Side) -> str:
    if side.roi.plan is None:
        return "none"
    return one("payback_years", side.roi.payback_years.at_medians)


def notes_of(found: SideBySide) -> list[str]:
    """What to beware of when reading across, and why a figure is missing, in sentences."""
    pairs = list(zip(LETTERS, found.sides, strict=False))
    said = []
    if found.targets_differ:
        targets = ", ".join(f"{letter} {percent(side.margin.target)}" for letter, side in pairs)
        said.append(
            f"The scenarios promise different accuracies ({targets}); each margin is the one at "
            f"its own."
        )
    for letter, side in pairs:
        points = (side.margin.accuracy_zero, side.margin.accuracy_target,
                  side.margin.usage_per_seat, side.margin.optimum)  # fmt: skip
        whys = [point.why for point in points if point.value is None]
        whys += [figure.why for figure in (side.roi.irr, side.roi.payback_years) if figure.why]
        said += [f"{letter}: {why}" for why in dict.fromkeys(whys) if why]
    return said


def values_of(differing: Differing) -> list[str]:
    """What each side assumes, with its status where it is not the default."""
    statuses = differing.statuses or ("default",) * len(differing.values)
    return [
        value if status == "default" else f"{value}, {status}"
        for value, status in zip(differing.values, statuses, strict=True)
    ]


def sources_of(differing: Differing) -> str:
    """Where the figures come from, each source once."""
    if len(set(differing.sources)) == 1:
        return differing.sources[0]
    pairs = zip(LETTERS, differing.sources, strict=False)
    return "; ".join(f"{letter}: {source}" for letter, source in pairs)
