"""What the cash flows are worth: the figures above them, in words where there is none."""

from core.calculators import roi
from core.report.workbook.checks import finite
from core.report.workbook.paper import CHECK, NO_REVENUE, NOT_REACHABLE, Page, Value, words_or
from core.report.workbook.returns import FIRST, TOTAL
from core.report.workbook.shared import Source

_VALUE, _VALUE_END = 1, 6
FREE = "Nothing is tied up: no year pays more than it brings in."
ONLY_OUT = "There is no rate of return: no year brings in more than it pays."
NOT_ONE = (
    "There is no one rate of return: the money does not just first go out and then come in; "
    "go by the net present value."
)
NOTHING_SPENT = "Nothing is spent, so there is no return on it."
_NEVER = '"No payback within "&horizon_years&IF(horizon_years=1," year."," years.")'


def write_worth(page: Page, source: Source) -> None:
    """The figures, each a number or the reason why there is none."""
    values = _values(source)
    page.otherwise = CHECK
    for at, (said, formula, style, name) in enumerate(_lines(), 3):
        page.text(at, 0, said)
        look = page.merged(at, _VALUE, _VALUE_END, style)
        whole = f'IF(ISNUMBER(target_plan),{formula},"{NOT_REACHABLE}")'
        value = values[name] if source.flows is not None else NOT_REACHABLE
        page.live(at, _VALUE, whole, value, style, name, **look)
    page.otherwise = ""


def _lines() -> tuple[tuple[str, str, str, str], ...]:
    rate = "IF(last_year_out<first_year_in,IFERROR(IRR(return_flows,rate_halved),rate_halved),"
    return (
        ("Net present value [USD]",
         f"B{TOTAL + 1}+NPV(discount_rate,C{TOTAL + 1}:L{TOTAL + 1})", "usd", "return_npv"),
        ("Rate of return (IRR), a year",
         f'IF(last_year_out<0,"{FREE}",IF(first_year_in>90,"{ONLY_OUT}",{rate}"{NOT_ONE}")))',
         "share", "return_irr"),
        ("Payback", _payback("year_covered", "return_so_far", "return_flows"), "years",
         "return_payback"),
        ("Payback at today's worth",
         _payback("year_worth_covered", "return_worth_so_far", "return_worth"), "years",
         "return_discounted_payback"),
        ("Return on investment within the horizon",
         f'IF({_COST}>0,({_GAIN}-{_COST})/{_COST},"{NOTHING_SPENT}")', "share", "return_roi"),
        ("Paid at the start [USD]", "return_spent", "usd", "return_invested"),
        ("Change of growth plus gross margin, in points (rule of 40); illustrative",
         f'IF(request_revenue>0,100*(return_won+{_AFTER}-{_BEFORE}),"{NO_REVENUE}")', "real",
         "return_rule_of_40"),
        ("Change of the company's value at that multiple of gross profit [USD]; illustrative",
         f"gross_profit_multiple*12*seats*price_per_seat*((1+return_won)*{_AFTER}-{_BEFORE})",
         "usd", "return_valuation"),
    )  # fmt: skip


_WHOLE = f"M{FIRST + 1}:M{TOTAL}"
_GAIN, _COST = f'SUMIF({_WHOLE},">0")', f'(-SUMIF({_WHOLE},"<0"))'
_BEFORE = "IF(request_revenue>0,1-(serving_today+error_now*wrong_answer_each)/request_revenue,0)"
_AFTER = "IF(request_revenue>0,1-(return_served+return_errors)/request_revenue,0)"


def _payback(year: str, so_far: str, flows: str) -> str:
    """Years until all is covered; within a year it comes in evenly."""
    during = f"{year}-1-INDEX({so_far},1,{year})/INDEX({flows},1,{year}+1)"
    return f"IF({year}>90,{_NEVER},IF({year}=0,0,{during}))"


def _values(source: Source) -> dict[str, Value]:
    """What the library says of the flows at the medians."""
    flows = source.flows
    if flows is None:
        return {}
    total, scenario = flows.total[0], source.scenario
    rate, years = scenario.value("discount_rate"), len(total) - 1
    never = f"No payback within {years} year{'s' if years > 1 else ''}."
    before, after = finite(flows.revenue), finite(flows.revenue_after)
    left, left_after = finite(flows.margin), finite(flows.margin_after)
    multiple = scenario.value("gross_profit_multiple")
    growth = finite(roi.rule_of_40(after / before - 1, left_after - left)) if before else NO_REVENUE
    return {
        "return_npv": finite(roi.net_present_value(total, rate)),
        "return_irr": _rate(source),
        "return_payback": words_or(finite(roi.payback_years(total)), never),
        "return_discounted_payback": words_or(finite(roi.payback_years(total, rate)), never),
        "return_roi": words_or(
            finite(roi.return_on_investment(flows.benefit[0], flows.cost[0])), NOTHING_SPENT
        ),
        "return_invested": source.spent,
        "return_rule_of_40": growth,
        "return_valuation": finite(roi.valuation_change(before, left, after, left_after, multiple)),
    }


def _rate(source: Source) -> Value:
    total = source.flows.total[0] if source.flows is not None else None
    if total is None:
        return NOT_REACHABLE
    if (total >= 0).all():
        return FREE
    if (total <= 0).all():
        return ONLY_OUT
    return words_or(finite(roi.internal_rate(total)), NOT_ONE)
