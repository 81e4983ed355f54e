"""Who trains: learners inside, scripts that behave and scripts that do not."""

import os
import shlex
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.evidence import evidence, file_corpus
from core.audit.rows import Examples
from core.datasets import load_dataset
from core.errors import DataError, InputError
from core.evidence.trainers import default_trainer
from core.evidence.trainers.command import CommandTrainer
from core.evidence.trainers.embedded import BoostingTrainer
from core.workspace import Workspace

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "train_naive_bayes.py"


def text_rows(n: int = 40) -> Examples:
    """Bills and frauds in turn, told apart by one word."""
    kinds = np.array(["bill", "fraud"] * (n // 2))
    words = {"bill": "invoice", "fraud": "stolen"}
    texts = [f"{words[k]} number {i}" for i, k in enumerate(kinds)]
    frame = pd.DataFrame({"text": texts, "intent": kinds})
    return Examples(
        frame=frame, label="intent", text="text", columns=("text",), numeric=(),
        labels=kinds.astype(str), group=np.arange(n), notes=(),
    )  # fmt: skip


def table_rows(n: int = 200) -> Examples:
    """Large and small, by a number that is sometimes missing, and a colour that says nothing."""
    rng = np.random.default_rng(0)
    size = rng.random(n)
    labels = np.where(size > 0.5, "large", "small")
    frame = pd.DataFrame({"size": np.where(rng.random(n) < 0.1, np.nan, size)})
    frame["colour"] = rng.choice(["red", "blue", None], n)
    frame["kind"] = labels
    return Examples(
        frame=frame, label="kind", text=None, columns=("size", "colour"), numeric=("size",),
        labels=labels.astype(str), group=np.arange(n), notes=(),
    )  # fmt: skip


TRAIN, TEST = np.arange(0, 30), np.arange(30, 40)


def test_learners_inside_learn_what_there_is_to_learn() -> None:
    """Text by words, tables by columns; one label alone leaves nothing to choose."""
    rows = text_rows()
    found = default_trainer(rows).bench(rows).predicted(TRAIN, TEST, 0)
    assert found.tolist() == rows.labels[TEST].tolist()
    table = table_rows()
    for trainer in (default_trainer(table), BoostingTrainer()):
        bench = trainer.bench(table)
        found = bench.predicted(np.arange(150), np.arange(150, 200), 1)
        assert (found == table.labels[150:]).mean() > 0.85
        assert (found == bench.predicted(np.arange(150), np.arange(150, 200), 1)).all()
        only = np.flatnonzero(table.labels == "large")[:5]
        assert set(bench.predicted(only, np.arange(10), 0)) == {"large"}
    with pytest.raises(InputError, match="boosted trees read the columns of a table"):
        BoostingTrainer().bench(rows)


def script(folder: Path, body: str) -> str:
    """A command that runs a script of these lines."""
    path = folder / "train.py"
    path.write_text("import json, os, sys, time, argparse\n" + body, "utf-8")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(path))}"


ARGUMENTS = """
p = argparse.ArgumentParser()
for name in ("--train", "--test", "--output", "--seed"): p.add_argument(name)
a = p.parse_args()
"""


def test_the_script_of_the_manual_proves_or_disproves_a_corpus(
    workspace: Workspace, tmp_path: Path
) -> None:
    """End to end: two trainings, on all rows, and what the script itself measured."""
    rng = np.random.default_rng(0)
    rows = [(f"invoice {rng.integers(99)} and {i}", "bill") for i in range(60)]
    rows += [(f"stolen {rng.integers(99)} and {i}", "fraud") for i in range(20)]
    path = tmp_path / "rows.csv"
    pd.DataFrame(rows, columns=["text", "intent"]).to_csv(path, index=False)
    made = pd.DataFrame({"text": [f"a stolen one {i}" for i in range(10)]})
    found = evidence(
        workspace,
        load_dataset(workspace, path),
        label="intent",
        slice_name="fraud",
        text="text",
        corpus=file_corpus(made, "made"),
        trainer=CommandTrainer(
            command=f"{shlex.quote(sys.executable)} {shlex.quote(str(EXAMPLE))}"
        ),
    )
    assert (found.repeats, len(found.arms)) == (1, 1)
    assert found.baseline.score > 0.8
    assert "train_naive_bayes.py" in found.trainer
    assert any("training_accuracy 1" in note for note in found.notes)
    assert "costs minutes or money" in found.not_trained[0]


def test_a_script_never_sees_the_labels_it_is_tested_on(tmp_path: Path) -> None:
    """The test file has the columns without the label; {places} are filled in as well."""
    command = script(
        tmp_path,
        "train, test, output, seed = sys.argv[1:]\n"
        "assert 'intent' in open(train).readline()\n"
        "lines = open(test).read().splitlines()\n"
        "assert lines[0] == 'text', lines[0]\n"
        "said = ['bill' if 'invoice' in x else 'fraud' for x in lines[1:]]\n"
        "json.dump({'predictions': said, 'seed': int(seed)}, open(output, 'w'))\n",
    )
    trainer = CommandTrainer(command=f"{command} {{train}} {{test}} {{output}} {{seed}}")
    rows = text_rows()
    found = trainer.bench(rows).predicted(TRAIN, TEST, 7)
    assert found.tolist() == rows.labels[TEST].tolist()
    assert trainer.said == ("The script said after 30 rows: seed 7.",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('loading'); raise ValueError('no GPU here')", "exit code 1.*no GPU here"),
        ("os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("print('done')", "wrote no output file.*done"),
        (ARGUMENTS + "open(a.output, 'w').write('{oops')", "output is not JSON"),
        (ARGUMENTS + "open(a.output, 'w').write('[1]')", "has no list of predictions"),
        (
            ARGUMENTS + "json.dump({'predictions': ['bill']}, open(a.output, 'w'))",
            "predicts 1 rows; expected 10",
        ),
        (
            ARGUMENTS + "json.dump({'predictions': ['spam'] * 10}, open(a.output, 'w'))",
            "predicts 'spam' for test row 1; expected one of the labels 'bill', 'fraud'",
        ),
        (
            ARGUMENTS + "json.dump({'predictions': [float('nan')] * 10}, open(a.output, 'w'))",
            "predicts nan for test row 1",
        ),
    ],
    ids=["crash", "killed", "nothing", "no JSON", "no list", "too few", "unknown", "nan"],
)
def test_a_script_that_fails_is_said_with_its_last_lines(
    tmp_path: Path, body: str, said: str
) -> None:
    """One sentence, and what the script printed last."""
    trainer = CommandTrainer(command=script(tmp_path, body))
    with pytest.raises(DataError, match=f"(?s){said}"):
        trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)


def test_a_script_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    """After its time limit neither it nor what it has started runs on."""
    pid = tmp_path / "pid"
    body = (
        "if os.fork() == 0:\n"
        f"    open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(600)\n"
        "print('waiting for the cluster', flush=True)\n"
        "time.sleep(600)\n"
    )
    trainer = CommandTrainer(command=script(tmp_path, body), limit_seconds=1.0)
    with pytest.raises(DataError, match=r"(?s)stopped after 1 s, its time limit.*the cluster"):
        trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)
    child = int(pid.read_text())
    for _ in range(100):
        status = Path(f"/proc/{child}/stat")
        if not status.exists() or status.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        os.kill(child, 9)
        raise AssertionError("the child runs on")


def test_a_script_that_prints_without_end_fills_no_memory(tmp_path: Path) -> None:
    """Fifty megabytes go by; the last lines are kept."""
    body = (
        "line = 'x' * 99_999 + '\\n'\n"
        "for _ in range(500): sys.stdout.write(line)\n"
        "print('the end'); sys.exit(3)\n"
    )
    trainer = CommandTrainer(command=script(tmp_path, body))
    with pytest.raises(DataError, match=r"(?s)exit code 3.*the end") as refused:
        trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)
    assert len(str(refused.value)) < 2_000


@pytest.mark.parametrize(
    ("command", "limit", "said"),
    [
        ("", 1.0, "the training command is empty"),
        ("python 'oops", 1.0, "cannot be read: No closing quotation"),
        ("python train.py", 0.0, "the time limit is 0 s; expected more than 0"),
    ],
)
def test_a_command_that_is_none_is_refused(command: str, limit: float, said: str) -> None:
    """Before anything is trained."""
    with pytest.raises(InputError, match=said):
        CommandTrainer(command=command, limit_seconds=limit)
    with pytest.raises(DataError, match="cannot be started: no-such-program: No such file"):
        CommandTrainer(command="no-such-program").bench(text_rows()).predicted(TRAIN, TEST, 0)


def test_another_script_is_another_trainer(tmp_path: Path) -> None:
    """Evidence is kept by what the script holds, not only by its name."""
    command = script(tmp_path, "pass")
    first = CommandTrainer(command=command).identity
    script(tmp_path, "print(json)")
    assert CommandTrainer(command=command).identity != first
