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
from core.evidence.trainers.foreign import KEPT, NONSENSE, complaint, understood
from core.evidence.trainers.journal import Journal
from core.evidence.trainers.trainer import Bench, Rows
from core.evidence.trainers.tuning_job import HowTuned, TuningJob
from core.tokens import token_count

_FEWEST = 10
_MOST_TOKENS = 65_536  # of an example, from which on current models cut it
_SPARE = 8  # tokens that an answer may be longer than the longest label
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
        texts, answer = _texts(rows), self.longest_label(rows)
        asked = sum(self._asked(rows, [texts[i] for i in test]))
        learnt = self.learnt(rows, texts, train)
        return (
            float(
                learnt * self.prices.training_usd_per_mtok
                + asked * self.prices.input_usd_per_mtok
                + test.size * answer * self.prices.output_usd_per_mtok
            )
            / 1e6
        )

    def learnt(self, rows: Examples, texts: Sequence[str], train: Rows) -> int:
        """Tokens that a training reads, in all its passes."""
        each = self._asked(rows, [texts[i] for i in train])
        return (sum(each) + train.size * self.longest_label(rows)) * self.how.epochs

    def longest_label(self, rows: Examples) -> int:
        """Tokens of the longest answer that is one."""
        return max(self.tokens_of(v) for v in set(rows.labels.tolist()))

    def tokens_of(self, text: str) -> int:
        """Tokens of a text, as the tuned model counts."""
        return token_count(text, self.how.model).tokens

    def _asked(self, rows: Examples, texts: Sequence[str]) -> list[int]:
        system = self.tokens_of(_instruction(rows)) + _FRAMING
        return [self.tokens_of(text) + system for text in texts]

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
            self._refuse(journal, train, test)
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
                    raise ProviderError(f"{trainer.base_url} {NONSENSE} {KEPT}") from error
                except openai.OpenAIError as error:
                    said = complaint(error, trainer.api_key)
                    raise ProviderError(
                        f"fine-tuning at {trainer.base_url}: {said}. {KEPT}"
                    ) from error
            trainer.bills.append(self._bill(journal, train))
        return self._read(answers)

    def _bill(self, journal: Journal, train: Rows) -> dict[str, float]:
        """What was used at its price; what the service does not say is counted, and said."""
        trainer, prices = self.trainer, self.trainer.prices
        trained = journal.facts.get("trained_tokens")
        if trained is None:
            trained = trainer.learnt(self.rows, self.texts, train)
            trainer.told.append("The service does not say how many tokens it trained on; counted.")
        if journal.counted:
            trainer.told.append(
                f"{journal.counted:,} answers do not say how many tokens they used; counted."
            )
        read, written = journal.tokens
        return {
            "training": trained * prices.training_usd_per_mtok / 1e6,
            "answers": (read * prices.input_usd_per_mtok + written * prices.output_usd_per_mtok)
            / 1e6,
        }

    def _refuse(self, journal: Journal, train: Rows, test: Rows) -> None:
        if train.size < _FEWEST:
            raise InputError(
                f"fine-tuning needs {_FEWEST} training rows or more; there are {train.size}."
            )
        long = (t for i in train if len((t := self.texts[i]).encode()) > _MOST_TOKENS)
        if any(self.trainer.tokens_of(text) > _MOST_TOKENS for text in long):
            raise InputError(
                f"a training row has more than {_MOST_TOKENS:,} tokens, which the service would "
                "cut; leave such rows out."
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

        most = self.trainer.longest_label(self.rows) + _SPARE

        def ask(text: str) -> None:
            found = client.chat.completions.create(
                model=model,
                messages=[
                    {"role": "system", "content": system},
                    {"role": "user", "content": text},
                ],
                temperature=0,
                max_tokens=most,
            )
            said = _content(understood(found, ChatCompletion, "choices"))
            used = _used(found)
            if used is None:
                count = self.trainer.tokens_of
                read = count(system) + count(text) + _FRAMING
                journal.answered(text, said, read, count(said), is_counted=True)
            else:
                journal.answered(text, said, *used)

        with ThreadPoolExecutor(self.trainer.workers) as pool:
            try:
                list(pool.map(ask, missing))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [journal.answer(self.texts[i]) or "" for i in test]

    def _read(self, answers: Sequence[str]) -> NDArray[np.str_]:
        """Answers as labels; what is none is wrong, and counted."""
        labels = sorted(set(self.rows.labels.tolist()))
        known = {label.casefold(): label for label in labels} | {label: label for label in labels}
        bare = [said.strip().strip("\"'.") for said in answers]
        found = [known.get(said, known.get(said.casefold(), "")) for said in bare]
        if odd := found.count(""):
            self.trainer.told.append(
                f"{odd:,} of {len(found):,} answers of the tuned model named no label; they count "
                "as wrong."
            )
        return np.asarray(found, dtype=str)


def _content(found: ChatCompletion) -> str:
    """What was said; nothing where there is no text in the answer."""
    first = found.choices[0] if isinstance(found.choices, list) else None
    said = getattr(getattr(first, "message", None), "content", None)
    return said if isinstance(said, str) else ""


def _used(found: ChatCompletion) -> tuple[int, int] | None:
    """Tokens read and written; None where the service does not say."""
    read = getattr(found.usage, "prompt_tokens", None)
    written = getattr(found.usage, "completion_tokens", None)
    return (read, written) if isinstance(read, int) and isinstance(written, int) else None


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
