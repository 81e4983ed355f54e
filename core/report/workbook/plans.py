"""The sheet of plans: one row per setting of the levers before review, what it yields and costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import CASCADE, STRONGER, TIERS
from core.analysis.offers import answered
from core.calculators import levers, review
from core.report.workbook.blocks import Answers, Verifier
from core.report.workbook.paper import Page
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

HEADER = 3
FIRST = HEADER + 1
COLUMNS = (
    ("plan", ""),
    ("new samples", "plan_samples"),
    ("model", "plan_model"),
    ("deeper retrieval", "plan_retrieval"),
    ("votes", "plan_votes"),
    ("wrong answers the verifier rejects", "plan_strictness"),
    ("tries allowed", "plan_tries"),
    ("right before passing on", ""),
    ("accuracy", "plan_accuracy"),
    ("tries made", "plan_tries_made"),
    ("passed on to the stronger model", "plan_passed_on"),
    ("paid once [USD]", "plan_fixed"),
    ("paid per request [USD]", "plan_variable"),
    ("cost of a request before review and proof [USD]", "plan_unit_cost"),
    ("accuracy per share reviewed, at first", "plan_gain"),
    ("accuracy per share reviewed, later", "plan_later_gain"),
    ("accuracy where the gain bends", "plan_bend"),
    ("best accuracy with review", "plan_best"),
    ("cost of accuracy by review, at first [USD]", "plan_price"),
    ("cost of accuracy by review, later [USD]", "plan_later_price"),
)
"""What each column is called, and the name of the cells in it."""

WITHOUT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """Where the blocks stand that the rows refer to."""

    answers: Answers
    votes: dict[int, str]
    verifier: Verifier
    chances: Floats
    """Right answers before the verifier passes on."""
    tries: Floats
    passed: Floats


def write_plans(
    page: Page, source: Source, answers: Answers, votes: dict[int, str], verifier: Verifier
) -> None:
    """All rows, and a name for each column."""
    page.top("Plans")
    said = "Every setting of the levers that the scenario allows, at the value of each assumption."
    page.text(2, 0, said, "said")
    page.heads(HEADER, [name for name, _ in COLUMNS])
    shared = _shared(source, answers, votes, verifier)
    _write_settings(page, source)
    _write_formulas(page, source, shared)
    last = FIRST + len(source.grid) - 1
    for column, (_, name) in enumerate(COLUMNS):
        if name:
            page.name(name, FIRST, column, last)
    page.sheet.set_row(HEADER, 62)
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.autofilter(HEADER, 0, last, len(COLUMNS) - 1)
    page.printed((7, 10, 10, 10, 7, 12, 8, *(13,) * 13), HEADER)


def _shared(source: Source, answers: Answers, votes: dict[int, str], verifier: Verifier) -> _Shared:
    grid = source.grid
    _, passed, tries = answered(source.inputs, grid, (1,))
    place = [answers.row(*settings) for settings in _places(source)]
    chances = answers.right[place]
    rho = source.inputs["vote_correlation"]
    majority = levers.vote_accuracy(chances, grid.votes.astype(np.float64), rho)
    return _Shared(
        answers=answers,
        votes=votes,
        verifier=verifier,
        chances=majority,
        tries=tries[:, 0],
        passed=passed[:, 0],
    )


def _places(source: Source) -> Iterator[tuple[int, bool, bool]]:
    """Number of new samples, retrieval, and whether the stronger model answers, of each plan."""
    grid = source.grid
    for step, lookup, tier in zip(source.step_of_plan, grid.retrieval, grid.tier, strict=True):
        yield int(step), bool(lookup), tier == STRONGER


def _write_settings(page: Page, source: Source) -> None:
    """What no formula changes."""
    grid, sheet = source.grid, page.sheet
    whole, share, text, asked = (page.paper.format(s) for s in ("whole", "share", "right", "asked"))
    rows = zip(grid.tier, grid.retrieval, grid.votes, grid.strictness, grid.attempts, strict=True)
    for at, (tier, lookup, votes, strict, most) in enumerate(rows):
        row = FIRST + at
        sheet.write_number(row, 0, at + 1, whole)
        sheet.write_string(row, 2, TIERS[tier], text)
        sheet.write_number(row, 3, float(lookup), asked)
        sheet.write_number(row, 4, float(votes), whole)
        if np.isnan(strict):
            sheet.write_string(row, 5, WITHOUT, text)
        else:
            sheet.write_number(row, 5, float(strict), share)
        sheet.write_number(row, 6, float(most), whole)


def _write_formulas(page: Page, source: Source, shared: _Shared) -> None:
    """What follows from the settings; names used are noted once, for the rows repeat them."""
    offers, grid, sheet = source.offers, source.grid, page.sheet
    values = [column.tolist() for column in _values(source, shared)]
    styles = [page.paper.format(name) for name in _STYLES]
    kinds = zip(_places(source), grid.tier, grid.votes, grid.strictness, grid.attempts, strict=True)
    noted = set()
    for at, (place, tier, votes, strict, most) in enumerate(kinds):
        row = FIRST + at + 1
        kind = _Kind(place=place, tier=int(tier), votes=int(votes), strict=strict, most=int(most))
        formulas = _formulas(row, kind, shared)
        for column, formula, value, style in zip(_LIVE, formulas, values, styles, strict=True):
            if formula:
                whole = f'=IF(inputs_ok,{formula},"")'
                sheet.write_formula(row - 1, column, whole, style, value[at])
            else:
                sheet.write_number(row - 1, column, value[at], style)
        if (tier, most > 1) not in noted:
            noted.add((tier, most > 1))
            page.paper.note_use(" ".join(formulas))
    if not np.isfinite(offers.unit_cost).all():
        raise ValueError("a plan has no finite cost; give the words that say why.")


_LIVE = (1, *range(7, 20))
_STYLES = ("whole", *["exact"] * 4, "usd", *["exact"] * 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """The settings of one plan."""

    place: tuple[int, bool, bool]
    tier: int
    votes: int
    strict: float
    most: int


def _values(source: Source, shared: _Shared) -> list[Floats]:
    """Columns of the library's values, in the order of the formulas."""
    offers = source.offers
    right, people, known = offers.accuracy[:, 0], offers.human_accuracy[0], offers.ranking[0]
    first, second = review.review_slopes(right, people, known)
    best = review.best_reviewed_accuracy(right, people, known)
    each = offers.review_cost[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        early, late = (np.where(gain > 0, each / gain, 0.0) for gain in (first, second))
    return [
        source.grid.new_samples,
        shared.chances,
        right,
        shared.tries,
        shared.passed,
        offers.fixed[:, 0],
        offers.variable[:, 0],
        offers.unit_cost[:, 0],
        first,
        second,
        right + np.maximum(first, 0.0) * (1 - right),
        best,
        early,
        late,
    ]


def _formulas(r: int, kind: _Kind, shared: _Shared) -> tuple[str, ...]:
    """Formulas of one row; empty where a number stands that nothing changes."""
    step = kind.place[0]
    one = shared.answers.row(*kind.place)
    powers = partial(shared.answers.powers, one)
    majority = f"SUMPRODUCT({shared.votes[kind.votes]},{powers(9)})"
    before = powers(1) if kind.votes == 1 else f"MAX(0,MIN(1,{majority}))"
    accuracy, tries, passed = f"H{r}", "", ""
    if kind.most > 1:
        what = kind.strict, kind.most
        accuracy = f"MAX(0,MIN(1,SUMPRODUCT({shared.verifier.right[what]},{powers(kind.most)})))"
        constant, rest = shared.verifier.asked[what]
        summed = f"{constant}+SUMPRODUCT({rest},{powers(kind.most - 1)})"
        tries = f"MAX(1,MIN({kind.most},{summed}))"
    elif kind.tier == CASCADE:
        accuracy, passed = _passed_on(r, kind, shared)
    return (
        shared.answers.samples[step],
        before,
        accuracy,
        tries,
        passed,
        f"IF(B{r}>0,fixed_cost_of_campaign+B{r}*(cost_per_accepted_sample+review_cost_per_sample)"
        f",0)+D{r}*retrieval_setup_cost",
        f'serving_rest+levered_share*((E{r}-1+J{r})*INDEX(answer_costs,1,1+2*(C{r}="{TIERS[1]}")'
        f'+D{r})+IF(ISNUMBER(F{r}),IF(C{r}="{TIERS[2]}",1,J{r}),0)*verifier_cost'
        f"+D{r}*retrieval_step_cost+K{r}*INDEX(answer_costs,1,3+D{r}))",
        f"L{r}/amortised_requests+M{r}",
        f"people_right-(1-people_ranking)*I{r}",
        f"(1-people_ranking)*(people_right-I{r})+people_ranking*(people_right-1)",
        f"I{r}+MAX(O{r},0)*(1-I{r})",
        f"Q{r}+IF(O{r}>0,MAX(P{r},0),0)*I{r}",
        f"IF(O{r}>0,review_each/O{r},0)",
        f"IF(P{r}>0,review_each/P{r},0)",
    )


def _passed_on(r: int, kind: _Kind, shared: _Shared) -> tuple[str, str]:
    """Accuracy and share passed on when a verifier rejects and a stronger model answers."""
    good = shared.verifier.accepts_right[kind.strict]
    wrong = shared.verifier.accepts_wrong[kind.strict]
    strong = shared.answers.powers(shared.answers.row(0, kind.place[1], True), 1)
    kept = f"H{r}*{good}+(1-H{r})*{wrong}"
    accuracy = f"H{r}*{good}+K{r}*MAX({strong}-escalation_loss,0)"
    return accuracy, f"1-({kept})"
