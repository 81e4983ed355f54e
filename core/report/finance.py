"""The board pack as a workbook: a summary in front of the sheets that recompute."""

from core.analysis.roi import Figure
from core.analysis.roi_words import NAMES
from core.formats import percent
from core.report.content import Pack, Section
from core.report.findings import Findings
from core.report.seal import seal_text
from core.report.workbook import DrawnFigure, Extra, TextSheet, workbook_xlsx

_UNITS = {
    "npv_usd": "USD",
    "irr": "fraction/year",
    "payback_years": "years",
    "discounted_payback_years": "years",
    "roi": "1",
}
_TABLES = {"scorecard": "Scorecard", "programme": "90-day plan", "plans": "Plans in words"}


def pack_xlsx(pack: Pack, found: Findings) -> bytes:
    """The workbook, ready to be saved or mailed."""
    tables = tuple(
        _table_sheet(section, _TABLES[section.key])
        for section in pack.sections
        if section.key in _TABLES and section.table is not None
    )
    extra = Extra(
        before=(_summary(pack),),
        after=tables,
        figures=_drawn(found),
        provenance=_origin(pack),
        seal=seal_text(pack, []),
    )
    return workbook_xlsx(found.scenario, extra=extra)


def _summary(pack: Pack) -> TextSheet:
    """Every conclusion with what it rests on."""
    rows = []
    for section in (s for s in pack.sections if not s.is_appendix):
        rows.append((section.headline, " ".join(section.said), section.trust))
    return TextSheet(
        name="Summary",
        title=pack.title,
        header=("conclusion", "why", "how far to trust it"),
        rows=tuple(rows),
        widths=(52, 78, 60),
    )


def _table_sheet(section: Section, name: str) -> TextSheet:
    table = section.table
    rows = () if table is None else table.rows
    header = () if table is None else table.headings
    widths = () if table is None else tuple(max(12.0, 130 * share) for share in table.widths)
    return TextSheet(name=name, title=section.headline, header=header, rows=rows, widths=widths)


def _drawn(found: Findings) -> tuple[DrawnFigure, ...]:
    """Percentiles over the draws; they belong to the exported scenario."""
    at = found.margin.margin_at_target
    margin = DrawnFigure(
        name="gross margin at the target",
        p10=float(at.p10),
        p50=float(at.p50),
        p90=float(at.p90),
        unit="fraction",
        why=found.margin.why_no_plan,
    )
    returns = (
        DrawnFigure(
            name=NAMES[name],
            p10=figure.drawn.p10,
            p50=figure.drawn.p50,
            p90=figure.drawn.p90,
            unit=_UNITS[name],
            why=_remark(figure),
        )
        for name, figure in found.roi.figures.items()
    )
    return (margin, *returns)


def _remark(figure: Figure) -> str:
    """Why there is no such figure, or in how many draws there is one."""
    if figure.why or figure.share == 1:
        return figure.why
    return f"Exists in {percent(figure.share, 0)} of the draws; unknown: there is none."


def _origin(pack: Pack) -> tuple[tuple[str, str], ...]:
    made = pack.provenance
    return (
        ("target", percent(made.target)),
        ("prices as of", made.prices_as_of),
        ("seed and draws", f"{made.seed}; {made.draws:,}"),
        ("software", f"Datawall {made.version}"),
        ("made on", made.made_on),
        ("data", made.data or "No data was audited."),
        ("verify", "datawall report --verify FILE computes it again"),
    )
