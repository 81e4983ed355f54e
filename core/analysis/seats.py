"""Which seats lose money at a flat price, and how much of the cost do the heaviest cause?"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.cogs import RequestCost
from core.assumptions import Scenario
from core.calculators import margin, seats
from core.errors import DataError
from core.formats import count

Floats = NDArray[np.float64]

HEAVIEST = 0.1
PERCENTILES = (0.1, 0.5, 0.9, 0.99)
_CURVE = tuple(i / 100 for i in range(1, 100))
MOST_SEATS = 1_000_000
_COLUMNS = ("requests", "usage", "count", "requests_per_month", "requests per month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat at a percentile of usage."""

    percentile: float
    requests: float
    """In a month. [requests/seat/month]"""
    cost_usd: float
    """[USD/seat/month]"""
    gross_margin: float
    """NaN without a price. [fraction]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsAnswer:
    """How usage is spread over seats, and what that does to the margin of each."""

    counted: int | None
    """Seats whose usage was counted; None where the scenario's spread stands for them."""
    mean_requests: float
    spread: float
    """The 90th percentile over the median. [1]"""
    break_even_requests: float
    """Requests in a month that use up the price of a seat; infinite if none do."""
    losing_share: float
    """Share of seats that cost more than they pay. [fraction]"""
    heaviest_usage_share: float
    """Share of usage that the heaviest tenth of seats cause. [fraction]"""
    heaviest_cost_share: float
    """Share of cost that they cause; NaN where nothing costs anything. [fraction]"""
    mean_margin: float
    """Of all seats together. [fraction]"""
    seats: tuple[Seat, ...]
    """At a few percentiles of usage."""
    curve: tuple[Seat, ...]
    """At every percentile but the first and the last."""

    @property
    def used_up_in_words(self) -> str:
        """How many requests use up a seat's price, in words."""
        limit = self.break_even_requests
        return f"{count(limit)} requests" if np.isfinite(limit) else "no number of requests"


def seats_of(
    scenario: Scenario, cost: RequestCost, counts: Sequence[float] | None = None
) -> SeatsAnswer:
    """What each seat leaves when a request costs this.

    Parameters
    ----------
    counts
        Requests of each seat in a month, as counted; the scenario's mean and spread
        without them.

    Raises
    ------
    AssumptionError
        A count is negative or no number, or the spread is below 1.
    """
    price = scenario.value("price_per_seat")
    # What is paid by the month is shared by seats alike, however much each of them asks.
    alike = max(cost.fixed_usd, 0.0) * scenario.value("requests_per_seat")
    each = max(cost.variable_usd, 0.0)
    limit = float(margin.usage_break_even(price, alike, each))
    use = _usage(scenario, counts)

    def seats_at(percentiles: Sequence[float]) -> tuple[Seat, ...]:
        at = use.at(np.asarray(percentiles))
        spent = seats.seat_cost(at, alike, each)
        left = margin.gross_margin(price, spent)
        return tuple(
            Seat(percentile=p, requests=float(n), cost_usd=float(usd), gross_margin=float(m))
            for p, n, usd, m in zip(percentiles, at, spent, left, strict=True)
        )

    heaviest = use.heaviest()
    share = seats.heaviest_cost_share(heaviest, HEAVIEST, use.mean, alike, each)
    return SeatsAnswer(
        counted=None if counts is None else len(counts),
        mean_requests=use.mean,
        spread=use.spread,
        break_even_requests=limit,
        losing_share=use.above(limit),
        heaviest_usage_share=heaviest,
        heaviest_cost_share=float(share),
        mean_margin=float(margin.gross_margin(price, seats.seat_cost(use.mean, alike, each))),
        seats=seats_at(PERCENTILES),
        curve=seats_at(_CURVE),
    )


def _usage(scenario: Scenario, counts: Sequence[float] | None) -> "_Spread | _Counted":
    if counts is not None:
        return _Counted(made=np.asarray(counts, dtype=np.float64))
    mean, spread = scenario.value("requests_per_seat"), scenario.value("usage_spread")
    return _Spread(mean=mean, spread=spread)


def usage_counts(text: str, where: str) -> tuple[float, ...]:
    """Requests of each seat in a month from a CSV file, one seat per row.

    The column is named ``requests`` or ``usage``; a file of one column needs no name.

    Raises
    ------
    DataError
        Empty, no such column, or something else than a number of at least 0 in it.
    """
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    if not rows:
        raise DataError(f"{where} is empty; expected the requests of one seat per row.")
    column = _column(rows[0], where)
    body = rows if _number(rows[0][column]) is not None else rows[1:]
    if not body:
        raise DataError(f"{where} has a heading only; expected the requests of one seat per row.")
    if len(body) > MOST_SEATS:
        raise DataError(f"{where} has {len(body):,} rows; expected at most {MOST_SEATS:,} seats.")
    first = len(rows) - len(body) + 1
    found = []
    for i, row in enumerate(body, first):
        cell = row[column] if column < len(row) else ""
        value = _number(cell)
        if value is None or not 0 <= value < np.inf:
            raise DataError(
                f"{where}, row {i}: {cell!r} is no number of requests; expected 0 or more."
            )
        found.append(value)
    return tuple(found)


def _column(heading: Sequence[str], where: str) -> int:
    """Which column holds the requests."""
    if len(heading) == 1:
        return 0
    named = [cell.strip().lower() for cell in heading]
    for wanted in _COLUMNS:
        if wanted in named:
            return named.index(wanted)
    raise DataError(
        f"{where} has the columns {', '.join(map(repr, heading))}; expected one named 'requests'."
    )


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spread:
    """Usage as a distribution."""

    mean: float
    spread: float

    def at(self, percentiles: Floats) -> Floats:
        return seats.usage_at(self.mean, self.spread, percentiles)

    def above(self, usage: float) -> float:
        return float(seats.share_above(self.mean, self.spread, usage))

    def heaviest(self) -> float:
        return float(seats.heaviest_usage_share(self.spread, HEAVIEST))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """Usage as it was counted."""

    made: Floats

    @property
    def mean(self) -> float:
        return float(self.made.mean())

    @property
    def spread(self) -> float:
        middle, ninth = (float(seats.counted_at(self.made, p)) for p in (0.5, 0.9))
        return ninth / middle if middle > 0 else float("nan")

    def at(self, percentiles: Floats) -> Floats:
        return seats.counted_at(self.made, percentiles)

    def above(self, usage: float) -> float:
        return float(seats.counted_above(self.made, usage))

    def heaviest(self) -> float:
        share = float(seats.counted_heaviest_share(self.made, HEAVIEST))
        return 0.0 if np.isnan(share) else share
