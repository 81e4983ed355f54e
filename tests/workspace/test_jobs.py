"""Long work in processes of their own: watched, stopped, killed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from unchanged import bytes_of

from core.errors import WorkspaceError
from core.workspace import Workspace
from core.workspace.jobs import (
    Job,
    Pace,
    cancel_job,
    finish_job,
    job,
    job_progress,
    jobs,
    start_job,
)

PATIENCE = 60.0
MESSAGES = Path(__file__).resolve().parents[2] / "sample_data" / "customer_messages.csv"


def once(workspace: Workspace, job_id: str, happened: Callable[[Job], bool]) -> Job:
    """The job as it is when something has happened; fails when it does not happen."""
    until = time.monotonic() + PATIENCE
    while not happened(now := job(workspace, job_id)):
        assert time.monotonic() < until, f"nothing happened: {now}"
        time.sleep(0.05)
    return now


def ended(now: Job) -> bool:
    """Whether the job runs no more."""
    return now.state != "running"


def test_a_job_is_done_and_its_answer_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    """A job's answer is the command's JSON, there for whoever asks later."""
    points = tmp_path / "points.csv"
    points.write_text("n,score\n25,0.5\n50,0.6\n100,0.7\n200,0.78\n", "utf-8")
    job_id = start_job(workspace, "Extrapolate", ["curve", str(points), "--target", "0.8"])
    now = once(workspace, job_id, ended)
    assert (now.state, now.error, now.title) == ("done", "", "Extrapolate")
    assert now.result is not None
    assert now.result["reachable"] == "yes"
    assert [j.job_id for j in jobs(workspace)] == [job_id]


def test_a_job_shows_how_far_it_is_and_stops_when_asked(workspace: Workspace) -> None:
    """Progress is seen from outside; a stopped audit has written no half of an answer."""
    command = ["audit", str(MESSAGES), "--label", "intent", "--target", "0.99"]
    job_id = start_job(workspace, "Audit", command)
    now = once(workspace, job_id, lambda j: ended(j) or (j.done > 0 and j.total > 2))
    assert now.state == "running", now.error
    assert now.what
    assert 0 < now.done <= now.total
    before = bytes_of(workspace.path("audits"))
    cancel_job(workspace, job_id)
    now = once(workspace, job_id, ended)
    assert (now.state, now.result) == ("cancelled", None)
    assert bytes_of(workspace.path("audits")) == before


def test_a_job_that_is_stopped_before_it_begins_is_cancelled(workspace: Workspace) -> None:
    """Whoever presses stop at once has stopped it, not broken it."""
    job_id = start_job(workspace, "Audit", ["audit", str(MESSAGES), "--label", "intent"])
    cancel_job(workspace, job_id)
    assert once(workspace, job_id, ended).state == "cancelled"


def test_a_killed_job_is_reported_as_failed(workspace: Workspace) -> None:
    """A process that vanished without an answer has failed, and is not waited for."""
    job_id = start_job(workspace, "Audit", ["audit", str(MESSAGES), "--label", "intent"])
    pid = int(
        workspace.path("jobs", job_id, "job.json")
        .read_text("utf-8")
        .split('"pid": ')[1]
        .split(",")[0]
    )
    os.kill(pid, signal.SIGKILL)
    now = once(workspace, job_id, ended)
    assert now.state == "failed"
    assert now.error == "the work ended without an answer; its last words were: no message"


def test_a_job_that_could_not_start_is_failed_with_its_last_words(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What the command said on its way out, and the sentence of a refused input, are shown."""
    unknown = start_job(workspace, "Unknown", ["nonsense"])
    refused = start_job(
        workspace, "Curve", ["curve", str(tmp_path / "none.csv"), "--target", "0.9"]
    )
    now = once(workspace, unknown, ended)
    assert now.state == "failed"
    assert "its last words were: datawall: argument COMMAND: invalid choice" in now.error
    now = once(workspace, refused, ended)
    assert (now.state, now.error) == (
        "failed",
        f"{tmp_path / 'none.csv'} does not exist; check the path.",
    )


def lost_job(workspace: Workspace, pid: int) -> str:
    """A job whose machine was switched off: its process number belongs to another now."""
    workspace.write_json(
        workspace.path("jobs", "20260101-000000-abcdef", "job.json"),
        {"title": "Audit", "command": ["audit"], "pid": pid, "started_at": 0.0},
    )
    return "20260101-000000-abcdef"


def test_another_process_of_the_same_number_is_not_the_job(workspace: Workspace) -> None:
    """A number that the system gave away again is neither waited for nor stopped."""
    job_id = lost_job(workspace, os.getpid())
    assert job(workspace, job_id).state == "failed"
    cancel_job(workspace, job_id)  # would stop this very test
    assert job(workspace, job_id).state == "failed"


def test_an_unknown_job_is_said_to_be_unknown(workspace: Workspace) -> None:
    """Asking for a job that is not there is answered with a sentence."""
    with pytest.raises(WorkspaceError, match="no job 'nothing' in this workspace"):
        job(workspace, "nothing")


def test_how_a_job_ended_wins_over_whether_it_lives(workspace: Workspace) -> None:
    """A job whose end is recorded has ended, whatever its process number is now."""
    job_id = lost_job(workspace, os.getpid())
    watch = job_progress(workspace, job_id)
    watch(0, 4, "training")
    watch(4, 4, "training")
    finish_job(workspace, job_id, "done", result={"rows": 3})
    now = job(workspace, job_id)
    assert (now.state, now.done, now.total, now.what) == ("done", 4, 4, "training")
    assert now.result == {"rows": 3}
    assert now.seconds_left is None


def test_the_time_left_follows_the_pace_of_the_present_stretch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten seconds of reading say nothing about how long a training takes."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace()
    assert pace.seconds_left(0, 2) is None
    now = 10.0
    assert pace.seconds_left(1, 2) == pytest.approx(10.0)
    assert pace.seconds_left(1, 100) is None  # another stretch of work begins
    now = 11.0
    assert pace.seconds_left(3, 100) == pytest.approx(0.5 * 97)
