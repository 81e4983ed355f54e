"""Real learning curves, split into what is known and what came of it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_KNOWN, _FEWEST = 0.25 * 1.01, 4
_LEAST_RISE = 0.015


def folder() -> Path:
    """Where data for measuring is that is no part of the project."""
    return Path(os.environ.get("DATAWALL_BENCH_DATA", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a curve, and what came of it."""

    group: str
    n: Floats
    score: Floats
    noise: Floats
    last_n: float
    last_score: float
    targets: dict[str, tuple[float, float]]
    """T50 and T90: score, and samples at which it was reached; none where nothing was gained."""
    missed: float | None
    """TX: a score above everything that the curve reached."""

    @property
    def asked(self) -> list[float]:
        """All targets, T50 and T90 first."""
        scores = [target for target, _ in self.targets.values()]
        return scores if self.missed is None else [*scores, self.missed]


def cases(curves: Sequence[dict[str, Any]]) -> Iterator[Case]:
    """Sizes up to a quarter of the largest are known, at least four of them."""
    for curve in curves:
        order = np.argsort(curve["n"], kind="stable")
        n, score, noise = (np.array(curve[key], float)[order] for key in ("n", "mean", "se"))
        score = np.clip(score, 0.0, 1.0)
        known = n <= n[-1] * _KNOWN
        if known.sum() < _FEWEST:
            continue
        now = score[known][-1]
        rise = float(score[-1] - now)
        missed = float(score.max() + max(0.01, 0.25 * rise))
        yield Case(
            group=_group(curve),
            n=n[known],
            score=score[known],
            noise=noise[known],
            last_n=float(n[-1]),
            last_score=float(score[-1]),
            targets=_targets(n, score, float(now), rise) if rise > _LEAST_RISE else {},
            missed=missed if missed < 0.9995 else None,
        )


def _group(curve: dict[str, Any]) -> str:
    if curve["group"] != "slice":
        return str(curve["group"])
    return "slice-only" if curve["growth"] == "slice" else "slice-joint"


def _targets(n: Floats, score: Floats, now: float, rise: float) -> dict[str, tuple[float, float]]:
    wanted = {"T50": now + 0.5 * rise, "T90": now + 0.9 * rise}
    return {name: (min(t, 0.9995), _size_of(n, score, t)) for name, t in wanted.items()}


def _size_of(n: Floats, score: Floats, target: float) -> float:
    rising = np.maximum.accumulate(score)
    i = int(np.argmax(rising >= target))
    if i == 0:
        return float(n[0])
    return float(np.exp(np.interp(target, rising[i - 1 : i + 1], np.log(n[i - 1 : i + 1]))))
