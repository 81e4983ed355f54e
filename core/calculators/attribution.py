"""What each of several changes contributes to a difference: averages over all orders.

A coalition is a set of changes made together, written as a number in binary: bit *i* says
whether change *i* has been made.

References
----------
.. [1] L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II,
   Princeton, 1953.
.. [2] R. Mitchell, J. Cooper, E. Frank, G. Holmes, "Sampling permutations for Shapley value
   estimation", Journal of Machine Learning Research 23, 2022: antithetic pairs.
"""

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats
from core.errors import AssumptionError


def shapley_values(values: ArrayLike) -> Floats:
    """The exact contribution of each change, averaged over all orders of making them.

    Parameters
    ----------
    values
        The outcome of each coalition, from none to all, along the first axis: a power of two
        of them. NaN where it does not exist. [any unit]

    Returns
    -------
    One contribution per change along the first axis; their sum is the last outcome less the
    first. NaN where an outcome does not exist. [as given]

    References
    ----------
    Shapley 1953 [1]_.
    """
    outcomes = np.asarray(values, dtype=np.float64)
    changes = len(outcomes).bit_length() - 1
    if len(outcomes) != 2**changes:
        raise AssumptionError(
            f"values must be one per coalition, a power of two; found {len(outcomes)}."
        )
    every = np.arange(len(outcomes))
    sizes = np.array([int(c).bit_count() for c in every])
    contributions = np.empty((changes, *outcomes.shape[1:]))
    for i in range(changes):
        without = every[(every >> i) & 1 == 0]
        weight = np.array([1 / (changes * comb(changes - 1, size)) for size in sizes[without]])
        steps = outcomes[without | (1 << i)] - outcomes[without]
        contributions[i] = np.tensordot(weight, steps, axes=1)
    return contributions


def antithetic_orders(changes: int, pairs: int, seed: int) -> NDArray[np.int64]:
    """Random orders of changes, each followed by its reverse.

    Parameters
    ----------
    changes
        How many there are. [1]
    pairs
        How many orders to draw; as many reverses are added. [1]
    seed
        Of the stream. [1]

    Returns
    -------
    Orders, ``(2 * pairs, changes)``. [1]

    References
    ----------
    Mitchell et al. 2022 [2]_.
    """
    stream = np.random.default_rng(seed)
    drawn = np.array([stream.permutation(changes) for _ in range(pairs)], dtype=np.int64)
    return np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(2 * pairs, changes)


def contributions_in_order(values: ArrayLike, orders: ArrayLike) -> tuple[Floats, Floats]:
    """The contribution of each change, averaged over some orders, with its standard error.

    Parameters
    ----------
    values
        The outcome along each order, from no change to all, ``(orders, changes + 1, ...)``.
        [any unit]
    orders
        Which change is made at each step, ``(orders, changes)``: pairs of an order and its
        reverse. [1]

    Returns
    -------
    Contributions along the first axis, and their standard errors from the means of the pairs.
    [as given]

    References
    ----------
    Mitchell et al. 2022 [2]_.
    """
    steps = np.diff(np.asarray(values, dtype=np.float64), axis=1)
    made = np.asarray(orders, dtype=np.int64)
    by_change = np.empty_like(steps)
    rows = np.arange(len(made))[:, np.newaxis]
    by_change[rows, made] = steps
    pairs = (by_change[::2] + by_change[1::2]) / 2
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) if len(pairs) > 1 else pairs[0] * np.nan
    return pairs.mean(axis=0), np.asarray(error, dtype=np.float64)
