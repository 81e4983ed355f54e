"""Real examples of a run's slice, for a labeller to judge by."""

import hashlib
from dataclasses import replace
from typing import Any

from core.analysis.material import train_side
from core.datasets.content import content_columns, contents
from core.errors import DatawallError
from core.generation.plan import plan_of
from core.workspace import Workspace
from core.workspace.run_folder import load_run


def reference_examples(workspace: Workspace, run_id: str, n: int = 3) -> list[dict[str, Any]]:
    """Up to *n* real examples of the slice, the same ones at every call.

    None when the run's data is not in the workspace any more, or it had none.
    """
    run = load_run(workspace, run_id)
    if "generator" not in run.plan or not run.dataset:
        return []
    try:
        plan, _, anchors, _ = train_side(workspace, replace(plan_of(run.plan), data=run.dataset))
    except DatawallError:
        return []
    found = contents(anchors, content_columns(anchors, plan.label, plan.text))
    return sorted(found, key=lambda row: hashlib.sha256(repr(row).encode()).digest())[:n]
