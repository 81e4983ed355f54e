"""Which versions decide what is proposed, how it is judged and what it costs?"""

from collections.abc import Mapping

from core.analysis.material import price_book
from core.critique.judge import RUBRIC_VERSION
from core.critique.verdict import CRITICS_VERSION
from core.errors import PriceError
from core.formats import money
from core.generation.plan import GenerationPlan, plan_of
from core.generation.prompted import PROMPT_VERSION
from core.records import Run

UNKNOWN_PRICE = "no price known"


def versions_of(plan: GenerationPlan) -> dict[str, str]:
    """Versions of what decides a candidate and its verdict, as they are in this software."""
    versions = {"critics": CRITICS_VERSION}
    if plan.generator.type != "embedded":
        versions["prompt"] = PROMPT_VERSION
    if plan.judge:
        versions["rubric"] = RUBRIC_VERSION
    return versions


def made_with(run: Run) -> dict[str, str]:
    """What a run's candidates were made and judged with, and what models cost today."""
    plan = plan_of(run.plan)
    return _named(run, plan) | dict(run.versions) | _prices(plan)


def in_force(run: Run) -> dict[str, str]:
    """The same for candidates that the run's plan would make now."""
    plan = plan_of(run.plan)
    return _named(run, plan) | versions_of(plan) | _prices(plan)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs, in words."""
    names = sorted({*before, *now})
    return [
        f"{name} was {before.get(name, 'none')} and is {now.get(name, 'none')}"
        for name in names
        if before.get(name) != now.get(name)
    ]


def _named(run: Run, plan: GenerationPlan) -> dict[str, str]:
    generator = run.generator if run.generator == "embedded" else f"{run.generator} {run.model}"
    named = {"generator": generator, "plan": run.plan_digest[:12], "data": run.dataset[:12]}
    if plan.jury:
        named["judge"] = " + ".join(plan.jury)
    return named


def _prices(plan: GenerationPlan) -> dict[str, str]:
    """What a million tokens of each model cost today."""
    found = {}
    for model in plan.models:
        try:
            each = price_book(plan).token_prices(model)
        except PriceError:
            found[f"price of {model}"] = UNKNOWN_PRICE
            continue
        found[f"price of {model}"] = (
            f"{money(each.input_usd_per_mtok)} in, {money(each.output_usd_per_mtok)} out a "
            "million tokens"
        )
    return found
