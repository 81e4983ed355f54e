"""Extrapolation on published learning curves: how near, how sure, how fast.

Reads ``dev_curves.json`` from the folder named by ``DATAWALL_BENCH_DATA``: a
list of curves with ``n``, ``mean``, ``se`` and ``growth``.
"""

import json
import os
import time
from pathlib import Path

import numpy as np

from core.calculators.learning_curve import learning_curve, samples_for, scores_at


def measured() -> str:
    """Fit sizes up to a quarter of the largest; predict its score, and the n for half the rise."""
    path = Path(os.environ.get("DATAWALL_BENCH_DATA", "")) / "dev_curves.json"
    title = "## Extrapolating learning curves to four times the data"
    if not path.is_file():
        return f"{title}\n\nNot measured: set DATAWALL_BENCH_DATA to a folder that holds "
        "dev_curves.json."
    curves = json.loads(path.read_text("utf-8"))
    started = time.perf_counter()
    errors, naive, covered, off, covered_n = [], [], [], [], []
    for curve in curves:
        n, score = np.array(curve["n"], float), np.clip(np.array(curve["mean"]), 0, 1)
        known = n <= n[-1] / 4
        if known.sum() < 4:
            continue
        fit = learning_curve(
            n[known],
            score[known],
            np.array(curve["se"], float)[known],
            growth=curve["growth"],
            seed=0,
        )
        low, middle, high = _quantiles(scores_at(fit, n[-1:])[:, 0])
        errors.append(abs(middle - score[-1]))
        naive.append(abs(score[known][-1] - score[-1]))
        covered.append(low <= score[-1] <= high)
        rise = score[-1] - score[known][-1]
        if rise > 0.01:
            target = float(score[known][-1] + rise / 2)
            truth = _size_of(n, score, target)
            low, middle, high = _quantiles(samples_for(fit, min(target, 0.999)))
            off.append(abs(np.log2(middle / truth)))
            covered_n.append(low <= truth <= high)
    seconds = time.perf_counter() - started
    return "\n".join(
        [
            title,
            "",
            f"{len(errors)} published curves, {len(off)} of which still rise; {seconds:.1f} s in "
            "all.",
            "",
            "| figure | pooled fit | last value |",
            "|---|---|---|",
            f"| mean absolute error of the score | {np.mean(errors):.4f} | {np.mean(naive):.4f} |",
            f"| 80 % interval of the score covers | {np.mean(covered):.0%} | – |",
            f"| n for half the rise, within a factor of 2 | {np.mean(np.array(off) <= 1):.0%} | "
            "– |",
            f"| 80 % interval of that n covers | {np.mean(covered_n):.0%} | – |",
        ]
    )


def _quantiles(draws: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> list[float]:
    return [float(v) for v in np.quantile(draws, (0.1, 0.5, 0.9), method="inverted_cdf")]


def _size_of(
    n: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    score: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    target: float,
) -> float:
    rising = np.maximum.accumulate(score)
    i = int(np.argmax(rising >= target))
    if i == 0:
        return float(n[0])
    return float(np.exp(np.interp(target, rising[i - 1 : i + 1], np.log(n[i - 1 : i + 1]))))
