"""How much synthetic data is too much? The mixing share that does best, and where more hurts."""

from collections.abc import Sequence

import numpy as np

from core.calculators.paired import paired_gain_draws
from core.evidence.arms import ArmKey
from core.evidence.injection import Outcomes

_DRAWS = 2_000


def best_and_hurting(outcomes: Outcomes, seed: int) -> tuple[float | None, float | None]:
    """The share with the highest score, and the first beyond it that is proven worse. [fraction]

    Proven: the 90 % interval of the difference on the same held-out rows and
    repeats lies below 0. None where nothing is known, or nothing hurts.
    """
    here = outcomes.of_slice
    measured = sorted(key for key in outcomes.right if key.name == "share")
    if not measured:
        return None, None
    # No synthetic row at all is a share, too.
    ladder = [(0.0, outcomes.baseline), *((key.at, key) for key in measured)]
    scores = [float(outcomes.right[key][:, here].mean()) for _, key in ladder]
    best = int(np.argmax(scores))
    for share, key in ladder[best + 1 :]:
        if _is_worse(outcomes, ladder[best][1], key, seed):
            return ladder[best][0], share
    return ladder[best][0], None


def _is_worse(outcomes: Outcomes, best: ArmKey, key: ArmKey, seed: int) -> bool:
    here = outcomes.of_slice
    first, second = outcomes.right[best][:, here], outcomes.right[key][:, here]
    draws = paired_gain_draws(first, second, draws=_DRAWS, seed=seed, smoothed=True)
    return bool(np.quantile(draws, 0.95) < 0)


def in_words(best: float | None, hurts: float | None, measured: Sequence[float]) -> str:
    """What mixing in more of the corpus does, in a sentence."""
    if best is None or not measured:
        return ""
    most = f"{100 * measured[-1]:.0f} %"
    if best == 0:
        start = "No share of synthetic rows does better than none"
    else:
        start = f"The slice does best with {100 * best:.0f} % of its training rows synthetic"
    if hurts is not None:
        return f"{start}; from {100 * hurts:.0f} % on, more is proven to hurt."
    if best == measured[-1]:
        return f"{start}, all there are; whether more would help was not measured."
    return f"{start}; up to {most}, more is not proven to hurt."
