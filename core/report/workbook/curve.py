"""The margin curve: for each accuracy the cheapest plan, what it costs, and what it earns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.margin import CURVE_POINTS, LEAST_ERROR
from core.report.workbook.checks import finite
from core.report.workbook.paper import NO_REVENUE, NOT_REACHABLE, Page, Value, words_or
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

HEADER = 27
FIRST = HEADER + 1
ROWS = CURVE_POINTS + 1
LAST = FIRST + ROWS - 1
HEADS = (
    "accuracy promised",
    "least cost before proof and errors [USD/request]",
    "plan",
    "new samples",
    "model",
    "deeper retrieval",
    "votes",
    "wrong answers the verifier rejects",
    "tries allowed",
    "accuracy before review",
    "share reviewed",
    "accuracy reached",
    "paid once to build [USD]",
    "paid once to prove [USD]",
    "building and proof [USD/request]",
    "serving [USD/request]",
    "wrong answers [USD/request]",
    "cost of a request [USD]",
    "gross margin",
    "gross margin, building counted",
    "gross margin, building in research",
)
_STYLES = (
    "share",
    "exact",
    "whole",
    "whole",
    "right",
    "asked",
    "whole",
    "share",
    "whole",
    "exact",
    "share",
    "exact",
    "usd",
    "usd",
    "exact",
    "exact",
    "exact",
    "exact",
    "share",
    "share",
    "share",
)
NAMES = {
    "curve_accuracy": 0,
    "curve_plan": 2,
    "curve_review": 10,
    "curve_reached": 11,
    "curve_built": 12,
    "curve_proof": 13,
    "curve_serving": 15,
    "curve_errors": 16,
    "curve_unit_cost": 17,
    "curve_margin": 18,
    "curve_margin_built": 19,
    "curve_margin_unbuilt": 20,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One accuracy: the formulas of its columns, with their values."""

    row: int
    values: tuple[Value, ...]
    spaced: str
    """The accuracies before they are sorted."""


def write_spaced(page: Page, row: int, source: Source) -> tuple[str, int]:
    """The accuracies of the curve before they are sorted; where, and the row behind."""
    curve, offers = source.curve, source.offers
    base = finite(offers.accuracy[np.argmin(offers.unit_cost[:, 0]), 0])
    page.text(row, 0, "Accuracies of the curve, evenly spaced by their error", "group")
    best = curve.best_reachable
    most, fewest = max(1 - base, LEAST_ERROR), max(1 - best, LEAST_ERROR)
    fewest = min(fewest, most)
    left = f"MAX(1-best_accuracy,{LEAST_ERROR})"
    ends = (
        ("accuracy of the cheapest plan", _CHEAPEST, base, "base_accuracy"),
        ("the highest that any plan reaches", "MAX(plan_best)", best, "best_accuracy"),
        ("most errors", f"MAX(1-base_accuracy,{LEAST_ERROR})", most, "most_errors"),
        ("fewest errors", f"MIN({left},most_errors)", fewest, "fewest_errors"),
    )
    for at, (said, formula, value, name) in enumerate(ends, row + 1):
        page.text(at, 0, said)
        page.live(at, 1, formula, value, "exact", name)
    first = row + 1 + len(ends)
    spaced = 1 - np.geomspace(most, fewest, CURVE_POINTS)
    spaced = np.floor(spaced * 1e4 + 1e-6) / 1e4
    for n, value in enumerate(spaced):
        page.text(first + n, 0, f"accuracy {n + 1}")
        page.live(first + n, 1, f"INT((1-{_wrong(n)})*10000+0.000001)/10000", float(value), "share")
    page.text(first + CURVE_POINTS, 0, "the target")
    target = float(curve.accuracy[curve.target_row])
    page.live(first + CURVE_POINTS, 1, "target_accuracy", target, "share")
    return page.at(first, 1, first + CURVE_POINTS), first + ROWS + 1


_CHEAPEST = "INDEX(plan_accuracy,MATCH(MIN(plan_unit_cost),plan_unit_cost,0))"


def _wrong(n: int) -> str:
    if n in (0, CURVE_POINTS - 1):
        return "fewest_errors" if n else "most_errors"
    return f"most_errors*(fewest_errors/most_errors)^({n}/{CURVE_POINTS - 1})"


def write_table(page: Page, source: Source, spaced: str) -> None:
    """The table of the curve; the rows behind the last accuracy stay empty."""
    page.heads(HEADER, HEADS)
    page.sheet.set_row(HEADER, 62)
    columns = _values(source)
    count = len(source.curve.accuracy)
    for at in range(ROWS):
        known = at < count
        values = tuple(column[at] if known else "" for column in columns)
        _write_line(page, _Line(row=FIRST + at, values=values, spaced=spaced))
    for name, column in NAMES.items():
        page.name(name, FIRST, column, LAST)


def _values(source: Source) -> list[list[Value]]:
    """What the library says in each column."""
    curve, grid, offers = source.curve, source.grid, source.offers
    choice, plan = curve.choice, curve.plan_row
    at = np.maximum(plan, 0)
    strict = [words_or(value, "none") for value in grid.strictness[at]]
    bill = offers.unit_cost[at, 0] + choice.review_share[:, 0] * offers.review_cost[0]
    numbers = [
        [words_or(v, NOT_REACHABLE) for v in np.where(plan >= 0, bill, np.nan)],
        plan + 1.0,
        grid.new_samples[at],
        [_TIER_WORDS[t] for t in grid.tier[at]],
        grid.retrieval[at].astype(float),
        grid.votes[at].astype(float),
        strict,
        grid.attempts[at].astype(float),
        offers.accuracy[at, 0],
        choice.review_share[:, 0],
        choice.accuracy[:, 0],
        offers.fixed[at, 0],
        choice.proof[:, 0],
        choice.building[:, 0],
        choice.serving[:, 0],
        choice.errors[:, 0],
    ]
    shown: list[list[Value]] = [[float(v) for v in curve.accuracy], list(numbers[0])]
    for column in numbers[1:]:
        shown.append([v if n >= 0 else "" for v, n in zip(column, plan, strict=True)])
    shown.append([words_or(v, NOT_REACHABLE) for v in curve.unit_cost_usd])
    words = [NO_REVENUE if n >= 0 else NOT_REACHABLE for n in plan]
    for margins in (curve.gross_margin, curve.margin_with_building, curve.margin_without_building):
        shown.append([words_or(v, word) for v, word in zip(margins, words, strict=True)])
    return shown


_TIER_WORDS = ("today's", "stronger", "cascade")


def _write_line(page: Page, line: _Line) -> None:
    r, row = line.row + 1, line.row
    bill = _bill(f"A{r}")
    reached = f'IF(A{r}>best_accuracy+1E-12,"{NOT_REACHABLE}",MIN({bill}))'
    formulas = (
        _sorted(row, line.spaced),
        f'IF(A{r}="","",{reached})',
        f'IF(ISNUMBER(B{r}),MATCH(B{r},{bill},0),"")',
        *(f"INDEX({name},C{r})" for name in _PICKED),
        _share(r),
        _after(r),
        f"INDEX(plan_fixed,C{r})",
        _proof(r),
        f"(M{r}+N{r})/amortised_requests",
        f"INDEX(plan_variable,C{r})+K{r}*review_each",
        f"(1-L{r})*wrong_answer_each",
        f"P{r}+Q{r}+counts_building*O{r}",
        f"1-R{r}/request_revenue",
        f"1-(P{r}+Q{r}+O{r})/request_revenue",
        f"1-(P{r}+Q{r})/request_revenue",
    )
    for column, (formula, value) in enumerate(zip(formulas, line.values, strict=True)):
        style = _STYLES[column]
        if column in (1, 2):
            page.array(row, column, formula, value, style)
        elif column < 17:
            whole = formula if column == 0 else f'IF(C{r}="","",{formula})'
            page.live(row, column, whole, value, style)
        else:
            earned = f'IF(request_revenue>0,{formula},"{NO_REVENUE}")' if column > 17 else formula
            whole = f'IF(A{r}="","",IF(C{r}="","{NOT_REACHABLE}",{earned}))'
            page.live(row, column, whole, value, style)


_PICKED = (
    "plan_samples",
    "plan_model",
    "plan_retrieval",
    "plan_votes",
    "plan_strictness",
    "plan_tries",
    "plan_accuracy",
)


def _sorted(row: int, spaced: str) -> str:
    """The next larger of the accuracies; nothing behind the last."""
    if row == FIRST:
        return f"MIN({spaced})"
    before = f"A{row}"
    following = f"SMALL({spaced},SUMPRODUCT(--({spaced}<={before}))+1)"
    return f'IF({before}="","",IF(MAX({spaced})>{before},{following},""))'


def _bill(wanted: str) -> str:
    """What each plan costs with the review that an accuracy takes; none where it cannot."""
    early = f"({wanted}-plan_accuracy)*plan_price"
    late = f"(plan_bend-plan_accuracy)*plan_price+({wanted}-plan_bend)*plan_later_price"
    reviewed = f"IF({wanted}>plan_bend,{late},IF({wanted}>plan_accuracy,{early},0))"
    return f"IF(plan_best>={wanted}-1E-12,plan_unit_cost+{reviewed})"


def _share(r: int) -> str:
    """The smallest share of requests to review so that the accuracy is reached."""
    gain, later, bend = (f"INDEX(plan_{n},C{r})" for n in ("gain", "later_gain", "bend"))
    early = f"MIN((A{r}-J{r})/{gain},1-J{r})"
    late = f"MIN(1-J{r}+(A{r}-{bend})/{later},1)"
    return f"IF(A{r}<=J{r}+1E-12,0,IF(A{r}<={bend}+1E-12,{early},{late}))"


def _after(r: int) -> str:
    """Accuracy with that review: people at random, and where the model knows its errors."""
    at_random = f"J{r}+K{r}*(people_right-J{r})"
    known = f"IF(K{r}<=1-J{r},J{r}+K{r}*people_right,1-K{r}+K{r}*people_right)"
    return f"(1-people_ranking)*({at_random})+people_ranking*{known}"


def _proof(r: int) -> str:
    """Labels that prove an accuracy beyond today's, and what they cost."""
    wrong = f"MAX(1-A{r},{LEAST_ERROR})"
    labels = f"_xlfn.NORM.S.INV(0.975)^2*(1-{wrong})*{wrong}/(proof_precision*{wrong})^2"
    return f"IF(A{r}>1-error_now+1E-12,{labels}*proof_label_price,0)"
