"""Chains of shares of categories, each fitted to counts that its predecessor gave."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.collapse.chains import Floats, without_return
from core.collapse.settings import LabSettings

RARE = 0.1
"""The rarest categories that together hold this share of the truth."""


def truth_of(settings: LabSettings) -> Floats:
    """True shares of the categories, by Zipf's law. [fraction]"""
    shares = np.arange(1, settings.categories + 1.0) ** -settings.zipf
    return np.asarray(shares / shares.sum())


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Categories that are left, and how evenly, in every fit of so many chains."""
    truth = truth_of(settings)
    rare = np.cumsum(truth[::-1])[::-1] <= RARE
    n, anchors = settings.n, settings.effective_anchors
    start = _counts(rng, n - anchors, np.broadcast_to(truth, (chains, truth.size)))
    fixed = _counts(rng, anchors, np.broadcast_to(truth, (chains, truth.size)))
    pool, points, found = start + fixed, n, []
    for generation in range(settings.generations + 1):
        fit = pool / points
        if settings.mode == "accumulate_subsample" and generation:
            fit = _subsample(rng, pool, points, n) / n
        found.append(_figures(fit, rare))
        if generation == settings.generations:
            break
        tempered = fit
        if settings.bias != 1:
            tempered = (fit / fit.max(axis=1, keepdims=True)) ** (1 / settings.bias)
        real = fixed
        if settings.anchor_kind == "fresh":
            real = _counts(rng, anchors, np.broadcast_to(truth, fit.shape))
        batch = _counts(rng, n - anchors, tempered) + real
        if settings.mode == "replace":
            pool = batch
        else:
            pool, points = pool + batch, points + n
    return {name: np.stack([each[name] for each in found], axis=1) for name in found[0]}


def _figures(fit: Floats, rare: NDArray[np.bool_]) -> dict[str, Floats]:
    kept = (fit[:, rare] > 0).sum(axis=1) / max(int(rare.sum()), 1)
    return {
        "support": (fit > 0).sum(axis=1).astype(np.float64),
        "gini_simpson": 1 - (fit**2).sum(axis=1),
        "rare_support": kept if rare.any() else np.ones(len(fit)),
    }


def _counts(rng: np.random.Generator, n: int, shares: Floats) -> Floats:
    """Counts of *n* draws by each chain's own shares."""
    # Rounding may bring a sum of shares above 1, which the sampler refuses.
    safe = np.minimum(shares / shares.sum(axis=1, keepdims=True), 1.0)
    return rng.multinomial(n, safe).astype(np.float64)


def _subsample(rng: np.random.Generator, pool: Floats, points: int, n: int) -> Floats:
    """Counts of *n* points drawn without return from each chain's pool."""
    chains, categories = pool.shape
    places = without_return(rng, chains, points, n)
    # One ascending line of all chains' points tells each place's category.
    row = np.arange(chains)[:, np.newaxis]
    ends = np.cumsum(pool, axis=1).astype(np.int64) + row * points
    found = np.searchsorted(ends.ravel(), places + row * points, side="right")
    taken = np.bincount(found.ravel(), minlength=chains * categories)
    return taken.reshape(chains, categories).astype(np.float64)
