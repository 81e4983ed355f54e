"""Simulate a loop, and lay the exact recursion over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.calculators import collapse as exact
from core.calculators import collapse_shares as shares
from core.collapse import categories, critics, points, regression
from core.collapse.chains import Floats, traced
from core.collapse.settings import LabSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One figure over the generations."""

    mean: Floats
    se: Floats
    """Monte-Carlo standard error of the mean."""
    low: Floats
    high: Floats
    """10th and 90th percentile of the chains."""
    median: Floats
    exact: Floats | None
    """Expected value by the recursion; None where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult:
    """All figures of an experiment."""

    settings: LabSettings
    series: Mapping[str, Series]


_SIMULATE: dict[str, Callable[[LabSettings, int, np.random.Generator], Mapping[str, Floats]]] = {
    "gaussian": points.simulate,
    "kde": points.simulate,
    "categorical": categories.simulate,
    "regression": regression.simulate,
    "critic": critics.simulate,
}


def run(settings: LabSettings) -> LabResult:
    """Simulate all chains and compute what they come to in expectation."""
    found = traced(
        settings.repeats,
        _numbers_per_chain(settings),
        settings.seed,
        lambda chains, rng: _SIMULATE[settings.model](settings, chains, rng),
    )
    known = exact_of(settings)
    return LabResult(
        settings=settings,
        series={name: _series(values, known.get(name)) for name, values in found.values.items()},
    )


def exact_of(settings: LabSettings) -> dict[str, Floats]:
    """Expected values by the recursions, those that are known."""
    loop = settings.loop
    if settings.model in ("gaussian", "kde"):
        return _exact_points(settings)
    found: dict[str, Floats | None] = {}
    if settings.model == "categorical" and settings.bias == 1:
        truth = categories.truth_of(settings)
        found["gini_simpson"] = 1 - shares.concentration(loop, truth)
        found["support"] = shares.surviving_categories(loop, truth)
    elif settings.model == "regression":
        found["test_error"] = shares.regression_error(
            loop, dim=settings.dim, noise=settings.noise, bias=settings.bias
        )
    elif settings.model == "critic":
        found["good_share"] = shares.good_shares(
            loop,
            settings.good_share,
            tpr=settings.tpr,
            fpr=settings.fpr,
            loss=settings.imitation_loss,
            anchor_good=settings.anchor_good,
        )
    return {name: values for name, values in found.items() if values is not None}


def _exact_points(settings: LabSettings) -> dict[str, Floats]:
    loop, s = settings.loop, settings
    if s.critic_centre is not None or s.known_sd:
        return {}
    if s.model == "kde":
        mean_sq, var = exact.moments(loop, exact.kernel_spread(s.kernel))
        return {"mean_sq": mean_sq, "var": var + s.kernel**2}
    unbiased = s.estimator == "unbiased"
    kept = 1.0 if s.keep_within is None else exact.typicality(s.keep_within)
    spread = exact.gaussian_spread(unbiased=unbiased, bias=s.bias, kept=kept)
    mean_sq, var = exact.moments(loop, spread)
    if unbiased:
        used = np.arange(1, loop.generations + 2) if loop.mode == "accumulate" else 1
        read = loop.n * used
        var = var * read / (read - 1)
    found = {"mean_sq": mean_sq, "var": var}
    std = None
    if s.keep_within is None:
        std = exact.replaced_std(loop, unbiased=unbiased, bias=s.bias)
    if std is not None:
        found |= {"std": std, "w2_sq": mean_sq + var + 1 - 2 * std}
    return found


def _series(values: Floats, known: Floats | None) -> Series:
    # One of the chains: between two infinite figures there is nothing to interpolate.
    quantiles = np.quantile(values, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf")
    low, median, high = quantiles
    with np.errstate(invalid="ignore"):
        mean = values.mean(axis=0)
        se = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return Series(mean=mean, se=se, low=low, high=high, median=median, exact=known)


def _numbers_per_chain(settings: LabSettings) -> int:
    whole = settings.mode == "accumulate_subsample" or (
        settings.model == "kde" and settings.mode != "replace"
    )
    held = settings.n * (settings.generations + 1 if whole else 1)
    if settings.model == "categorical":
        return settings.categories * (settings.generations + 4)
    if settings.model == "regression":
        return held + settings.n * 2 * settings.dim
    return max(held, settings.generations + 1)
