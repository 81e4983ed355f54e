"""What a loop that is trained on its own output comes to, in expectation and exactly.

Moments are followed, not samples: each recursion is linear in them, so that it
holds for every number of points, not in the limit alone. Generation 0 is the
first fit, on real data of mean 0 and variance 1.

References
----------
.. [1] I. Shumailov et al., "AI models collapse when trained on recursively
   generated data", Nature 631, 2024 (with the Author Correction, Nature 640, 2025).
.. [2] J. Kazdan et al., "Collapse or Thrive: Perils and Promises of Synthetic Data in
   a Self-Generating World", ICML 2025.
.. [3] F. Jangjoo, M. Marsili and Y. Roudi, on closed-loop estimation and one ground-truth
   point per iteration, Physical Review Letters 136, 2026.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaln
from scipy.stats import norm

from core.calculators.door import Floats
from core.errors import AssumptionError

Mode = Literal["replace", "accumulate", "accumulate_subsample"]
AnchorKind = Literal["fresh", "fixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How each generation is fed."""

    n: int
    """Points of each generation. [samples]"""
    generations: int
    """Fits after the first. [1]"""
    mode: Mode = "replace"
    anchors: int = 0
    """Real points among the *n* of each generation after the first. [samples]"""
    anchor_kind: AnchorKind = "fresh"
    """``fresh``: drawn anew; ``fixed``: the same, a part of the first generation's."""

    def __post_init__(self) -> None:
        """Refuse what is no loop.

        Raises
        ------
        AssumptionError
            *n* is below 2, or the anchors do not fit into it.
        """
        if self.n < 2:
            raise AssumptionError(f"n must be 2 samples or more; found {self.n}.")
        if self.generations < 0:
            raise AssumptionError(f"generations must be 0 or more; found {self.generations}.")
        if not 0 <= self.anchors <= self.n:
            raise AssumptionError(f"anchors must be 0 to n = {self.n}; found {self.anchors}.")

    @property
    def share(self) -> float:
        """Real share of each generation. [fraction]"""
        return self.anchors / self.n


def moments(loop: Loop, spread: Callable[[float, int], float]) -> tuple[Floats, Floats]:
    """Expected squared mean and expected variance (divided by the points) of each fit.

    Parameters
    ----------
    spread
        The variance that the generator samples with, from the expected variance of
        the fit's points and their number; linear in the first.

    Returns
    -------
    Expected squared mean, expected variance; ``(generations + 1,)`` each.

    References
    ----------
    Replace and fresh anchors as Jangjoo et al. 2026 [3]_, accumulating as Kazdan et
    al. 2025 [2]_; fixed anchors by the same algebra, with the covariance of the
    mean and the anchors' as a third moment.
    """
    m, q, c = 1 / loop.n, 1.0, 1 / loop.n  # of the pool: mean squared, mean square, with anchors
    fits = []
    for t in range(loop.generations + 1):
        points = loop.n * (t + 1) if loop.mode != "replace" else loop.n
        used, fit = points, m
        if loop.mode == "accumulate_subsample" and t:
            used = loop.n
            fit = m + (q - m) / loop.n * (points - loop.n) / (points - 1)
        fits.append((fit, q - fit))
        sampled = spread(q - fit, used)
        mean_square, second, with_pool, with_anchors = _batch(loop, m, fit, c, sampled)
        w = 1.0 if loop.mode == "replace" else 1 / (t + 2)
        m = (1 - w) ** 2 * m + 2 * w * (1 - w) * with_pool + w**2 * mean_square
        q = (1 - w) * q + w * second
        c = (1 - w) * c + w * with_anchors
    found = np.array(fits)
    return found[:, 0], found[:, 1]


def _batch(
    loop: Loop, pool: float, fit: float, anchored: float, sampled: float
) -> tuple[float, float, float, float]:
    """Moments of the next batch's mean: squared, second, with the pool's, with the anchors'."""
    a, n = loop.share, loop.n
    mean_square = a / n + (1 - a) ** 2 * fit + (1 - a) * sampled / n
    second = a + (1 - a) * (fit + sampled)
    if loop.anchor_kind == "fresh" or not loop.anchors:
        return mean_square, second, (1 - a) * pool, 0.0
    mean_square += 2 * a * (1 - a) * anchored
    return mean_square, second, a * anchored + (1 - a) * pool, 1 / n + (1 - a) * anchored


def gaussian_spread(
    *, unbiased: bool, bias: float, kept: float = 1.0
) -> Callable[[float, int], float]:
    """The variance a fitted Gaussian is sampled with.

    Parameters
    ----------
    unbiased
        Divide by the points less one.
    bias
        Factor of the standard deviation that the generator samples with. [1]
    kept
        Factor of the variance that a critic of typicality leaves, :func:`typicality`. [1]
    """
    return lambda v, points: bias**2 * kept * v * (points / (points - 1) if unbiased else 1.0)


def kernel_spread(bandwidth: float) -> Callable[[float, int], float]:
    """The variance a kernel density is sampled with: the points' and the kernel's."""
    return lambda v, points: v + bandwidth**2


def typicality(width: float) -> float:
    """Variance that is left when only samples within *width* deviations of the mean are kept. [1]

    References
    ----------
    Variance of a truncated normal distribution: ``1 − 2 w φ(w) / (2 Φ(w) − 1)``.
    """
    if not width > 0:
        raise AssumptionError(f"width must be more than 0 standard deviations; found {width:g}.")
    return float(1 - 2 * width * norm.pdf(width) / (2 * norm.cdf(width) - 1))


def replaced_std(loop: Loop, *, unbiased: bool, bias: float) -> Floats | None:
    """Expected standard deviation of each fit; None where it has no closed form.

    References
    ----------
    A product of the means of independent chi variables; known for replacing
    without anchors only.
    """
    if loop.mode != "replace" or loop.anchors:
        return None
    n = loop.n
    log_c = 0.5 * np.log(2 / (n - 1 if unbiased else n)) + gammaln(n / 2) - gammaln((n - 1) / 2)
    t = np.arange(loop.generations + 1)
    return np.asarray(np.exp((t + 1) * log_c) * bias**t)


def fresh_fixed_point(n: int, share: float) -> float:
    """Variance that a Gaussian settles at with a fresh real share of each generation. [1]

    References
    ----------
    Fixed point of the recursion with fresh anchors [3]_:
    ``1 − (1/n) / (a (2 − a) + (1 − a)/n)``; 0 without anchors.
    """
    return float(1 - (1 / n) / (share * (2 - share) + (1 - share) / n))
