"""What an injection experiment proves, in one word and in a sentence."""

from collections.abc import Mapping
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
    n_elsewhere: int,
) -> tuple[Verdict, str]:
    """The verdict and why.

    A corpus of noise that bears the slice's label makes a learner call more
    rows by it, the slice's among them. So a gain counts as proven only if it is
    not bought with more wrong answers elsewhere.

    Parameters
    ----------
    gains, elsewhere
        Draws of the gain on the slice and on all other slices. [fraction]
    p_value
        That as many examples are gained as lost. [fraction]
    gained, lost
        Held-out examples that only the second, only the first arm gets right. [1]
    n_test, n_elsewhere
        Held-out examples of the slice, and of all other slices. [1]
    """
    low, high = (float(v) for v in np.quantile(gains, (0.05, 0.95)))
    counts = f"{gained} held-out examples are newly right and {lost} newly wrong"
    side = _elsewhere_in_words(elsewhere)
    if high < 0:
        return "harm", (
            "The 90 % interval of the change lies below 0: the corpus makes the slice worse. "
            + side
        )
    if not (low > 0 and gained > lost and p_value < _LEVEL):
        return "no proven gain", (
            f"{counts} of {n_test}; that can happen by chance (p = {p_value:.2g}). "
            f"{_what_would_prove_it(gained, lost, n_test)} {side}"
        )
    if _loses(gains * n_test + np.nan_to_num(elsewhere) * n_elsewhere):
        return "no proven gain", (
            f"{counts}, but other slices lose more examples than this one gains: the gain is "
            "bought with wrong answers elsewhere."
        )
    return "proven gain", (
        f"{counts}; so uneven a split has probability {p_value:.3g} by chance, and the 90 % "
        f"interval lies above 0. {side}"
    )


def _loses(draws: NDArray[np.float64]) -> bool:
    """Whether the 90 % interval lies below 0."""
    return bool(np.isfinite(draws).all() and np.quantile(draws, 0.95) < 0)


def _elsewhere_in_words(elsewhere: NDArray[np.float64]) -> str:
    if _loses(elsewhere):
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


def against_controls(differences: Mapping[str, NDArray[np.float64]]) -> str:
    """Whether the corpus does better than what a sceptic would put in its place.

    Parameters
    ----------
    differences
        Draws of the slice's score with the corpus less that with each control,
        under the control's name. [fraction]
    """
    said = []
    for name, draws in differences.items():
        low, high = (float(v) for v in np.quantile(draws, (0.05, 0.95)))
        if low > 0:
            said.append(f"better than {name}")
        elif high < 0:
            said.append(f"worse than {name}")
        else:
            said.append(f"not proven better than {name}")
    return f"The corpus does {' and '.join(said)}." if said else ""
