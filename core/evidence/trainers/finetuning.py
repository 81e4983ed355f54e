"""OpenAI's fine-tuning: upload, job, poll, resume, predict; never paid twice.

Every step is written down before and after it is taken, under the name of what
is trained. A killed training goes on where it was: a file that was uploaded is
used, a job that was created is found again by its name, an answer that was
given is kept.
"""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openai
from numpy.typing import NDArray
from openai.types.chat import ChatCompletion

from core.audit.rows import Examples
from core.errors import InputError, ProviderError
from core.evidence.trainers.journal import Journal
from core.evidence.trainers.trainer import Bench, Rows
from core.evidence.trainers.tuning_job import HowTuned, TuningJob
from core.tokens import token_count

_FEWEST = 10
_NONSENSE = (
    "answers something else than the API that it should speak. What was done is kept; run the same "
    "command again to go on."
)
_TIMEOUT_SECONDS, _RETRIES = 120.0, 5
_FRAMING = 11  # tokens around a question and its answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningPrices:
    """What a fine-tuning costs."""

    training_usd_per_mtok: float
    input_usd_per_mtok: float
    output_usd_per_mtok: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuningTrainer:
    """Fine-tunes a chat model on the training rows and asks it about the test rows."""

    base_url: str
    api_key: str
    folder: Path
    """Where trainings are written down."""
    how: HowTuned
    prices: TuningPrices
    budget_usd: float | None = None
    """Nothing is sent that could cost more; None for no limit."""
    workers: int = 4
    is_costly: bool = True
    bills: list[dict[str, float]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The model that is tuned."""
        return f"{self.how.model}, fine-tuned"

    @property
    def identity(self) -> str:
        """The model, its address and the passes over the file."""
        return f"fine-tuning {self.how.model} at {self.base_url}, {self.how.epochs} epochs"

    @property
    def said(self) -> tuple[str, ...]:
        """What was trained and unread, and where its price comes from."""
        return (*self.told, f"Prices: {self.prices.source}.")

    @property
    def spent_usd(self) -> float:
        """Of all trainings and answers, at the prices."""
        return sum(sum(bill.values()) for bill in self.bills)

    def quote(self, rows: Examples, train: Rows, test: Rows) -> float:
        """What a training and its test would cost, before anything is sent. [USD]"""
        texts = _texts(rows)
        read = [token_count(texts[i], self.how.model).tokens + _FRAMING for i in range(len(texts))]
        system = token_count(_instruction(rows), self.how.model).tokens
        answer = max(token_count(v, self.how.model).tokens for v in set(rows.labels.tolist()))
        learnt = sum(read[i] + system + answer for i in train) * self.how.epochs
        asked = sum(read[i] + system for i in test)
        return (
            float(
                learnt * self.prices.training_usd_per_mtok
                + asked * self.prices.input_usd_per_mtok
                + test.size * answer * self.prices.output_usd_per_mtok
            )
            / 1e6
        )

    def bench(self, rows: Examples) -> Bench:
        """Nothing is sent yet."""
        return _Bench(self, rows, _texts(rows))


@dataclass(frozen=True, slots=True)
class _Bench:
    trainer: FineTuningTrainer
    rows: Examples
    texts: list[str]

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        trainer, rows = self.trainer, self.rows
        lines = _lines(rows, self.texts, train)
        digest = hashlib.sha256(f"{trainer.identity} {seed}\n".encode() + lines).hexdigest()[:16]
        with Journal(trainer.folder / digest) as journal:
            self._refuse_too_dear(journal, train, test)
            with openai.OpenAI(
                base_url=trainer.base_url,
                api_key=trainer.api_key or "none",
                timeout=_TIMEOUT_SECONDS,
                max_retries=_RETRIES,
            ) as client:
                try:
                    model = TuningJob(trainer.how, client, journal, digest).model(lines, seed)
                    answers = self._answers(client, journal, model, test)
                except json.JSONDecodeError as error:
                    raise ProviderError(f"{trainer.base_url} {_NONSENSE}") from error
                except openai.OpenAIError as error:
                    raise ProviderError(
                        f"fine-tuning at {trainer.base_url}: {error}. What was done is kept; run "
                        "the same command again to go on."
                    ) from error
            trainer.bills.append(_bill(journal, trainer.prices))
        return self._read(answers)

    def _refuse_too_dear(self, journal: Journal, train: Rows, test: Rows) -> None:
        if train.size < _FEWEST:
            raise InputError(
                f"fine-tuning needs {_FEWEST} training rows or more; there are {train.size}."
            )
        budget = self.trainer.budget_usd
        if budget is None or journal.facts.get("job"):
            return
        wanted = self.trainer.quote(self.rows, train, test)
        if self.trainer.spent_usd + wanted > budget:
            raise InputError(
                f"fine-tuning on {train.size:,} rows would cost about ${wanted:.2f} on top of "
                f"${self.trainer.spent_usd:.2f}; the budget is ${budget:.2f}. Nothing was sent for "
                "it; raise --budget or take fewer rows."
            )

    def _answers(
        self, client: openai.OpenAI, journal: Journal, model: str, test: Rows
    ) -> list[str]:
        """What the tuned model says to every test row; asked once."""
        system = _instruction(self.rows)
        wanted = list(dict.fromkeys(self.texts[i] for i in test))
        missing = [text for text in wanted if journal.answer(text) is None]

        def ask(text: str) -> None:
            found = client.chat.completions.create(
                model=model,
                messages=[
                    {"role": "system", "content": system},
                    {"role": "user", "content": text},
                ],
                temperature=0,
            )
            if not isinstance(found, ChatCompletion):
                raise ProviderError(f"{self.trainer.base_url} {_NONSENSE}")
            said = (found.choices[0].message.content if found.choices else None) or ""
            read, written = (u.prompt_tokens, u.completion_tokens) if (u := found.usage) else (0, 0)
            journal.answered(text, said, read, written)

        with ThreadPoolExecutor(self.trainer.workers) as pool:
            try:
                list(pool.map(ask, missing))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [journal.answer(self.texts[i]) or "" for i in test]

    def _read(self, answers: Sequence[str]) -> NDArray[np.str_]:
        """Answers as labels; what is none is wrong, and counted."""
        known = {label.casefold(): label for label in set(self.rows.labels.tolist())}
        found = [known.get(said.strip().strip("\"'.").casefold(), "") for said in answers]
        if odd := found.count(""):
            self.trainer.told.append(
                f"{odd:,} of {len(found):,} answers of the tuned model named no label; they count "
                "as wrong."
            )
        return np.asarray(found, dtype=str)


def _texts(rows: Examples) -> list[str]:
    if rows.text is not None:
        return [str(text) for text in rows.frame[rows.text]]
    records: list[dict[Any, Any]] = rows.frame[list(rows.columns)].to_dict("records")
    return [json.dumps(record, ensure_ascii=False, default=str) for record in records]


def _instruction(rows: Examples) -> str:
    labels = ", ".join(sorted(set(rows.labels.tolist())))
    return f"Name the {rows.label}. Answer with one of these names alone: {labels}."


def _lines(rows: Examples, texts: Sequence[str], train: Rows) -> bytes:
    system = _instruction(rows)
    said = (
        {
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": texts[i]},
                {"role": "assistant", "content": str(rows.labels[i])},
            ]
        }
        for i in train
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said).encode("utf-8")


def _bill(journal: Journal, prices: TuningPrices) -> dict[str, float]:
    read, written = journal.tokens
    return {
        "training": float(journal.facts.get("trained_tokens") or 0)
        * prices.training_usd_per_mtok
        / 1e6,
        "answers": (read * prices.input_usd_per_mtok + written * prices.output_usd_per_mtok) / 1e6,
    }
