"""What loops of categories, regressions and critics come to, in expectation and exactly.

References
----------
.. [1] M. Gerstgrasser et al., "Is Model Collapse Inevitable? Breaking the Curse of
   Recursion by Accumulating Real and Synthetic Data", COLM 2024.
.. [2] M. E. A. Seddik et al., "How Bad is Training on Synthetic Data? A Statistical
   Analysis of Language Model Collapse", 2024 (arXiv 2404.05090).
"""

import numpy as np
from scipy.stats import binom

from core.calculators.collapse import Loop
from core.calculators.door import Floats
from core.errors import AssumptionError


def concentration(loop: Loop, truth: Floats) -> Floats:
    """Expected sum of squared shares of each categorical fit; its complement is Gini-Simpson's.

    Parameters
    ----------
    truth
        True shares of the categories. [fraction]

    References
    ----------
    Seddik et al. 2024 [2]_ for replacing; the other modes by the same algebra.
    """
    n, a = loop.n, loop.share
    real = float(np.sum(truth**2))
    of_anchors = real + (1 - real) / loop.anchors if loop.anchors else real
    fixed = loop.anchor_kind == "fixed" and loop.anchors > 0
    pool = real + (1 - real) / n
    cross = (1 - a) * real + a * of_anchors if fixed else real
    fits = []
    for t in range(loop.generations + 1):
        points = n * (t + 1)
        fit = pool
        if loop.mode == "accumulate_subsample" and t:
            fit = pool + (1 - pool) / n * (points - n) / (points - 1)
        fits.append(fit)
        made = loop.n - loop.anchors
        drawn = fit + (1 - fit) / made if made else 0.0
        batch = (1 - a) ** 2 * drawn + 2 * a * (1 - a) * cross + a**2 * of_anchors
        w = 1.0 if loop.mode == "replace" else 1 / (t + 2)
        with_pool = (1 - a) * pool + a * cross
        pool = (1 - w) ** 2 * pool + 2 * w * (1 - w) * with_pool + w**2 * batch
        if fixed:
            cross = (1 - w) * cross + w * ((1 - a) * cross + a * of_anchors)
    return np.array(fits)


def surviving_categories(loop: Loop, truth: Floats, most: int = 2_000) -> Floats | None:
    """Expected categories that each fit still holds; None where it cannot be computed.

    References
    ----------
    Each category's count is a binomial Markov chain; its extinction is followed
    exactly. For replacing without anchors, up to *most* points.
    """
    n = loop.n
    if loop.mode != "replace" or loop.anchors or n > most:
        return None
    counts = np.arange(n + 1)
    step = binom.pmf(counts, n, counts[:, np.newaxis] / n)
    first = binom.pmf(counts, n, truth[:, np.newaxis])
    gone = (counts == 0).astype(np.float64)
    found = []
    for _ in range(loop.generations + 1):
        found.append(float(np.sum(1 - first @ gone)))
        gone = step @ gone
    return np.array(found)


def regression_error(loop: Loop, *, dim: int, noise: float, bias: float = 1.0) -> Floats | None:
    """Expected test error of a linear regression on labels of its predecessor; None if unknown.

    Parameters
    ----------
    dim
        Features. [1]
    noise
        Standard deviation of the labels. [1]
    bias
        Factor of the noise that the generator labels with. [1]

    Raises
    ------
    AssumptionError
        There are too few points for the error to be finite.

    References
    ----------
    Gerstgrasser et al. 2024 [1]_: ``σ² d / (n − d − 1)`` per generation when
    replacing, and with weights ``1/i²`` when accumulating.
    """
    if loop.n < dim + 2:
        raise AssumptionError(
            f"a regression on {dim} features needs {dim + 2} samples or more for a finite error; "
            f"found n = {loop.n}."
        )
    if loop.anchors or loop.mode == "accumulate_subsample":
        return None
    t = np.arange(loop.generations + 1)
    weights = np.where(t == 0, 1.0, bias**2)
    if loop.mode == "accumulate":
        weights = weights / (t + 1.0) ** 2
    return np.asarray(noise**2 * dim / (loop.n - dim - 1) * np.cumsum(weights))


def good_share_kept(share: float, *, tpr: float, fpr: float) -> float:
    """Good samples among those that a critic accepts; NaN when it accepts none. [fraction]"""
    passed = share * tpr + (1 - share) * fpr
    return share * tpr / passed if passed > 0 else float("nan")


def good_share_limit(*, tpr: float, fpr: float, loss: float) -> float:
    """Share of good samples that a loop with a critic and no anchors settles at. [fraction]

    NaN where any share stays as it is: nothing is lost, and the critic tells nothing
    apart. Holds for a loop that begins with some good samples and some bad ones.

    References
    ----------
    Fixed point of :func:`good_share_kept` after a loss of *loss* by imitation:
    ``((1 − ε) a − b) / (a − b)``, and 0 where ``a/b ≤ 1/(1 − ε)``.
    """
    if loss == 0 and tpr == fpr > 0:
        return float("nan")
    if tpr <= 0 or (1 - loss) * tpr <= fpr:
        return 0.0
    return float(((1 - loss) * tpr - fpr) / (tpr - fpr))


def good_shares(
    loop: Loop,
    start: float,
    *,
    tpr: float,
    fpr: float,
    loss: float,
    anchor_good: float = 1.0,
    most: int = 2_000,
) -> Floats | None:
    """Expected good share of each generation's samples, with a critic in the loop; None if unknown.

    Each generation is trained on *n* points: the anchors, and accepted samples.

    Parameters
    ----------
    start
        Good share of what the first generator makes. [fraction]
    tpr, fpr
        Shares of good and of bad samples that the critic accepts. [fraction]
    loss
        Part of the good share that imitation loses. [fraction]
    anchor_good
        Good share of the anchors. [fraction]
    most
        Points up to which the Markov chain of the counts is followed.

    References
    ----------
    The number of good samples among the accepted is binomial given the last
    generation's share: a Markov chain, followed exactly. For replacing only.
    """
    made = loop.n - loop.anchors
    if loop.mode != "replace" or loop.n > most:
        return None
    counts = np.arange(made + 1)
    from_anchors = loop.share * anchor_good
    shares = from_anchors + (1 - loss) * counts / loop.n
    kept = np.array([good_share_kept(float(s), tpr=tpr, fpr=fpr) for s in shares])
    first = good_share_kept(start, tpr=tpr, fpr=fpr)
    chance = binom.pmf(counts, made, np.nan_to_num(first))
    step = binom.pmf(counts, made, np.nan_to_num(kept)[:, np.newaxis])
    found = [start]
    for _ in range(loop.generations):
        found.append(float(chance @ shares))
        chance = chance @ step
    return np.array(found)
