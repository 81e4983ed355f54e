"""From real-equivalent samples to what has to be generated, and how far a product may be off.

References
----------
.. [1] N. L. Johnson, A. W. Kemp and S. Kotz, "Univariate Discrete Distributions",
   3rd edition, 2005, chapter 5.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.deficit import records_to_collect
from core.calculators.door import Floats, checked, fraction


def synthetic_samples(real_samples: ArrayLike, exchange_rate: ArrayLike) -> Floats:
    """Accepted synthetic samples that are worth so many real ones.

    Parameters
    ----------
    real_samples
        Real samples that are missing. [samples]
    exchange_rate
        Real samples that one accepted synthetic sample is worth. [1]

    Returns
    -------
    Samples, rounded up; 0 where none is missing, ``inf`` where they are worth nothing. [samples]

    References
    ----------
    Division: the exchange rate is an average over the whole corpus.
    """
    k = checked("real_samples", real_samples, "samples")
    worth = checked("exchange_rate", exchange_rate, "1")
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.where(worth > 0, k / worth, np.inf)
    # Less what floating point adds to a whole number.
    return np.where(k == 0, 0.0, np.where(np.isfinite(wanted), np.ceil(wanted - 1e-9), np.inf))


def candidates_to_generate(
    samples: ArrayLike, acceptance_rate: ArrayLike, assurance: ArrayLike = 0.95
) -> Floats:
    """Candidates of which enough are accepted, with a given assurance.

    Parameters
    ----------
    samples
        Accepted samples that are wanted; rounded up to whole ones. [samples]
    acceptance_rate
        Accepted of those generated. [fraction]
    assurance
        Probability of getting enough. [fraction]

    Returns
    -------
    Candidates; 0 for 0 samples, ``inf`` where nothing is accepted. [candidates]

    References
    ----------
    Negative binomial quantile [1]_.
    """
    return records_to_collect(
        checked("samples", samples, "samples"),
        fraction("acceptance_rate", acceptance_rate),
        assurance,
    )


def combined_spread(first_spread: ArrayLike, second_spread: ArrayLike) -> Floats:
    """The factor by which a product may be off when each factor may be off by so much.

    Parameters
    ----------
    first_spread, second_spread
        Upper end over median (or median over lower end), at least 1. [1]

    Returns
    -------
    The same for the product; ``inf`` where one of the two is. [1]

    References
    ----------
    Independent lognormal factors: the squares of the logarithms add.
    """
    first = checked("first_spread", first_spread, "1", low=1.0)
    second = checked("second_spread", second_spread, "1", low=1.0)
    return np.asarray(np.exp(np.hypot(np.log(first), np.log(second))))
