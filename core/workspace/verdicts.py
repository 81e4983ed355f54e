"""What critics said of a run's candidates, as the strictness needs it: scores first, texts last."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.workspace.engine import identifier, quoted
from core.workspace.folder import Workspace
from core.workspace.ledger import frame_of, scored
from core.workspace.run_folder import load_run

if TYPE_CHECKING:
    import pandas as pd

SCORED_BY = "scored by "
"""What stands before a critic's name in the columns of ``scores_frame``."""


def scores_frame(workspace: Workspace, run_id: str) -> "pd.DataFrame":
    """Candidates by index with every critic's score in a column, and the least of them.

    ``score`` is missing where one of the run's critics could not judge. The
    texts are left out: this is read for every candidate at once.
    """
    critics = load_run(workspace, run_id).critics
    columns = "".join(
        f", max(q.score) FILTER (q.critic = {quoted(name)}) AS {identifier(SCORED_BY + name)}"
        for name in critics
    )
    return frame_of(
        workspace,
        run_id,
        f", {scored(workspace, run_id)}, said AS (SELECT c.candidate_id{columns} FROM candidates "
        "c LEFT JOIN critiques q USING (candidate_id) GROUP BY c.candidate_id) "
        'SELECT c."index", s.score, said.* FROM candidates c JOIN scored s USING (candidate_id) '
        'JOIN said USING (candidate_id) ORDER BY c."index"',
        "candidates",
        "critiques",
    )


def cost_by_role(workspace: Workspace, run_id: str) -> dict[str, float]:
    """What the calls of generators and of critics cost. [USD]"""
    found = frame_of(
        workspace, run_id, "SELECT role, sum(cost_usd) AS usd FROM calls GROUP BY role", "calls"
    )
    return dict(zip(found["role"], found["usd"], strict=True))


def texts_of(workspace: Workspace, run_id: str, names: Sequence[str]) -> "pd.DataFrame":
    """The named candidates with what was written, in the order of *names*."""
    return frame_of(
        workspace,
        run_id,
        ", named AS (SELECT unnest(CAST(? AS VARCHAR[])) AS candidate_id, "
        "generate_subscripts(CAST(? AS VARCHAR[]), 1) AS place) "
        'SELECT c.candidate_id, c."index", c.content, c.parents, c.extras FROM candidates c '
        "JOIN named USING (candidate_id) ORDER BY place",
        "candidates",
        parameters=[list(names), list(names)],
    )


def said_of(workspace: Workspace, run_id: str, names: Sequence[str]) -> "pd.DataFrame":
    """What each critic said of the named candidates."""
    return frame_of(
        workspace,
        run_id,
        " SELECT candidate_id, critic, score, reason, call_id FROM critiques WHERE candidate_id "
        "IN (SELECT unnest(CAST(? AS VARCHAR[]))) ORDER BY candidate_id, critic",
        "critiques",
        parameters=[list(names)],
    )


def seeds_used(workspace: Workspace, run_id: str) -> int:
    """How many different real rows the run's candidates were made from."""
    found = frame_of(
        workspace,
        run_id,
        "SELECT count(DISTINCT seed) AS n FROM (SELECT unnest(parents) AS seed FROM candidates)",
        "candidates",
    )
    return int(found["n"].iloc[0])
