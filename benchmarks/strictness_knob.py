"""How long does a move of the knob take with 100,000 candidates?

    python -m benchmarks.strictness_knob [--candidates N]

All figures of a setting, the examples at the threshold and the critics' parts,
for settings drawn at random. Nothing is cached between moves but what the page
keeps as well: the candidates sorted and summed up once.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from core.analysis.strictness.contributions import contributions_of
from core.analysis.strictness.judged import Judged
from core.analysis.strictness.knob import Knob
from core.analysis.strictness.reach import NEVER, Reach
from core.critique.calibration import calibrate

LABELS, ANCHORS, PARTS, MOVES, BAR_MS = 500, 1_000, 12, 200, 50.0


def judged(candidates: int, seed: int = 0) -> Judged:
    """Binormal scores, half of the candidates good, some labels from all and some from above."""
    dice = np.random.default_rng(seed)
    good = dice.random(candidates) < 0.5
    score = 1 / (1 + np.exp(-(dice.normal(size=candidates) + 2 * good - 1)))
    critics = {f"critic {i}": np.maximum(score, dice.random(candidates)) for i in range(4)}
    critics["judge"] = score
    label, drawn = np.full(candidates, np.nan), np.full(candidates, np.nan)
    limit = float(np.median(score))
    for size, pool, lowest in (
        (LABELS // 2, np.arange(candidates), 0.0),
        (LABELS // 2, np.flatnonzero(score >= limit), limit),
    ):
        chosen = dice.choice(pool, size, replace=False)
        label[chosen], drawn[chosen] = good[chosen], lowest
    use = np.isfinite(label)
    return Judged(
        run="r",
        names=tuple(f"r/{i}" for i in range(candidates)),
        score=score,
        by_critic=critics,
        label=label,
        drawn=drawn,
        doubt=np.zeros(candidates, dtype=np.bool_),
        cost_usd=0.002 * candidates,
        judge_usd=0.0005 * candidates,
        calibration=calibrate(score[use], label[use]),
        uncalibrated="",
    )


def reach(found: Judged, seed: int = 0) -> Reach:
    """Anchors that candidates of random scores are near to."""
    dice = np.random.default_rng(seed)
    best = dice.choice(found.score, ANCHORS)
    best[::20] = NEVER
    return Reach(
        best=best,
        part=dice.integers(0, PARTS, ANCHORS),
        parts=tuple(f"part {i}" for i in range(PARTS)),
        home=dice.integers(0, PARTS, len(found.score)),
    )


def _milliseconds(move: Callable[[float], object]) -> tuple[float, float]:
    taus = np.random.default_rng(1).random(MOVES)
    spent = []
    for tau in taus:
        started = time.perf_counter()
        move(float(tau))
        spent.append(1_000 * (time.perf_counter() - started))
    return float(np.median(spent)), float(np.quantile(spent, 0.99))


def main() -> None:
    """Print one table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--candidates", type=int, default=100_000)
    count = options.parse_args().candidates
    found = judged(count)
    started = time.perf_counter()
    knob = Knob(found, reach(found))
    built = 1_000 * (time.perf_counter() - started)
    print(f"{count:,} candidates, {LABELS} labels, {ANCHORS:,} anchors in {PARTS} sub-slices")
    print(f"{'':34}{'median':>10}{'99 %':>10}   [ms]")
    print(f"{'sorted and summed up, once':34}{built:10.1f}")
    parts = {
        "all figures of a setting": knob.at,
        "ids at the threshold": lambda tau: knob.near(tau, 6),
        "each critic's part": lambda tau: contributions_of(found, knob.score_at(tau)),
    }
    middle = {}
    for name, move in parts.items():
        middle[name], slow = _milliseconds(move)
        print(f"{name:34}{middle[name]:10.2f}{slow:10.2f}")
    verdict = "holds" if sum(middle.values()) <= BAR_MS else "MISSED"
    print(f"{'together':34}{sum(middle.values()):10.2f}   bar {BAR_MS:g} ms: {verdict}")


if __name__ == "__main__":
    main()
