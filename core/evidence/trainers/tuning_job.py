"""One fine-tuning job, from the file to the tuned model; a killed one goes on where it was."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import openai
from openai.types.fine_tuning import FineTuningJob

from core.errors import DataError
from core.evidence.trainers.journal import Journal

_OVER = ("succeeded", "failed", "cancelled")
_ATTEMPTS = 5
_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HowTuned:
    """What is asked of the service, and how patiently."""

    model: str
    epochs: int = 3
    poll_seconds: float = 10.0
    limit_seconds: float = 24 * 3600.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class TuningJob:
    """One job, from the file to the tuned model."""

    how: HowTuned
    client: openai.OpenAI
    journal: Journal
    digest: str

    def model(self, lines: bytes, seed: int) -> str:
        """The name of the tuned model."""
        journal = self.journal
        if tuned := journal.facts.get("model"):
            return str(tuned)
        if not journal.facts.get("job"):
            job = self._found() if journal.facts.get("creating") else None
            if job is None:
                job = self._created(self._uploaded(lines), seed)
            journal.note(job=job.id)
        job = self._waited(str(journal.facts["job"]))
        if job.status != "succeeded" or not job.fine_tuned_model:
            said = (job.error.message if job.error else None) or "no reason was given"
            journal.note(job=None, creating=None, file=None, failed=job.id)
            raise DataError(
                f"the fine-tuning job {job.id} ended as {job.status}: {said}. Running the same "
                "command again makes a new one."
            )
        journal.note(model=job.fine_tuned_model, trained_tokens=job.trained_tokens or 0)
        return job.fine_tuned_model

    def _uploaded(self, lines: bytes) -> str:
        if known := self.journal.facts.get("file"):
            return str(known)
        made = self.client.files.create(
            file=(f"datawall-{self.digest}.jsonl", lines), purpose="fine-tune"
        )
        self.journal.note(file=made.id)
        return made.id

    def _created(self, file_id: str, seed: int) -> FineTuningJob:
        self.journal.note(creating=True)
        # A repeated request could make a second job, so that one is not repeated blindly.
        once = self.client.with_options(max_retries=0)
        for attempt in range(_ATTEMPTS):
            try:
                return once.fine_tuning.jobs.create(
                    model=self.how.model,
                    training_file=file_id,
                    seed=seed,
                    suffix=f"dw-{self.digest}",
                    method={
                        "type": "supervised",
                        "supervised": {"hyperparameters": {"n_epochs": self.how.epochs}},
                    },
                    metadata={"datawall": self.digest},
                )
            except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError):
                made = self._found()
                if made is not None:
                    return made
                if attempt == _ATTEMPTS - 1:
                    raise
                self.how.sleep(min(2.0**attempt, 30.0) * self.how.poll_seconds / 10)
        raise AssertionError("the last attempt raises")

    def _found(self) -> FineTuningJob | None:
        """The job that was created, though its answer was lost."""
        for job in self.client.fine_tuning.jobs.list(limit=_PAGE).data:
            marked = (job.metadata or {}).get("datawall") == self.digest
            if marked and job.status not in ("failed", "cancelled"):
                return job
        return None

    def _waited(self, job_id: str) -> FineTuningJob:
        pause, waited = self.how.poll_seconds / 5, 0.0
        while True:
            job = self.client.fine_tuning.jobs.retrieve(job_id)
            if job.status in _OVER:
                return job
            if waited >= self.how.limit_seconds:
                raise DataError(
                    f"the fine-tuning job {job_id} is still {job.status} after {waited:,.0f} s. It "
                    "goes on at the service; run the same command again to wait for it."
                )
            self.how.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, self.how.poll_seconds)
