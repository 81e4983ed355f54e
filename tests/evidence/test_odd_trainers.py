"""Scripts and services that answer oddly: one sentence, nothing paid twice, nothing shown raw."""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from finetuning_server import FineTuningServer
from test_endpoint_trainers import embedder, tuner
from test_trainers import ARGUMENTS, TEST, TRAIN, script, text_rows

from core.audit.rows import Examples
from core.cli.context import Context
from core.cli.training import add_options, trainer_from
from core.errors import DataError, InputError, ProviderError, RunBusyError, WorkspaceError
from core.evidence.trainers import finetuning
from core.evidence.trainers.command import CommandTrainer
from core.evidence.trainers.journal import Journal
from core.evidence.trainers.vectors import VectorStore

FINE = ARGUMENTS + "said = ['bill', 'fraud'] * 5\n"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client asks once."""
    monkeypatch.setattr(finetuning, "_RETRIES", 0)


def test_a_script_may_leave_a_process_behind_that_nobody_waits_for(tmp_path: Path) -> None:
    """One that left the group and holds the output open does not hold up the experiment."""
    body = FINE + (
        "if os.fork() == 0:\n"
        "    os.setsid(); time.sleep(8); os._exit(0)\n"
        "json.dump({'predictions': said}, open(a.output, 'w'))\n"
    )
    began = time.monotonic()
    rows = text_rows()
    found = CommandTrainer(command=script(tmp_path, body)).bench(rows).predicted(TRAIN, TEST, 0)
    assert found.tolist() == rows.labels[TEST].tolist()
    assert time.monotonic() - began < 6


def test_numbers_of_a_script_are_few_finite_and_plain(tmp_path: Path) -> None:
    """Neither too large for a float, nor a thousand of them, nor named in control characters."""
    body = FINE + (
        "said = {'predictions': said, 'n': 10**400, 'x': float('inf'), '\\x1b[31mred\\ud800': 1}\n"
        "said |= {f'm{i:04}': i for i in range(1000)}\n"
        "json.dump(said, open(a.output, 'w'))\n"
    )
    trainer = CommandTrainer(command=script(tmp_path, body))
    trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)
    (said,) = trainer.said
    assert said.startswith("The script said after 30 rows: m0000 0, m0001 1")
    assert said.count(",") == 11
    body = (
        FINE + "json.dump({'predictions': said, '\\x1b[31mred\\ud800': 1}, open(a.output, 'w'))\n"
    )
    trainer = CommandTrainer(command=script(tmp_path, body))
    trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)
    assert trainer.said == ("The script said after 30 rows: red 1.",)


def test_last_lines_leave_the_terminal_alone(tmp_path: Path) -> None:
    """Colours and titles that a script prints are not passed on."""
    body = "print('\\x1b[31mno GPU\\x1b[0m \\x1b]0;title\\x07here'); sys.exit(1)"
    trainer = CommandTrainer(command=script(tmp_path, body))
    with pytest.raises(DataError, match=r"\n  no GPU here$"):
        trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)


def test_a_script_may_write_labels_that_are_numbers_as_numbers(tmp_path: Path) -> None:
    """Labels 0 and 1 of a CSV file are numbers to most scripts."""
    labels = np.array([0, 1] * 20)
    frame = pd.DataFrame({"x": np.arange(40.0), "default": labels})
    rows = Examples(
        frame=frame, label="default", text=None, columns=("x",), numeric=("x",),
        labels=labels.astype(str), group=np.arange(40), notes=(),
    )  # fmt: skip
    body = ARGUMENTS + "json.dump({'predictions': [0, 1] * 5}, open(a.output, 'w'))"
    found = CommandTrainer(command=script(tmp_path, body)).bench(rows).predicted(TRAIN, TEST, 0)
    assert found.tolist() == ["0", "1"] * 5


def test_a_command_can_hold_a_whole_program_but_not_half_the_places() -> None:
    """A word that is too long for a file's name is no file."""
    assert CommandTrainer(command=f"python -c '{'x = 1; ' * 100}'").identity.startswith("command ")
    with pytest.raises(InputError, match=r"names \{train\} but not \{test\}"):
        CommandTrainer(command="python train.py {train}")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/files", []),
        ("POST", "/fine_tuning/jobs", {}),
        ("GET", "/fine_tuning/jobs/", []),
        ("POST", "/chat/completions", {}),
    ],
)
def test_json_that_is_not_the_api_is_said(
    tmp_path: Path, method: str, path: str, body: object
) -> None:
    """At every step; afterwards the same training goes on with the job it has."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.says[method, path] = json.dumps(body).encode()
        with pytest.raises(ProviderError, match="answers something else than the API"):
            tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        server.says.clear()
        found = tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert found.tolist() == rows.labels[TEST].tolist()
        assert len(server.jobs) == 1


@pytest.mark.usefixtures("hasty")
def test_a_training_stopped_before_its_job_uses_the_file_unless_that_expired(
    tmp_path: Path,
) -> None:
    """Uploaded once; a file that the service has dropped since is uploaded again."""

    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    rows = text_rows()
    for expired, files in ((set[str](), 1), ({"file-0"}, 2)):
        folder = tmp_path / str(files)
        with FineTuningServer() as server:
            server.plant("create_500")
            trainer = tuner(server, folder)
            object.__setattr__(trainer.how, "sleep", stop)
            with pytest.raises(KeyboardInterrupt):
                trainer.bench(rows).predicted(TRAIN, TEST, 0)
            assert (len(server.files), len(server.jobs)) == (1, 0)
            server.expired = expired
            found = tuner(server, folder).bench(rows).predicted(TRAIN, TEST, 0)
            assert found.tolist() == rows.labels[TEST].tolist()
            assert (len(server.files), len(server.jobs)) == (files, 1)


@pytest.mark.usefixtures("hasty")
def test_a_job_that_the_service_forgot_is_not_paid_again_unasked(tmp_path: Path) -> None:
    """It may be another account's; how to train again is said."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant("forget_job")
        with pytest.raises(DataError, match=r"does not know the fine-tuning job ftjob-0.*delete /"):
            tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert len(server.jobs) == 1


def test_what_the_service_does_not_say_is_counted_and_never_nothing(tmp_path: Path) -> None:
    """Trained tokens and those of ten answers; the bill is then the quote, nearly."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant("no_usage", 11)
        trainer = tuner(server, tmp_path)
        trainer.bench(rows).predicted(TRAIN, TEST, 0)
        assert trainer.spent_usd == pytest.approx(trainer.quote(rows, TRAIN, TEST), rel=0.01)
        assert "trained on; counted" in trainer.said[0]
        assert trainer.said[1].startswith("10 answers do not say")


@pytest.mark.usefixtures("hasty")
def test_a_key_that_a_service_repeats_is_not_shown(tmp_path: Path) -> None:
    """Nor is a reason of five thousand characters, nor its colours."""
    with FineTuningServer() as server:
        server.plant("echo_key")
        trainer = tuner(server, tmp_path)
        object.__setattr__(trainer, "api_key", "sk-mine")
        with pytest.raises(ProviderError, match=r"no such key: \[key\]!") as refused:
            trainer.bench(text_rows()).predicted(TRAIN, TEST, 0)
    assert "sk-mine" not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 600


def test_a_journal_that_was_changed_is_said(tmp_path: Path) -> None:
    """Its folder is named; nothing is guessed."""
    (tmp_path / "journal.jsonl").write_bytes(b"[1]\n")
    for _ in range(2):
        with pytest.raises(WorkspaceError, match="was changed or damaged"):
            Journal(tmp_path).__enter__()


def test_a_training_row_that_the_service_would_cut_is_refused(tmp_path: Path) -> None:
    """Before anything is sent."""
    rows = text_rows()
    rows.frame.loc[3, "text"] = "word " * 70_000
    with FineTuningServer() as server:
        with pytest.raises(InputError, match="more than 65,536 tokens"):
            tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert not server.asked


def test_vectors_outlive_a_crash_and_one_process_writes_them(tmp_path: Path) -> None:
    """A record that was cut is dropped, the others stand."""
    two = np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32)
    with VectorStore(tmp_path) as store:
        store.add(["a", "b"], two)
        with pytest.raises(RunBusyError, match="another process is embedding"):
            VectorStore(tmp_path).__enter__()
    path = tmp_path / "vectors.bin"
    path.write_bytes(path.read_bytes() + b"cut")
    with VectorStore(tmp_path) as store:
        store.add(["c"], np.array([[5.0, 6.0]], dtype=np.float32))
        with pytest.raises(DataError, match="is it still the same model"):
            store.add(["d"], np.ones((1, 3), dtype=np.float32))
    with VectorStore(tmp_path) as store:
        assert store.vectors(["c", "a", "b"]).tolist() == [[5, 6], [1, 2], [3, 4]]
        assert "d" not in store


def test_embeddings_without_usage_are_counted_and_long_texts_go_in_smaller_requests(
    tmp_path: Path,
) -> None:
    """Forty texts of 20,000 bytes are four requests, and the cut is said."""
    rows = text_rows()
    texts = [f"{'invoice ' if i % 2 == 0 else 'stolen '}{i} " + "word " * 5_000 for i in range(40)]
    rows.frame["text"] = texts
    with FineTuningServer() as server:
        trainer = embedder(server, tmp_path)
        trainer.bench(rows)
        assert server.asked["POST /embeddings"] == 4
        assert trainer.said[1] == "40 texts were cut to 20,000 bytes for embeddings."
        vectors = [{"index": i, "embedding": [float(i % 2), 1.0]} for i in range(40)]
        server.says["POST", "/embeddings"] = json.dumps({"data": vectors}).encode()
        counted = embedder(server, tmp_path / "other")
        counted.bench(text_rows())
        assert sum(counted.tokens) > 40


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--trainer-model", "m"], "--trainer-model is for --trainer embeddings or openai"),
        (["--command", "x", "--budget", "3"], "--budget is for --trainer openai; --trainer is com"),
        (["--trainer", "boosting", "--base-url", "http://x"], "--base-url is for --trainer emb"),
    ],
)
def test_an_option_that_the_trainer_does_not_read_is_refused(words: list[str], said: str) -> None:
    """To ignore the model that was named would be to train another one."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    with pytest.raises(InputError, match=said):
        trainer_from(Context(parser.parse_args(words)))
