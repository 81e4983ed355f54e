"""Embeddings and fine-tuning against a real server that speaks both, with faults."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from finetuning_server import FineTuningServer
from test_trainers import TEST, TRAIN, text_rows

from core.analysis.trainers import TrainerChoice, trainer_of
from core.errors import DataError, InputError, ProviderError, RunBusyError
from core.evidence.trainers.embeddings import EmbeddingsTrainer
from core.evidence.trainers.finetuning import FineTuningTrainer, TuningPrices
from core.evidence.trainers.journal import Journal
from core.evidence.trainers.tuning_job import HowTuned
from core.prices import PriceBook
from core.workspace import Workspace

PRICES = TuningPrices(
    training_usd_per_mtok=5.0, input_usd_per_mtok=1.0, output_usd_per_mtok=4.0, source="a test"
)


def tuner(server: FineTuningServer, folder: Path, budget: float = 1.0) -> FineTuningTrainer:
    """A trainer that does not wait."""
    return FineTuningTrainer(
        base_url=server.base_url, api_key="k", folder=folder, prices=PRICES, budget_usd=budget,
        how=HowTuned(model="gpt-4.1-mini", sleep=lambda seconds: None, poll_seconds=0.01),
    )  # fmt: skip


def test_a_model_is_tuned_tested_and_billed(tmp_path: Path) -> None:
    """One file, one job, one question per distinct test row; the bill is what was used."""
    rows = text_rows()
    with FineTuningServer() as server:
        trainer = tuner(server, tmp_path)
        quoted = trainer.quote(rows, TRAIN, TEST)
        found = trainer.bench(rows).predicted(TRAIN, TEST, 3)
        assert found.tolist() == rows.labels[TEST].tolist()
        (job,) = server.jobs.values()
        assert len(server.files[job["training_file"]]) == 30
        assert job["seed"] == 3
        answers = 10 * (20 * 1.0 + 2 * 4.0) / 1e6
        assert trainer.spent_usd == pytest.approx(job["trained_tokens"] * 5 / 1e6 + answers)
        assert 0.3 < quoted / trainer.spent_usd < 3
        again = tuner(server, tmp_path)
        assert again.bench(rows).predicted(TRAIN, TEST, 3).tolist() == found.tolist()
        assert again.spent_usd == pytest.approx(trainer.spent_usd)
        assert len(server.jobs) == 1
        assert server.asked["POST /chat/completions"] == 10


@pytest.mark.parametrize(
    "fault", ["upload_500", "create_500", "lose_create", "poll_429", "chat_500"]
)
def test_a_passing_fault_costs_nothing_twice(tmp_path: Path, fault: str) -> None:
    """The service stumbles once; there is one job all the same."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant(fault)
        found = tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert found.tolist() == rows.labels[TEST].tolist()
        assert len(server.jobs) == 1
        assert len(server.files) == 1


def test_a_failed_job_is_said_and_can_be_run_again(tmp_path: Path) -> None:
    """With the reason that the service gives."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant("fail_job")
        with pytest.raises(DataError, match="ftjob-0 ended as failed: line 3 is odd"):
            tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert len(server.jobs) == 2


def test_nonsense_from_the_service_is_an_error_and_odd_answers_are_wrong(tmp_path: Path) -> None:
    """What is no JSON stops the work; an answer that names no label counts as wrong."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant("chat_malformed", 10)
        with pytest.raises(ProviderError, match="answers something else than the API"):
            tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
    with FineTuningServer() as server:
        server.plant("odd_answer", 2)
        trainer = tuner(server, tmp_path / "other")
        found = trainer.bench(rows).predicted(TRAIN, TEST, 0)
        assert (found == "").sum() == 2
        assert "2 of 10 answers of the tuned model named no label" in trainer.said[0]


def test_a_budget_refuses_before_anything_is_sent(tmp_path: Path) -> None:
    """So does a training set that the service would refuse."""
    rows = text_rows()
    with FineTuningServer() as server:
        with pytest.raises(InputError, match=r"would cost about \$.*; the budget is \$0\.00"):
            tuner(server, tmp_path, budget=0.0).bench(rows).predicted(TRAIN, TEST, 0)
        with pytest.raises(InputError, match="needs 10 training rows or more; there are 4"):
            tuner(server, tmp_path).bench(rows).predicted(np.arange(4), TEST, 0)
        assert not server.asked


def test_a_killed_training_goes_on_without_a_second_job(tmp_path: Path) -> None:
    """The process dies while it waits for the job; the next one finds the job and waits on."""
    body = textwrap.dedent(
        """
        import sys; sys.path[:0] = {path!r}
        from pathlib import Path
        from core.evidence.trainers.finetuning import FineTuningTrainer, TuningPrices
        from core.evidence.trainers.tuning_job import HowTuned
        from test_trainers import TEST, TRAIN, text_rows
        import os, signal
        prices = TuningPrices(training_usd_per_mtok=5.0, input_usd_per_mtok=1.0,
                              output_usd_per_mtok=4.0, source="a test")
        die = lambda seconds: os.kill(os.getpid(), signal.SIGKILL)
        FineTuningTrainer(base_url={url!r}, api_key="k", folder=Path({folder!r}), prices=prices,
            budget_usd=1.0, how=HowTuned(model="gpt-4.1-mini", sleep=die, poll_seconds=0.01),
        ).bench(text_rows()).predicted(TRAIN, TEST, 0)
        """
    )
    here = Path(__file__).parent
    path = [str(here), str(here.parents[1]), str(here.parent)]
    with FineTuningServer() as server:
        text = body.format(path=path, url=server.base_url, folder=str(tmp_path))
        killed = subprocess.run(
            [sys.executable, "-c", text], check=False, capture_output=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert len(server.jobs) == 1
        rows = text_rows()
        found = tuner(server, tmp_path).bench(rows).predicted(TRAIN, TEST, 0)
        assert found.tolist() == rows.labels[TEST].tolist()
        assert (len(server.jobs), len(server.files)) == (1, 1)


def test_one_process_at_a_time_writes_a_training_down(tmp_path: Path) -> None:
    """And a line that was cut by a crash is dropped."""
    with Journal(tmp_path) as journal:
        journal.note(file="f")
        journal.answered("a", "bill", 3, 1)
        with pytest.raises(RunBusyError, match="another process is at the training"):
            Journal(tmp_path).__enter__()
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"facts": {"job": "ft')
    with Journal(tmp_path) as journal:
        assert journal.facts == {"file": "f"}
        assert (journal.answer("a"), journal.answer("b"), journal.tokens) == ("bill", None, (3, 1))
        journal.note(job="j")
    with Journal(tmp_path) as journal:
        assert journal.facts == {"file": "f", "job": "j"}


def embedder(server: FineTuningServer, folder: Path) -> EmbeddingsTrainer:
    """Embeddings at a price."""
    return EmbeddingsTrainer(
        model="e", base_url=server.base_url, api_key="", folder=folder, usd_per_mtok=0.02
    )


def test_embeddings_are_paid_for_once(tmp_path: Path) -> None:
    """A second experiment finds its vectors on disk."""
    rows = text_rows()
    with FineTuningServer() as server:
        trainer = embedder(server, tmp_path)
        found = trainer.bench(rows).predicted(TRAIN, TEST, 0)
        assert found.tolist() == rows.labels[TEST].tolist()
        assert trainer.spent_usd == pytest.approx(40 * 3 * 0.02 / 1e6)
        assert server.asked["POST /embeddings"] == 1
        again = embedder(server, tmp_path)
        assert again.bench(rows).predicted(TRAIN, TEST, 0).tolist() == found.tolist()
        assert server.asked["POST /embeddings"] == 1
        assert again.said == ("All embeddings were at hand; nothing was sent.",)


def test_an_endpoint_that_answers_too_little_or_not_at_all_is_said(tmp_path: Path) -> None:
    """One sentence, and what was embedded stays."""
    rows = text_rows()
    with FineTuningServer() as server:
        server.plant("embed_short")
        with pytest.raises(ProviderError, match="answers 39 embeddings for 40 texts"):
            embedder(server, tmp_path).bench(rows)
        address = server.base_url
    gone = EmbeddingsTrainer(model="e", base_url=address, api_key="", folder=tmp_path, retries=0)
    with pytest.raises(ProviderError, match="embeddings of e at http"):
        gone.bench(rows)


def test_trainers_are_chosen_by_name(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said before anything is sent."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    book, local = PriceBook(), "http://127.0.0.1:1/v1"
    assert trainer_of(workspace, TrainerChoice(), book) is None
    for choice, said in (
        (TrainerChoice(kind="magic"), "expected one of embedded, boosting"),
        (TrainerChoice(kind="command"), "needs the command that trains"),
        (TrainerChoice(kind="embeddings"), "needs a model for embeddings"),
        (TrainerChoice(kind="embeddings", model="e"), "needs a key: set the variable OPENAI_API"),
        (TrainerChoice(kind="openai", model="gpt-4.1-mini", base_url=local), "say how much at"),
    ):
        with pytest.raises(InputError, match=said):
            trainer_of(workspace, choice, book)
    found = trainer_of(
        workspace,
        TrainerChoice(kind="openai", model="gpt-4.1-mini", base_url=local, budget_usd=2.0),
        book,
    )
    assert isinstance(found, FineTuningTrainer)
    assert found.prices.input_usd_per_mtok > 0
    assert "guess" in found.prices.source
