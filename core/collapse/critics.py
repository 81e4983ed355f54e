"""Chains of generators that learn from what a critic accepts of their predecessor's samples."""

from collections.abc import Mapping

import numpy as np

from core.collapse.chains import Floats
from core.collapse.settings import LabSettings


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Good share of every generation's samples of so many chains.

    Each generation learns from *n* points: anchors, and accepted samples. When
    accumulating it learns from all points so far, the first of them real; when
    accumulating and subsampling from *n* of those.
    """
    n, anchors = settings.n, settings.effective_anchors
    share = np.full(chains, settings.good_share)
    found, pool = [share], np.full(chains, round(settings.anchor_good * n))
    for generation in range(settings.generations):
        good = rng.binomial(n - anchors, _accepted(settings, share))
        real = settings.anchor_good * anchors
        if settings.mode == "replace":
            share = (real + (1 - settings.imitation_loss) * good) / n
        else:
            pool = pool + good + round(real)
            points = n * (generation + 2)
            held = pool
            if settings.mode == "accumulate_subsample":
                held, points = rng.hypergeometric(pool, points - pool, n), n
            share = (1 - settings.imitation_loss) * held / points
        found.append(share)
    return {"good_share": np.stack(found, axis=1)}


def _accepted(settings: LabSettings, share: Floats) -> Floats:
    """Good share among the accepted; nothing accepted is nothing good."""
    good, bad = share * settings.tpr, (1 - share) * settings.fpr
    passed = good + bad
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(passed > 0, np.clip(good / passed, 0.0, 1.0), 0.0))
