"""In what may one set of points differ from another? One figure for each way.

Every function compares a set with the real points it should be like, both as rows
of the same features, and gives larger or smaller values only: what is usual is
learnt elsewhere, from real points held against real points.

References
----------
F. Liu et al., "Learning Deep Kernels for Non-Parametric Two-Sample Tests", 2020 (C2ST, MMD).
A. Rahimi, B. Recht, "Random Features for Large-Scale Kernel Machines", 2007.
M. Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models", 2020.
D. Friedman, A. Dieng, "The Vendi Score", 2023.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

Floats = NDArray[np.float64]

_FEATURES = 256
_LINES = 64
_MOST_NEIGHBOURS = 1_500
_NEAREST = 5
_CLUSTERS, _FULL = 40, 50
_OUTER = 0.95
_DECIMALS = 9
_TREES, _LEAVES, _STEP = 20, 8, 0.2


@dataclass(frozen=True, slots=True)
class Reference:
    """What is learnt once from all real points; each comparison uses a part of them."""

    centres: Floats
    usual: Floats
    """Share of the real points next to each centre."""
    middle: Floats
    outer: float
    """Distance from the middle that few real points exceed."""
    waves: Floats
    phases: Floats
    lines: Floats
    seed: int

    def shares(self, points: Floats) -> Floats:
        """Share of the points next to each centre."""
        nearest = cdist(points, self.centres).argmin(axis=1)
        return np.bincount(nearest, minlength=len(self.centres)) / len(points)


def reference(real: Floats, seed: int) -> Reference:
    """Clusters, kernel width and directions for comparing with *real* points."""
    dice = np.random.default_rng([seed, 1])
    count = max(2, min(_CLUSTERS, len(real) // _FULL))
    clusters = KMeans(count, n_init=1, max_iter=50, random_state=seed).fit(real)
    some = real[dice.permutation(len(real))[:400]]
    apart = cdist(some, some)
    width = float(np.median(apart[apart > 0])) if (apart > 0).any() else 1.0
    lines = dice.standard_normal((real.shape[1], _LINES))
    middle = real.mean(axis=0)
    return Reference(
        centres=np.asarray(clusters.cluster_centers_, dtype=np.float64),
        usual=np.bincount(clusters.labels_, minlength=count) / len(real),
        middle=middle,
        outer=float(np.quantile(np.linalg.norm(real - middle, axis=1), _OUTER)),
        waves=dice.standard_normal((real.shape[1], _FEATURES)) / width,
        phases=dice.uniform(0, 2 * np.pi, _FEATURES),
        lines=lines / np.linalg.norm(lines, axis=0),
        seed=seed,
    )


def duplicate_rate(real: Floats, made: Floats, about: Reference) -> float:
    """Share of the points that another point of the set repeats exactly."""
    return 1 - len(_distinct(made)) / len(made)


def rarest_lack(real: Floats, made: Floats, about: Reference) -> float:
    """What the rare group that lacks most has less than real points, in standard deviations."""
    a, b = about.shares(real) * len(real), about.shares(made) * len(made)
    rare = (about.usual <= np.median(about.usual)) & (a + b > 0)
    return float(((a - b) / np.sqrt(np.where(a + b > 0, a + b, 1.0)))[rare].max(initial=0.0))


def group_shares(real: Floats, made: Floats, about: Reference) -> float:
    """How far apart the shares of the groups are, in logarithms of chi-square."""
    a, b = about.shares(real), about.shares(made)
    both = np.where(a + b > 0, a + b, 1.0)
    return _log(((a - b) ** 2 / both).sum() + 1 / len(made))


def told_apart(real: Floats, made: Floats, about: Reference) -> float:
    """AUC of boosted trees that learn to tell the sets apart; copies are merged before."""
    real, made = _distinct(real), _distinct(made)
    size = min(len(real), len(made))
    dice = np.random.default_rng([about.seed, 2])
    halves = [dice.permutation(points)[:size] for points in (real, made)]
    train, test = (np.concatenate([half[i::2] for half in halves]) for i in (0, 1))
    of_train, of_test = (np.repeat([0, 1], [len(half[i::2]) for half in halves]) for i in (0, 1))
    learner = HistGradientBoostingClassifier(
        max_iter=_TREES, max_leaf_nodes=_LEAVES, learning_rate=_STEP, random_state=about.seed
    ).fit(train, of_train)
    return float(roc_auc_score(of_test, learner.predict_proba(test)[:, 1]))


def mean_embedding(real: Floats, made: Floats, about: Reference) -> float:
    """Maximum mean discrepancy by random Fourier features, in logarithms."""
    means = [np.cos(points @ about.waves + about.phases).mean(axis=0) for points in (real, made)]
    return _log(2 / _FEATURES * ((means[0] - means[1]) ** 2).sum())


def sliced_distance(real: Floats, made: Floats, about: Reference) -> float:
    """Mean Wasserstein distance along many lines, in logarithms."""
    along = [np.sort(points @ about.lines, axis=0) for points in (real, made)]
    return _log(np.abs(along[0] - along[1]).mean())


def density(real: Floats, made: Floats, about: Reference) -> float:
    """How many real neighbourhoods hold a point, in logarithms: high where sets narrow."""
    a, b = real[:_MOST_NEIGHBOURS], made[:_MOST_NEIGHBOURS]
    return _log((cdist(a, b) < _reach(a)[:, None]).sum() / (_NEAREST * len(b)))


def recall(real: Floats, made: Floats, about: Reference) -> float:
    """Share of the real points that lie in a neighbourhood of the made ones."""
    a, b = _distinct(real)[:_MOST_NEIGHBOURS], _distinct(made)[:_MOST_NEIGHBOURS]
    return float((cdist(a, b) < _reach(b)).any(axis=1).mean())


def variety(real: Floats, made: Floats, about: Reference) -> float:
    """How many more directions the points spread over than real ones, in logarithms."""
    return _entropy(made) - _entropy(real)


def tail_mass(real: Floats, made: Floats, about: Reference) -> float:
    """Share of the points further out than nearly all real points are, less that of the real."""
    shares = [
        float((np.linalg.norm(points - about.middle, axis=1) > about.outer).mean())
        for points in (real, made)
    ]
    return shares[1] - shares[0]


def _entropy(points: Floats) -> float:
    """Of the spread over directions; its exponential is the Vendi score."""
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    unit = points / np.where(norms > 0, norms, 1.0)
    values = np.linalg.eigvalsh(unit.T @ unit / len(unit))
    values = values[values > 0]
    return float(-(values * np.log(values)).sum())


def _distinct(points: Floats) -> Floats:
    return np.asarray(np.unique(points.round(_DECIMALS), axis=0), dtype=np.float64)


def _reach(points: Floats) -> Floats:
    """Distance of each point to its fifth neighbour."""
    nearest = min(_NEAREST, len(points) - 1)
    return np.asarray(np.partition(cdist(points, points), nearest, axis=1)[:, nearest])


def _log(value: float) -> float:
    return float(np.log(max(float(value), 1e-12)))


Metric = Callable[[Floats, Floats, Reference], float]
