"""One fine-tuning job, from the file to the tuned model; a killed one goes on where it was."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import openai
from openai.pagination import SyncCursorPage
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob

from core.errors import DataError, ProviderError
from core.evidence.trainers.foreign import printable, understood
from core.evidence.trainers.journal import Journal

_OVER = ("succeeded", "failed", "cancelled")
_ATTEMPTS = 5
_PAGE, _MOST_JOBS = 50, 1000
_LONGEST_WAIT, _LONGEST_REASON = 60.0, 400


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
                job = self._made(lines, seed)
            journal.note(job=job.id)
        job = self._waited(str(journal.facts["job"]))
        if job.status != "succeeded" or not job.fine_tuned_model:
            said = getattr(job.error, "message", None) or "no reason was given"
            said = printable(str(said), _LONGEST_REASON)
            journal.note(job=None, creating=None, file=None, failed=job.id)
            raise DataError(
                f"the fine-tuning job {job.id} ended as {job.status}: {said}. Running the same "
                "command again makes a new one."
            )
        journal.note(model=job.fine_tuned_model, trained_tokens=job.trained_tokens)
        return job.fine_tuned_model

    def _made(self, lines: bytes, seed: int) -> FineTuningJob:
        """A new job; a file of an earlier process may have expired since."""
        is_old = bool(self.journal.facts.get("file"))
        try:
            return self._created(self._uploaded(lines), seed)
        except (openai.BadRequestError, openai.NotFoundError):
            if not is_old:
                raise
            self.journal.note(file=None)
            return self._created(self._uploaded(lines), seed)

    def _uploaded(self, lines: bytes) -> str:
        if known := self.journal.facts.get("file"):
            return str(known)
        made = self.client.files.create(
            file=(f"datawall-{self.digest}.jsonl", lines), purpose="fine-tune"
        )
        file_id = understood(made, FileObject, "id").id
        self.journal.note(file=file_id)
        return file_id

    def _created(self, file_id: str, seed: int) -> FineTuningJob:
        self.journal.note(creating=True)
        # A repeated request could make a second job, so that one is not repeated blindly.
        once = self.client.with_options(max_retries=0)
        for attempt in range(_ATTEMPTS):
            try:
                made = once.fine_tuning.jobs.create(
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
                return understood(made, FineTuningJob, "id")
            except (
                openai.APIConnectionError,
                openai.InternalServerError,
                openai.RateLimitError,
            ) as error:
                found = self._found()
                if found is not None:
                    return found
                if attempt == _ATTEMPTS - 1:
                    raise
                pause = min(2.0**attempt, 30.0) * self.how.poll_seconds / 10
                self.how.sleep(max(pause, _wanted_pause(error)))
        raise AssertionError("the last attempt raises")

    def _found(self) -> FineTuningJob | None:
        """The job that was created, though its answer was lost."""
        page = self.client.fine_tuning.jobs.list(limit=_PAGE)
        if not isinstance(understood(page, SyncCursorPage).data, list):
            raise ProviderError("the service does not list its jobs; nothing new was made.")
        for job in islice(page, _MOST_JOBS):
            metadata = getattr(job, "metadata", None)
            marked = isinstance(metadata, dict) and metadata.get("datawall") == self.digest
            if marked and job.status not in ("failed", "cancelled"):
                return job
        return None

    def _waited(self, job_id: str) -> FineTuningJob:
        pause, waited = self.how.poll_seconds / 5, 0.0
        while True:
            try:
                found = self.client.fine_tuning.jobs.retrieve(job_id)
            except openai.NotFoundError as error:
                raise DataError(
                    f"the service does not know the fine-tuning job {job_id}: it was deleted, or "
                    f"this is another account. {self.journal.anew}"
                ) from error
            job = understood(found, FineTuningJob, "status")
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


def _wanted_pause(error: openai.APIError) -> float:
    """Seconds that the service asks to wait; 0 where it does not say."""
    if not isinstance(error, openai.APIStatusError):
        return 0.0
    try:
        return min(max(float(error.response.headers.get("retry-after", "0")), 0.0), _LONGEST_WAIT)
    except ValueError:  # a date
        return 0.0
