"""Does a generation still hold every class that the real rows hold?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

FALSE_ALARMS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class LostClass:
    """A class that a generation hardly holds."""

    label: str
    real: int
    real_of: int
    made: int
    made_of: int
    chance: float
    """Probability of so few if both came from the same source, among all classes and sets."""


def lost_classes(
    real: Sequence[str], made: Sequence[str], sets: int = 1
) -> tuple[list[LostClass], float]:
    """Classes that are rarer than chance allows, the surest first; and unknown labels' share.

    Only for generations of two classes or more: one that was made for a single
    class lacks the others by intent.

    References
    ----------
    One-sided exact test of Fisher, corrected for all classes and sets (Bonferroni).
    """
    names, counts = np.unique(np.asarray(real, dtype=str), return_counts=True)
    made_names, made_counts = np.unique(np.asarray(made, dtype=str), return_counts=True)
    held = dict(zip(made_names.tolist(), made_counts.tolist(), strict=True))
    unknown = sum(n for name, n in held.items() if name not in set(names.tolist()))
    share = unknown / max(len(made), 1)
    if len(set(held) & set(names.tolist())) < 2:
        return [], share
    found = []
    for name, count in zip(names.tolist(), counts.tolist(), strict=True):
        mine = int(held.get(name, 0))
        total, known = len(real) + len(made), count + mine
        chance = float(hypergeom.cdf(mine, total, known, len(made))) * names.size * sets
        if chance < FALSE_ALARMS:
            found.append(
                LostClass(
                    label=name, real=count, real_of=len(real), made=mine, made_of=len(made),
                    chance=min(chance, 1.0),
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: each.chance), share
