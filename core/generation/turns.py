"""Whose turn is it? Every anchor once in each round, in another order each time."""

import random
from functools import lru_cache


def turn(index: int, size: int, seed: int) -> int:
    """The anchor, of so many, that the candidate of this index starts from."""
    return _round(index // size, size, seed)[index % size]


@lru_cache(maxsize=8)
def _round(number: int, size: int, seed: int) -> tuple[int, ...]:
    order = list(range(size))
    random.Random(f"{seed}/round/{number}").shuffle(order)
    return tuple(order)
