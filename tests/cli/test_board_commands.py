"""The commands for the board, as programs read them: figures, packs, plan, kept scenarios."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.analysis.sample import fill_with_sample
from core.cli import main
from core.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the sample, and the folder that commands write to."""
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    monkeypatch.chdir(tmp_path)
    fill_with_sample(Workspace(tmp_path / "workspace"))
    assert main(["scenario", "new", "-o", "ours.toml"]) == 0
    return tmp_path


def facts(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The JSON object of a command."""
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence of a command that is refused."""
    capsys.readouterr()
    assert main(list(words)) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_roi_has_the_keys_that_others_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """NPV with percentiles, the other figures alone, cash flows that sum, a tornado."""
    found = facts(capsys, "roi", "ours.toml", "--draws", "300")
    assert {"p10", "p50", "p90"} <= set(found["npv_usd"])
    assert found["cash_flows"][0]["usd"] == pytest.approx(
        sum(found["cash_flows"][0]["lines"].values())
    )
    assert found["payback_years"] is None
    assert found["why"]["payback_years"] == "No payback within 3 years."
    assert found["irr"] is not None
    assert found["roi"] is not None
    assert found["tornado"][0]["swing"] >= found["tornado"][1]["swing"]
    assert found["illustrative"]["gross_profit_multiple"] == 8


def test_margin_gives_the_curve_at_the_medians_beside_its_band(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the workbook's cells hold."""
    found = facts(capsys, "margin", "ours.toml", "--draws", "100")
    assert all("gross_margin_at_medians" in point for point in found["curve"])


def test_a_horizon_of_nothing_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By roi and by report, in one sentence that names it."""
    text = (home / "ours.toml").read_text("utf-8")
    start = text.index("[assumptions.horizon_years]")
    text = text[:start] + text[start:].replace("value = 3.0", "value = 0.0", 1)
    (home / "none.toml").write_text(text, "utf-8")
    for words in (("roi", "none.toml"), ("report", "none.toml", "-o", "x.pptx")):
        assert "horizon_years is 0; expected a whole number" in refused(capsys, *words)
    assert not (home / "x.pptx").exists()


@pytest.mark.parametrize("name", ["pack.pptx", "pack.xlsx", "pack.html"])
def test_a_report_is_written_and_verified(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Its bytes are told; a second one of the name is not written over; it holds."""
    found = facts(capsys, "report", "ours.toml", "-o", name, "--draws", "200")
    assert found["bytes"] == (home / name).stat().st_size
    assert found["file"] == name
    assert "is there already" in refused(capsys, "report", "ours.toml", "-o", name)
    again = facts(capsys, "report", "--verify", name)
    assert again["holds"] is True
    assert again["current"] is True
    assert again["scenario"] == found["scenario"]


def test_a_workbook_whose_inputs_were_changed_names_them(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is meant to be changed, and says so when it is held against its export."""
    from openpyxl import load_workbook

    main(["report", "ours.toml", "-o", "a.xlsx", "--draws", "100"])
    book = load_workbook("a.xlsx")
    place = book.defined_names["price_per_seat"].attr_text.partition("!")[2].replace("$", "")
    book["Assumptions"][place].value = 35
    book.save("b.xlsx")
    said = refused(capsys, "report", "--verify", "b.xlsx")
    assert "price per seat is 35 instead of 29" in said


def test_what_report_cannot_do_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No output, another format, no scenario."""
    assert "needs SCENARIO.toml and -o FILE" in refused(capsys, "report", "ours.toml")
    assert "names no format" in refused(capsys, "report", "ours.toml", "-o", "x.pdf")
    assert "does not exist" in refused(capsys, "report", "no.toml", "-o", "x.html")


def test_the_scorecard_keeps_and_compares(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A snapshot today is the prior value of tomorrow."""
    found = facts(capsys, "scorecard", "--target", "0.85", "--snapshot", "Q4")
    assert found["snapshot"]["name"] == "Q4"
    later = facts(
        capsys, "scorecard", "--target", "0.85", "--set-target", "cost_per_accepted=0.05",
        "--set-owner", "payback=CFO",
    )  # fmt: skip
    rows = {row["key"]: row for row in later["rows"]}
    assert rows["capability"]["prior"] == rows["capability"]["actual"]
    assert rows["cost_per_accepted"]["target"] == 0.05
    assert rows["payback"]["owner"] == "CFO"
    assert "is no number" in refused(capsys, "scorecard", "--set-target", "payback=soon")
    assert "names no value" in refused(capsys, "scorecard", "--set-owner", "payback")


def test_the_programme_is_shown_and_entered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Owner, date and decision."""
    found = facts(
        capsys, "programme", "--target", "0.85", "--start", "2026-11-20", "--owner",
        "gain=Grace", "--due", "gain=2027-03-01", "--done", "decision", "--note", "gain=soon",
    )  # fmt: skip
    steps = {step["key"]: step for step in found["steps"]}
    assert (steps["gain"]["owner"], steps["gain"]["due"]) == ("Grace", "2027-03-01")
    assert steps["decision"]["state"] == "done"
    assert found["total_usd"] == pytest.approx(47_083.33, abs=0.01)
    assert "is no date" in refused(capsys, "programme", "--start", "tomorrow")
    assert "no dataset 'd1:none'" in refused(capsys, "programme", "--data", "d1:none")


def test_scenarios_are_kept_compared_and_sent(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Save, list, link, open, compare, duplicate, rename, use, delete."""
    kept = facts(capsys, "scenario", "save", "ours.toml", "--name", "Base")
    text = (home / "ours.toml").read_text("utf-8").replace("value = 29.0", "value = 35.0", 1)
    (home / "dear.toml").write_text(text, "utf-8")
    facts(capsys, "scenario", "save", "dear.toml", "--name", "=Dear")
    listed = facts(capsys, "scenario", "list")["scenarios"]
    assert {s["name"] for s in listed} == {"Base", "=Dear"}
    found = facts(capsys, "scenario", "compare", "Base", "=Dear", "ours.toml")
    assert [s["name"] for s in found["scenarios"]][:2] == ["Base", "=Dear"]
    assert [d["key"] for d in found["differing"]] == ["price_per_seat"]
    link = facts(capsys, "scenario", "link", "dear.toml")["link"]
    opened = facts(capsys, "scenario", "open", link, "-o", "arrived.toml")
    assert opened["same"] is True
    assert "value = 35.0" in (home / "arrived.toml").read_text("utf-8")
    short = facts(capsys, "scenario", "link", "Base")["link"]
    assert short.endswith(f"scenario={kept['scenario_id']}")
    facts(capsys, "scenario", "duplicate", "Base", "--name", "Copy")
    facts(capsys, "scenario", "rename", "Copy", "--name", "Other")
    facts(capsys, "scenario", "use", "Other")
    facts(capsys, "scenario", "delete", "Other")
    assert "two or three" in refused(capsys, "scenario", "compare", "Base")
    assert "did you mean" in refused(capsys, "scenario", "use", "Bas")
    assert "cut or changed" in refused(capsys, "scenario", "open", link[:-9])
