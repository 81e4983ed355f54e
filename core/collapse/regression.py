"""Chains of linear regressions, each fitted to labels that its predecessor gave.

The rows stay the same from generation to generation; the truth is a
coefficient of 0, so that a fit's error is its squared length.
"""

from collections.abc import Mapping

import numpy as np

from core.collapse.chains import Floats, drawn_without_return
from core.collapse.settings import LabSettings


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Test error of every fit of so many chains, beyond the noise of the labels."""
    n, dim = settings.n, settings.dim
    rows = rng.standard_normal((chains, n, dim))
    gram = np.swapaxes(rows, 1, 2) @ rows
    labels = settings.noise * rng.standard_normal((chains, n))
    fixed = labels[:, : settings.effective_anchors].copy()
    mean, pool, errors = labels, _numbered(labels), []
    for generation in range(settings.generations + 1):
        if settings.mode == "accumulate_subsample" and generation:
            drawn_without_return(rng, pool, n)
            used = np.take_along_axis(rows, pool[:, :n, :1].astype(np.int64), axis=1)
            fit = _solved(np.swapaxes(used, 1, 2) @ used, used, pool[:, :n, 1])
        else:
            fit = _solved(gram, rows, mean)
        errors.append((fit**2).sum(axis=1))
        if generation == settings.generations:
            break
        labels = _labelled(settings, rng, rows, fit, fixed)
        if settings.mode == "replace":
            mean = labels
        elif settings.mode == "accumulate":
            mean = mean + (labels - mean) / (generation + 2)
        else:
            pool = np.concatenate([pool, _numbered(labels)], axis=1)
    return {"test_error": np.stack(errors, axis=1)}


def _numbered(labels: Floats) -> Floats:
    """Each label with the number of its row."""
    numbers = np.broadcast_to(np.arange(labels.shape[1], dtype=np.float64), labels.shape)
    return np.stack([numbers, labels], axis=2)


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


def _solved(gram: Floats, rows: Floats, labels: Floats) -> Floats:
    """Least squares of every chain."""
    right = np.swapaxes(rows, 1, 2) @ labels[..., np.newaxis]
    return np.asarray(np.linalg.solve(gram, right)[..., 0])
