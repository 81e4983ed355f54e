"""What would a plan cost on a model, before a call is made?"""

from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np
import pandas as pd

from core.critique.critic import anchors_of
from core.critique.judge import Judge
from core.datasets.asking import delimited
from core.datasets.content import content_columns, contents
from core.generation.plan import GenerationPlan
from core.generation.prompted import EndpointGenerator
from core.prices import PriceBook
from core.records import Prompt, TokenUsage
from core.tokens import token_count

_PROMPTS = 20
_ENVELOPE_TOKENS = 12
_VERDICT_TOKENS = 60
_RETRIED = (1.0, 1.02, 1.2)
"""How many times the calls of a smooth run are made when little, some and much goes wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The cost of a run, from its real prompts and answers as long as its anchors."""

    model: str
    candidates: int
    cost_usd_p10: float
    cost_usd_p50: float
    cost_usd_p90: float
    input_tokens: int
    output_tokens: int
    """Tokens of the whole run at the median."""
    counted_by: str
    """``tokenizer``: with the model's own vocabulary; ``estimate``: with another's."""
    source: str
    """Where the price comes from."""
    as_of: date


def quote(
    plan: GenerationPlan,
    anchors: pd.DataFrame,
    model: str,
    prices: PriceBook,
    *,
    others: pd.DataFrame | None = None,
) -> Quote:
    """What the plan would cost if *model* wrote, and judged where the plan has a judge.

    Prompts are rendered and counted as they would be sent. How long answers
    turn out is not known before: the P10 and P90 take the 10th and 90th
    percentile of the anchors' lengths, and few and many repeated calls.

    Raises
    ------
    PriceError
        The model has no price.
    """
    generator = EndpointGenerator(plan, anchors)
    asked = float(
        np.mean(
            [_tokens(generator.prompt(i), model) for i in range(min(_PROMPTS, plan.candidates))]
        )
    )
    said = _answer_lengths(plan, anchors, model)
    judged = _judge_prompt(plan, anchors, others, model) if plan.judge else 0.0
    verdict = _VERDICT_TOKENS if plan.judge else 0
    costs = [
        retried
        * plan.candidates
        * (
            _price(prices, model, asked, float(np.quantile(said, share)))
            + _price(prices, model, judged, verdict)
        )
        for share, retried in zip((0.1, 0.5, 0.9), _RETRIED, strict=True)
    ]
    price = prices.request_cost(model, TokenUsage(input_tokens=1, output_tokens=1))
    return Quote(
        model=model,
        candidates=plan.candidates,
        cost_usd_p10=costs[0],
        cost_usd_p50=costs[1],
        cost_usd_p90=costs[2],
        input_tokens=ceil((asked + judged) * plan.candidates),
        output_tokens=ceil((float(np.median(said)) + verdict) * plan.candidates),
        counted_by=token_count("x", model).counted_by,
        source=price.source,
        as_of=price.as_of,
    )


def _judge_prompt(
    plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame | None, model: str
) -> float:
    """Mean tokens of a judge's question."""
    rest = others if others is not None else anchors.iloc[:0]
    known = anchors_of(anchors, rest, label=plan.label, text=plan.text, slice_=plan.slice)
    judge = Judge(known, model, plan.seed)
    asked = [judge.prompt(known.own[i % len(known.own)], i) for i in range(5)]
    return float(np.mean([_tokens(prompt, model) for prompt in asked]))


def _tokens(prompt: Prompt, model: str) -> int:
    text = f"{prompt.instructions}\n{prompt.question}"
    return token_count(text, model).tokens + _ENVELOPE_TOKENS


def _answer_lengths(plan: GenerationPlan, anchors: pd.DataFrame, model: str) -> list[int]:
    """Tokens of each anchor, written as the answer would be."""
    columns = content_columns(anchors, plan.label, plan.text)
    return [token_count(delimited([row]), model).tokens for row in contents(anchors, columns)]


def _price(prices: PriceBook, model: str, asked: float, said: float) -> float:
    usage = TokenUsage(input_tokens=ceil(asked), output_tokens=ceil(said), counted_by="estimate")
    return prices.request_cost(model, usage).usd
