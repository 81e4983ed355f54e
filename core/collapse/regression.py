"""Chains of linear regressions, each fitted to labels that its predecessor gave.

The rows stay the same from generation to generation; the truth is a
coefficient of 0, so that a fit's error is its squared length.
"""

from collections.abc import Mapping

import numpy as np

from core.collapse.chains import Floats, without_return
from core.collapse.settings import LabSettings


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Test error of every fit of so many chains, beyond the noise of the labels."""
    n, dim = settings.n, settings.dim
    rows = rng.standard_normal((chains, n, dim))
    gram = np.swapaxes(rows, 1, 2) @ rows
    labels = settings.noise * rng.standard_normal((chains, n))
    fixed = labels[:, : settings.effective_anchors].copy()
    mean, errors = labels, []
    batches = settings.generations + 1 if settings.mode == "accumulate_subsample" else 1
    pool = np.empty((chains, n * batches))
    pool[:, :n] = labels
    for generation in range(settings.generations + 1):
        if settings.mode == "accumulate_subsample" and generation:
            places = without_return(rng, chains, n * (generation + 1), n)
            used = np.take_along_axis(rows, places[..., np.newaxis] % n, axis=1)
            # The same row may come often, and too few different ones leave no single fit.
            inverse = np.linalg.pinv(np.swapaxes(used, 1, 2) @ used, rcond=1e-10, hermitian=True)
            right = _right(used, np.take_along_axis(pool, places, axis=1))
            fit = np.asarray((inverse @ right)[..., 0], dtype=np.float64)
        else:
            fit = np.asarray(np.linalg.solve(gram, _right(rows, mean))[..., 0])
        errors.append((fit**2).sum(axis=1))
        if generation == settings.generations:
            break
        labels = _labelled(settings, rng, rows, fit, fixed)
        if settings.mode == "replace":
            mean = labels
        elif settings.mode == "accumulate":
            mean = mean + (labels - mean) / (generation + 2)
        else:
            pool[:, n * (generation + 1) : n * (generation + 2)] = labels
    return {"test_error": np.stack(errors, axis=1)}


def _labelled(
    settings: LabSettings, rng: np.random.Generator, rows: Floats, fit: Floats, fixed: Floats
) -> Floats:
    """Labels of the next generation: of the truth for the anchors, of the fit for the others."""
    spread = settings.noise * settings.bias
    labels = (rows @ fit[..., np.newaxis])[..., 0] + spread * rng.standard_normal(rows.shape[:2])
    if anchors := settings.effective_anchors:
        real = fixed
        if settings.anchor_kind == "fresh":
            real = settings.noise * rng.standard_normal((len(rows), anchors))
        labels[:, :anchors] = real
    return np.asarray(labels)


def _right(rows: Floats, labels: Floats) -> Floats:
    """Right side of the normal equations of every chain."""
    return np.asarray(np.swapaxes(rows, 1, 2) @ labels[..., np.newaxis])
