"""How sure the return is: what it hangs on, and its percentiles."""

from collections.abc import Sequence

from core.analysis.roi import headline_of
from core.analysis.roi_words import CAVEAT, illustration_in_words, one
from core.analysis.sensitivity import Bar
from core.formats import coefficient, interval, money, percent, quantity
from core.report.content import Bars, Section, Table
from core.report.findings import Findings

_MOST_BARS = 8


def risk(found: Findings) -> Section:
    """The tornado of the net present value."""
    roi = found.roi
    if roi.tornado is None:
        return Section(key="risk", headline=f"There is no return: {_lower(roi.why_no_plan)}")
    bars = [bar for bar in roi.tornado.bars if bar.swing][:_MOST_BARS]
    why = [figure.why for figure in roi.figures.values() if figure.why]
    return Section(
        key="risk",
        headline=headline_of(roi).rstrip("."),
        said=(
            f"It gains in {percent(roi.chance_of_gain, 0)} of {roi.draws:,} draws.",
            *dict.fromkeys(why),
            *illustration_in_words(roi),
        ),
        chart=_tornado(bars, roi.tornado.at_medians) if bars else None,
        table=_ends(bars) if bars else None,
        trust=f"{CAVEAT} Rank: correlation with the value over all draws.",
    )


def _tornado(bars: Sequence[Bar], base: float) -> Bars:
    return Bars(
        title="Net present value, one assumption at a time",
        axis="net present value",
        categories=tuple(bar.key.replace("_", " ") for bar in bars),
        series=(
            ("at its P10", tuple(bar.at_low for bar in bars)),
            ("at its P90", tuple(bar.at_high for bar in bars)),
        ),
        format="usd",
        base=base,
        base_name="all at their medians",
    )


def _ends(bars: Sequence[Bar]) -> Table:
    """Between which values each assumption is moved."""
    return Table(
        headings=("assumption", "P10 to P90", "rank"),
        rows=tuple(
            (
                bar.key.replace("_", " "),
                interval(quantity(bar.low, bar.unit), quantity(bar.high, bar.unit)),
                coefficient(bar.rank_correlation),
            )
            for bar in bars
        ),
        widths=(0.34, 0.52, 0.14),
        numeric=frozenset({2}),
    )


def returns(found: Findings) -> Section:
    """The cash flows, year by year."""
    roi = found.roi
    if not roi.lines:
        return Section(key="returns", headline=f"There is no return: {_lower(roi.why_no_plan)}")
    years = tuple(f"year {year}" for year in range(roi.horizon_years + 1))
    rows = [(name, *(money(usd) for usd in line)) for name, line in roi.lines.items() if any(line)]
    rows.append(("together", *(money(usd) for usd in roi.cash_flows)))
    width = 0.8 / len(years)
    yearly = roi.cash_flows[1]
    verb = "brings in" if yearly >= 0 else "costs"
    return Section(
        key="returns",
        headline=f"{money(roi.invested_usd)} at the start {verb} {money(abs(yearly))} in the "
        f"first year; {_payback(found)}",
        said=(
            f"Discounted at {percent(roi.discount_rate)} a year. Year 0 is the 90-day plan; "
            "then upkeep, serving more or less dearly than today, and fewer wrong answers.",
        ),
        table=Table(
            headings=("cash flow", *years),
            rows=tuple(rows),
            widths=(0.2, *(width for _ in years)),
            numeric=frozenset(range(1, len(years) + 1)),
        ),
        trust="Every assumption at its median; money out is negative; before tax.",
    )


def _payback(found: Findings) -> str:
    figure = found.roi.payback_years
    if figure.at_medians is None:
        return _lower(figure.why).rstrip(".")
    return f"payback after {one('payback_years', figure.at_medians)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
