"""How many votes is a jury really worth, by what people said of the same candidates?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.strictness.judged import Judged
from core.calculators.deficit import wilson_interval
from core.calculators.votes import effective_votes
from core.critique.verdict import is_vote
from core.workspace import Workspace, ledger

FEWEST = 10
"""Labelled candidates with every vote, below which nothing is said."""

_YES = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Juror:
    """One vote, as it is recorded."""

    name: str
    right: float
    """Share of the labelled candidates on which it says what people say."""
    low: float
    high: float
    """Its 80 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jury:
    """The votes together."""

    jurors: tuple[Juror, ...]
    labels: int
    """Labelled candidates on which all have voted."""
    effective: float | None
    """Independent votes that they are worth; None where no vote was ever wrong."""
    majority_right: float
    """Share on which the majority says what people say."""


def jury_of(workspace: Workspace, judged: Judged) -> Jury | None:
    """How good a run's votes are; None without a jury, or with too few labels."""
    if judged.run is None:
        return None
    said = ledger.critiques_frame(workspace, judged.run)
    votes = said[said["critic"].map(is_vote)]
    if votes.empty:
        return None
    by_vote: pd.DataFrame = votes.pivot(index="candidate_id", columns="critic", values="score")
    label = pd.Series(judged.label, index=list(judged.names)).reindex(by_vote.index)
    use = label.notna() & by_vote.notna().all(axis=1)
    if by_vote.shape[1] < 2 or int(use.sum()) < FEWEST:
        return None
    yes = by_vote[use].to_numpy(dtype=np.float64) >= _YES
    truth = label[use].to_numpy(dtype=np.float64) > _YES
    right = yes == truth[:, None]
    worth, n = effective_votes(right), len(truth)
    return Jury(
        jurors=tuple(
            _juror(str(name), int(right[:, i].sum()), n) for i, name in enumerate(by_vote.columns)
        ),
        labels=n,
        effective=worth.effective if np.isfinite(worth.effective) else None,
        majority_right=worth.majority,
    )


def _juror(name: str, right: int, of: int) -> Juror:
    low, high = wilson_interval(right, of, 0.8)
    return Juror(name=name, right=right / of, low=float(low), high=float(high))
