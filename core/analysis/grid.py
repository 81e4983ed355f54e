"""Which settings of the levers are considered: every plan before review, as columns.

A plan has a number of new samples; today's model, a stronger one, or a cascade of both;
retrieval or none; votes, or a verifier that asks again until it accepts. Votes are not
combined with asking again: a majority that is asked again mostly says the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.errors import ScenarioError

Floats = NDArray[np.float64]

LEVERS = ("data", "tier", "retrieval", "votes", "critic", "cascade", "review")
"""What ``settings.levers`` may name; all when it is not given."""

VOTES = (1, 3, 5, 7, 9)
STRICTNESS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Shares of wrong answers that the verifier rejects when serving."""

ATTEMPTS = (2, 3, 4, 5)
SAMPLE_STEPS = 32
SMALLEST_STEP = 1e-3
"""The smallest campaign, as a share of the most new samples."""

TODAY, STRONGER, CASCADE = 0, 1, 2
TIERS = ("today's", "stronger", "cascade")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Settings of the levers but review, one entry per plan."""

    new_samples: Floats
    tier: NDArray[np.int64]
    """Number of one of ``TIERS``."""
    retrieval: NDArray[np.bool_]
    votes: NDArray[np.int64]
    strictness: Floats
    """Share of wrong answers that a verifier rejects; NaN without one."""
    attempts: NDArray[np.int64]
    """Answers asked for at the most; 1 where nothing is asked again."""
    may_review: bool
    """Whether people may answer a share of the requests."""

    def __len__(self) -> int:
        return len(self.new_samples)

    def take(self, rows: NDArray[np.intp]) -> "Grid":
        """These plans only."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "may_review"}
        return Grid(**{k: v[rows] for k, v in columns.items()}, may_review=self.may_review)


def allowed_levers(words: str | None, where: str = "scenario") -> frozenset[str]:
    """The levers that a setting names.

    Raises
    ------
    ScenarioError
        A word is no lever.
    """
    if words is None:
        return frozenset(LEVERS)
    named = words.replace(",", " ").lower().split()
    for word in named:
        if word not in LEVERS:
            near = get_close_matches(word, LEVERS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(LEVERS)}."
            raise ScenarioError(f"{where}: settings.levers names {word!r}; {hint}")
    return frozenset(named)


def sample_steps(most: float) -> Floats:
    """Numbers of new samples to consider before they are rounded, from 0. [samples]"""
    if most <= 0:
        return np.zeros(1 + SAMPLE_STEPS)
    return np.concatenate([[0.0], np.geomspace(most * SMALLEST_STEP, most, SAMPLE_STEPS)])


def sample_grid(most: float) -> Floats:
    """Numbers of new samples to consider, whole and rising from 0. [samples]"""
    return np.unique(np.rint(sample_steps(most)))


def grid_of(levers: Iterable[str], most_samples: float) -> Grid:
    """Every plan of the levers that may be used; the first is today's."""
    may = frozenset(levers)
    return grid_over(may, sample_grid(most_samples if "data" in may else 0.0))


def grid_over(levers: Iterable[str], samples: Floats) -> Grid:
    """Every plan of the levers that may be used, with these numbers of new samples."""
    may = frozenset(levers)
    lookups = (False, True) if "retrieval" in may else (False,)
    votes = VOTES if "votes" in may else (1,)
    voted = [(k, np.nan, 1) for k in votes]
    asked = [(1, t, n) for t in STRICTNESS for n in ATTEMPTS] if "critic" in may else []
    passed_on = [(k, t, 1) for k in votes for t in STRICTNESS]
    every = [(n, TODAY, r, *how) for n, r, how in product(samples, lookups, voted + asked)]
    if "tier" in may:  # A model that is not trained on the samples gains nothing from them.
        every += [(0.0, STRONGER, r, *how) for r, how in product(lookups, voted + asked)]
    if "cascade" in may:
        every += [(n, CASCADE, r, *how) for n, r, how in product(samples, lookups, passed_on)]
    new, tier, lookup, vote, strict, attempts = zip(*every, strict=True)
    return Grid(
        new_samples=np.asarray(new, dtype=np.float64),
        tier=np.asarray(tier, dtype=np.int64),
        retrieval=np.asarray(lookup, dtype=np.bool_),
        votes=np.asarray(vote, dtype=np.int64),
        strictness=np.asarray(strict, dtype=np.float64),
        attempts=np.asarray(attempts, dtype=np.int64),
        may_review="review" in may,
    )
