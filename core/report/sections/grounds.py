"""What everything rests on: assumptions with unit, source and date; method and limits."""

from core.assumptions import Assumption
from core.calculators.learning_curve import HORIZON
from core.formats import interval, number, quantity
from core.report.content import Provenance, Section, Table
from core.report.findings import Findings

_MOST = 10
_HEADINGS = ("assumption", "value", "90 % interval", "status", "source", "as of")
_WIDTHS = (0.18, 0.15, 0.2, 0.08, 0.29, 0.1)


def assumptions(found: Findings) -> Section:
    """Those that the return hangs on most, and how many are measured."""
    scenario = found.scenario
    statuses = [a.status for a in scenario.values()]
    measured, edited = statuses.count("measured"), statuses.count("edited")
    tornado = found.roi.tornado
    moving = [bar.key for bar in tornado.bars if bar.swing][:_MOST] if tornado else []
    weakest = sum(scenario[key].status == "default" for key in moving)
    headline = f"{measured} of {len(statuses)} assumptions are measured and {edited} edited"
    if moving:
        headline += f"; {weakest} of the {len(moving)} that matter most are still our defaults"
    keys = moving or [a.key for a in scenario.values() if a.status != "default"][:_MOST]
    return Section(
        key="assumptions",
        headline=headline,
        said=(
            "The assumptions that move the net present value most, the widest first. All others "
            "follow in the appendix; the workbook holds them as cells that can be changed.",
        ),
        table=_table([scenario[key] for key in keys]),
        trust="value: the median; 90 % interval: one time in twenty the truth lies below it, one "
        "time in twenty above.",
    )


def appendix(found: Findings) -> Section:
    """Every assumption."""
    every = list(found.scenario.values())
    return Section(
        key="every assumption",
        headline=f"Every assumption of “{found.scenario.name}”",
        table=_table(every),
        is_appendix=True,
    )


def _table(listed: list[Assumption]) -> Table:
    rows = tuple(_row(a) for a in listed)
    return Table(headings=_HEADINGS, rows=rows, widths=_WIDTHS, numeric=frozenset({5}))


def _row(a: Assumption) -> tuple[str, ...]:
    between = "taken as certain"
    if a.low is not None and a.high is not None:
        between = interval(quantity(a.low, a.unit), quantity(a.high, a.unit))
    name = a.key.replace("_", " ")
    return name, quantity(a.value, a.unit), between, a.status, a.source, a.as_of.isoformat()


def method(found: Findings, made: Provenance) -> Section:
    """How it was computed, where it ends, and what is needed to make it again."""
    return Section(
        key="method",
        headline="How far to trust this, and how to make it again",
        said=(
            "Measured: scores and learning curves on held-out real rows; what runs paid, from "
            "their ledger; the gain of samples, from paired trainings. All else is an assumption "
            "with a source.",
            "The plan is the cheapest of every setting of the levers at the medians and stays as "
            "it is in the draws; levers are taken to act independently, so combinations are "
            "somewhat flattered.",
            "The return is against staying as today, before tax; growth does not change what a "
            "request costs; a better model wins no seat unless the scenario says so.",
            f"A learning curve is followed to {number(HORIZON)} times the samples it was measured "
            "on and no further; a target beyond is called not reachable rather than dear.",
            f"Scenario “{made.scenario_name}” ({made.digest}), target "
            f"{quantity(made.target, found.scenario['target_accuracy'].unit)}, prices of "
            f"{made.prices_as_of}, seed {made.seed}, {made.draws:,} draws, Datawall "
            f"{made.version}, made on {made.made_on}.",
            f"{made.data or 'No data was audited.'} `datawall report --verify FILE` computes this "
            "file again and says whether it still holds.",
        ),
    )
