"""Keeping, sharing and comparing scenarios on the command line."""

import json
import math
from pathlib import Path

import pytest

from core.cli.main import main


class Shell:
    """A command line with a workspace of its own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Begin with an empty workspace."""
        self.home, self.capsys = home, capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit status, what is said, and what is said on stderr."""
        status = main([*words, "--workspace", str(self.home / "workspace")])
        said = self.capsys.readouterr()
        return status, said.out, said.err

    def facts(self, *words: str) -> dict[str, object]:
        """The JSON object of a command that succeeds."""
        status, out, err = self.run(*words, "--json")
        assert status == 0, err
        read: dict[str, object] = json.loads(out)
        return read

    def refused(self, *words: str) -> str:
        """The sentence with which a command is refused."""
        status, out, err = self.run(*words)
        assert status == 2
        assert out == ""
        assert err.count("\n") == 1
        return err

    def file(self, name: str, *swaps: tuple[str, str]) -> str:
        """The default scenario with some words swapped, as a file."""
        path = self.home / name
        self.run("scenario", "new", "-o", str(path))
        text = path.read_text("utf-8")
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A command line with a workspace of its own."""
    return Shell(tmp_path, capsys)


DEARER = ("value = 29.0", "value = 35.0")
BOLDER = ("value = 0.95\nunit", "value = 0.9\nunit")


def test_a_scenario_is_kept_listed_used_renamed_and_deleted(shell: Shell) -> None:
    """Each step says what it did, to people and to programs."""
    kept = shell.facts("scenario", "save", shell.file("a.toml", DEARER), "--name", "=Plan A")
    copy = shell.facts("scenario", "duplicate", "=Plan A")
    assert copy["name"] == "=Plan A (copy)"
    named = shell.facts("scenario", "rename", str(copy["scenario_id"]), "--name", "Plan B")
    assert shell.facts("scenario", "use", str(copy["scenario_id"]))["name"] == "Plan B"
    listed = shell.facts("scenario", "list")["scenarios"]
    assert isinstance(listed, list)
    assert {s["name"] for s in listed} == {"=Plan A", "Plan B"}
    assert {s["digest"] for s in listed} == {kept["digest"]}
    _, out, _ = shell.run("scenario", "list")
    assert "95.0 %" in out
    shell.facts("scenario", "delete", str(named["scenario_id"]))
    assert "did you mean '=Plan A'" in shell.refused("scenario", "use", "Plan A")
    assert "workspace's own" in shell.refused("scenario", "delete", "current")


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x07b"])
def test_a_name_that_cannot_be_read_is_refused(shell: Shell, name: str) -> None:
    """In a sentence, and nothing is kept."""
    assert "printable" in shell.refused("scenario", "save", shell.file("a.toml"), "--name", name)
    assert shell.facts("scenario", "list")["scenarios"] == []


def test_a_link_opens_as_the_scenario_that_it_was_made_of(shell: Shell, tmp_path: Path) -> None:
    """From a file, from the library, and out of a mail."""
    path = shell.file("a.toml", DEARER, BOLDER)
    made = shell.facts("scenario", "link", path, "--base", "https://dash.example")
    assert str(made["link"]).startswith("https://dash.example/margin?state=")
    out = str(tmp_path / "opened.toml")
    opened = shell.facts("scenario", "open", str(made["link"]), "-o", out)
    assert opened["scenario"] == made["scenario"] == shell.facts("scenario", "show", out)["digest"]
    assert opened["same"] is True
    assert "is there already" in shell.refused("scenario", "open", str(made["link"]), "-o", out)
    kept = shell.facts("scenario", "save", path, "--name", "Plan A")
    both = shell.facts("scenario", "link", "Plan A")
    assert str(both["link"]).endswith(f"?scenario={kept['scenario_id']}")
    for link in (both["link"], both["state_link"]):
        assert shell.facts("scenario", "open", str(link))["scenario"] == made["scenario"]


def test_a_link_that_is_none_gets_a_sentence(shell: Shell) -> None:
    """Cut short, without a scenario, or to one that is not kept here."""
    link = str(shell.facts("scenario", "link", shell.file("a.toml"))["link"])
    assert "cut or changed" in shell.refused("scenario", "open", link[:-20])
    assert "holds no scenario" in shell.refused("scenario", "open", "https://example.org/?a=1")
    assert "is kept" in shell.refused("scenario", "open", "http://h/margin?scenario=0123abcd")
    assert "address of a dashboard" in shell.refused(
        "scenario", "link", shell.file("b.toml"), "--base", "javascript:alert(1)"
    )


def test_scenarios_stand_side_by_side_each_at_its_own_target(shell: Shell) -> None:
    """Files and kept ones; what differs has unit, status and source."""
    first, second = shell.file("a.toml"), shell.file("b.toml", DEARER, BOLDER)
    shell.facts("scenario", "save", second, "--name", "Plan B")
    found = shell.facts("scenario", "compare", first, "Plan B", second, "--draws", "200")
    sides, differing = found["scenarios"], found["differing"]
    assert isinstance(sides, list)
    assert isinstance(differing, list)
    assert [side["target"] for side in sides] == [0.95, 0.9, 0.9]
    assert found["targets_differ"] is True
    assert sides[1]["gross_margin"] == sides[2]["gross_margin"]
    alone = shell.facts("margin", "Plan B", "--draws", "200")["target"]
    assert isinstance(alone, dict)
    assert sides[1]["gross_margin"] == alone["gross_margin"]
    assert {d["key"]: d["unit"] for d in differing} == {
        "price_per_seat": "USD/seat/month",
        "target_accuracy": "fraction",
    }
    costs = shell.facts("cogs", "Plan B")
    assert math.isfinite(sides[1]["unit_cost_usd"])
    assert costs["at_target"]["per_request_usd"] == sides[1]["unit_cost_usd"]  # type: ignore[index]
    _, out, _ = shell.run("scenario", "compare", first, "Plan B", "--draws", "200")
    assert "promise different accuracies (A 95.0 %, B 90.0 %)" in out
    same = shell.facts("scenario", "compare", first, second, "--target", "0.9", "--draws", "200")
    assert same["targets_differ"] is False


def test_a_target_that_is_out_of_reach_is_said_and_is_no_zero(shell: Shell) -> None:
    """No margin, no cost, no return, and why."""
    first = shell.file("a.toml")
    found = shell.facts(
        "scenario", "compare", first, first, "--target", "0.99999", "--draws", "200"
    )
    sides = found["scenarios"]
    assert isinstance(sides, list)
    assert sides[0]["reachable"] is False
    assert sides[0]["gross_margin"] == {"p10": None, "p50": None, "p90": None}
    assert sides[0]["unit_cost_usd"] is None
    assert sides[0]["npv_usd"] is None
    _, out, _ = shell.run("scenario", "compare", first, first, "--target", "0.99999")
    assert "not reachable" in out
    assert "nan" not in out


def test_every_command_takes_a_kept_scenario_and_a_file_comes_first(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By id or by name; what is neither is said."""
    kept = shell.facts("scenario", "save", shell.file("a.toml", DEARER), "--name", "mine")
    by_name = shell.facts("cogs", "mine")
    assert by_name == shell.facts("cogs", str(kept["scenario_id"]))
    monkeypatch.chdir(shell.home)
    Path("mine").write_text(Path(shell.file("c.toml")).read_text("utf-8"), "utf-8")
    assert shell.facts("cogs", "mine") != by_name
    assert "did you mean 'mine'" in shell.refused("cogs", "mime")
    assert "does not exist" in shell.refused("cogs", "mine.toml")
    assert "two or three" in shell.refused("scenario", "compare", "a.toml")
