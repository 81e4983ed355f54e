"""How two or three scenarios are said side by side."""

from collections.abc import Callable, Sequence

from core.analysis.margin import Point
from core.analysis.roi_words import one
from core.analysis.side_by_side import Outcome, Row, SideBySide
from core.formats import interval, money, number, percent

LETTERS = ("A", "B", "C")

_NO_POINT = "no such point"
_LONGEST = 28


def headings(outcomes: Sequence[Outcome]) -> list[str]:
    """A letter and a name for each scenario; two are never headed alike."""
    return [
        f"{letter} · {_cut(outcome.name)}"
        for letter, outcome in zip(LETTERS, outcomes, strict=False)
    ]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def outcome_rows(found: SideBySide) -> list[tuple[str, list[str]]]:
    """What is said of every scenario: its name, and a cell for each."""
    said: dict[str, Callable[[Outcome], str]] = {
        "accuracy promised": _promised,
        "gross margin there": lambda o: percent(float(o.gross_margin.p50)),
        "P10 to P90": _spread,
        "cost of a request": lambda o: "–" if o.unit_cost_usd is None else money(o.unit_cost_usd),
        "highest margin": _best,
        "margin is zero from": lambda o: _accuracy(o.collapse["accuracy_zero"]),
        "margin wanted is lost from": _lost,
        "a seat's price is used up at": lambda o: _usage(o.collapse["usage_per_seat"]),
        "cheapest plan": lambda o: o.plan,
        "net present value": lambda o: one("npv_usd", o.roi.npv_usd.at_medians),
        "its P10 to P90": _worth,
        "rate of return (IRR)": lambda o: one("irr", o.roi.irr.at_medians),
        "payback": lambda o: one("payback_years", o.roi.payback_years.at_medians),
    }
    return [(name, [say(outcome) for outcome in found.outcomes]) for name, say in said.items()]


def _promised(outcome: Outcome) -> str:
    return percent(outcome.target) + ("" if outcome.is_reachable else ", not reachable")


def _spread(outcome: Outcome) -> str:
    band = outcome.gross_margin
    return interval(percent(float(band.p10)), percent(float(band.p90)))


def _best(outcome: Outcome) -> str:
    if outcome.best_accuracy is None:
        return _NO_POINT
    return f"{percent(outcome.best_margin)} at {percent(outcome.best_accuracy)} accuracy"


def _accuracy(point: Point) -> str:
    return _NO_POINT if point.value is None else f"{percent(point.value)} accuracy"


def _lost(outcome: Outcome) -> str:
    wanted = percent(outcome.target_margin)
    return f"{_accuracy(outcome.collapse['accuracy_target'])} ({wanted} wanted)"


def _usage(point: Point) -> str:
    return _NO_POINT if point.value is None else f"{number(point.value)} requests a month"


def _worth(outcome: Outcome) -> str:
    if not outcome.roi.lines:
        return one("npv_usd", None)
    drawn = outcome.roi.npv_usd.drawn
    return interval(one("npv_usd", drawn.p10), one("npv_usd", drawn.p90))


def notes(found: SideBySide) -> list[str]:
    """What to beware of when reading across, and why a figure is missing, in sentences."""
    said = []
    if found.targets_differ:
        targets = ", ".join(
            f"{letter} {percent(o.target)}"
            for letter, o in zip(LETTERS, found.outcomes, strict=False)
        )
        said.append(
            f"The scenarios promise different accuracies ({targets}); each margin is the one at "
            f"its own."
        )
    for letter, outcome in zip(LETTERS, found.outcomes, strict=False):
        roi = outcome.roi
        whys = [point.why for point in outcome.collapse.values() if point.value is None]
        whys += [figure.why for figure in (roi.irr, roi.payback_years) if figure.why]
        said += [f"{letter}: {why}" for why in dict.fromkeys(whys) if why]
    return said


def difference_cells(row: Row) -> list[str]:
    """What each scenario assumes, with its status."""
    return [
        cell.in_words + ("" if cell.status in (None, "default") else f", {cell.status}")
        for cell in row.cells
    ]


def source_cell(row: Row) -> str:
    """Where the figures come from, each source once."""
    sources = dict.fromkeys(cell.source for cell in row.cells)
    if len(sources) == 1:
        return next(iter(sources))
    return "; ".join(
        f"{letter}: {cell.source}" for letter, cell in zip(LETTERS, row.cells, strict=False)
    )


def unit_cell(row: Row) -> str:
    """The unit of a row; a setting has none."""
    return "–" if row.unit is None else row.unit.value
