"""What an injection experiment proves, in one word and in a sentence."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.calculators.paired import pairs_needed

Verdict = Literal["proven gain", "no proven gain", "harm"]
_LEVEL = 0.05


def verdict_of(
    gains: NDArray[np.float64],
    elsewhere: NDArray[np.float64],
    p_value: float,
    gained: int,
    lost: int,
    n_test: int,
) -> tuple[Verdict, str]:
    """The verdict and why.

    Parameters
    ----------
    gains, elsewhere
        Draws of the gain on the slice and on all other slices. [fraction]
    p_value
        That as many examples are gained as lost. [fraction]
    gained, lost
        Held-out examples that only the second, only the first arm gets right. [1]
    n_test
        Held-out examples of the slice. [1]
    """
    low, high = (float(v) for v in np.quantile(gains, (0.05, 0.95)))
    side = _elsewhere_in_words(elsewhere)
    counts = f"{gained} held-out examples are newly right and {lost} newly wrong"
    if high < 0:
        return "harm", (
            "The 90 % interval of the change lies below 0: the corpus makes the slice worse. "
            + side
        )
    if low > 0 and gained > lost and p_value < _LEVEL:
        return "proven gain", (
            f"{counts}; so uneven a split has probability {p_value:.3g} by chance, and the 90 % "
            f"interval lies above 0. {side}"
        )
    return "no proven gain", (
        f"{counts} of {n_test}; that can happen by chance (p = {p_value:.2g}). "
        f"{_what_would_prove_it(gained, lost, n_test)} {side}"
    )


def _elsewhere_in_words(elsewhere: NDArray[np.float64]) -> str:
    if np.isfinite(elsewhere).all() and float(np.quantile(elsewhere, 0.95)) < 0:
        return "Other slices lose: their 90 % interval lies below 0."
    return "Other slices show no proven loss."


def _what_would_prove_it(gained: int, lost: int, n_test: int) -> str:
    needed = float(pairs_needed(gained / n_test, lost / n_test))
    if gained > lost and np.isfinite(needed):
        return (
            f"If the effect is what it looks like, about {needed:,.0f} held-out examples of the "
            "slice would prove it."
        )
    return "There is no difference here that more test examples would prove."
