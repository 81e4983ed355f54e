"""Costs of requests, own GPUs and seats, worked out by hand."""

import math

import numpy as np
import pytest

from core.calculators import cogs, margin, seats, self_hosting
from core.errors import AssumptionError


def test_a_support_ticket_with_retrieval() -> None:
    """Two calls at $3 and $15 cost $0.0195, with retrieval about 2 cents: 13 % of a $79 plan."""
    calls = cogs.total(cogs.inference_costs(2, 2_000, 0.0, 250, 3.0, 0.3, 15.0))
    ticket = float(calls) + 0.0006
    assert calls == pytest.approx(0.0195)
    assert ticket == pytest.approx(0.0201)
    assert 500 * ticket / 79 == pytest.approx(0.13, abs=0.005)


def test_a_request_of_one_call() -> None:
    """2,000 tokens at $2.50 and 800 at $10 are $0.013; at 200 requests for $50 that is 5.2 %."""
    request = cogs.total(cogs.inference_costs(1, 2_000, 0.0, 800, 2.5, 0.25, 10.0))
    assert request == pytest.approx(0.013)
    assert margin.gross_margin(margin.revenue_per_request(50, 200), request) == pytest.approx(0.948)


def test_a_failed_call_is_tried_thrice() -> None:
    """A fifth fail: 1.24 attempts on average, and 0.8 % of calls end at the fallback."""
    assert cogs.retry_cost(0.01, 0.2, 3) == pytest.approx(0.01 * (0.2 + 0.04))
    assert cogs.fallback_cost(2, 0.2, 3, 0.05) == pytest.approx(2 * 0.008 * 0.05)
    assert cogs.retry_cost(0.01, 1.0, 3) == pytest.approx(0.02)
    assert cogs.fallback_cost(2, 1.0, 3, 0.05) == pytest.approx(0.1)
    assert cogs.fallback_cost(2, 0.2, math.inf, 0.05) == 0


def test_what_can_wait_is_cheaper() -> None:
    """30 % at half the price leave 85 %; half of the rest at half the price leave 67.5 %."""
    assert cogs.discounted_share(0.3, 0.5) == pytest.approx(0.85)
    assert cogs.discounted_share(0.3, 0.5, 0.5, 0.5) == pytest.approx(0.675)
    assert cogs.discounted_share(0.0, 0.5, 0.0, 0.5) == 1.0


@pytest.mark.parametrize(("load", "usd"), [(1.0, 0.992), (0.1, 9.92)])
def test_a_million_tokens_on_an_own_gpu(load: float, usd: float) -> None:
    """$2.50 an hour at 700 tokens a second: $0.992 a million at full load, $9.92 at a tenth."""
    assert self_hosting.cost_per_mtok(2.5, 700, load) == pytest.approx(usd, abs=5e-3)


def test_an_idle_gpu_bills_like_a_busy_one() -> None:
    """The lower the load, the dearer a token; the bill itself does not move with the load."""
    dear = self_hosting.cost_per_mtok(2.5, 700, np.array([0.0, 0.01, 0.1, 0.5, 1.0]))
    assert dear[0] == math.inf
    assert (np.diff(dear[1:]) < 0).all()
    assert self_hosting.gpu_month_cost(1, 2.5, 730) == pytest.approx(1_825)


def test_gpus_are_whole() -> None:
    """At a peak of 3 and a load of at most 0.7 one GPU bears 0.2333 on average, two 0.4667."""
    busy = np.array([0.0, 1e-9, 0.2333, 0.2334, 0.4666, 0.4667])
    needed = self_hosting.gpus_needed(busy, 3.0, 0.7)
    assert needed.tolist() == [0, 1, 1, 2, 2, 3]
    assert self_hosting.gpus_needed(0.7 / 3, 3.0, 0.7) == 1
    bill = self_hosting.gpu_month_cost(needed, 3.0, 730)
    assert bill.tolist() == pytest.approx([0, 2_190, 2_190, 4_380, 4_380, 6_570])


def test_one_machine_cannot_serve_any_volume() -> None:
    """500,000 requests a day of 32,000 tokens keep 26.5 GPUs busy that read 7,000 a second."""
    each = self_hosting.gpu_seconds(32_000, 0, 7_000, 700)
    assert each == pytest.approx(4.5714, abs=1e-4)
    month = 30 * 500_000 * each
    assert self_hosting.busy_gpus(month, 720) == pytest.approx(26.455, abs=1e-3)


def test_reading_and_writing_have_their_own_speed() -> None:
    """2,100 tokens read at 7,000 and 210 written at 700 a second take 0.3 s each."""
    assert self_hosting.gpu_seconds(2_100, 210, 7_000, 700) == pytest.approx(0.6)
    assert self_hosting.gpu_seconds(0, 0, 0, 0) == 0
    assert self_hosting.gpu_seconds(1, 0, 0, 700) == math.inf


def test_hours_on_and_load_are_two_things() -> None:
    """A quarter of the hours is a quarter of the bill per GPU and four times the load."""
    work = 0.1 * 730 * 3600
    whole, quarter = self_hosting.busy_gpus(work, np.array([730, 182.5]))
    assert (whole, quarter) == pytest.approx((0.1, 0.4))
    assert self_hosting.gpu_load(quarter, 1) == pytest.approx(0.4)
    assert np.isnan(self_hosting.gpu_load(0.0, 0))
    assert self_hosting.gpu_month_cost(1, 3.0, 182.5, 0.3) == pytest.approx(3 * 182.5 * 0.7)
    assert self_hosting.gpu_time_cost(3600, 3.0, 0.5) == pytest.approx(6.0)
    with pytest.raises(AssumptionError, match=r"hours_on must be in \[0, 744\]"):
        self_hosting.gpu_month_cost(1, 3.0, 800)


SIGMA_ONE = math.exp(1.2815515655446004)
"""A spread whose logarithm has a standard deviation of 1."""


def test_usage_is_lognormal() -> None:
    """With a mean of 600 and sigma 1 the middle seat asks 363.9, and 30.85 % ask more than 600."""
    assert seats.usage_at(600, SIGMA_ONE, 0.5) == pytest.approx(600 * math.exp(-0.5))
    assert seats.usage_at(600, SIGMA_ONE, 0.9) == pytest.approx(363.918 * SIGMA_ONE, rel=1e-5)
    assert seats.share_above(600, SIGMA_ONE, 600) == pytest.approx(0.308538, abs=1e-6)
    assert seats.heaviest_usage_share(SIGMA_ONE, 0.1) == pytest.approx(0.38914, abs=1e-5)


def test_a_spread_of_five_gives_the_heaviest_tenth_half() -> None:
    """Within the 40 to 60 % that are reported for real products."""
    assert seats.heaviest_usage_share(5.0, 0.1) == pytest.approx(0.4897, abs=1e-4)


def test_seats_that_are_alike() -> None:
    """Without spread every seat asks the mean, and all lose money or none."""
    assert seats.usage_at(600, 1.0, [0.1, 0.9]).tolist() == [600, 600]
    assert seats.share_above(600, 1.0, [599, 600]).tolist() == [1, 0]
    assert seats.heaviest_usage_share(1.0, 0.1) == pytest.approx(0.1)


def test_no_usage_and_no_limit() -> None:
    """A limit of 0 is passed by everyone who asks anything, an infinite one by nobody."""
    assert seats.share_above(600, 5.0, [0, math.inf]).tolist() == [1, 0]
    assert seats.share_above(0, 5.0, 10) == 0
    assert seats.usage_at(0, 5.0, 1.0) == 0
    with pytest.raises(AssumptionError, match="usage_spread must be in"):
        seats.usage_at(600, 0.5, 0.5)


def test_what_every_seat_costs_alike_dilutes_the_heaviest() -> None:
    """$1 each and $3 by use: of the tenth with half the use 1.6 of 4 dollars."""
    assert seats.heaviest_cost_share(0.5, 0.1, 300, 1.0, 0.01) == pytest.approx(1.6 / 4)
    assert np.isnan(seats.heaviest_cost_share(0.5, 0.1, 300, 0.0, 0.0))
    assert seats.seat_cost([0, 300, math.inf], 1.0, 0.01).tolist() == [1.0, 4.0, math.inf]
    assert seats.seat_cost(math.inf, 1.0, 0.0) == 1.0


def test_counted_seats() -> None:
    """Of 1, 2, 3 and 4 requests half are above 2; the heaviest quarter makes 4 of 10."""
    made = [3, 1, 4, 2]
    assert seats.counted_above(made, [0, 2, 4]).tolist() == [1, 0.5, 0]
    assert seats.counted_at(made, [0.5, 0.9]).tolist() == [2, 4]
    assert seats.counted_heaviest_share(made, [0.25, 0.1, 1]).tolist() == pytest.approx(
        [0.4, 0.16, 1]
    )
    assert np.isnan(seats.counted_heaviest_share([0, 0], 0.1))
    with pytest.raises(AssumptionError, match="counts is empty"):
        seats.counted_above([], 1)


def test_the_point_where_a_seat_is_used_up_counts_hosting() -> None:
    """$29 lasts 1,160 requests at $0.025, but 1,118 once $1.05 of hosting and services is paid."""
    assert margin.usage_break_even(29.0, 0.0, 0.025) == pytest.approx(1_160)
    assert margin.usage_break_even(29.0, 1.05, 0.025) == pytest.approx(1_118)
