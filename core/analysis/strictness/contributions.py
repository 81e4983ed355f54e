"""What does each critic reject, alone and only it, and at what price?"""

from dataclasses import dataclass

import numpy as np

from core.analysis.strictness.judged import Judged
from core.critique.verdict import JUDGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One critic's part in what a setting rejects."""

    critic: str
    rejects: int
    """Candidates that it scores below the setting, whatever the others say."""
    only_it: int
    """Those among them that every other critic would have let pass."""
    good_lost: int
    """Of these, how many people labelled good."""
    bad_stopped: int
    """Of these, how many people labelled bad."""
    unjudged: int
    """Candidates that it could not judge; they are never accepted."""
    cost_usd: float
    """What its calls cost; 0 for a critic that calls no model."""
    cost_per_rejected_usd: float | None
    """Its cost per candidate that only it rejects; None where there is none, or it is free."""


def contributions_of(judged: Judged, score: float) -> list[Contribution]:
    """Each critic at the lowest critics' score that is accepted, in their order."""
    names = list(judged.by_critic)
    if not names:
        return []
    said = np.array([judged.by_critic[name] for name in names])
    below = said < score
    passes = said >= score
    found = []
    for i, name in enumerate(names):
        others = np.delete(passes, i, axis=0).all(axis=0)
        alone = below[i] & others
        usd = judged.judge_usd if name == JUDGE else 0.0
        stopped = int(alone.sum())
        found.append(
            Contribution(
                critic=name,
                rejects=int(below[i].sum()),
                only_it=stopped,
                good_lost=int((judged.label[alone] == 1).sum()),
                bad_stopped=int((judged.label[alone] == 0).sum()),
                unjudged=int(np.isnan(said[i]).sum()),
                cost_usd=usd,
                cost_per_rejected_usd=usd / stopped if usd and stopped else None,
            )
        )
    return found
