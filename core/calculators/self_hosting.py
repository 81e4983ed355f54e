"""Own GPUs: how many are needed, what they cost switched on, and what a million tokens come to.

Hours switched on and load are two things. An idle GPU bills like a busy one, so a low load
only ever makes a token dearer; what does save is switching GPUs off.

References
----------
.. [1] FinOps Foundation, "Cost Estimation of AI Workloads", CC BY 4.0.
.. [2] L. Kleinrock, "Queueing Systems, Volume 1: Theory", 1975: utilisation is work brought
   per time divided by work done per time.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction

SECONDS_PER_HOUR = 3600.0
HOURS_IN_A_MONTH = 744.0
"""In the longest; 730 on average."""

TOKENS_PER_MTOK = 1e6

_ROUNDING = 1e-9
"""A whole number of GPUs that arithmetic missed by a hair is still that number."""


def gpu_seconds(
    input_tokens: ArrayLike,
    output_tokens: ArrayLike,
    input_throughput: ArrayLike,
    output_throughput: ArrayLike,
) -> Floats:
    """How long one GPU is busy with some tokens; reading is much faster than writing.

    Parameters
    ----------
    input_tokens, output_tokens
        Tokens to read and to write. [tokens]
    input_throughput, output_throughput
        Tokens that one GPU reads, or writes, when it does nothing else. [tokens/s]

    Returns
    -------
    Busy time; 0 for no tokens, else ``inf`` without throughput. [s]

    References
    ----------
    Work divided by speed, Kleinrock 1975 [2]_.
    """
    read = checked("input_tokens", input_tokens, "tokens")
    written = checked("output_tokens", output_tokens, "tokens")
    reading = checked("input_throughput", input_throughput, "tokens/s")
    writing = checked("output_throughput", output_throughput, "tokens/s")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.where(read > 0, read / reading, 0.0) + np.where(written > 0, written / writing, 0.0)
        )


def busy_gpus(busy_seconds: ArrayLike, hours_on: ArrayLike) -> Floats:
    """GPUs that a month's work keeps busy on average while they are on; no whole number.

    Parameters
    ----------
    busy_seconds
        GPU time that the month's requests take. [s/month]
    hours_on
        Hours of a month that the GPUs are switched on. [hours/month]

    Returns
    -------
    Busy GPUs; 0 without work, else ``inf`` when nothing is ever on. [GPUs]

    References
    ----------
    Kleinrock 1975 [2]_.
    """
    work = checked("busy_seconds", busy_seconds, "s/month")
    hours = checked("hours_on", hours_on, "hours/month", high=HOURS_IN_A_MONTH)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(work > 0, work / (hours * SECONDS_PER_HOUR), 0.0)


def gpus_needed(busy: ArrayLike, peak_factor: ArrayLike, max_load: ArrayLike) -> Floats:
    """Whole GPUs that hold the busiest time without being driven beyond a load.

    Parameters
    ----------
    busy
        GPUs that are busy on average while they are on. [GPUs]
    peak_factor
        How much more comes in at the busiest time than on average. [1]
    max_load
        Load that one GPU may have at the busiest time. [fraction]

    Returns
    -------
    GPUs, a staircase in the work; 0 without work, ``inf`` if none may be loaded. [GPUs]

    References
    ----------
    Rounding up; FinOps Foundation [1]_.
    """
    average = checked("busy", busy, "GPUs")
    peak = average * checked("peak_factor", peak_factor, "1", low=1.0)
    allowed = fraction("max_load", max_load)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.where(average > 0, peak / allowed, 0.0)
    return np.asarray(np.maximum(np.ceil(exact * (1 - _ROUNDING)), np.where(average > 0, 1.0, 0.0)))


def gpu_load(busy: ArrayLike, gpus: ArrayLike) -> Floats:
    """Average load of the GPUs while they are on.

    Parameters
    ----------
    busy
        GPUs' worth of work. [GPUs]
    gpus
        GPUs that are on. [GPUs]

    Returns
    -------
    Load; above 1 where the work cannot be done, NaN without a GPU. [fraction]

    References
    ----------
    Kleinrock 1975 [2]_.
    """
    work, there = checked("busy", busy, "GPUs"), checked("gpus", gpus, "GPUs")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there > 0, work / there, np.nan)


def gpu_month_cost(
    gpus: ArrayLike, hourly_rate: ArrayLike, hours_on: ArrayLike, reserved_discount: ArrayLike = 0.0
) -> Floats:
    """Bill for GPUs that are switched on, whatever their load.

    Parameters
    ----------
    gpus
        GPUs that are on. [GPUs]
    hourly_rate
        Price of one on demand. [USD/hour]
    hours_on
        Hours of a month that they are on. [hours/month]
    reserved_discount
        What a commitment takes off the price. [fraction]

    Returns
    -------
    Cost. [USD/month]

    References
    ----------
    FinOps Foundation [1]_.
    """
    machines = checked("gpus", gpus, "GPUs")
    rate = checked("hourly_rate", hourly_rate, "USD/hour")
    hours = checked("hours_on", hours_on, "hours/month", high=HOURS_IN_A_MONTH)
    return np.asarray(
        machines * rate * hours * (1 - fraction("reserved_discount", reserved_discount))
    )


def gpu_time_cost(
    busy_seconds: ArrayLike,
    hourly_rate: ArrayLike,
    load: ArrayLike,
    reserved_discount: ArrayLike = 0.0,
) -> Floats:
    """Cost of GPU time with its share of the time in which the GPU waits.

    Parameters
    ----------
    busy_seconds
        Time that the GPU works. [s]
    hourly_rate
        Price on demand. [USD/hour]
    load
        Share of the time switched on in which it works. [fraction]
    reserved_discount
        What a commitment takes off the price. [fraction]

    Returns
    -------
    Cost; ``inf`` at no load. [USD]

    References
    ----------
    FinOps Foundation [1]_.
    """
    work = checked("busy_seconds", busy_seconds, "s")
    rate = checked("hourly_rate", hourly_rate, "USD/hour")
    paid = rate * (1 - fraction("reserved_discount", reserved_discount))
    busy = fraction("load", load)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(paid > 0, paid / (SECONDS_PER_HOUR * busy), 0.0)
        return np.where(work > 0, work * each, 0.0)


def cost_per_mtok(hourly_rate: ArrayLike, throughput: ArrayLike, load: ArrayLike) -> Floats:
    """What a million tokens cost on a GPU at an average load while it is on.

    Parameters
    ----------
    hourly_rate
        Price of the GPU. [USD/hour]
    throughput
        Tokens per second when it is fully loaded. [tokens/s]
    load
        Average load while on; not the share of the month that it is on. [fraction]

    Returns
    -------
    ``rate * 1e6 / (throughput * 3600 * load)``; ``inf`` at no load. [USD/Mtok]

    References
    ----------
    FinOps Foundation [1]_.
    """
    rate = checked("hourly_rate", hourly_rate, "USD/hour")
    speed = checked("throughput", throughput, "tokens/s")
    busy = fraction("load", load)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = rate * TOKENS_PER_MTOK / (speed * SECONDS_PER_HOUR * busy)
        return np.where(rate > 0, found, 0.0)
