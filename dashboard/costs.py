"""What a request costs, as the page shows it: answers kept by scenario, and their tables."""

from typing import Any

import streamlit as st

from core.analysis.chain import Chain
from core.analysis.cogs import CogsAnswer, RequestCost, sample_cost_of
from core.analysis.savings import SAVINGS, Saved, SavingsAnswer, savings_of
from core.analysis.seats import SeatsAnswer, seats_of, usage_counts
from core.assumptions import Scenario
from core.errors import DatawallError
from core.formats import count, money, number, percent, points
from dashboard import charts, ledgers, show

Rows = list[dict[str, object]]

_ENTRIES = 32
_BY_DIGEST: dict[Any, Any] = {Scenario: lambda scenario: scenario.digest}
_COUNTED, _KEPT = "counts as COGS", "stays in research"


def figures(found: CogsAnswer) -> None:
    """Cost and margin today, and both margins at the target in the order that is preferred."""
    now, there, at = found.now, found.at_target, percent(found.target, 0)
    first = st.segmented_control(
        "Building a better model",
        (_COUNTED, _KEPT),
        default=_COUNTED if found.policy == "cogs" else _KEPT,
        required=True,
        key="policy",
        help="Which of the two margins at the target is reported first. The scenario's setting "
        "training_policy decides which one the other pages report.",
    )
    with st.grid(4, min_column_width=190):
        later = f"{money(there.usd)} at {at}" if there else ""
        show.number("Cost per request today", money(now.usd), later)
        before = f"{percent(now.gross_margin_before_errors)} before errors"
        show.number("Gross margin today", percent(now.gross_margin), before)
        if there is not None:
            both = [
                (f"Margin at {at}, building in COGS", there.margin_with_building),
                (f"Margin at {at}, building in R&D", there.margin_without_building),
            ]
            for label, left in both if first == _COUNTED else both[::-1]:
                show.number(label, percent(left))
    if there is None:
        st.warning(found.why_no_plan)


def parts(found: CogsAnswer) -> None:
    """The parts of a request's cost: chart, table, and what is not used."""
    described = "Parts of the cost of a request, today and at the target"
    show.chart(charts.cost_components(found), "components", described)
    listed = _components(found)
    st.dataframe(listed, hide_index=True, height="content", alt="Cost of a request, part by part")
    if found.gpus:
        st.caption(
            f"Own GPUs that are on: {count(found.gpus)}, loaded {percent(found.gpu_load)} on "
            "average; idle hours are paid too."
        )
    if found.not_used:
        st.caption(f"Not used: {', '.join(found.not_used)}.")


def _components(found: CogsAnswer) -> Rows:
    """The parts that are used, today and at the target, and their sums."""
    later = found.at_target
    there = {c.name: c.usd for c in later.components} if later else {}
    rows: Rows = [
        {
            "part": c.name,
            "today": money(c.usd),
            "at the target": money(there[c.name]) if later else "–",
            "paid": "per request" if c.grows else "by the month, the seat or once",
        }
        for c in found.now.components
        if c.name not in found.not_used
    ]
    total = money(later.usd) if later else "–"
    return [
        *rows,
        {"part": "total", "today": money(found.now.usd), "at the target": total, "paid": ""},
    ]


def seats(scenario: Scenario, found: CogsAnswer) -> None:
    """Which seats lose money, at the target where it can be reached."""
    counts = _uploaded_counts()
    cost: RequestCost = found.at_target or found.now
    answer = seats_of(scenario, cost, counts)
    when = f"at {percent(found.target, 0)} accuracy" if found.at_target else "as served today"
    st.subheader(f"{percent(answer.losing_share)} of seats cost more than they pay, {when}")
    with st.grid(4, min_column_width=190):
        show.number("A seat is used up at", answer.used_up_in_words, "in a month")
        show.number("Cost caused by the heaviest tenth", percent(answer.heaviest_cost_share))
        show.number("Middle seat's margin", percent(answer.seats[1].gross_margin))
        show.number(
            f"Margin of the seat at {percent(answer.seats[-1].percentile, 0)}",
            percent(answer.seats[-1].gross_margin),
        )
    show.chart(charts.seat_margins(answer), "seats", "Gross margin of each seat by usage")
    st.dataframe(_seats(answer), hide_index=True, alt="Seats at percentiles of usage")
    known = scenario["usage_spread"]
    source = (
        f"{answer.counted:,} counted seats."
        if answer.counted
        else f"Usage is lognormal; its 90th percentile is {number(answer.spread)} times its "
        f"median ({known.status}: {known.source})."
    )
    st.caption(
        f"{source} What is paid by the month is shared by all seats alike. "
        "Margins below −100 % are drawn there."
    )


def _uploaded_counts() -> tuple[float, ...] | None:
    with st.expander("Use your own seats", icon=":material/upload_file:"):
        file = st.file_uploader(
            "CSV with one seat per row and a column named requests: how many it made in a month",
            type=["csv", "txt"],
            key="seat_usage",
        )
        if file is None:
            return None
        try:
            return usage_counts(file.getvalue().decode("utf-8-sig", "replace"), file.name)
        except DatawallError as error:
            st.error(str(error))
            return None


def _seats(answer: SeatsAnswer) -> Rows:
    return [
        {
            "seat at": percent(seat.percentile, 0),
            "requests a month": count(seat.requests),
            "cost a month": money(seat.cost_usd),
            "gross margin": percent(seat.gross_margin),
        }
        for seat in answer.seats
    ]


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=_BY_DIGEST)
def _savings(scenario: Scenario, chosen: tuple[str, ...]) -> SavingsAnswer:
    return savings_of(scenario, chosen)


def savings(scenario: Scenario) -> None:
    """What would save, switched on and off."""
    chosen = st.pills(
        "Savings",
        list(SAVINGS),
        selection_mode="multi",
        default=list(SAVINGS),
        format_func=lambda name: str(name).replace("-", " "),
        key="chosen_savings",
    )
    answer = _savings(scenario, tuple(chosen or ()))
    less = answer.together.net_usd
    verb = "save" if less >= 0 else "add"
    st.subheader(
        f"Together they {verb} {money(abs(less))} of {money(answer.before_usd)} per request"
    )
    show.chart(charts.savings(answer), "savings", "What each saving takes off a request")
    st.dataframe(_saving_rows(answer), hide_index=True, alt="Savings alone and together")
    nothing = [f"{s.name}: {s.why_nothing}." for s in answer.every if s.why_nothing]
    st.caption(
        "On a request as it is served today. "
        f"{show.written(answer.overlap_in_words)} How much each saves and what accuracy it costs "
        f"are assumptions. {' '.join(nothing)}"
    )


def _saving_rows(answer: SavingsAnswer) -> Rows:
    def row(name: str, chosen: str, saved: Saved) -> dict[str, object]:
        lost = saved.accuracy_lost
        return {
            "saving": name,
            "chosen": chosen,
            "saved per request": money(saved.net_usd),
            "of that serving": money(saved.serving_usd),
            "paid for more errors": money(saved.errors_usd),
            "accuracy": points(-lost) if lost else "unchanged",
            "gross margin": percent(saved.gross_margin),
        }

    rows = [
        row(s.name.replace("-", " "), "yes" if s.chosen else "no", s.alone) for s in answer.every
    ]
    return [*rows, row("together", "", answer.together)]


def sample(chain: Chain, found: CogsAnswer) -> None:
    """What an accepted sample costs, from the run's ledger where there is one."""
    paid = None
    if chain.cost is not None and chain.cost.accepted:
        paid = (chain.cost, ledgers.spending(chain.cost.run_id))
    answer = sample_cost_of(chain.scenario, found.plan, paid)
    st.subheader(f"An accepted sample costs {money(answer.usd)}")
    rows: Rows = [{"part": c.name, "per sample": money(c.usd)} for c in answer.components if c.usd]
    rows.append({"part": "total", "per sample": money(answer.usd)})
    st.dataframe(rows, hide_index=True, alt="Cost of a sample, part by part")
    st.caption(show.written(f"From {answer.source}. {answer.remarks}"))
