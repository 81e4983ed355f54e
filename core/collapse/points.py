"""Chains of a Gaussian or a kernel density, fitted to samples of its predecessor."""

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from core.collapse.chains import Floats, drawn_without_return
from core.collapse.settings import LabSettings

TAIL = 2.0
"""Standard deviations of the truth beyond which its tails begin."""


def simulate(settings: LabSettings, chains: int, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Variance, spread, mean and tails of every fit of so many chains."""
    return _Chains(settings, chains, rng).run()


class _Chains:
    def __init__(self, settings: LabSettings, chains: int, rng: np.random.Generator) -> None:
        self._s, self._rng = settings, rng
        self._shape = (chains, settings.n)
        first = rng.standard_normal(self._shape)
        self._fixed = first[:, : settings.effective_anchors].copy()
        self._is_kernel = settings.model == "kde"
        self._keeps_points = self._is_kernel or settings.mode == "accumulate_subsample"
        self._pool = first
        # Where points need not be kept, sums say all: number, mean and mean square.
        self._n, self._mean = settings.n, first.mean(axis=1)
        self._square = (first**2).mean(axis=1)

    def run(self) -> Mapping[str, Floats]:
        found = []
        for generation in range(self._s.generations + 1):
            points = self._fitted(generation)
            mean, var = self._fit(points)
            found.append(self._figures(mean, var))
            if generation < self._s.generations:
                self._take(self._batch(mean, var, points))
        return {name: np.stack([each[name] for each in found], axis=1) for name in found[0]}

    def _fitted(self, generation: int) -> Floats | None:
        """The points that this fit reads; None where the sums say all."""
        if not self._keeps_points:
            return None
        if self._s.mode == "accumulate_subsample" and generation:
            drawn_without_return(self._rng, self._pool, self._s.n)
            return self._pool[:, : self._s.n]
        return self._pool

    def _fit(self, points: Floats | None) -> tuple[Floats, Floats]:
        if points is not None:
            mean, var, n = points.mean(axis=1), points.var(axis=1), points.shape[1]
        else:
            mean, n = self._mean, self._n
            var = np.maximum(self._square - mean**2, 0.0)
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

    def _batch(self, mean: Floats, var: Floats, points: Floats | None) -> Floats:
        """The next generation's points: anchors, and samples of the fit that critics keep."""
        anchors, chains = self._s.effective_anchors, self._shape[0]
        made = self._s.n - anchors
        fresh = self._s.anchor_kind == "fresh"
        real = self._rng.standard_normal((chains, anchors)) if fresh else self._fixed
        if self._is_kernel and points is not None:
            picked = self._rng.integers(points.shape[1], size=(chains, made))
            middle = np.take_along_axis(points, picked, axis=1)
            sampled = middle + self._s.kernel * self._rng.standard_normal((chains, made))
        else:
            std = self._s.bias * np.sqrt(var)[:, np.newaxis]
            sampled = mean[:, np.newaxis] + std * self._standard(mean, std, made)
        return np.concatenate([real, sampled], axis=1) if anchors else sampled

    def _standard(self, mean: Floats, std: Floats, made: int) -> Floats:
        """Standard normal draws, cut to what the critic keeps."""
        s, size = self._s, (self._shape[0], made)
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

    def _take(self, batch: Floats) -> None:
        if self._keeps_points:
            kept = self._s.mode != "replace"
            self._pool = np.concatenate([self._pool, batch], axis=1) if kept else batch
            return
        mean, square, n = batch.mean(axis=1), (batch**2).mean(axis=1), batch.shape[1]
        if self._s.mode == "replace":
            # About the mean, so that a variance near 0 is not lost in rounding.
            self._mean, self._n = mean, n
            self._square = mean**2 + batch.var(axis=1)
            return
        total = self._n + n
        self._mean = (self._n * self._mean + n * mean) / total
        self._square = (self._n * self._square + n * square) / total
        self._n = total
