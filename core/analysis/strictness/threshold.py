"""Which score of the critics does a strictness stand for?

A strictness is a probability once people have labelled some candidates, and
the score itself before. Whoever reads the ledger at a strictness asks here
first, so that all of them accept the same candidates.
"""

import math

import numpy as np

from core.analysis.labels.settled import settled
from core.analysis.strictness.judged import judged_of_run
from core.workspace import Workspace


def score_at(workspace: Workspace, run_id: str, tau: float) -> float:
    """The critics' score from which on candidates of a run are accepted; infinite for none."""
    if not settled(workspace, run_id).labels:
        return tau
    judged = judged_of_run(workspace, run_id)
    if judged.calibration is None:
        return tau
    taken = judged.score[judged.probability >= tau]
    return float(np.min(taken, initial=math.inf))
