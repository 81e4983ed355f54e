"""The workbook whose formulas answer as the library does: change an input, and all follows."""

from datetime import UTC, datetime, time

from core.analysis.offers import answer_costs, levered_share
from core.assumptions import Scenario
from core.report.workbook.answers import write_answers
from core.report.workbook.assumptions import (
    layout_of,
    name_inputs,
    write_assumptions,
    write_changes,
)
from core.report.workbook.blocks import write_answers_right, write_verifier, write_votes
from core.report.workbook.checks import checks_of, finite, write_checks
from core.report.workbook.content import Extra
from core.report.workbook.curve import FIRST, write_spaced, write_table
from core.report.workbook.extras import (
    ASSUMPTIONS,
    PROVENANCE,
    SEAL,
    UNCERTAINTY,
    text_pages,
    write_figures_drawn,
    write_provenance,
    write_seal,
    write_text_sheet,
)
from core.report.workbook.figures import write_figures
from core.report.workbook.paper import Page, Paper, plain
from core.report.workbook.plans import write_plans
from core.report.workbook.points import draw, write_drawn, write_helpers, write_points
from core.report.workbook.rate import write_rate
from core.report.workbook.request import write_chosen, write_request
from core.report.workbook.returns import write_returns
from core.report.workbook.shared import Source
from core.report.workbook.worth import write_worth

REQUEST, CURVE = "Cost of a request", "Margin curve"
RETURNS, PLANS, WORKINGS = "Returns", "Plans", "Workings"
_LIVE = (ASSUMPTIONS, REQUEST, CURVE, RETURNS, PLANS, WORKINGS)
_KEPT = (UNCERTAINTY, PROVENANCE, SEAL)


def workbook_xlsx(scenario: Scenario, *, extra: Extra | None = None) -> bytes:
    """An Excel workbook of a scenario that recomputes by itself.

    Cost of a request, plans, margin curve and returns follow the cells of the sheet
    "Assumptions" by formula, at the medians, as the library answers for the same values. Every
    cell also holds the value that it has now.

    Parameters
    ----------
    extra
        Sheets of text, drawn figures and provenance to put beside them.

    Raises
    ------
    AssumptionError
        The scenario's target is 1, or an assumption is impossible.
    """
    added, source, paper = extra or Extra(), Source(scenario), Paper()
    _set_properties(paper, scenario, added)
    taken = {name.lower() for name in (*_LIVE, *_KEPT)}
    before = text_pages(paper, added.before, taken)
    inputs, request, curve, returns, plans = (paper.page(name) for name in _LIVE[:-1])
    drawn = paper.page(UNCERTAINTY) if added.figures else None
    after = text_pages(paper, added.after, taken)
    origin = paper.page(PROVENANCE)
    workings = paper.page(WORKINGS)
    live = (inputs, request, curve, returns, plans, workings)
    _write_live(paper, source, dict(zip(_LIVE, live, strict=True)))
    for page, sheet in zip([*before, *after], [*added.before, *added.after], strict=True):
        write_text_sheet(page, sheet)
    if drawn is not None:
        write_figures_drawn(drawn, added.figures)
    write_provenance(origin, (*_origin(scenario), *added.provenance))
    if added.seal:
        write_seal(paper.page(SEAL), added.seal)
    (before or [inputs])[0].sheet.activate()
    return paper.close()


def _write_live(paper: Paper, source: Source, pages: dict[str, Page]) -> None:
    """The sheets that recompute, the inputs last: they say which of them formulas use."""
    inputs, workings = pages[ASSUMPTIONS], pages[WORKINGS]
    layout = layout_of(source.scenario)
    name_inputs(inputs, layout)
    workings.top("Workings")
    row = write_checks(workings, 3, list(checks_of(source.scenario, layout.cells(inputs))))
    paper.used.clear()  # A check asks for every input, but moves nothing.
    row = write_changes(workings, row, inputs, layout)
    row = write_figures(workings, row, source)
    calls, row = write_answers(workings, row, source)
    row = _write_serving(workings, row, source)
    answers, row = write_answers_right(workings, row, source)
    votes, row = write_votes(workings, row)
    verifier, row = write_verifier(workings, row, source)
    spaced, row = write_spaced(workings, row, source)
    row = write_helpers(workings, row, source)
    row = write_chosen(workings, row, source)
    row = write_rate(workings, row, source)
    write_drawn(workings, row, source)
    workings.printed((64, *(16,) * 10))
    workings.sheet.freeze_panes(2, 1)
    write_plans(pages[PLANS], source, answers, votes, verifier)
    _write_curve(paper, source, pages, spaced, row)
    write_request(pages[REQUEST], source, calls)
    write_returns(paper, pages[RETURNS], source)
    write_worth(pages[RETURNS], source)
    write_assumptions(inputs, source.scenario, layout, paper.used)


def _write_curve(
    paper: Paper, source: Source, pages: dict[str, Page], spaced: str, drawn: int
) -> None:
    page = pages[CURVE]
    page.top("Margin curve")
    said = "With the cheapest plan for each accuracy, at the value of each assumption."
    page.text(2, 0, said, "said")
    write_points(page, source)
    write_table(page, source, spaced)
    draw(paper, page, pages[WORKINGS], drawn)
    page.sheet.freeze_panes(0, 1)
    page.printed((12, 14, 8, 11, 10, 10, 7, 12, 8, 12, 10, 12, *(13,) * 9), FIRST - 1)


def _write_serving(page: Page, row: int, source: Source) -> int:
    """Today's cost of a request without what levers change; the row behind."""
    today = source.serving_today
    page.text(row, 0, "Serving a request today [USD/request]")
    page.live(row, 1, "SUM(serving_parts)", today, "exact", "serving_today")
    rest = today - finite(levered_share(source.inputs) * answer_costs(source.inputs)[0])
    page.text(row + 1, 0, "The same without the answers that levers change [USD/request]")
    formula = "serving_today-levered_share*INDEX(answer_costs,1,1)"
    page.live(row + 1, 1, formula, rest, "exact", "serving_rest")
    return row + 3


def _origin(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    return (
        ("scenario", scenario.name),
        ("digest of the scenario", scenario.digest),
        ("formulas", "Excel 2016 or later, LibreOffice 7 or later; no macros, no outside links"),
        (
            "what recomputes",
            "Cost of a request, Plans, Margin curve and Returns follow the sheet Assumptions. "
            "Intervals (low and high) and drawn figures do not.",
        ),
    )


def _set_properties(paper: Paper, scenario: Scenario, added: Extra) -> None:
    """The file's properties; no clock is read, so that equal scenarios give equal files."""
    newest = max(a.as_of for a in scenario.values())
    created = added.created or datetime.combine(newest, time(), UTC)
    paper.book.set_properties(
        {
            "title": plain(f"Datawall: {scenario.name}")[:200],
            "comments": f"Scenario {scenario.digest}",
            "created": created.replace(tzinfo=None),
        }
    )
