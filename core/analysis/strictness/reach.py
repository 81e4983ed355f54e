"""How much of what the anchors span do the accepted candidates still cover, and where?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import contents_of
from core.analysis.material import train_side
from core.critique.likeness import Index, index_for
from core.datasets.content import content_columns, contents, words_of
from core.errors import DataError, PlanError
from core.generation.plan import plan_of
from core.generation.seeds import sub_slices
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1.0
"""The reach of an anchor that no judged candidate is near to: below every score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How strict one may be before an anchor has no accepted candidate near it any more."""

    best: Floats
    """Best score among the candidates near each anchor; ``NEVER`` where there is none."""
    part: Ints
    """The sub-slice of each anchor."""
    parts: tuple[str, ...]
    """The most typical anchor of each sub-slice, in words."""
    home: Ints
    """The sub-slice whose anchor each candidate is most like."""

    def covered(self, score: float) -> float:
        """Share of the anchors with a candidate near them that scores so much."""
        return float((self.best >= score).mean())

    def covered_by_part(self, score: float) -> list[float]:
        """The same, of each sub-slice."""
        return [float((self.best[self.part == p] >= score).mean()) for p in range(len(self.parts))]


def reach_of_run(
    workspace: Workspace, run_id: str, anchors: pd.DataFrame | None = None
) -> Reach | None:
    """How far a run's candidates reach into its anchors.

    Near is what the median anchor's nearest other anchor is. None where there
    is nothing to cover: facts span no anchors, or the run's dataset is not in
    this workspace any more.
    """
    run = load_run(workspace, run_id)
    plan = plan_of(run.plan)
    if plan.kind == "knowledge_triple":
        return None
    if anchors is None:
        try:
            _, _, anchors, _ = train_side(workspace, replace(plan, data=run.dataset))
        except (DataError, PlanError):
            return None
    columns = content_columns(anchors, plan.label, plan.text)
    own = contents(anchors, columns)
    if len(own) < 2:
        return None
    among = index_for(columns, own)
    near = _alike(among, own, own)
    part = sub_slices(own, columns)
    parts = tuple(
        words_of(own[_most_typical(near, np.flatnonzero(part == p))])
        for p in range(int(part.max()) + 1)
    )
    np.fill_diagonal(near, 0.0)
    usual = float(np.median(near.max(axis=1)))
    found = ledger.candidates_frame(workspace, run_id)
    scores = found["score"].to_numpy(dtype=np.float64)
    reach = np.where(np.isfinite(scores), scores, NEVER)
    best, closest = np.full(len(own), NEVER), np.full(len(found), -1.0)
    home = np.zeros(len(found), dtype=np.int64)
    index = index_for(columns, own)
    for content in contents_of(found):
        index.add(content)
    for i, content in enumerate(own):
        alike = index.similarities(content)
        best[i] = max(reach[alike >= usual], default=NEVER)
        closer = alike > closest
        closest[closer], home[closer] = alike[closer], part[i]
    return Reach(best=best, part=part, parts=parts, home=home)


def _alike(index: Index, added: list[dict[str, object]], asked: list[dict[str, object]]) -> Floats:
    """Similarity of each asked content to each that is added."""
    for content in added:
        index.add(content)
    return np.array([index.similarities(content) for content in asked])


def _most_typical(alike: Floats, members: Ints) -> int:
    """The member that is most like the others; the first of those that are equally so."""
    inside = alike[np.ix_(members, members)].sum(axis=1)
    return int(members[inside.argmax()])
