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


def token_cost(calls: ArrayLike, tokens: ArrayLike, token_price: ArrayLike) -> Floats:
    """Cost of the tokens of one kind.

    Parameters
    ----------
    calls
        Model calls per request. [calls/request]
    tokens
        Tokens of the kind per call. [tokens/call]
    token_price
        Price of the kind. [USD/Mtok]

    Returns
    -------
    Cost. [USD/request]

    References
    ----------
    Quantity multiplied by price.
    """
    n = checked("calls", calls, "calls/request")
    each = checked("tokens", tokens, "tokens/call")
    price = checked("token_price", token_price, "USD/Mtok")
    return np.asarray(n * each * price / TOKENS_PER_MTOK)


def discounted_share(
    batch_share: ArrayLike,
    batch_price_share: ArrayLike,
    flex_share: ArrayLike = 0.0,
    flex_price_share: ArrayLike = 1.0,
) -> Floats:
    """Share of the list price that is paid when some requests can wait.

    Parameters
    ----------
    batch_share
        Share of requests that are made in batches. [fraction]
    batch_price_share
        What a batch costs of the price of single calls. [fraction]
    flex_share
        Share of the other requests that are made at low priority. [fraction]
    flex_price_share
        What low priority costs of the price of single calls. [fraction]

    Returns
    -------
    Share of the list price. [fraction]

    References
    ----------
    A mean, weighted by requests.
    """
    batch = fraction("batch_share", batch_share)
    flex = (1 - batch) * fraction("flex_share", flex_share)
    off_batch = 1 - fraction("batch_price_share", batch_price_share)
    off_flex = 1 - fraction("flex_price_share", flex_price_share)
    return np.asarray(1 - batch * off_batch - flex * off_flex)


def retry_cost(cost: ArrayLike, retry_rate: ArrayLike, most_attempts: ArrayLike = np.inf) -> Floats:
    """Cost of asking again until a call succeeds, on top of the first attempt.

    Parameters
    ----------
    cost
        Cost of one attempt. [USD/request]
    retry_rate
        Share of attempts that have to be made again. [fraction]
    most_attempts
        Attempts after which one gives up. [1]

    Returns
    -------
    ``cost * rate / (1 - rate) * (1 - rate^(attempts - 1))``; ``inf`` where no attempt
    succeeds and none is the last. [USD/request]

    References
    ----------
    Mean of a geometric distribution that is cut off.
    """
    once = checked("cost", cost, "USD/request")
    rate = fraction("retry_rate", retry_rate)
    most = np.ceil(checked("most_attempts", most_attempts, "1", low=1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        never = np.where(once > 0, once * (most - 1), 0.0)
        again = once * rate / (1 - rate) * (1 - rate ** (most - 1))
        again = np.where(rate < 1, again, never)
    return np.where(once == 0, 0.0, again)


def fallback_cost(
    calls: ArrayLike, retry_rate: ArrayLike, most_attempts: ArrayLike, cost_each: ArrayLike
) -> Floats:
    """Cost of what stands in for the calls whose every attempt failed.

    Parameters
    ----------
    calls
        Calls per request. [calls/request]
    retry_rate
        Share of attempts that fail. [fraction]
    most_attempts
        Attempts after which one gives up; ``inf`` for never. [1]
    cost_each
        Cost of the stand-in. [USD/call]

    Returns
    -------
    ``calls * rate^attempts * cost``. [USD/request]

    References
    ----------
    Independent failures.
    """
    n = checked("calls", calls, "calls/request")
    rate = fraction("retry_rate", retry_rate)
    most = np.ceil(checked("most_attempts", most_attempts, "1", low=1.0))
    failed = np.where(np.isinf(most), 0.0, rate**most)
    return np.asarray(n * failed * checked("cost_each", cost_each, "USD/call"))


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
