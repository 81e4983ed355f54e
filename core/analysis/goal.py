"""How many accepted samples close a slice's deficit?"""

from dataclasses import replace
from math import ceil

from core.analysis.chain import Chain, chain_of
from core.errors import PlanError
from core.formats import percent
from core.generation.plan import MOST_CANDIDATES, GenerationPlan
from core.workspace import Workspace


def with_goal(workspace: Workspace, plan: GenerationPlan, fingerprint: str) -> GenerationPlan:
    """The plan with the accepted samples that close its slice's deficit, where it asks for that.

    That is the median deficit of the stored audit over the exchange rate, which is
    measured where evidence is, and the scenario's assumption where not.

    Raises
    ------
    PlanError
        No audit of the slice is stored, or its deficit is none or unknown.
    """
    target = plan.close_deficit_at
    if target is None:
        return plan
    chain = chain_of(
        workspace,
        fingerprint=fingerprint,
        label=plan.label,
        target=target,
        tau=plan.strictness,
        slice_name=plan.slice,
    )
    what = f"stop.close_deficit_at = {target:g}"
    if chain.audit is None or chain.part is None or chain.part.name != plan.slice:
        raise PlanError(
            f"{what} needs an audit of the slice {plan.slice!r}; run datawall audit on the same "
            f"data with --label {plan.label}, or give stop.accepted."
        )
    lacks, why = chain.part.sizing.deficit.p50, chain.part.sizing.why
    if lacks is None:
        raise PlanError(f"{what}: the deficit of {plan.slice!r} is not known ({why}).")
    if lacks == 0:
        raise PlanError(
            f"{what}: {plan.slice!r} lacks nothing; it scores {percent(chain.part.facts.score)}."
        )
    wanted = accepted_to_close(chain)
    if wanted is None:
        raise PlanError(
            f"{what}: {plan.slice!r} lacks {lacks:,.0f} real samples, more than synthetic ones can "
            f"stand in for at an exchange rate of {chain.scenario['exchange_rate'].value:g}."
        )
    return replace(plan, accepted=wanted)


def accepted_to_close(chain: Chain) -> int | None:
    """Accepted samples that close the deficit of the chain's slice.

    None when no audit says what it lacks, when it lacks nothing, or when
    synthetic samples cannot stand in for so many.
    """
    lacks = chain.part.sizing.deficit.p50 if chain.part else None
    rate = chain.scenario["exchange_rate"].value
    if not lacks or not rate:
        return None
    wanted = ceil(lacks / rate)
    return wanted if wanted <= MOST_CANDIDATES else None
