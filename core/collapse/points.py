"""Chains of a Gaussian or a kernel density, fitted to samples of its predecessor."""

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from core.collapse.chains import Floats, without_return
from core.collapse.settings import LabSettings

TAIL = 2.0
"""Standard deviations of the truth beyond which its tails begin."""


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Variance, spread, mean and tails of every fit of so many chains."""
    return _Chains(settings, chains, rng).run()


class _Chains:
    def __init__(self, settings: LabSettings, chains: int, rng: np.random.Generator) -> None:
        self._s, self._rng, self._chains = settings, rng, chains
        first = rng.standard_normal((chains, settings.n))
        self._fixed = first[:, : settings.effective_anchors].copy()
        self._is_kernel = settings.model == "kde"
        # Where points need not be kept, number, mean and variance say all.
        self._pool: Floats | None = None
        if self._is_kernel or settings.mode == "accumulate_subsample":
            batches = 1 if settings.mode == "replace" else settings.generations + 1
            self._pool = np.empty((chains, settings.n * batches))
            self._pool[:, : settings.n] = first
        self._n, self._mean, self._var = settings.n, first.mean(axis=1), first.var(axis=1)

    def run(self) -> Mapping[str, Floats]:
        found = []
        for generation in range(self._s.generations + 1):
            points = self._fitted(generation)
            mean, var = self._fit(points)
            found.append(self._figures(mean, var))
            if generation < self._s.generations:
                self._take(mean, var, points)
        return {name: np.stack([each[name] for each in found], axis=1) for name in found[0]}

    def _fitted(self, generation: int) -> Floats | None:
        """The points that this fit reads; None where the sums say all."""
        if self._pool is None:
            return None
        if self._s.mode == "accumulate_subsample" and generation:
            places = without_return(self._rng, self._chains, self._n, self._s.n)
            return np.take_along_axis(self._pool, places, axis=1)
        return self._pool[:, : self._n]

    def _fit(self, points: Floats | None) -> tuple[Floats, Floats]:
        if points is not None and self._s.mode == "accumulate_subsample":
            mean, var, n = points.mean(axis=1), points.var(axis=1), points.shape[1]
        else:
            mean, var, n = self._mean, self._var, self._n
        if self._s.known_sd:
            var = np.ones_like(var)
        elif self._is_kernel:
            var = var + self._s.kernel**2
        elif self._s.estimator == "unbiased":
            var = var * n / (n - 1)
        return mean, var

    def _figures(self, mean: Floats, var: Floats) -> dict[str, Floats]:
        std = np.sqrt(var)
        with np.errstate(divide="ignore"):
            scale = np.maximum(std, 1e-300)
            tails = ndtr((-TAIL - mean) / scale) + ndtr((mean - TAIL) / scale)
            return {
                "var": var,
                "std": std,
                "mean": mean,
                "mean_sq": mean**2,
                "w2_sq": mean**2 + (std - 1) ** 2,
                "log_var": np.log(var),
                "tail_mass": tails,
            }

    def _take(self, mean: Floats, var: Floats, points: Floats | None) -> None:
        """Add the next generation's points, or put them in place of all others."""
        is_kept = self._s.mode != "replace"
        old = self._n if is_kept else 0
        std = self._s.bias * np.sqrt(var)
        if self._pool is None and not self._s.effective_anchors:
            drawn = self._standard(mean, std[:, np.newaxis], self._s.n)
            # Without the mean, beside which a spread near 0 would be lost in rounding.
            new_mean, new_var = mean + std * drawn.mean(axis=1), std**2 * drawn.var(axis=1)
        else:
            batch = self._batch(mean, std, points)
            new_mean, new_var = batch.mean(axis=1), batch.var(axis=1)
            if self._pool is not None:
                self._pool[:, old : old + self._s.n] = batch
        self._n = old + self._s.n
        w = self._s.n / self._n
        self._var = (1 - w) * self._var + w * new_var + w * (1 - w) * (new_mean - self._mean) ** 2
        self._mean = (1 - w) * self._mean + w * new_mean

    def _batch(self, mean: Floats, std: Floats, points: Floats | None) -> Floats:
        """The next generation's points: anchors, and samples of the fit that critics keep."""
        anchors = self._s.effective_anchors
        made = self._s.n - anchors
        real = self._fixed
        if self._s.anchor_kind == "fresh":
            real = self._rng.standard_normal((self._chains, anchors))
        if self._is_kernel and points is not None:
            picked = self._rng.integers(points.shape[1], size=(self._chains, made))
            middle = np.take_along_axis(points, picked, axis=1)
            noise = self._rng.standard_normal((self._chains, made))
            sampled = middle + self._s.kernel * noise
        else:
            drawn = self._standard(mean, std[:, np.newaxis], made)
            sampled = mean[:, np.newaxis] + std[:, np.newaxis] * drawn
        return np.concatenate([real, sampled], axis=1) if anchors else sampled

    def _standard(self, mean: Floats, std: Floats, made: int) -> Floats:
        """Standard normal draws, cut to what the critic keeps."""
        s, size = self._s, (self._chains, made)
        if s.keep_within is not None:
            low, high = ndtr(-s.keep_within), ndtr(s.keep_within)
            return np.asarray(ndtri(low + (high - low) * self._rng.random(size)))
        if s.critic_centre is None:
            return self._rng.standard_normal(size)
        scale = np.maximum(std, 1e-12)
        ends = [
            ndtr((s.critic_centre + side * s.critic_radius - mean[:, np.newaxis]) / scale)
            for side in (-1, 1)
        ]
        drawn = ndtri(ends[0] + (ends[1] - ends[0]) * self._rng.random(size))
        # Where the model lies so far off that the critic keeps nothing, it gets what is nearest.
        nearest = np.clip(mean[:, np.newaxis], s.critic_centre - s.critic_radius,
                          s.critic_centre + s.critic_radius)  # fmt: skip
        return np.where(np.isfinite(drawn), drawn, (nearest - mean[:, np.newaxis]) / scale)
