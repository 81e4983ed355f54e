"""The one, two or three conditions that wrong rows meet most often together: an exact search.

How much worse rows are is measured by the gain in log-likelihood of giving them an error
rate of their own (for a conjunction: the least such gain, over all rows and over each
conjunction with one condition fewer, so that every condition has to matter).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from core.audit.conditions import FEWEST_WRONG

Counts = NDArray[np.int64]
Picked = tuple[int, ...]

_KEPT = 400
"""Conjunctions remembered per number of conditions; many of them say nearly the same."""
MOST_WORK = 5e11
"""Rows × conditions³: beyond, two conditions at most (about ten seconds)."""


@dataclass(slots=True)
class _Best:
    """The conjunctions with the largest gains so far."""

    gains: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    picked: Counts | None = None
    floor: float = 0.0

    def add(self, gains: NDArray[np.float64], picked: Counts) -> None:
        """Take in those above the floor, and raise it when there are enough."""
        above = gains > self.floor
        gains, picked = gains[above], picked[above]
        if self.picked is not None:
            gains = np.concatenate([self.gains, gains])
            picked = np.concatenate([self.picked, picked])
        order = np.argsort(-gains, kind="stable")[:_KEPT]
        self.gains, self.picked = gains[order], picked[order]
        if order.size == _KEPT:
            self.floor = float(self.gains[-1])

    def ranked(self) -> list[Picked]:
        """Conditions by their position, strongest conjunction first."""
        return [] if self.picked is None else [tuple(map(int, row)) for row in self.picked]


@dataclass(frozen=True, slots=True)
class _Gain:
    """Gains in log-likelihood from tables: counts are whole numbers up to the number of rows."""

    log_powers: NDArray[np.float64]

    @classmethod
    def up_to(cls, rows: int) -> "_Gain":
        """For counts of at most *rows*."""
        n = np.arange(rows + 1, dtype=np.float64)
        return cls(np.asarray(xlogy(n, n)))

    def _likelihood(self, wrong: Counts, rows: Counts) -> NDArray[np.float64]:
        t = self.log_powers
        return np.asarray(t[wrong] + t[rows - wrong] - t[rows])

    def __call__(
        self, wrong: Counts, rows: Counts, all_wrong: Counts, all_rows: Counts
    ) -> NDArray[np.float64]:
        """Of giving a part of all rows its own error rate; 0 unless that is the higher one."""
        gain = (
            self._likelihood(wrong, rows)
            + self._likelihood(all_wrong - wrong, all_rows - rows)
            - self._likelihood(all_wrong, all_rows)
        )
        return np.where(wrong * all_rows > all_wrong * rows, gain, 0.0)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """How many rows, and wrong rows, meet each pair of conditions (on the diagonal: each one)."""

    rows: Counts
    wrong: Counts
    joins: NDArray[np.bool_]
    all_rows: Counts
    all_wrong: Counts


def strongest(
    met: NDArray[np.bool_], wrong: NDArray[np.bool_], joins: NDArray[np.bool_]
) -> list[list[Picked]]:
    """The strongest conjunctions of one, of two and of three conditions, each best first.

    Parameters
    ----------
    met
        Which row (first axis) meets which condition.
    wrong
        Which rows are wrong.
    joins
        Which conditions say something together.

    References
    ----------
    Pruning by the errors that a larger set leaves to its subsets: Sagadeeva and Boehm,
    "SliceLine", SIGMOD 2021. The statistic: Kulldorff, "A spatial scan statistic", 1997.
    """
    if not wrong.any() or met.shape[1] == 0:
        return []
    gain = _Gain.up_to(wrong.size)
    x = met.astype(np.float32)
    pairs = _Pairs(
        _together(x),
        _together(x[wrong]),
        joins,
        np.asarray(wrong.size),
        np.asarray(int(wrong.sum())),
    )
    found = [_singles(pairs, gain), _doubles(pairs, gain)]
    if wrong.size * float(met.shape[1]) ** 3 <= MOST_WORK:
        found.append(_triples(x, wrong, pairs, gain))
    return [best.ranked() for best in found]


def _together(x: NDArray[np.float32]) -> Counts:
    return np.asarray(x.T @ x).astype(np.int64)


def _singles(pairs: _Pairs, gain: _Gain) -> _Best:
    best = _Best()
    one = np.flatnonzero(np.diag(pairs.wrong) >= FEWEST_WRONG)
    gains = gain(pairs.wrong[one, one], pairs.rows[one, one], pairs.all_wrong, pairs.all_rows)
    best.add(gains, one[:, None])
    return best


def _doubles(pairs: _Pairs, gain: _Gain) -> _Best:
    best = _Best()
    i, j = np.nonzero(np.triu(pairs.joins & (pairs.wrong >= FEWEST_WRONG), 1))
    wrong, rows = pairs.wrong[i, j], pairs.rows[i, j]
    gains = gain(wrong, rows, pairs.all_wrong, pairs.all_rows)
    for one in (i, j):
        own = gain(wrong, rows, pairs.wrong[one, one], pairs.rows[one, one])
        gains = np.minimum(gains, own)
    best.add(gains, np.column_stack([i, j]))
    return best


def _triples(x: NDArray[np.float32], wrong: NDArray[np.bool_], pairs: _Pairs, gain: _Gain) -> _Best:
    best = _Best()
    for i in range(x.shape[1] - 2):
        left = pairs.wrong[i, i + 1 :]
        # no subset can gain more than the same wrong rows without any right one
        bound = gain(left, left, pairs.all_wrong, pairs.all_rows)
        hopeful = pairs.joins[i, i + 1 :] & (left >= FEWEST_WRONG) & (bound > best.floor)
        others = i + 1 + np.flatnonzero(hopeful)
        if others.size < 2:
            continue
        meets = np.flatnonzero(x[:, i] > 0)
        part = np.take(x[meets], others, axis=1)
        wrongs, counts = _together(part[wrong[meets]]), _together(part)
        joined = pairs.joins[np.ix_(others, others)] & (wrongs >= FEWEST_WRONG)
        a, b = np.nonzero(np.triu(joined, 1))
        gains = gain(wrongs[a, b], counts[a, b], pairs.all_wrong, pairs.all_rows)
        above = gains > best.floor
        a, b, gains = a[above], b[above], gains[above]
        j, k = others[a], others[b]
        for one, two in ((i, j), (i, k), (j, k)):
            parent = pairs.wrong[one, two], pairs.rows[one, two]
            gains = np.minimum(gains, gain(wrongs[a, b], counts[a, b], *parent))
        best.add(gains, np.column_stack([np.full_like(j, i), j, k]))
    return best
