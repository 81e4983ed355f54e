"""Do the promises of the strictness page hold? Certificates, intervals and optima, repeated.

``python -m benchmarks.strictness_coverage`` prints the tables; the seed is fixed.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.calculators.certificate import certificate_grid, fixed_sequence
from core.calculators.deficit import wilson_interval
from core.calculators.optimum import best_information
from core.calculators.prediction_powered import ppi_mean
from core.calculators.strictness import information_threshold

Floats = NDArray[np.float64]

REPETITIONS, POOL = 2_000, 20_000
GOOD, APART, PRECISION, ERROR = 0.5, 2.0, 0.9, 0.1
JUDGES = ((0.98, 0.05), (0.95, 0.2), (0.85, 0.6))
SHARE = 0.7


def _rate(cut: float) -> float:
    return float(GOOD * stats.norm.sf(cut - APART) + (1 - GOOD) * stats.norm.sf(cut))


def _precision(cut: float) -> float:
    return float(GOOD * stats.norm.sf(cut - APART)) / _rate(cut)


def _exact(score: Floats, label: Floats, pool: Floats, labels: int) -> float | None:
    grid = certificate_grid(pool, labels / len(pool), PRECISION, ERROR)
    index = fixed_sequence(score, label, grid, PRECISION, ERROR)[0]
    return float(grid[index]) if index >= 0 else None


def _plain(score: Floats, label: Floats, _pool: Floats, _labels: int) -> float | None:
    """The lowest threshold whose measured precision is high enough."""
    order = np.argsort(-score)
    holds = np.cumsum(label[order]) / np.arange(1, len(label) + 1) >= PRECISION
    return float(score[order][holds][-1]) if holds.any() else None


def _certified(
    labels: int, upper: bool, rule: Callable[[Floats, Floats, Floats, int], float | None]
) -> tuple[float, float, float]:
    """Share of repetitions with a wrong promise, with none, and the mean yield."""
    rng = np.random.default_rng(5)
    wrong, none, accepted = 0, 0, 0.0
    for _ in range(REPETITIONS):
        good = rng.random(POOL) < GOOD
        score = rng.normal(size=POOL) + APART * good
        place = np.flatnonzero(score >= np.median(score)) if upper else np.arange(POOL)
        drawn = rng.choice(place, labels, replace=False)
        cut = rule(score[drawn], good[drawn].astype(np.float64), score[place], labels)
        if cut is None:
            none += 1
            continue
        wrong += _precision(cut) < PRECISION
        accepted += _rate(cut)
    return wrong / REPETITIONS, none / REPETITIONS, accepted / REPETITIONS


def certificates() -> str:
    """Wrong promises, and what is accepted under them."""
    bar = ERROR + 2 * (ERROR * (1 - ERROR) / REPETITIONS) ** 0.5
    lines = [
        "## Certificates: at least 0.9 good with 90 % confidence",
        "",
        f"Half good, scores two standard deviations apart, {REPETITIONS:,} repetitions; a rule "
        f"that holds is wrong at most {bar:.3f}; "
        "knowing the truth yields 0.403.",
        "",
        "| labels | drawn from | wrong | none | mean yield | plain rule wrong |",
        "|---|---|---|---|---|---|",
    ]
    for labels, upper in ((200, False), (500, False), (2_000, False), (200, True), (500, True)):
        wrong, none, accepted = _certified(labels, upper, _exact)
        plain, _, _ = _certified(labels, upper, _plain)
        lines.append(
            f"| {labels:,} | {'upper half' if upper else 'all'} | {wrong:.3f} | {none:.3f} | "
            f"{accepted:.3f} | {plain:.3f} |"
        )
    return "\n".join(lines)


def _covered(ends: list[tuple[float, float]]) -> str:
    low, high = np.array(ends).T
    return f"{np.mean((low <= SHARE) & (high >= SHARE)):.3f} / {np.mean(high - low):.3f}"


def intervals() -> str:
    """How often the truth lies inside, and how wide that is."""
    lines = [
        "## 95 % intervals of the share of good ones: how often right / how wide",
        "",
        f"{SHARE:.0%} good, {POOL:,} judged, {REPETITIONS:,} repetitions.",
        "",
        "| judge (TPR/FPR) | labels | prediction-powered | Wilson, labels only | judge only |",
        "|---|---|---|---|---|",
    ]
    for judge in JUDGES:
        for labels in (100, 200, 300):
            rng = np.random.default_rng(6)
            powered, wilson, alone = [], [], []
            for _ in range(REPETITIONS):
                truth = (rng.random(POOL) < SHARE).astype(np.float64)
                said = (rng.random(POOL) < np.where(truth > 0, *judge)).astype(np.float64)
                label, heard = truth[:labels], said[:labels]
                low, _, high, _ = ppi_mean(label, heard, said.mean(), said.var(), POOL)
                powered.append((low, high))
                ends = wilson_interval(label.sum(), labels)
                wilson.append((float(ends[0]), float(ends[1])))
                ends = wilson_interval(said.sum(), POOL)
                alone.append((float(ends[0]), float(ends[1])))
            lines.append(
                f"| {judge[0]:.2f}/{judge[1]:.2f} | {labels} | {_covered(powered)} | "
                f"{_covered(wilson)} | {_covered(alone)} |"
            )
    return "\n".join(lines)


def _bells(good: float) -> Floats:
    """Calibrated probabilities of scores two standard deviations apart, without chance."""
    cut = np.linspace(-6, 8, 1_000_001)
    below = good * stats.norm.cdf(cut - APART) + (1 - good) * stats.norm.cdf(cut)
    score = np.interp((np.arange(100_000) + 0.5) / 100_000, below, cut)
    odds = good / (1 - good) * np.exp(APART * score - APART**2 / 2)
    return np.asarray(odds / (1 + odds))


def optima() -> str:
    """The best threshold of 100,000 candidates, and the closed form at its precision."""
    lines = [
        "## The best strictness against its closed form",
        "",
        "| probabilities | downstream cost, $ | found | closed form |",
        "|---|---|---|---|",
    ]
    uniform = (np.arange(100_000) + 0.5) / 100_000
    cases = [("uniform", uniform, 0.0, 2 / 3)]
    for good, besides, known in (
        (0.5, 0.0, 0.7016),
        (0.3, 0.0, 0.688),
        (0.1, 0.0, 0.667),
        (0.5, 1.0, 0.7586),
        (0.5, 10.0, 0.8849),
    ):
        cases.append((f"two bells, {good:g} good", _bells(good), besides, known))
    for name, probability, besides, known in cases:
        best = best_information(probability, 1.2, besides)
        rule = float(information_threshold(best.precision, best.value, besides))
        lines.append(f"| {name} | {besides:g} | {best.tau:.4f} | {rule:.4f} ({known:.4f}) |")
    return "\n".join(lines)


def measured() -> str:
    """All tables."""
    return "\n\n".join((certificates(), intervals(), optima()))


if __name__ == "__main__":
    print(measured())
