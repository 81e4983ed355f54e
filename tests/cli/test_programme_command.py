"""The 90-day plan and the scorecard on the command line: what is shown, entered and refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.analysis.sample import fill_with_sample
from core.cli.main import main
from core.workspace import Workspace

DATA = "d1:8088cd29a4a6d8a3"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the sample."""
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    fill_with_sample(Workspace(tmp_path / "workspace"))
    return tmp_path


def facts(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The JSON object of a command, and nothing else on stdout."""
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence of a command that is refused."""
    capsys.readouterr()
    assert main(list(words)) == 2
    out = capsys.readouterr()
    assert not out.out
    assert out.err.count("\n") == 1
    return out.err


def test_the_plan_is_told_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, day, phases, steps with proof, the team and its total."""
    found = facts(capsys, "programme", "--target", "0.85")
    assert {"start", "today", "day", "phases", "steps", "team", "total_usd"} <= set(found)
    assert (found["started"], found["day"]) == (False, 1)
    assert [p["phase"] for p in found["phases"]] == ["audit", "architecture", "execution"]
    assert [p["done"] for p in found["phases"]] == [2, 1, 0]
    assert set(found["team"]) == {
        "ml_engineer", "data_engineer", "annotation_lead", "product_manager",
    }  # fmt: skip
    assert found["total_usd"] == pytest.approx(sum(r["usd"] for r in found["team"].values()))
    steps = {step["key"]: step for step in found["steps"]}
    assert 9 <= len(steps) <= 11
    assert steps["gain"]["state"] == "not met"
    assert steps["gain"]["proof"] == "evidence fb72255932c1"
    assert steps["handover"]["proof"] is None


def test_the_plan_is_read_in_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A headline, a line per step, what is missing, and the team."""
    assert main(["programme", "--target", "0.85", "--note", "gain=<b>ask</b> =1+1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 of 11 steps are done; 4 measured but not met; next: size the deficit")
    assert "No first day is set" in said
    assert "Missing: 29 more labels drawn by chance." in said
    assert "Note: <b>ask</b> =1+1" in said
    assert "Together $47.1 K, as the return counts it." in said
    for word in ("nan", "inf ", "None"):
        assert word not in said


def test_what_is_entered_stays_and_can_be_taken_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each by one option; nothing after the equals sign takes it back."""
    given = ("--start", "2026-11-20", "--owner", "Prove the gain=Grace", "--due", "gain=2027-03-01")
    facts(capsys, "programme", *given, "--done", "decision")
    steps = {s["key"]: s for s in facts(capsys, "programme")["steps"]}
    assert (steps["gain"]["owner"], steps["gain"]["due"]) == ("Grace", "2027-03-01")
    assert steps["decision"]["state"] == "done"
    back = ("--owner", "gain=", "--due", "gain=", "--undo", "decision")
    steps = {s["key"]: s for s in facts(capsys, "programme", *back)["steps"]}
    assert (steps["gain"]["named"], steps["gain"]["due"]) == (False, "2027-02-01")
    assert steps["decision"]["state"] != "done"


def test_the_data_is_chosen_like_on_the_pages(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest audit, or the one named by the start of its fingerprint and by its label."""
    for words in ((), ("--data", DATA), ("--data", "8088"), ("--label", "intent")):
        assert facts(capsys, "programme", *words)["steps"][0]["state"] == "done"
    found = facts(capsys, "scorecard", "--data", "8088", "--label", "intent")
    assert (found["data"], found["label"]) == (DATA, "intent")
    other = facts(capsys, "programme", "--data", DATA, "--label", "channel")
    assert other["steps"][1]["measured"] == "The data has not been audited."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("programme", "--start", "9999-12-31"), "cannot begin on 9999-12-31"),
        (("programme", "--start", "2026-11-20", "--due", "gain=2026-01-01"), "lies outside"),
        (("programme", "--done", "gain"), "done when it is measured"),
        (("programme", "--done", "everything"), "has no step 'everything'"),
        (("programme", "--owner", "gain"), "names no value"),
        (("programme", "--label", "colour"), "only for 'intent'"),
        (("programme", "--data", DATA, "--label", "colour"), "has no label column 'colour'"),
        (("programme", "--target", "85"), "if you mean 85 %, write 0.85"),
        (("programme", "--strictness", "50"), "write 0.5"),
        (("scorecard", "--set-target", "payback=nan"), "is nan; expected years from 0 on"),
        (("scorecard", "--set-target", "margin=0.5"), "has no figure 'margin'"),
        (("scorecard", "--snapshot", "x" * 81), "at most 80"),
    ],
)
def test_slips_are_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """And nothing is kept."""
    assert said in refused(capsys, *words)
    assert not list((home / "workspace").glob("snapshots/*.json"))
    assert facts(capsys, "programme")["started"] is False


def test_a_damaged_file_of_entries_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do."""
    (home / "workspace" / "programme.json").write_text("{", "utf-8")
    assert "programme.json is damaged" in refused(capsys, "programme")
    (home / "workspace" / "scorecard.json").write_text("{", "utf-8")
    assert "enter targets and owners again" in refused(capsys, "scorecard")


def test_an_empty_workspace_has_a_plan_and_a_scorecard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is done, the economics are known, everything else says why it is not."""
    home = ("--workspace", str(tmp_path / "empty"))
    plan = facts(capsys, "programme", *home)
    assert (plan["done"], plan["total_usd"] > 0) == (0, True)
    card = facts(capsys, "scorecard", *home, "--snapshot", "first")
    rows = {row["key"]: row for row in card["rows"]}
    assert rows["capability"]["actual"] is None
    assert rows["gross_margin"]["actual"] is not None
    assert all(row["why"] for row in card["rows"] if row["actual"] is None)
    assert card["data"] is None
    assert facts(capsys, "scorecard", *home)["prior"]["name"] == "first"


def test_a_snapshot_is_told_and_not_kept_twice(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its name and day; the second time that nothing has changed."""
    words = ["scorecard", "--target", "0.85", "--snapshot", "Q4"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "Kept as snapshot" in said
    assert "none kept" in said
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "Nothing has changed since snapshot “Q4”" in said
    assert "Watch: the interval reaches across the target" in said
    moved = facts(capsys, "scorecard", "--target", "0.9")
    rows = {row["key"]: row for row in moved["rows"]}
    assert rows["gross_margin"]["prior_of"] == "at 85 % accuracy"
    assert rows["capability"]["prior_of"] is None
    assert rows["capability"]["better"] == "higher"
