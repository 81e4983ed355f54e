"""AI COGS: what serving one request costs, part by part.

References
----------
.. [1] FinOps Foundation, "Cost Estimation of AI Workloads", CC BY 4.0.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction

TOKENS_PER_MTOK = 1e6
MINUTES_PER_HOUR = 60.0


def inference_costs(
    calls: ArrayLike,
    input_tokens: ArrayLike,
    cached_share: ArrayLike,
    output_tokens: ArrayLike,
    input_price: ArrayLike,
    cached_price: ArrayLike,
    output_price: ArrayLike,
) -> dict[str, Floats]:
    """Cost of the model calls of one request that all succeed at once.

    Parameters
    ----------
    calls
        Model calls per request. [calls/request]
    input_tokens
        Prompt tokens per call, cached ones included. [tokens/call]
    cached_share
        Share of the prompt tokens read from the provider's cache. [fraction]
    output_tokens
        Answer tokens per call. [tokens/call]
    input_price, cached_price, output_price
        Prices of uncached input, cached input and output. [USD/Mtok]

    Returns
    -------
    ``uncached input``, ``cached input`` and ``output``. [USD/request]

    References
    ----------
    FinOps Foundation [1]_.
    """
    n = checked("calls", calls, "calls/request")
    prompt = checked("input_tokens", input_tokens, "tokens/call")
    cached = fraction("cached_share", cached_share)
    answer = checked("output_tokens", output_tokens, "tokens/call")
    prices = [
        checked(name, price, "USD/Mtok")
        for name, price in (
            ("input_price", input_price),
            ("cached_price", cached_price),
            ("output_price", output_price),
        )
    ]
    return {
        "uncached input": np.asarray(n * prompt * (1 - cached) * prices[0] / TOKENS_PER_MTOK),
        "cached input": np.asarray(n * prompt * cached * prices[1] / TOKENS_PER_MTOK),
        "output": np.asarray(n * answer * prices[2] / TOKENS_PER_MTOK),
    }


def retry_cost(cost: ArrayLike, retry_rate: ArrayLike) -> Floats:
    """Cost of asking again until a call succeeds, on top of the first attempt.

    Parameters
    ----------
    cost
        Cost of one attempt. [USD/request]
    retry_rate
        Share of attempts that have to be made again. [fraction]

    Returns
    -------
    ``cost * rate / (1 - rate)``; ``inf`` where no attempt succeeds. [USD/request]

    References
    ----------
    Mean of a geometric distribution.
    """
    once = checked("cost", cost, "USD/request")
    rate = fraction("retry_rate", retry_rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        again = np.where(rate < 1, once * rate / (1 - rate), np.inf)
    return np.where(once == 0, 0.0, again)


def review_cost(review_minutes: ArrayLike, reviewer_rate: ArrayLike) -> Floats:
    """Cost of one request that a person answers.

    Parameters
    ----------
    review_minutes
        Time per request. [minutes]
    reviewer_rate
        Loaded cost of a reviewer's hour. [USD/hour]

    Returns
    -------
    Cost. [USD/request]

    References
    ----------
    Time multiplied by rate.
    """
    minutes = checked("review_minutes", review_minutes, "minutes")
    return np.asarray(
        minutes / MINUTES_PER_HOUR * checked("reviewer_rate", reviewer_rate, "USD/hour")
    )


def total(components: Mapping[str, ArrayLike]) -> Floats:
    """The sum of all components, added in their order.

    Parameters
    ----------
    components
        Cost of each part. [USD/request]

    Returns
    -------
    Their sum. [USD/request]

    References
    ----------
    Addition, left to right.
    """
    sum_of_all: Floats = np.asarray(0.0)
    for name, cost in components.items():
        sum_of_all = np.asarray(sum_of_all + checked(name, cost, "USD/request"))
    return sum_of_all
