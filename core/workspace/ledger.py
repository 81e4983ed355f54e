"""What runs proposed, judged and paid, read from journals and Parquet alike.

Facts are read, never changed: acceptance and its cost are queries at a
strictness. A reader may be any process at any time, also while a run is
being written.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from core.errors import WorkspaceError
from core.records import BatchTicket, Call, Candidate, Critique, Reservation
from core.workspace.engine import identifier, quoted
from core.workspace.facts import COLUMNS, Table, batch_of, call_of, candidate_of
from core.workspace.folder import Workspace
from core.workspace.relations import reading, relation
from core.workspace.run_folder import JOURNAL, load_run, run_folder

if TYPE_CHECKING:  # Large, and brought by DuckDB itself when a frame is asked for.
    import pandas as pd

_T = TypeVar("_T")
_LOOKS = 5


def _looking(folder: Path, look: Callable[[], _T]) -> _T:
    """The result of *look*, taken again when the run was packed meanwhile."""
    for _ in range(_LOOKS - 1):
        try:
            return look()
        except duckdb.IOException:
            time.sleep(0.02)
    try:
        return look()
    except duckdb.IOException as error:
        raise WorkspaceError(
            f"run {folder.name} cannot be read: {str(error).splitlines()[0]}."
        ) from error


def damage(workspace: Workspace, run_id: str) -> str:
    """What is wrong with the run's journal, in a sentence; empty when it is sound.

    A torn last line is not damage: it was never acknowledged.
    """
    folder = run_folder(workspace, run_id)
    journal = folder / JOURNAL

    def look() -> tuple[int, int]:
        if not journal.exists():
            return 0, 0
        counted = "count(*) FILTER (fact IS NULL), count(*)"
        bad, total = workspace.engine.rows(f"SELECT {counted} FROM {reading(journal, {})}")[0]
        return bad, total

    bad, total = 0, 0
    for _ in range(_LOOKS):
        bad, total = _looking(folder, look)
        if bad == 0 or (bad == 1 and _is_torn(journal)):
            return ""
        time.sleep(0.02)  # A line may be in the middle of being written.
    return (
        f"run {run_id}: {bad} of {total} lines of its journal cannot be read, so its totals would "
        f"be too low; repair or remove those lines in {journal}."
    )


def _is_torn(journal: Path) -> bool:
    with journal.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 1))
        return file.read(1) != b"\n"


def check_sound(workspace: Workspace, run_id: str) -> None:
    """Refuse to compute with a journal that lost facts.

    Raises
    ------
    WorkspaceError
        More than the last line of the journal cannot be read.
    """
    wrong = damage(workspace, run_id)
    if wrong:
        raise WorkspaceError(wrong)


def frame_of(
    workspace: Workspace, run_id: str, sql: str, *tables: Table, parameters: Sequence[Any] = ()
) -> "pd.DataFrame":
    """What a query over a run's tables gives.

    Parameters
    ----------
    sql
        What follows the definition of the *tables*, each named as it is.

    Raises
    ------
    WorkspaceError
        The run cannot be read, or its journal lost facts.
    """
    check_sound(workspace, run_id)
    folder = run_folder(workspace, run_id)

    def look() -> "pd.DataFrame":
        named = ", ".join(f"{table} AS ({relation(folder, table)})" for table in tables)
        return workspace.engine.frame(f"WITH {named} {sql}", parameters)

    return _looking(folder, look)


def scored(workspace: Workspace, run_id: str) -> str:
    """Each candidate with its score: the least of its critics', null when one is missing."""
    critics = load_run(workspace, run_id).critics
    listed = ", ".join(quoted(name) for name in critics) or "''"
    return (
        f"scored AS (SELECT c.candidate_id, CASE WHEN count(q.score) = {max(1, len(critics))} "
        "THEN min(q.score) END AS score FROM candidates c LEFT JOIN critiques q "
        f"ON q.candidate_id = c.candidate_id AND q.critic IN ({listed}) GROUP BY c.candidate_id)"
    )


def candidates_frame(workspace: Workspace, run_id: str) -> "pd.DataFrame":
    """Candidates by index with ``score`` (the least of their critics', missing when one is)."""
    return frame_of(
        workspace,
        run_id,
        f", {scored(workspace, run_id)}, paid AS (SELECT candidate_index, sum(cost_usd) AS usd "
        "FROM calls GROUP BY candidate_index) "
        'SELECT c.candidate_id, c."index", c.kind, c.label, c.content, c.written_by, c.parents, '
        "c.extras, coalesce(p.usd, 0) AS cost_usd, s.score FROM candidates c JOIN scored s USING "
        '(candidate_id) LEFT JOIN paid p ON p.candidate_index = c."index" ORDER BY c."index"',
        "candidates",
        "critiques",
        "calls",
    )


def critiques_frame(workspace: Workspace, run_id: str) -> "pd.DataFrame":
    """Every critic's score and reason, by candidate."""
    return frame_of(
        workspace,
        run_id,
        'SELECT q.candidate_id, c."index", q.critic, q.score, q.reason, q.call_id FROM critiques q '
        'JOIN candidates c USING (candidate_id) ORDER BY c."index", q.critic',
        "critiques",
        "candidates",
    )


def calls_frame(workspace: Workspace, run_id: str) -> "pd.DataFrame":
    """Every attempt to call a model, oldest first."""
    return frame_of(workspace, run_id, 'SELECT * FROM calls ORDER BY "at", call_id', "calls")


def acceptance(workspace: Workspace, run_id: str, taus: Sequence[float]) -> "pd.DataFrame":
    """Per strictness: ``tau, proposed, accepted, acceptance_rate, cost_per_accepted_usd``.

    A candidate's score is the least of its critics'; one that a critic could
    not judge, or has not judged, is never accepted. Undefined is null.
    """
    return frame_of(
        workspace,
        run_id,
        f", {scored(workspace, run_id)}, taus AS (SELECT unnest(CAST(? AS DOUBLE[])) AS tau), "
        "spent AS (SELECT coalesce(sum(cost_usd), 0) AS usd FROM calls), counted AS ("
        "SELECT tau, count(s.candidate_id) AS proposed, "
        "count(*) FILTER (s.score >= tau) AS accepted FROM taus LEFT JOIN scored s ON true "
        "GROUP BY tau) SELECT tau, proposed, accepted, "
        "accepted / nullif(proposed, 0) AS acceptance_rate, "
        "usd / nullif(accepted, 0) AS cost_per_accepted_usd, usd AS cost_usd "
        "FROM counted, spent ORDER BY tau",
        "candidates",
        "critiques",
        "calls",
        parameters=[list(taus)],
    )


def critique_share(workspace: Workspace, run_id: str) -> float | None:
    """The share of what a run paid that went to critics; None when nothing was paid. [fraction]"""
    calls = calls_frame(workspace, run_id)
    paid = float(calls["cost_usd"].sum()) if len(calls) else 0.0
    if paid <= 0:
        return None
    return float(calls.loc[calls["role"] == "critic", "cost_usd"].sum()) / paid


def totals(workspace: Workspace, run_id: str) -> dict[str, float]:
    """Counts, tokens and dollars of a run so far; an answer from the cache is no call."""
    folder = run_folder(workspace, run_id)

    def look() -> tuple[Any, ...]:
        named = ", ".join(
            f"{t} AS ({relation(folder, t)})" for t in ("calls", "candidates", "reservations")
        )
        return workspace.engine.rows(
            f"WITH {named} SELECT (SELECT count(*) FROM candidates), count(*) FILTER (outcome "
            "<> 'cached' AND saved_usd = 0), "
            "coalesce(sum(cost_usd), 0.0), coalesce(sum(unsettled_usd), 0.0) + (SELECT "
            "coalesce(sum(reserved_usd), 0.0) FROM reservations ANTI JOIN calls USING (call_id)), "
            "CAST(coalesce(sum(input_tokens), 0) AS BIGINT), "
            "CAST(coalesce(sum(output_tokens), 0) AS BIGINT), "
            "CAST(coalesce(sum(cached_tokens), 0) AS BIGINT), coalesce(sum(saved_usd), 0.0) "
            "FROM calls"
        )[0]

    names = (
        "proposed",
        "calls",
        "cost_usd",
        "unsettled_usd",
        "input_tokens",
        "output_tokens",
        "cached_tokens",
        "saved_usd",
    )
    return dict(zip(names, _looking(folder, look), strict=True))


def _records(workspace: Workspace, run_id: str, table: Table) -> list[dict[str, Any]]:
    folder = run_folder(workspace, run_id)
    columns = COLUMNS[table]
    chosen = ", ".join(map(identifier, columns))
    rows = _looking(
        folder, lambda: workspace.engine.rows(f"SELECT {chosen} FROM ({relation(folder, table)})")
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def calls(workspace: Workspace, run_id: str) -> list[Call]:
    """The calls of a run as records."""
    return [call_of(row) for row in _records(workspace, run_id, "calls")]


def candidates(workspace: Workspace, run_id: str) -> list[Candidate]:
    """The candidates of a run as records, in the order they were recorded."""
    return [candidate_of(row) for row in _records(workspace, run_id, "candidates")]


def critiques(workspace: Workspace, run_id: str) -> list[Critique]:
    """The critiques of a run as records."""
    return [Critique(**row) for row in _records(workspace, run_id, "critiques")]


def open_reservations(workspace: Workspace, run_id: str) -> list[Reservation]:
    """Calls that were sent, or about to be, and whose answer was never recorded."""
    settled = {row["call_id"] for row in _records(workspace, run_id, "calls")}
    return [
        Reservation(**row)
        for row in _records(workspace, run_id, "reservations")
        if row["call_id"] not in settled
    ]


def reserved_usd(workspace: Workspace, run_id: str) -> dict[str, float]:
    """What was set aside for each call, by its id. [USD]"""
    rows = _records(workspace, run_id, "reservations")
    return {row["call_id"]: row["reserved_usd"] for row in rows}


def batches(workspace: Workspace, run_id: str) -> list[BatchTicket]:
    """The batches of a run that an endpoint took in, in the order they were recorded."""
    return [batch_of(row) for row in _records(workspace, run_id, "batches")]
