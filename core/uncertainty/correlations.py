"""Assumptions that move together: which can, and in which order their draws come then."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from core.assumptions import Pair, Scenario
from core.calculators.copula import correlation_root, normal_correlation, reordered
from core.errors import AssumptionError, ScenarioError

Floats = NDArray[np.float64]


def check_correlations(scenario: Scenario, where: str) -> None:
    """Refuse correlations of what does not exist, is certain, or cannot be.

    Raises
    ------
    ScenarioError
        The pair or the pairs are named.
    """
    for pair in scenario.correlations:
        at = f"{where}: correlations.{_name(pair)}"
        for key in pair:
            if key not in scenario:
                near = get_close_matches(key, scenario, 1)
                hint = f"; did you mean {near[0]!r}?" if near else "; no assumption has that name."
                raise ScenarioError(f"{at} names the unknown assumption {key!r}{hint}")
            if not scenario[key].is_uncertain:
                raise ScenarioError(
                    f"{at}: {key} is certain, so nothing can move with it; give it low and high, "
                    f"or leave the pair out."
                )
    for keys in groups(scenario.correlations):
        try:
            _root(keys, scenario.correlations)
        except AssumptionError:
            named = [p for p in scenario.correlations if p[0] in keys]
            raise ScenarioError(
                f"{where}: the correlations {', '.join(map(_name, named))} contradict each other "
                f"(pairs not named count as 0): nothing can move so; weaken one or name more."
            ) from None


def groups(pairs: Iterable[Pair]) -> list[list[str]]:
    """The keys that hang together by pairs, each group and its keys in alphabetical order."""
    found: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in found if group & set(pair)]
        found = [group for group in found if group not in touched]
        found.append(set(pair).union(*touched))
    return sorted(sorted(group) for group in found)


def follow(
    drawn: Mapping[str, Floats], normals: Mapping[str, Floats], pairs: Mapping[Pair, float]
) -> dict[str, Floats]:
    """The draws of the correlated assumptions, put in another order.

    Parameters
    ----------
    drawn
        Draws as they are independently, those that correlate at least.
    normals
        The standard normals that they were made from.
    pairs
        Rank correlations of keys that all are in both.
    """
    put: dict[str, Floats] = {}
    for keys in groups(pairs):
        moved = _root(keys, pairs) @ np.stack([normals[key] for key in keys])
        put |= {key: reordered(drawn[key], by) for key, by in zip(keys, moved, strict=True)}
    return put


def _root(keys: Sequence[str], pairs: Mapping[Pair, float]) -> Floats:
    matrix = np.eye(len(keys))
    place = {key: i for i, key in enumerate(keys)}
    for (one, other), rank in pairs.items():
        if one in place:
            i, j = place[one], place[other]
            matrix[i, j] = matrix[j, i] = normal_correlation(rank)
    return correlation_root(matrix)


def _name(pair: Pair) -> str:
    return f'"{pair[0]}:{pair[1]}"'
