"""How figures of a return are said: with a unit, and in words where there is none."""

from math import isinf

from core.analysis.roi import Figure, RoiAnswer
from core.formats import money, number, percent

NAMES = {
    "npv_usd": "net present value",
    "irr": "rate of return (IRR)",
    "payback_years": "payback",
    "discounted_payback_years": "discounted payback",
    "roi": "return on investment",
}
"""Every figure of a return by its name."""

CAVEAT = (
    "Before tax, against staying as today. One assumption at a time in the bars, the others at "
    "their medians and the plan as chosen there. P10 is the 10th percentile: of the net present "
    "value the downside, of the payback the quick end."
)

_NEVER = {"payback_years": "never", "discounted_payback_years": "never"}


def one(name: str, value: float | None) -> str:
    """A value of a figure of the return."""
    if value is None:
        return _NEVER.get(name, "none")
    if name == "npv_usd":
        return money(value)
    if name in _NEVER:
        return in_years(value)
    return percent(value, 0)


def in_years(value: float) -> str:
    """A payback in years; ``never`` where there is none."""
    if isinf(value):
        return "never"
    said = number(value, 2)
    return f"{said} year" if said == "1" else f"{said} years"


def figure_in_words(name: str, figure: Figure) -> list[str]:
    """At the medians, P10, P50, P90, and the share of draws in which there is one."""
    drawn = figure.drawn
    return [
        one(name, figure.at_medians),
        *(one(name, value) for value in (drawn.p10, drawn.p50, drawn.p90)),
        percent(figure.share, 0),
    ]


def illustration_in_words(found: RoiAnswer) -> list[str]:
    """What it does to the figures by which companies are compared, as sentences."""
    shown = found.illustration
    if shown is None:
        return []
    points = shown.rule_of_40_points
    forty = "Without revenue there is no rule of 40."
    if points is not None:
        forty = (
            f"Rule of 40: {_more(points)} of growth plus gross margin (the rule is mostly told "
            "of operating margin, which moves by the same if nothing else does)."
        )
    worth = (
        f"Illustrative: at {number(shown.multiple)} times gross profit, and building not counted, "
        f"the company's value changes by {money(shown.valuation_usd)}."
    )
    return [forty, worth]


def _more(points: float) -> str:
    return f"{number(abs(points))} points {'more' if points >= 0 else 'less'}"
