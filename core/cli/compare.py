"""``datawall compare``: strategies at the same task, the same accuracy and the same volume."""

import argparse
from dataclasses import asdict

from core.analysis.strategies import QUESTIONS, Comparison, Fared, compare, compare_all
from core.cli.context import Context
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.formats import count, money, number, percent


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "compare",
        parents=[shared],
        help="strategies at the same accuracy and volume, and where the cheapest one changes",
        description="Each strategy is a preset of the scenario's assumptions and levers. "
        "Questions: " + "; ".join(f"{q.name} ({q.title})" for q in QUESTIONS.values()),
    )
    command.add_argument("scenario", metavar="SCENARIO.toml")
    command.add_argument("--question", metavar="NAME", help="one question; every one without it")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """One comparison, or all."""
    asked, book = context.arguments, context.prices
    scenario = read_scenario(asked.scenario, book, context)
    if asked.question:
        found = [compare(scenario, asked.question, book)]
    else:
        found = list(compare_all(scenario, book))
    return Answer(
        json={
            "target": scenario.value("target_accuracy"),
            "questions": [_facts(one) for one in found],
        },
        text="\n\n".join(_text(one) for one in found),
    )


def _facts(found: Comparison) -> dict[str, object]:
    return {
        "question": found.question,
        "title": found.title,
        "reason": found.reason,
        "requests": found.requests,
        "strategies": [_row_facts(row) for row in found.rows],
        "guesses": [asdict(guess) for guess in found.guesses],
        "prices": [{**asdict(row), "as_of": row.as_of.isoformat()} for row in found.prices],
    }


def _row_facts(row: Fared) -> dict[str, object]:
    parts = row.cost.components if row.cost else ()
    return {
        "name": row.strategy.name,
        "what": row.strategy.what,
        "changes": dict(row.strategy.changes),
        "levers_allowed": list(row.strategy.levers) if row.strategy.levers else None,
        "reachable": row.reachable,
        "why": row.why,
        "accuracy": row.accuracy,
        "levers": row.plan.levers if row.plan else None,
        "fixed_usd": row.fixed_usd,
        "variable_usd": row.variable_usd,
        "unit_cost_usd": row.unit_cost_usd,
        "components": [{"name": part.name, "usd": part.usd} for part in parts],
        "gross_margin": row.gross_margin,
        "profit_per_month_usd": row.profit_per_month_usd,
        "delay_days": row.delay_days,
        "break_even": asdict(row.break_even) if row.break_even else None,
        "facts": dict(row.facts),
    }


def _text(found: Comparison) -> str:
    heads = ["strategy", "accuracy", "fixed", "a request", "both", "margin", "days", "break-even"]
    rows = [
        [
            row.strategy.name,
            percent(row.accuracy) if row.reachable else "not reachable",
            money(row.fixed_usd),
            money(row.variable_usd),
            money(row.unit_cost_usd),
            percent(row.gross_margin),
            "–" if row.delay_days is None else count(row.delay_days),
            row.break_even.in_words if row.break_even else "–",
        ]
        for row in found.rows
    ]
    facts = [
        f"  {row.strategy.name}: "
        + ", ".join(
            f"{name.replace('_', ' ')} {number(value)}" for name, value in row.facts.items()
        )
        for row in found.rows
        if row.facts
    ]
    guessed = [f"  {g.what}: {number(g.value)} {g.unit} ({g.source})" for g in found.guesses]
    said = [f"{found.title}  [{found.question}]", found.reason, "", table(heads, rows)]
    if facts:
        said += ["", *facts]
    if guessed:
        said += ["", "Guesses that it rests on:", *guessed]
    said += [f"  {row.strategy.name}: {row.why}" for row in found.rows if row.why]
    return "\n".join(said)
