"""The command that puts a corpus to the test: its JSON, and what it refuses."""

import json
import shlex
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from unchanged import unchanged

from core.cli import evidence
from core.cli.context import Context
from core.cli.main import main
from core.cli.output import Answer, as_json
from core.errors import InputError
from core.workspace import Workspace


def texts(seed: int, word: str, n: int) -> list[str]:
    """Different messages that hold one of six words of a kind."""
    rng = np.random.default_rng(seed)
    return [f"please my {word}{rng.integers(6)} again {rng.integers(10**6)}" for _ in range(n)]


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Forty messages about bills, ten about fraud."""
    rows = [(t, "bill") for t in texts(1, "bill", 40)] + [
        (t, "fraud") for t in texts(2, "fraud", 10)
    ]
    path = tmp_path / "data.csv"
    pd.DataFrame(rows, columns=["text", "intent"]).to_csv(path, index=False)
    return str(path)


@pytest.fixture
def synthetic(tmp_path: Path) -> str:
    """Twenty more about fraud, without a label column."""
    path = tmp_path / "synthetic.jsonl"
    path.write_text("".join(json.dumps({"text": t}) + "\n" for t in texts(3, "fraud", 20)), "utf-8")
    return str(path)


def ran(workspace: Workspace, *words: str) -> Answer:
    """What the command answers."""
    top, shared = ArgumentParser(), ArgumentParser(add_help=False)
    shared.add_argument("--workspace")
    evidence.add_to(top.add_subparsers(), shared)
    arguments = top.parse_args(["evidence", *words, "--workspace", str(workspace.root)])
    answer = arguments.answer(Context(arguments))
    assert isinstance(answer, Answer)
    return answer


def test_evidence_answers_in_the_agreed_words(
    workspace: Workspace, data: str, synthetic: str
) -> None:
    """Both arms, the gain with its interval, the p-value and the exchange rate."""
    words = ["--label", "intent", "--slice", "fraud", "--synthetic", synthetic, "--repeats", "2"]
    answer = ran(workspace, data, *words)
    found: dict[str, Any] = json.loads(as_json(answer.json))
    assert {"baseline", "augmented", "gain", "p_value", "exchange_rate"} <= set(found)
    assert set(found["gain"]) == set(found["exchange_rate"]) == {"p10", "p50", "p90"}
    assert found["baseline"]["n_train"] == 6
    assert found["augmented"]["n_train"] == 26
    assert found["verdict"] in answer.text


def test_a_script_can_be_named_on_the_real_command_line(
    data: str, synthetic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The option of the script does not hide which command was meant."""
    script = tmp_path / "train.py"
    script.write_text("raise SystemExit(4)", "utf-8")
    words = ["evidence", data, "--label", "intent", "--slice", "fraud", "--synthetic", synthetic]
    words += ["--workspace", str(tmp_path / "w")]
    assert main([*words, "--repeats", "2", "--json"]) == 0
    assert "verdict" in json.loads(capsys.readouterr().out)
    assert main([*words, "--command", f"{shlex.quote(sys.executable)} {script}"]) == 2
    assert "exit code 4" in capsys.readouterr().err
    assert main([*words, "--trainer", "boosting", "--command", "x"]) == 2
    assert "--command is for --trainer command; --trainer is boosting" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--slice": "thunder"}, "data.csv has no label 'thunder'; its labels are 'bill', 'fraud'"),
        ({"--label": "nothing"}, "data.csv has no label column 'nothing'"),
        ({"--text": "nothing"}, "data.csv has no text column 'nothing'"),
        ({"--synthetic": "none.csv"}, "none.csv does not exist"),
        ({"--synthetic": "run@high"}, "the strictness after @ is not a number"),
        ({"--repeats": "0"}, "--repeats is 0; expected a number from 1 to 200"),
        ({"--repeats": "999"}, "--repeats is 999; expected"),
    ],
    ids=str,
)
def test_evidence_refuses_and_changes_nothing(
    workspace: Workspace, data: str, synthetic: str, change: dict[str, str], said: str
) -> None:
    """An impossible experiment leaves neither its data nor its corpus behind."""
    asked = {"--label": "intent", "--slice": "fraud", "--synthetic": synthetic, **change}
    words = [word for pair in asked.items() for word in pair]
    with unchanged(workspace.root), pytest.raises(InputError) as refused:
        ran(workspace, data, *words)
    assert said in str(refused.value)
