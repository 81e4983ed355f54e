"""What the page about the return shows: figures, cash flows, what it hangs on."""

import streamlit as st

from core.analysis.roi import RoiAnswer
from core.analysis.roi_words import CAVEAT, NAMES, figure_in_words, illustration_in_words, one
from core.formats import interval, money, percent, quantity
from dashboard import charts, show
from dashboard.tables import Rows

_SHOWN = ("npv_usd", "irr", "payback_years", "discounted_payback_years", "roi")


def figures(found: RoiAnswer) -> None:
    """The return at the medians, with the range of the draws."""
    with st.grid(5, min_column_width=150):
        for name in _SHOWN:
            figure = found.figures[name]
            spread = interval(one(name, figure.drawn.p10), one(name, figure.drawn.p90))
            label = NAMES[name]
            show.number(label[0].upper() + label[1:], one(name, figure.at_medians), spread)
    share = percent(found.chance_of_gain, 0)
    st.caption(
        f"Large: every assumption at its median. Below: P10 to P90 of {found.draws:,} draws; of "
        f"the payback P10 is the quick end. It gains in {share} of the draws."
    )
    for why in dict.fromkeys(figure.why for figure in found.figures.values() if figure.why):
        st.caption(show.written(why))


def flows(found: RoiAnswer) -> None:
    """The cash flows, drawn and line by line."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        described = "Money out and in for each year, and altogether"
        show.chart(charts.cash_flows(found), "cash flows", described)
    rows: Rows = [
        {"cash flow": name, **{f"year {i}": money(usd) for i, usd in enumerate(line)}}
        for name, line in found.lines.items()
        if any(line)
    ]
    total = {f"year {i}": money(usd) for i, usd in enumerate(found.cash_flows)}
    with right:
        st.dataframe(
            [*rows, {"cash flow": "together", **total}],
            hide_index=True,
            height="content",
            alt="Each cash flow by year",
        )
        st.caption("Money out is negative; every assumption at its median; before tax.")


def risk(found: RoiAnswer) -> None:
    """What the net present value hangs on."""
    if found.tornado is None:
        return
    moving = [bar for bar in found.tornado.bars if bar.swing]
    if not moving:
        st.caption("No uncertain assumption moves the net present value alone.")
        return
    described = "Net present value with each assumption alone at its 10th and 90th percentile"
    show.chart(charts.tornado(found.tornado, "net present value"), "npv tornado", described)
    first = moving[0]
    ends = interval(quantity(first.low, first.unit), quantity(first.high, first.unit))
    st.caption(f"Widest: {first.key.replace('_', ' ')}, {show.written(ends)}. {CAVEAT}")


def percentiles(found: RoiAnswer) -> None:
    """Every figure with its percentiles and the share of draws that have one."""
    heads = ("at the medians", "P10", "P50", "P90", "exists in")
    rows: Rows = [
        {"figure": NAMES[name], **dict(zip(heads, figure_in_words(name, figure), strict=True))}
        for name, figure in found.figures.items()
    ]
    with st.expander("Percentiles of every figure"):
        st.dataframe(rows, hide_index=True, alt="Every figure of the return with its percentiles")


def illustration(found: RoiAnswer) -> None:
    """What it does to figures by which companies are compared."""
    said = illustration_in_words(found)
    if said:
        with st.expander("Rule of 40 and valuation (illustrative)"):
            for sentence in said:
                st.write(show.written(sentence))
