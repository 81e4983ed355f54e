"""How much of what the anchors span do the accepted candidates still cover?"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import contents_of
from core.analysis.material import train_side
from core.critique.likeness import index_for
from core.datasets.content import content_columns, contents
from core.errors import DataError, PlanError
from core.generation.plan import plan_of
from core.workspace import Workspace
from core.workspace.run_folder import load_run

Floats = NDArray[np.float64]


def coverage_of_run(
    workspace: Workspace,
    run_id: str,
    taus: Floats,
    candidates: pd.DataFrame,
    anchors: pd.DataFrame | None,
) -> Floats | None:
    """Per strictness, the share of anchors with an accepted candidate as near as anchors are.

    Near is what the median anchor's nearest other anchor is. None when the
    run's dataset is not in this workspace any more.
    """
    run = load_run(workspace, run_id)
    plan = plan_of(run.plan)
    if plan.kind == "knowledge_triple":
        return None  # Facts span no anchors.
    if anchors is None:
        try:
            _, _, anchors, _ = train_side(workspace, replace(plan, data=run.dataset))
        except (DataError, PlanError):
            return None  # The dataset is not in this workspace any more.
    columns = content_columns(anchors, plan.label, plan.text)
    own = contents(anchors, columns)
    if len(own) < 2:
        return None
    among = index_for(columns, own)
    for content in own:
        among.add(content)
    near = np.array([among.similarities(content) for content in own])
    np.fill_diagonal(near, 0.0)
    usual = float(np.median(near.max(axis=1)))
    index = index_for(columns, own)
    for content in contents_of(candidates):
        index.add(content)
    scores = candidates["score"].to_numpy(dtype=np.float64)
    reach = np.where(np.isfinite(scores), scores, -1.0)
    best = np.array(
        [max(reach[index.similarities(content) >= usual], default=-1.0) for content in own]
    )
    return np.array([(best >= tau).mean() for tau in taus])
