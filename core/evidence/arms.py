"""Which rows does each arm of an experiment train on?

Every arm of a repeat starts from the same real rows, so that two arms differ by
nothing but what was added to them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.audit.rows import Examples
from core.evidence.trainers.trainer import Rows

ArmName = Literal[
    "real", "duplicated", "unfiltered", "filtered", "more real", "strictness", "share"
]
_SUBSAMPLE = 0.9
_CURVE_SIZES = 6
_HELD_BACK_SHARES = (0.25, 0.5, 1.0)
_NEARLY_ALL = 0.95
SHARES = (0.25, 0.5, 0.75, 0.9)
"""Shares of the slice's training rows that are synthetic, where the corpus is large enough."""


class ArmKey(NamedTuple):
    """An arm, and where on its scale."""

    name: ArmName
    at: float
    """Real samples of the slice, the strictness, or the synthetic share; 0 for the others."""


DUPLICATED, UNFILTERED, FILTERED = (
    ArmKey("duplicated", 0),
    ArmKey("unfiltered", 0),
    ArmKey("filtered", 0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The rows of an experiment, as places in one table."""

    rows: Examples
    """All of them, the real ones first."""
    slice_name: str
    train: Rows
    """Real rows that every arm may train on."""
    test: Rows
    """Real rows that no arm trains on."""
    accepted: Rows
    """Synthetic rows that the critics accept."""
    every: Rows
    """All synthetic rows, judged good or not; empty where only the accepted are known."""
    held_back: Rows
    """Further real rows of the slice, for the arm of more real data and the curve."""
    by_strictness: tuple[tuple[float, Rows], ...] = ()
    """What other strictnesses would accept."""

    @property
    def of_slice(self) -> NDArray[np.bool_]:
        """Which test rows belong to the slice."""
        return np.asarray(self.rows.labels[self.test] == self.slice_name)

    @property
    def anchors(self) -> Rows:
        """Training rows of the slice."""
        return np.asarray(self.train[self.rows.labels[self.train] == self.slice_name])

    def count(self, rows: Rows) -> int:
        """How many of these belong to the slice."""
        return int(np.sum(self.rows.labels[rows] == self.slice_name))


def anchors_used(stock: Stock, *, whole: bool) -> int:
    """Training rows of the slice in every repeat: nine in ten, or all in a single one."""
    n = int(stock.anchors.size)
    return n if whole else max(1, round(_SUBSAMPLE * n))


def keys(stock: Stock, *, controls: bool, whole: bool) -> tuple[ArmKey, ...]:
    """The arms of every repeat, the baseline first."""
    used = anchors_used(stock, whole=whole)
    found = [ArmKey("real", used), FILTERED]
    if not controls:
        return tuple(found)
    found.append(DUPLICATED)
    if stock.every.size > stock.accepted.size:
        found.append(UNFILTERED)
    found += [ArmKey("real", n) for n in _smaller(used)]
    found += [ArmKey("more real", n) for n in more_real(stock)]
    found += [ArmKey("strictness", tau) for tau, _ in stock.by_strictness]
    found += [ArmKey("share", share) for share, _ in shares(stock, used)]
    return tuple(found)


def arms(
    stock: Stock, wanted: tuple[ArmKey, ...], repeat: int, seed: int, *, whole: bool
) -> Iterator[tuple[ArmKey, Rows]]:
    """The training rows of every arm of one repeat."""
    rng = np.random.default_rng([seed, repeat])
    anchors = rng.permutation(stock.anchors)
    used = anchors_used(stock, whole=whole)
    rest = _rest(stock, rng, whole=whole)
    base = np.concatenate([rest, anchors[:used]])
    synthetic, every, held = (
        rng.permutation(part) for part in (stock.accepted, stock.every, stock.held_back)
    )
    again = _again(stock, rng, base)
    fewest = min((of.size for _, of in stock.by_strictness), default=0)
    drawn = {tau: rng.permutation(of)[:fewest] for tau, of in stock.by_strictness}
    mixed = dict(shares(stock, used))
    added: dict[ArmName, Callable[[float], Rows]] = {
        "duplicated": lambda _: again,
        "unfiltered": lambda _: every[: synthetic.size],
        "filtered": lambda _: synthetic,
        "more real": lambda n: held[: int(n)],
        "strictness": lambda tau: drawn[tau],
        "share": lambda share: _until(stock, synthetic, mixed[share]),
    }
    for key in wanted:
        if key.name == "real":
            yield key, np.concatenate([rest, anchors[: int(key.at)]])
        else:
            yield key, np.concatenate([base, added[key.name](key.at)])


def shares(stock: Stock, used: int) -> list[tuple[float, int]]:
    """Synthetic shares that the corpus is large enough for, and its rows of the slice in each.

    The last one takes the whole corpus.
    """
    whole = stock.count(stock.accepted)
    if not whole:
        return []
    counts = [(share, round(used * share / (1 - share))) for share in SHARES]
    found = [(share, n) for share, n in counts if 0 < n < _NEARLY_ALL * whole]
    return [*found, (whole / (whole + used), whole)]


def more_real(stock: Stock) -> tuple[int, ...]:
    """How many held-back rows are added, all of them last."""
    n = int(stock.held_back.size)
    return tuple(sorted({round(n * share) for share in _HELD_BACK_SHARES} - {0}))


def _smaller(used: int) -> list[int]:
    """Sizes of the real learning curve below the baseline's, a factor of √2 apart."""
    sizes = {max(1, round(used * 2 ** (-k / 2))) for k in range(1, _CURVE_SIZES)}
    return sorted(sizes - {used})


def _rest(stock: Stock, rng: np.random.Generator, *, whole: bool) -> Rows:
    """Nine in ten of the training rows of every other label, at least one of each."""
    labels = stock.rows.labels
    other = stock.train[labels[stock.train] != stock.slice_name]
    if whole:
        return np.asarray(other)
    parts = [other[:0]]
    for label in np.unique(labels[other]):
        own = other[labels[other] == label]
        parts.append(rng.permutation(own)[: max(1, round(_SUBSAMPLE * own.size))])
    return np.sort(np.concatenate(parts))


def _until(stock: Stock, synthetic: Rows, n: int) -> Rows:
    """The first of these rows that hold *n* of the slice."""
    held = np.cumsum(stock.rows.labels[synthetic] == stock.slice_name)
    if n >= held[-1]:
        return synthetic
    return synthetic[: int(np.searchsorted(held, n)) + 1]


def _again(stock: Stock, rng: np.random.Generator, base: Rows) -> Rows:
    """Copies of real training rows, as many of each label as the accepted corpus has."""
    labels = stock.rows.labels
    parts = [base[:0]]
    for label, n in zip(*np.unique(labels[stock.accepted], return_counts=True), strict=True):
        own = base[labels[base] == label]
        if own.size:
            parts.append(rng.choice(own, size=int(n)))
    return np.concatenate(parts)
