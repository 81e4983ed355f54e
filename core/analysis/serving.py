"""What does it take to serve a request, and to get one more answer from the model?"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.calculators import cogs, margin, self_hosting
from core.errors import AssumptionError

Floats = NDArray[np.float64]
Inputs = Mapping[str, Floats]

BY_THE_MONTH = (
    "own GPUs",
    "running own GPUs",
    "vector storage",
    "corpus embeddings",
    "governance",
)
"""The parts that are paid by the month, however few requests there are."""

PRICED = (
    ("cache_write_share", "cache_write_multiple"),
    ("batch_share", "batch_price_share"),
    ("flex_share", "flex_price_share"),
    ("embedding_tokens", "embedding_price"),
    ("reindexed_tokens", "embedding_price"),
    ("vector_storage", "vector_storage_price"),
    ("reranker_calls", "reranker_price"),
    ("tool_calls", "tool_price"),
    ("self_hosted_share", "gpu_rate"),
    ("self_hosted_share", "gpu_input_throughput"),
    ("self_hosted_share", "gpu_output_throughput"),
    ("self_hosted_share", "gpu_hours_on"),
    ("self_hosted_share", "gpu_max_load"),
)
"""What is used, and what has to be known of it then."""


def answer_cost(
    inputs: Inputs, *, extra_input_tokens: Floats | float = 0.0, strong: bool = False
) -> Floats:
    """What one more answer to a request costs: all its calls with their retries. [USD/request]

    Parameters
    ----------
    extra_input_tokens
        Prompt tokens that this answer reads beyond the usual, none of them cached.
        [tokens/request]
    strong
        Whether the stronger model answers, at its API price; else the model of today, on
        own GPUs as far as it runs there. The time of own GPUs is counted at the load that
        they reach when whole GPUs average out.

    Raises
    ------
    AssumptionError
        No call ever succeeds, or something is used whose price is not known.
    """
    _check(inputs)
    own = np.zeros(()) if strong else inputs["self_hosted_share"]
    parts = api_calls(inputs, "strong_" if strong else "", extra_input_tokens)
    once = cogs.total(parts) * (1 - own)
    tries = most_attempts(inputs)
    again = cogs.retry_cost(once, inputs["retry_rate"], tries)
    if not np.any(own > 0):
        return np.asarray(once + again + fallback(inputs))
    load = inputs["gpu_max_load"] / inputs["gpu_peak_factor"]
    gpu = self_hosting.gpu_time_cost(
        own * gpu_seconds(inputs, extra_input_tokens),
        inputs["gpu_rate"],
        load,
        inputs["gpu_reserved_discount"],
    )
    return np.asarray(once + again + fallback(inputs) + gpu)


def serving_costs(inputs: Inputs) -> dict[str, Floats]:
    """What a request costs to serve with one answer, part by part. [USD/request]

    What is paid by the month is spread over the requests of the month.

    Raises
    ------
    AssumptionError
        No call ever succeeds, or something is used whose price is not known.
    """
    _check(inputs)
    asked, api = asked_share(inputs), 1 - inputs["self_hosted_share"]
    calls = {name: part * api * asked for name, part in api_calls(inputs).items()}
    again = cogs.retry_cost(cogs.total(calls), inputs["retry_rate"], most_attempts(inputs))
    requests = requests_per_month(inputs)
    by_the_month = {
        name: margin.unit_cost(usd, 0.0, requests) if np.any(usd) else np.zeros(())
        for name, usd in monthly_fixed(inputs).items()
    }
    return {
        **calls,
        "retries": again,
        "fallback": asked * fallback(inputs),
        "retrieval": asked * inputs["retrieval_cost"],
        "query embeddings": cogs.token_cost(
            1.0, inputs["embedding_tokens"], inputs["embedding_price"]
        ),
        "reranker": asked * inputs["reranker_calls"] * inputs["reranker_price"],
        "tools": asked * inputs["tool_calls"] * inputs["tool_price"],
        "guardrails": inputs["guardrail_cost"],
        "monitoring": inputs["monitoring_cost"],
        "hosting": inputs["hosting_cost"],
        "support": margin.unit_cost(inputs["support_cost"], 0.0, inputs["requests_per_seat"]),
        **by_the_month,
    }


def monthly_fixed(inputs: Inputs) -> dict[str, Floats]:
    """What is paid by the month, however few requests there are. [USD/month]

    The number of GPUs is whole: it stays, until it steps.
    """
    _check(inputs)
    gpus = gpus_on(inputs)
    paid = (
        self_hosting.gpu_month_cost(
            gpus, inputs["gpu_rate"], inputs["gpu_hours_on"], inputs["gpu_reserved_discount"]
        ),
        np.where(gpus > 0, inputs["self_hosting_ops"], 0.0),
        np.asarray(inputs["vector_storage"] * inputs["vector_storage_price"]),
        cogs.token_cost(1.0, inputs["reindexed_tokens"], inputs["embedding_price"]),
        inputs["governance_cost"],
    )
    return dict(zip(BY_THE_MONTH, paid, strict=True))


def asked_share(inputs: Inputs) -> Floats:
    """Share of requests that the application's own cache does not answer. [fraction]"""
    return np.asarray(1 - inputs["app_cache_share"])


def requests_per_month(inputs: Inputs) -> Floats:
    """Requests of all seats. [requests/month]"""
    return np.asarray(inputs["seats"] * inputs["requests_per_seat"])


def gpus_on(inputs: Inputs) -> Floats:
    """Whole GPUs that the requests served on own GPUs need at their peak. [GPUs]"""
    busy = busy_gpus(inputs)
    if not np.any(busy > 0):
        return np.zeros(busy.shape)
    return self_hosting.gpus_needed(busy, inputs["gpu_peak_factor"], inputs["gpu_max_load"])


def busy_gpus(inputs: Inputs) -> Floats:
    """GPUs' worth of work on average, while the GPUs are on. [GPUs]"""
    if not np.any(inputs["self_hosted_share"] > 0):
        return np.zeros(inputs["self_hosted_share"].shape)
    answers = requests_per_month(inputs) * asked_share(inputs) * inputs["self_hosted_share"]
    return self_hosting.busy_gpus(answers * gpu_seconds(inputs), inputs["gpu_hours_on"])


def api_calls(
    inputs: Inputs, tier: str = "", extra_input_tokens: Floats | float = 0.0
) -> dict[str, Floats]:
    """The calls of one answer that all succeed at once, by what the provider bills."""
    calls, price = inputs["calls_per_request"], inputs[f"{tier}input_price"]
    parts = cogs.inference_costs(
        calls,
        inputs["input_tokens"],
        inputs["cached_share"],
        inputs["output_tokens"],
        price,
        inputs[f"{tier}cached_price"],
        inputs[f"{tier}output_price"],
    )
    written = inputs["cache_write_share"]
    plain = parts.pop("uncached input")
    every = {
        "uncached input": plain * (1 - written) + cogs.token_cost(1.0, extra_input_tokens, price),
        "cached input": parts["cached input"],
        "cache writes": plain * written * inputs["cache_write_multiple"],
        "output": parts["output"],
        "reasoning": cogs.token_cost(
            calls, inputs["reasoning_tokens"], inputs[f"{tier}output_price"]
        ),
    }
    paid = cogs.discounted_share(
        inputs["batch_share"],
        inputs["batch_price_share"],
        inputs["flex_share"],
        inputs["flex_price_share"],
    )
    return {name: np.asarray(part * paid) for name, part in every.items()}


def gpu_seconds(inputs: Inputs, extra_input_tokens: Floats | float = 0.0) -> Floats:
    """How long one GPU is busy with one answer, failed attempts included. [s/request]"""
    calls = inputs["calls_per_request"]
    once = self_hosting.gpu_seconds(
        calls * inputs["input_tokens"] + extra_input_tokens,
        calls * (inputs["output_tokens"] + inputs["reasoning_tokens"]),
        inputs["gpu_input_throughput"],
        inputs["gpu_output_throughput"],
    )
    again = cogs.retry_cost(once, inputs["retry_rate"], most_attempts(inputs))
    return np.asarray(once + again)


def fallback(inputs: Inputs) -> Floats:
    """What stands in for the calls of one answer whose every attempt failed. [USD/request]"""
    return cogs.fallback_cost(
        inputs["calls_per_request"],
        inputs["retry_rate"],
        most_attempts(inputs),
        inputs["fallback_cost"],
    )


def most_attempts(inputs: Inputs) -> Floats:
    """Attempts before the fallback; without one a call is made until it succeeds. [1]"""
    most = inputs["fallback_after"]
    return np.where(most > 0, np.maximum(most, 1.0), np.inf)


def _check(inputs: Inputs) -> None:
    if np.any((inputs["retry_rate"] >= 1) & (inputs["fallback_after"] == 0)):
        raise AssumptionError("retry_rate is 1, so no call ever succeeds; expected less than 1.")
    if np.any((inputs["self_hosted_share"] > 0) & (inputs["gpu_peak_factor"] < 1)):
        raise AssumptionError(
            "gpu_peak_factor is below 1, but the busiest time is never below the average; "
            "expected at least 1."
        )
    for used, known in PRICED:
        if np.any(inputs[used]) and np.any((inputs[used] > 0) & (inputs[known] <= 0)):
            raise AssumptionError(
                f"{used} is above 0, but {known} is 0, which would make it free of charge or "
                f"impossible; give {known}, or set {used} to 0."
            )
