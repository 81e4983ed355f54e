"""Draws that move together: a Gaussian copula that only changes their order.

References
----------
.. [1] R. L. Iman, W. J. Conover, "A distribution-free approach to inducing rank correlation
   among input variables", Communications in Statistics 11(3), 1982.
.. [2] K. Pearson, "Mathematical contributions to the theory of evolution XVI", 1907: the rank
   correlation of a bivariate normal.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked
from core.errors import AssumptionError

_ROUNDING = 1e-9
"""A perfect correlation leaves nothing of its own but rounding."""


def normal_correlation(rank_correlation: ArrayLike) -> Floats:
    """The correlation of two normals whose ranks correlate so much.

    Parameters
    ----------
    rank_correlation
        Spearman's rank correlation. [1]

    Returns
    -------
    Pearson's correlation of the normals. [1]

    References
    ----------
    Pearson 1907 [2]_.
    """
    rank = checked("rank_correlation", rank_correlation, "1", low=-1.0, high=1.0)
    return np.asarray(2 * np.sin(np.pi / 6 * rank))


def correlation_root(correlation: ArrayLike) -> Floats:
    """The lower triangle whose product with its transpose is a correlation matrix.

    Parameters
    ----------
    correlation
        Symmetric, with ones on the diagonal. [1]

    Returns
    -------
    A lower triangular matrix; where a variable is given by those before it, its own entry is 0.

    Raises
    ------
    AssumptionError
        No variables can correlate so: the matrix is not positive semi-definite.

    References
    ----------
    Cholesky's decomposition, with zero pivots allowed.
    """
    wanted = checked("correlation", correlation, "1", low=-1.0, high=1.0)
    root = np.zeros(wanted.shape)
    for i in range(len(wanted)):
        rest = wanted[i:, i] - root[i:, :i] @ root[i, :i]
        if rest[0] > _ROUNDING:
            root[i:, i] = rest / np.sqrt(rest[0])
        elif np.abs(rest).max() > np.sqrt(_ROUNDING):
            raise AssumptionError("no variables can correlate so: the matrix contradicts itself.")
    return root


def reordered(values: ArrayLike, leader: ArrayLike) -> Floats:
    """The same values in another order: the lowest where the leader is lowest, and so on.

    Parameters
    ----------
    values
        Draws, in any order along the last axis. [any unit]
    leader
        What they are to follow; as many. [any unit]

    Returns
    -------
    The values themselves, each once. [as given]

    References
    ----------
    Iman and Conover 1982 [1]_.
    """
    given = np.sort(np.asarray(values, dtype=np.float64), axis=-1)
    followed = np.empty_like(given)
    order = np.argsort(np.asarray(leader, dtype=np.float64), axis=-1, kind="stable")
    np.put_along_axis(followed, order, given, axis=-1)
    return followed
