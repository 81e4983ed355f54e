"""Where synthetic rows come from: a file, or a run at a strictness."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import judged_corpus
from core.analysis.strictness.threshold import score_at
from core.workspace import Workspace

_TAUS = tuple(round(0.05 * k, 2) for k in range(1, 20))
_MOST_SETTINGS = 5
_LEAST_SHARE, _LEAST_ROWS = 0.25, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Synthetic rows, and which of them are accepted."""

    name: str
    rows: pd.DataFrame
    accepted: NDArray[np.bool_]
    by_strictness: tuple[tuple[float, NDArray[np.bool_]], ...] = ()
    """What other strictnesses accept, where it is known."""
    run_id: str | None = None


def file_corpus(rows: pd.DataFrame, name: str) -> Corpus:
    """All rows of a file, taken as accepted."""
    return Corpus(name=name, rows=rows, accepted=np.ones(len(rows), dtype=bool))


def run_corpus(workspace: Workspace, run_id: str, tau: float) -> Corpus:
    """Every judged candidate of a run; accepted are those of strictness *tau*.

    Raises
    ------
    InputError, WorkspaceError
        The strictness lies outside 0 to 1, or there is no such run.
    """
    rows, accepted = judged_corpus(workspace, run_id, tau)
    name = "lineage_score" if "lineage_score" in rows.columns else "score"
    scores = rows[name].to_numpy(dtype=np.float64)
    least = max(_LEAST_SHARE * int(accepted.sum()), _LEAST_ROWS)
    found: dict[int, tuple[float, NDArray[np.bool_]]] = {int(accepted.sum()): (tau, accepted)}
    for level in _TAUS:
        taken = scores >= score_at(workspace, run_id, level)
        if taken.sum() >= least:
            found.setdefault(int(taken.sum()), (level, taken))
    return Corpus(
        name=f"{run_id}@{tau:g}",
        rows=rows,
        accepted=accepted,
        by_strictness=_spread(sorted(found.values(), key=lambda each: each[0]), tau),
        run_id=run_id,
    )


def _spread(
    settings: list[tuple[float, NDArray[np.bool_]]], tau: float
) -> tuple[tuple[float, NDArray[np.bool_]], ...]:
    """A few of the strictnesses, the loosest, the strictest and the chosen one among them."""
    if len(settings) < 2:
        return ()
    places = {round(p) for p in np.linspace(0, len(settings) - 1, _MOST_SETTINGS)}
    places |= {i for i, (level, _) in enumerate(settings) if level == tau}
    return tuple(settings[i] for i in sorted(places))
