"""The commands that audit and extrapolate: their JSON, and what they say to bad input."""

import csv
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unchanged import unchanged

from core.cli.main import main
from core.workspace import Workspace


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The command line takes over the stop signal of its process; it is given back."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A file of short messages with three labels, one of them rare."""
    rng = np.random.default_rng(0)
    words = {
        "bill": "bill pay due money",
        "meter": "meter dial read digits",
        "rare": "alarm gas pay",
    }
    path = tmp_path / "messages.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "intent", "one", "empty"])
        for label, own in words.items():
            for i in range(9 if label == "rare" else 24):
                text = " ".join(rng.choice([*own.split(), "please", "my", "the", "now"], 6))
                writer.writerow([f"{text} {i}", label, "same", ""])
    return str(path)


POINTS = "n,score,std,repeats\n25,0.50,0.02,5\n50,0.62,0.02,5\n100,0.71,0.01,5\n200,0.78,0.01,5\n"


@pytest.fixture
def points(tmp_path: Path) -> str:
    """Points of a curve that rises."""
    return written(tmp_path / "points.csv", POINTS)


def written(path: Path, content: str | bytes) -> str:
    """A file of this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The one JSON object that a command prints; nothing else is on stdout."""
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_an_audit_answers_in_the_agreed_words(
    workspace: Workspace, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every agreed key is there, slices come worst first, and the fingerprint names the data."""
    ask = [
        "audit",
        data,
        "--label",
        "intent",
        "--target",
        "0.5",
        "--workspace",
        str(workspace.root),
    ]
    found = answered(capsys, *ask)
    assert found["dataset"]["rows"] == 57
    assert found["dataset"]["fingerprint"].startswith("d1:")
    assert (found["metric"], found["target"]) == ("recall", 0.5)
    assert {s["slice"] for s in found["slices"]} == {"bill", "meter", "rare"}
    assert found["bottleneck"] in {"bill", "meter", "rare"}
    for part in found["slices"]:
        assert {
            "slice", "n", "score", "score_low", "score_high", "reachable", "n_needed", "deficit",
            "records_to_collect",
        } <= set(part)  # fmt: skip
        assert set(part["n_needed"]) == set(part["deficit"]) == {"p10", "p50", "p90"}
        assert part["reachable"] in {"yes", "no", "uncertain"}
    ask[1] = found["dataset"]["fingerprint"]
    assert answered(capsys, *ask) == found
    assert main(ask) == 0
    assert f"Bottleneck: {found['bottleneck']}." in capsys.readouterr().out


def test_a_curve_answers_in_the_agreed_words(
    points: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A target, sizes to look at, and the share of each family."""
    found = answered(capsys, "curve", points, "--target", "0.82", "--at", "400", "--at", "800")
    assert found["reachable"] == "yes"
    assert 0.8 <= found["p_reachable"] <= 1
    assert found["n_needed"]["p10"] <= found["n_needed"]["p50"]
    assert [a["n"] for a in found["at"]] == [400, 800]
    assert all(0 <= a["p10"] <= a["p50"] <= a["p90"] <= 1 for a in found["at"])
    assert sum(found["families"].values()) == pytest.approx(1)
    assert main(["curve", points, "--target", "0.82"]) == 0
    assert "Reachable: yes" in capsys.readouterr().out


def test_a_flat_curve_gives_null_and_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never is null in JSON, in every quantile."""
    flat = "n,score,std,repeats\n" + "".join(f"{n},0.7,0.01,5\n" for n in (50, 100, 200, 400, 800))
    path = written(tmp_path / "flat.csv", flat)
    found = answered(capsys, "curve", path, "--target", "0.8")
    assert found["reachable"] == "no"
    assert found["n_needed"] == {"p10": None, "p50": None, "p90": None}


def test_many_curves_answer_many_asks_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts instead of scores, two ways of growing, and one answer per ask."""
    lines = ["n,correct,total,growth,curve"]
    for curve, growth, top in (("a", "slice", 0.9), ("b", "joint", 0.6)):
        lines += [
            f"{n},{round(9000 * (top - 1 / n**0.5))},9000,{growth},{curve}"
            for n in (16, 32, 64, 128, 256, 512)
        ]
    points = written(tmp_path / "points.csv", "\n".join(lines))
    asks = written(tmp_path / "asks.csv", "curve,target,at\nb,,1024\na,0.865,\nb,0.865,\n")
    answers = answered(capsys, "curve", points, "--asks", asks)["answers"]
    assert [a["curve"] for a in answers] == ["b", "a", "b"]
    assert set(answers[0]) == {"curve", "at", "p10", "p50", "p90"}
    assert answers[0]["p50"] == pytest.approx(0.6 - 1 / math.sqrt(1024), abs=0.04)
    assert set(answers[1]) == {"curve", "target", "reachable", "p_reachable", "n_needed"}
    assert [a["reachable"] for a in answers[1:]] == ["yes", "no"]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence with which a command refuses."""
    try:
        status = main(list(words))
    except SystemExit as error:  # the parser's own way out
        status = int(error.code or 0)
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert err.startswith("datawall: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"DATA": "none.csv"}, "none.csv does not exist; check the path"),
        ({"DATA": "."}, "is a folder; expected a file"),
        ({"--label": "nothing"}, "messages.csv has no column 'nothing'; its columns are 'text'"),
        ({"--label": "one"}, "the label column 'one' holds only the value 'same'"),
        ({"--label": "text"}, "the column 'text' has 57 different values in 57 rows"),
        ({"--text": "empty"}, "the text column 'empty' is empty"),
        ({"--slice-by": "nothing"}, "has no column 'nothing'"),
        ({"--target": "1.0"}, "a target of 1.0 cannot be proven or reached"),
        ({"--target": "85"}, "target is 85; expected an accuracy strictly between 0 and 1"),
        ({"--target": "0"}, "target is 0; expected"),
        ({"--target": "-1"}, "target is -1; expected"),
        ({"--target": "nan"}, "target is nan; expected"),
        ({"--target": "high"}, "argument --target: invalid float value: 'high'"),
        ({"--metric": "auc"}, "argument --metric: invalid choice: 'auc'"),
        ({"--seed": "-1"}, "argument --seed: found '-1', expected a whole number from 0"),
        ({"--seed": "99999999999"}, "argument --seed: found '99999999999', expected a whole"),
        ({"--seed": "1.5"}, "argument --seed: found '1.5', expected a whole number"),
    ],
    ids=str,
)
def test_an_audit_refuses_in_one_sentence_and_changes_nothing(
    workspace: Workspace,
    data: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    said: str,
) -> None:
    """Exit 2, one sentence on stderr; the data of an impossible question is not kept either."""
    monkeypatch.chdir(tmp_path)
    asked = {"DATA": data, "--label": "intent", "--target": "0.5", **change}
    file = asked.pop("DATA")
    options = [f"{key}={value}" for key, value in asked.items()]
    with unchanged(workspace.root):
        assert said in refused(capsys, "audit", file, *options, f"--workspace={workspace.root}")


def test_a_workspace_that_cannot_be_used_is_refused(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file, a place below a file, and a folder of a newer version."""
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "workspace.json").write_text('{"schema": 9}', "utf-8")
    cases = {
        data: "is a file; expected a folder",
        f"{data}/below": "cannot be used: Not a directory",
        "/proc/datawall": "cannot be used: No such file or directory",
        str(newer): "was made by a newer version (schema 9",
    }
    for folder, said in cases.items():
        with unchanged(tmp_path):
            told = refused(capsys, "audit", data, "--label=intent", f"--workspace={folder}")
        assert said in told


def test_a_damaged_finding_is_named_on_the_command_line(
    workspace: Workspace, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that has to be deleted is in the sentence; it is not overwritten."""
    ask = ["audit", data, "--label=intent", "--target=0.1", f"--workspace={workspace.root}"]
    assert main(ask) == 0
    capsys.readouterr()
    (finding,) = workspace.path("audits").glob("*.json")
    finding.write_bytes(finding.read_bytes()[:100])
    with unchanged(workspace.root):
        assert f"{finding} is damaged" in refused(capsys, *ask)


HEAD = "n,score\n"
THREE = "25,0.5\n50,0.6\n100,0.7\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "points.csv is not a readable CSV table"),
        (b"\x89PNG\x00\xff", "points.csv is not a readable CSV table"),
        (HEAD, "points.csv has column names but no points"),
        ("size,score\n" + THREE, "points.csv has no column 'n'; expected n and score"),
        ("n,correct\n25,3\n", "points.csv has no column 'score'"),
        (HEAD + "25,0.5\n50,good\n", "points.csv, point 2: score is good; expected a"),
        (HEAD + "25,\n", "points.csv, point 1: score is nan; expected a number from 0 to 1"),
        (HEAD + "25,50\n50,60\n", "points.csv, point 1: score is 50"),
        (HEAD + "0,0.5\n" + THREE, "points.csv, point 1: n is 0; expected a number from 1"),
        (HEAD + "inf,0.5\n" + THREE, "points.csv, point 1: n is inf"),
        (HEAD + "25,0.5\n50,0.6\n50,0.7\n", "curve 'curve' has 2 different sizes; expected scores"),
        ("n,correct,total\n25,3,0\n", "points.csv, point 1: total is 0; expected a number from 1"),
        ("n,correct,total\n25,30,20\n", "points.csv, point 1: 30 correct of 20; expected at most"),
        ("n,score,std\n25,0.5,x\n", "points.csv, point 1: std is x; expected a number from 0"),
        ("n,score,std,repeats\n25,0.5,0.1,0\n", "points.csv, point 1: repeats is 0"),
        ("n,score,growth\n25,0.5,fast\n50,1,fast\n75,1,fast", "growth is 'fast'; expected 'slice'"),
        ("n,score,curve\n" + "".join(f"{n},0.5,{c}\n" for c in "ab" for n in (1, 2, 3)),
         "holds 2 curves; give the questions with --asks"),
    ],
)  # fmt: skip
def test_points_that_are_none_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, said: str
) -> None:
    """The file, the point, the column, what was found and what is expected."""
    path = written(tmp_path / "points.csv", content)
    assert said in refused(capsys, "curve", path, "--target", "0.9")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--target is missing; give the score wanted"),
        (["--target", "1"], "a target of 1.0 cannot be proven or reached"),
        (["--target", "90"], "target is 90; expected"),
        (["--target", "0.9", "--at", "0"], "the size to look at must be in [1, 1e+15]"),
        (["--target", "0.9", "--at", "nan"], "the size to look at must be in"),
        (["--target", "0.9", "--seed", "-3"], "argument --seed: found '-3'"),
        (["--asks", "none.csv"], "none.csv does not exist"),
        (["--asks", "curve\na\n"], "asks.csv has no column 'target'"),
        (["--asks", "curve,target,at\nb,0.5,\n"], "asks.csv, ask 1: no curve is named 'b'"),
        (["--asks", "curve,target,at\ncurve,0.5,9\n"], "ask 1: give either target or at"),
        (["--asks", "curve,target,at\ncurve,,\n"], "ask 1: give either target or at"),
        (["--asks", "curve,target,at\ncurve,x,\n"], "ask 1: target or at is not a number"),
        (["--asks", "curve,target,at\ncurve,1.5,\n"], "target is 1.5; expected"),
    ],
)
def test_questions_that_are_none_are_named(
    points: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Targets, sizes and asks that nobody can mean."""
    if "--asks" in words and "\n" in words[-1]:
        words = ["--asks", written(tmp_path / "asks.csv", words[-1])]
    assert said in refused(capsys, "curve", points, *words)


def test_a_curve_is_a_file_and_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is fetched from a network."""
    told = refused(capsys, "curve", "http://127.0.0.1:9/points.csv", "--target", "0.9")
    assert "does not exist; check the path" in told


def test_a_real_process_refuses_with_status_two(data: str, tmp_path: Path) -> None:
    """Exit 2, nothing on stdout, one sentence on stderr, the workspace untouched."""
    workspace = Workspace(tmp_path / "workspace")
    words = ["audit", data, "--label", "intent", "--target", "85", "--json"]
    with unchanged(workspace.root):
        Workspace(workspace.root)
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", *words],
        env={**os.environ, "DATAWALL_HOME": str(workspace.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "datawall: target is 85; expected an accuracy strictly between 0 and 1, such as 0.95; "
        "if you mean 85 %, write 0.85.\n"
    )
