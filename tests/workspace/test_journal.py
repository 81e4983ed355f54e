import errno
import os
from pathlib import Path

import pandas as pd
import pytest
from ledger_facts import call, candidate, critique, new_run, reservation

from core.errors import RunBusyError, WorkspaceError
from core.workspace import Workspace, ledger
from core.workspace.journal import RunWriter
from core.workspace.run_folder import JOURNAL, run_folder
from core.workspace.runs import run_summary, runs


def journal_of(workspace: Workspace, run_id: str) -> Path:
    """The run's journal file."""
    return run_folder(workspace, run_id) / JOURNAL


def test_what_was_acknowledged_is_read_from_the_journal_and_from_parquet_alike(
    workspace: Workspace,
) -> None:
    """Packing a closed run changes where its facts lie and none of what they say."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(0), candidate(1), call(0), call(1)])
        writer.append([critique(0, "one", 0.25), critique(0, "two", 1.0)])
        before = (
            ledger.candidates_frame(workspace, run.run_id),
            ledger.critiques_frame(workspace, run.run_id),
            ledger.calls_frame(workspace, run.run_id),
        )
        assert run_summary(workspace, run.run_id).state == "running"
        writer.close("done")
    assert not journal_of(workspace, run.run_id).exists()
    after = (
        ledger.candidates_frame(workspace, run.run_id),
        ledger.critiques_frame(workspace, run.run_id),
        ledger.calls_frame(workspace, run.run_id),
    )
    for early, late in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(early, late)
    summary = run_summary(workspace, run.run_id)
    assert (summary.state, summary.stopped, summary.proposed) == ("closed", "done", 2)
    assert summary.cost_usd == pytest.approx(0.02)
    assert ledger.candidates(workspace, run.run_id)[1] == candidate(1)
    assert ledger.calls(workspace, run.run_id)[0] == call(0)


def test_a_candidate_is_accepted_by_its_worst_critic(workspace: Workspace) -> None:
    """Scores .9/.6, .9/none, .9 alone and 1/1: at 0.6 two of four pass, at 0.7 one, $0.04 paid."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(i) for i in range(4)] + [call(i) for i in range(4)])
        writer.append([critique(0, "one", 0.9), critique(0, "two", 0.6)])
        writer.append([critique(1, "one", 0.9), critique(1, "two", None)])
        writer.append([critique(2, "one", 0.9)])
        writer.append([critique(3, "one", 1.0), critique(3, "two", 1.0)])
    found = ledger.acceptance(workspace, run.run_id, [0.6, 0.0, 0.7])
    assert found["tau"].tolist() == [0.0, 0.6, 0.7]
    assert found["accepted"].tolist() == [2, 2, 1]
    assert found["acceptance_rate"].tolist() == [0.5, 0.5, 0.25]
    assert found["cost_per_accepted_usd"].tolist() == pytest.approx([0.02, 0.02, 0.04])


def test_an_empty_run_has_an_undefined_acceptance_rate(workspace: Workspace) -> None:
    """Nothing proposed is not a rate of 0."""
    run = new_run(workspace)
    found = ledger.acceptance(workspace, run.run_id, [0.5]).iloc[0]
    assert found["proposed"] == 0
    assert pd.isna(found["acceptance_rate"])
    assert pd.isna(found["cost_per_accepted_usd"])


def test_a_torn_last_line_is_dropped_by_readers_and_cut_by_the_next_writer(
    workspace: Workspace,
) -> None:
    """It was never acknowledged; what was before it and what comes after it stays."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(0)])
    with journal_of(workspace, run.run_id).open("ab") as file:
        file.write(b'{"schema":1,"fact":"candidate","candidate_id":"half')
    assert len(ledger.candidates_frame(workspace, run.run_id)) == 1
    assert run_summary(workspace, run.run_id).state == "interrupted"
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(1)])
        writer.close("done")
    assert ledger.candidates_frame(workspace, run.run_id)["index"].tolist() == [0, 1]


def test_damage_before_the_last_line_is_said_and_never_computed_over(
    workspace: Workspace,
) -> None:
    """A ledger that lost a fact in the middle has totals that are too low."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(0), candidate(1)])
    path = journal_of(workspace, run.run_id)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][: len(lines[1]) // 2] + b"\n"
    path.write_bytes(b"".join(lines))
    assert "1 of 3 lines" in run_summary(workspace, run.run_id).damage
    with pytest.raises(WorkspaceError, match="1 of 3 lines of its journal cannot be read"):
        ledger.acceptance(workspace, run.run_id, [0.5])
    with pytest.raises(WorkspaceError, match="cannot be read"), RunWriter(workspace, run.run_id):
        pass


def test_a_run_is_closed_twice_and_holds_each_fact_once(workspace: Workspace) -> None:
    """Resuming a closed run adds to it; Parquet and journal are read as one."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(0), call(0)])
        writer.close("budget", "spent")
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(1), call(1), call(0)])
        assert len(ledger.calls_frame(workspace, run.run_id)) == 2
        writer.close("done")
    summary = run_summary(workspace, run.run_id)
    assert (summary.proposed, summary.calls, summary.stopped) == (2, 2, "done")


def test_a_reservation_without_an_answer_may_be_on_the_bill(workspace: Workspace) -> None:
    """Two reserved at $0.50, one answered for $0.01: up to $0.50 more may be billed."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([reservation(0, 0.5), reservation(1, 0.5)])
        writer.append([candidate(0), call(0)])
    summary = run_summary(workspace, run.run_id)
    assert (summary.cost_usd, summary.unsettled_usd) == (0.01, 0.5)
    assert [r.candidate_index for r in ledger.open_reservations(workspace, run.run_id)] == [1]


def test_a_full_disk_leaves_the_journal_as_it_was(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is in the journal whole or not at all, and the sentence says what to do."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(0)])
        size = journal_of(workspace, run.run_id).stat().st_size
        real = os.pwrite

        def full(handle: int, data: bytes, at: int) -> int:
            real(handle, bytes(data)[:20], at)
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(WorkspaceError, match=r"No space left on device.*free space"):
            writer.append([candidate(1), candidate(2)])
        monkeypatch.undo()
        assert journal_of(workspace, run.run_id).stat().st_size == size
        writer.append([candidate(1)])
        writer.close("done")
    assert ledger.candidates_frame(workspace, run.run_id)["index"].tolist() == [0, 1]


def test_a_second_writer_is_told_who_writes_and_what_to_do(workspace: Workspace) -> None:
    """One writer per run; the sentence names the process and since when."""
    run = new_run(workspace)
    with (
        RunWriter(workspace, run.run_id),
        pytest.raises(RunBusyError, match=rf"written by process {os.getpid()} since .* Wait for"),
        RunWriter(workspace, run.run_id),
    ):
        pass


def test_an_unknown_run_is_answered_with_those_there_are(workspace: Workspace) -> None:
    """A wrong name costs one look, not a search; a path is no name."""
    with pytest.raises(WorkspaceError, match="its runs are: none yet"):
        run_summary(workspace, "nope")
    run = new_run(workspace)
    for wrong in ("nope", "", "..", f"../runs/{run.run_id}"):
        with pytest.raises(WorkspaceError, match=f"its runs are: {run.run_id}"):
            ledger.calls_frame(workspace, wrong)


def test_runs_are_listed_newest_first(workspace: Workspace) -> None:
    """The run just started is the one looked for."""
    new_run(workspace, "20261121-090000-bbbbbb")
    new_run(workspace, "20261122-090000-cccccc")
    assert [r.run_id[:8] for r in runs(workspace)] == ["20261122", "20261121"]


def test_facts_keep_the_order_of_their_recording_through_packing_and_resuming(
    workspace: Workspace,
) -> None:
    """Recorded as 7 3 9, packed, then 1 8 0: that is the order in the journal and in Parquet."""
    run = new_run(workspace)
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(n) for n in (7, 3, 9)])
        writer.close("cancelled")
    with RunWriter(workspace, run.run_id) as writer:
        writer.append([candidate(n) for n in (1, 8, 0)])
        while_open = [c.index for c in ledger.candidates(workspace, run.run_id)]
        writer.close("done")
    packed = [c.index for c in ledger.candidates(workspace, run.run_id)]
    assert while_open == packed == [7, 3, 9, 1, 8, 0]
