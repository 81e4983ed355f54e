"""What would a plan cost on a model, before a call is made?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np
import pandas as pd

from core.analysis.quoted_prompts import counted
from core.analysis.quoted_run import Draws, Floats, Seen, Work, drawn
from core.critique.families import kinship
from core.errors import InputError
from core.formats import count, percent
from core.generation.plan import GenerationPlan
from core.generation.prompted import EndpointGenerator
from core.prices import PriceBook
from core.records import Quantiles, TokenUsage
from core.uncertainty import quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The cost of a run, from its real prompts and answers as long as its anchors."""

    model: str
    candidates: int
    """What may be proposed at most."""
    cost_usd_p10: float
    cost_usd_p50: float
    cost_usd_p90: float
    input_tokens: int
    output_tokens: int
    """Tokens of the whole run at the median, the judge's included."""
    counted_by: str
    """``tokenizer``: with the model's own vocabulary; ``estimate``: with another's."""
    source: str
    """Where the price comes from."""
    as_of: date
    candidates_needed: Quantiles
    """What is proposed until enough is accepted, at most ``candidates``."""
    accepted: Quantiles
    acceptance_rate: Quantiles
    p_enough: float | None
    """Probability that the wanted number is accepted; None when the plan wants none."""
    usd_per_accepted: Quantiles
    judge_calls: Quantiles
    share_of_budget: Quantiles | None
    """The cost as a share of the plan's budget; None without a budget."""
    p_within_budget: float | None
    assumptions: tuple[str, ...]
    """What is assumed because nothing has measured it yet, in a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateError:
    """An estimate against what a run has cost."""

    actual_usd: float
    error_usd: float
    """The actual cost less the median estimate."""
    error: float | None
    """The same as a share of the median estimate; None when that is 0."""
    is_within: bool
    """Whether the actual cost lies from P10 to P90."""


def quote(
    plan: GenerationPlan,
    anchors: pd.DataFrame,
    model: str,
    prices: PriceBook,
    *,
    others: pd.DataFrame | None = None,
    seen: Seen | None = None,
    facts: Sequence[str] = (),
    confused_with: Sequence[str] = (),
    cached_share: float = 0.0,
    writes: bool = True,
) -> Quote:
    """What the plan would cost if *model* wrote, and its judge, where it has one, judged.

    Prompts are rendered and counted as they would be sent. How long answers
    turn out, how many calls are repeated, how many candidates reach the judge
    and how many are accepted is taken from earlier runs, or assumed. Reasoning
    that a model bills beside its answer is foreseen only if earlier runs had it.

    Parameters
    ----------
    seen
        What earlier runs of the same plan or slice counted.
    facts, confused_with
        As the generator will be given them.
    cached_share
        Answers that were paid for before, which cost nothing. [fraction]
    writes
        Whether *model* is paid for proposals too, or only judges.

    Raises
    ------
    PriceError
        A model has no price.
    InputError
        A share is none.
    """
    if not 0 <= cached_share <= 1:
        raise InputError(f"cached_share must be in [0, 1] fraction; found {cached_share:g}.")
    prices = prices.for_batches() if plan.generator.batch else prices
    known = seen or Seen()
    generator = EndpointGenerator(plan, anchors, facts=facts, confused_with=confused_with)
    own = replace(plan, generator=replace(plan.generator, model=model))
    work = counted(plan, anchors, others, generator, (model, own.model_of_judge), cached_share)
    draws = drawn(work, known, plan.seed)
    cost = np.zeros(len(draws.judged))
    for juror in own.jury:  # Each vote is a call about every candidate that is judged.
        cost += _cost(
            prices, juror, draws.judge_input_tokens, draws.judge_output_tokens, draws.judged
        )
    if writes:
        cost += _cost(prices, model, draws.input_tokens, draws.output_tokens, draws.candidates)
    price = prices.request_cost(model, TokenUsage(input_tokens=1, output_tokens=1))
    return _quoted(
        plan,
        model,
        draws,
        cost,
        work=work,
        source=price.source,
        as_of=price.as_of,
        assumptions=(*_assumed(plan, work, known), *_warned(model if writes else "", own.jury)),
    )


def _quoted(
    plan: GenerationPlan,
    model: str,
    draws: Draws,
    cost: Floats,
    *,
    work: Work,
    source: str,
    as_of: date,
    assumptions: tuple[str, ...],
) -> Quote:
    p10, p50, p90 = np.quantile(cost, (0.1, 0.5, 0.9))
    votes = max(1, len(plan.jury))
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(draws.accepted > 0, cost / draws.accepted, np.inf)
        of_budget = cost / plan.budget_usd if plan.budget_usd else None
    return Quote(
        model=model,
        candidates=plan.candidates,
        cost_usd_p10=float(p10),
        cost_usd_p50=float(p50),
        cost_usd_p90=float(p90),
        input_tokens=ceil(np.median(draws.input_tokens + votes * draws.judge_input_tokens)),
        output_tokens=ceil(np.median(draws.output_tokens + votes * draws.judge_output_tokens)),
        counted_by="tokenizer" if work.is_own_tokenizer else "estimate",
        source=source,
        as_of=as_of,
        candidates_needed=quantiles(draws.candidates),
        accepted=quantiles(draws.accepted),
        acceptance_rate=quantiles(draws.acceptance_rate),
        p_enough=None if plan.accepted is None else float(draws.is_enough.mean()),
        usd_per_accepted=quantiles(each),
        judge_calls=quantiles(votes * draws.judged),
        share_of_budget=None if of_budget is None else quantiles(of_budget),
        p_within_budget=None
        if plan.budget_usd is None
        else float((cost <= plan.budget_usd).mean()),
        assumptions=assumptions,
    )


def estimate_error(quoted: Quote, actual_usd: float) -> EstimateError:
    """How far a quote was off, now that the run is paid."""
    off = actual_usd - quoted.cost_usd_p50
    return EstimateError(
        actual_usd=actual_usd,
        error_usd=off,
        error=off / quoted.cost_usd_p50 if quoted.cost_usd_p50 else None,
        is_within=quoted.cost_usd_p10 <= actual_usd <= quoted.cost_usd_p90,
    )


def _cost(prices: PriceBook, model: str, asked: Floats, said: Floats, requests: Floats) -> Floats:
    """Dollars for so many tokens, priced as single requests of their mean size."""
    made = float(requests.mean())
    if not made or not asked.any():
        return np.zeros_like(asked)
    one_in = max(1, ceil(float(asked.mean()) / made))
    one_out = max(1, ceil(float(said.mean()) / made))
    reading = prices.request_cost(model, _usage(one_in, 0)).usd
    whole = prices.request_cost(model, _usage(one_in, one_out)).usd
    return asked * (reading / one_in) + said * ((whole - reading) / one_out)


def _usage(asked: int, said: int) -> TokenUsage:
    return TokenUsage(input_tokens=asked, output_tokens=said, counted_by="estimate")


def _assumed(plan: GenerationPlan, work: Work, seen: Seen) -> tuple[str, ...]:
    """What stands in for a measurement, and what was measured."""
    said = []
    if seen.proposed:
        said.append(
            f"Acceptance as in earlier runs: {count(seen.accepted)} of {count(seen.proposed)}."
        )
    elif plan.accepted is not None:
        said.append("No earlier run: any acceptance rate is held equally likely.")
    if not (seen.calls and seen.output_tokens):
        said.append("Answers are assumed 0.8 to 1.4 times as long as the anchors.")
    if not seen.calls:
        said.append("Repeated calls are assumed to add 0.2 % to 20 %.")
    if plan.judge and not seen.judge_ran:
        said.append("63 % to 94 % of the candidates are assumed to reach the judge.")
    if not work.is_own_tokenizer and not seen.calls:
        said.append("Tokens are counted with another model's vocabulary, 14 % less to 17 % more.")
    if work.cached_share:
        said.append(f"{percent(work.cached_share, 0)} of the answers come from the cache.")
    return tuple(said)


def _warned(writer: str, jury: Sequence[str]) -> tuple[str, ...]:
    """That judges are kin to the writer or to one another, where they are."""
    kin = kinship(writer, jury)
    return (f"{kin[:1].upper()}{kin[1:]}.",) if kin else ()
