"""Many chains of generations side by side, in portions that fit into memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_NUMBERS = 4_000_000
"""Numbers held at a time by one portion, about 32 MB for each array of that size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Every chain's figures, generation by generation."""

    values: Mapping[str, Floats]
    """``(repeats, generations + 1)`` per figure."""


def traced(
    repeats: int,
    numbers_per_chain: int,
    seed: int,
    simulate: Callable[[int, np.random.Generator], Mapping[str, Floats]],
) -> Traces:
    """Simulate all chains, a portion at a time.

    Parameters
    ----------
    numbers_per_chain
        Numbers that a chain holds at a time.
    simulate
        Figures of so many chains, ``(chains, generations + 1)`` each.
    """
    parts: list[Mapping[str, Floats]] = []
    for i, chains in enumerate(_portions(repeats, numbers_per_chain)):
        parts.append(simulate(chains, np.random.default_rng([seed, i])))
    names = parts[0].keys()
    return Traces(values={name: np.concatenate([p[name] for p in parts]) for name in names})


def _portions(repeats: int, numbers_per_chain: int) -> Iterator[int]:
    most = max(1, _MOST_NUMBERS // max(numbers_per_chain, 1))
    left = repeats
    while left > 0:
        yield min(left, most)
        left -= most


def without_return(rng: np.random.Generator, chains: int, points: int, n: int) -> NDArray[np.int64]:
    """Places of *n* different points of *points*, for every chain; ``(chains, n)``, ascending.

    What comes twice is drawn anew until nothing does. That is the same as drawing
    until *n* different ones are seen, so that every choice is equally likely.
    """
    found = rng.integers(points, size=(chains, n))
    while True:
        found.sort(axis=1)
        again = np.zeros(found.shape, dtype=np.bool_)
        again[:, 1:] = found[:, 1:] == found[:, :-1]
        missing = int(again.sum())
        if not missing:
            return found
        found[again] = rng.integers(points, size=missing)
