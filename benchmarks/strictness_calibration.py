"""How far calibrated scores are from a truth that is known, and how long calibrating takes.

``python -m benchmarks.strictness_calibration`` prints the tables; the seed is fixed.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from core.calculators.venn_abers import merged, venn_abers
from core.critique.calibration import calibrate, uncalibratable

Floats = NDArray[np.float64]

LABELS = {50: 400, 100: 400, 200: 300, 500: 200, 1_000: 100, 5_000: 40}
"""Repetitions for each number of labels."""
_ASKED = 4_000


def overconfident(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Scores that claim twice the log odds there are."""
    odds = 1 + 2 * rng.normal(size=n)
    return special.expit(odds), special.expit(odds / 2 - 0.2)


def plateau(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """A critic of whose best candidates one in ten is bad, whatever the score."""
    odds = 2.5 * rng.normal(size=n)
    return special.expit(odds), np.clip(special.expit(odds - 1.5), 0.05, 0.9)


def _platt(score: Floats, label: Floats, at: Floats) -> Floats:
    fit = LogisticRegression(C=1e6, max_iter=1_000).fit(_odds(score), label)
    return np.asarray(fit.predict_proba(_odds(at))[:, 1])


def _odds(score: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(score, 1e-3, 1 - 1e-3))[:, None])


def _isotonic(score: Floats, label: Floats, at: Floats) -> Floats:
    return np.asarray(IsotonicRegression(out_of_bounds="clip").fit(score, label).predict(at))


METHODS: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "raw": lambda _score, _label, at: at,
    "Platt": _platt,
    "isotonic": _isotonic,
    "Venn-Abers": lambda score, label, at: merged(*venn_abers(score, label, at)),
    "ours": lambda score, label, at: calibrate(score, label).probability(at),
}


def _off(
    case: Callable[[np.random.Generator, int], tuple[Floats, Floats]], labels: int
) -> dict[str, float]:
    """Mean distance from the truth, by method."""
    rng = np.random.default_rng(9)
    off: dict[str, list[float]] = {name: [] for name in METHODS}
    for _ in range(LABELS[labels]):
        score, truth = case(rng, labels)
        label = (rng.random(labels) < truth).astype(np.float64)
        at, right = case(rng, _ASKED)
        if uncalibratable(score, label):
            continue
        for name, read in METHODS.items():
            off[name].append(float(np.abs(read(score, label, at) - right).mean()))
    return {name: statistics.mean(found) for name, found in off.items()}


def distances() -> str:
    """Mean distance from the truth on two cases."""
    lines = [
        "## Calibrated scores: mean distance from a truth that is known",
        "",
        f"| case | labels | {' | '.join(METHODS)} |",
        f"|---|---{'|---' * len(METHODS)}|",
    ]
    for name, case in (("overconfident", overconfident), ("plateau at 0.9", plateau)):
        for labels in LABELS:
            found = _off(case, labels)
            figures = " | ".join(f"{found[method]:.4f}" for method in METHODS)
            lines.append(f"| {name} | {labels:,} | {figures} |")
    return "\n".join(lines)


def times() -> str:
    """Median of nine fits, five parts left out in turn."""
    lines = ["## Calibrating", "", "| labels | median ms |", "|---|---|"]
    for labels in (100, 500, 2_000, 10_000):
        rng = np.random.default_rng(1)
        score, truth = plateau(rng, labels)
        label = (rng.random(labels) < truth).astype(np.float64)
        taken = []
        for _ in range(9):
            started = time.perf_counter()
            calibrate(score, label)
            taken.append(time.perf_counter() - started)
        lines.append(f"| {labels:,} | {1000 * statistics.median(taken):.0f} |")
    return "\n".join(lines)


def measured() -> str:
    """Both tables."""
    return "\n\n".join((distances(), times()))


if __name__ == "__main__":
    print(measured())
