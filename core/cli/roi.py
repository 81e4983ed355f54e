"""``datawall roi``: what does reaching the target return, over the years?"""

import argparse

from core.analysis.margin import DRAWS
from core.analysis.roi import Figure, RoiAnswer, headline_of, roi_of
from core.analysis.roi_words import CAVEAT, NAMES, figure_in_words, illustration_in_words
from core.analysis.sensitivity import Bar
from core.cli.context import Context, seed_number
from core.cli.frontier import plan_facts
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.cli.sensitivity import bar_facts
from core.formats import coefficient, interval, money, percent, quantity

_ROWS = 10


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "roi",
        parents=[shared],
        help="what reaching the target returns over the years: cash flows, NPV, IRR, payback",
        description="The cheapest plan for the target against staying as today: yearly cash "
        "flows, net present value, rate of return and payback, each with the 10th, 50th and "
        "90th percentile of what the assumptions allow.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument(
        "--target", type=float, metavar="A", help="accuracy wanted (default: the scenario's)"
    )
    command.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Find what the decision returns."""
    asked = context.arguments
    scenario = read_scenario(asked.scenario, context.prices, context)
    found = roi_of(scenario, target=asked.target, draws=asked.draws, seed=asked.seed)
    return Answer(json=roi_facts(found), text=_text(found))


def roi_facts(found: RoiAnswer) -> dict[str, object]:
    """The return as JSON; figures at the medians stand alone, percentiles beside them."""
    return {
        "npv_usd": {"at_medians": found.npv_usd.at_medians, **_quantiles(found.npv_usd)},
        "irr": found.irr.at_medians,
        "payback_years": found.payback_years.at_medians,
        "discounted_payback_years": found.discounted_payback_years.at_medians,
        "roi": found.roi.at_medians,
        "quantiles": {name: _quantiles(figure) for name, figure in found.figures.items()},
        "why": {name: figure.why for name, figure in found.figures.items() if figure.why},
        "chance_of_gain": found.chance_of_gain if found.lines else None,
        "rates_of_return": list(found.rates),
        "horizon_years": found.horizon_years,
        "discount_rate": found.discount_rate,
        "invested_usd": found.invested_usd if found.lines else None,
        "cash_flows": [
            {
                "year": year,
                "usd": usd,
                "lines": {name: line[year] for name, line in found.lines.items()},
            }
            for year, usd in enumerate(found.cash_flows)
        ],
        "tornado": [bar_facts(bar) for bar in found.tornado.bars] if found.tornado else [],
        "illustrative": {
            "rule_of_40_points": found.illustration.rule_of_40_points,
            "valuation_usd": found.illustration.valuation_usd,
            "gross_profit_multiple": found.illustration.multiple,
        }
        if found.illustration
        else None,
        "target": found.target,
        "plan": plan_facts(found.plan) if found.plan else None,
        "draws": found.draws,
        "seed": found.seed,
        "scenario": found.scenario_digest,
    }


def _quantiles(figure: Figure) -> dict[str, float | None]:
    drawn = figure.drawn
    return {"p10": drawn.p10, "p50": drawn.p50, "p90": drawn.p90, "share": figure.share}


def _text(found: RoiAnswer) -> str:
    if found.plan is None or found.tornado is None:
        return found.why_no_plan
    years = [f"year {year}" for year in range(found.horizon_years + 1)]
    flows = [[name, *(money(usd) for usd in line)] for name, line in found.lines.items()]
    flows.append(["together", *(money(usd) for usd in found.cash_flows)])
    figures = [
        [NAMES[name], *figure_in_words(name, figure)] for name, figure in found.figures.items()
    ]
    moving = [bar for bar in found.tornado.bars if bar.swing][:_ROWS]
    said = [figure.why for figure in found.figures.values() if figure.why]
    lines = [
        headline_of(found),
        f"It gains in {percent(found.chance_of_gain, 0)} of {found.draws:,} draws.",
        "",
        table(["cash flow", *years], flows),
        "",
        table(["figure", "at the medians", "P10", "P50", "P90", "exists in"], figures),
        *dict.fromkeys(said),
        "",
        table(["assumption", "P10 to P90", "NPV at P10", "NPV at P90", "rank"], _bars(moving)),
        CAVEAT,
    ]
    return "\n".join([*lines, *illustration_in_words(found)])


def _bars(bars: list[Bar]) -> list[list[str]]:
    return [
        [
            bar.key,
            interval(quantity(bar.low, bar.unit), quantity(bar.high, bar.unit)),
            money(bar.at_low),
            money(bar.at_high),
            coefficient(bar.rank_correlation),
        ]
        for bar in bars
    ]
