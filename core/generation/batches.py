"""The batch API of an OpenAI-compatible endpoint: half the price, an answer within a day.

One file of requests goes up, one batch is made of it, and later a file of
answers and a file of errors come down. Errors are translated here as for
single questions.
"""

import json
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import openai
from pydantic import BaseModel, ValidationError

from core.generation.endpoint import ChatEndpoint
from core.generation.manners import Manners, request_of
from core.generation.refusals import refusal_of
from core.generation.replies import (
    EndpointError,
    EndpointRefusedError,
    Reply,
    error_text,
    reply_of_json,
)
from core.records import Prompt

Outcome = Reply | EndpointError | EndpointRefusedError

_OVER = ("completed", "failed", "expired", "cancelled")
_WINDOW: Any = "24h"
_PATH: Any = "/v1/chat/completions"
_TIMEOUT_SECONDS = 300.0
_PAGE, _MOST_PAGES = 100, 10
_NO_BATCHES = (
    "knows no such batch or file, or has no batch API; check the key and generator.base_url, or "
    "set generator.batch = false in a new run"
)


class _Raw(Protocol):
    @property
    def content(self) -> bytes: ...


_R = TypeVar("_R", bound=_Raw)
_M = TypeVar("_M", bound=BaseModel)


class _Counts(BaseModel):
    total: int = 0
    completed: int = 0
    failed: int = 0


class _Fault(BaseModel):
    code: str | None = None
    line: int | None = None
    message: str | None = None


class _Faults(BaseModel):
    data: list[_Fault] | None = None


class _Batch(BaseModel):
    id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    request_counts: _Counts | None = None
    errors: _Faults | None = None
    metadata: dict[str, str] | None = None


class _Page(BaseModel):
    data: list[_Batch]
    has_more: bool = False


class _File(BaseModel):
    id: str


class _Response(BaseModel):
    status_code: int
    body: Any = None


class _Line(BaseModel):
    custom_id: str
    response: _Response | None = None
    error: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """Where a batch stands."""

    batch_id: str
    status: str
    completed: int
    failed: int
    total: int
    files: tuple[str, ...]
    """Of answers and of errors, where there are any."""
    faults: Mapping[int, str]
    """Why the batch was not begun, by the line of its file; 0 for the file as a whole."""

    @property
    def is_over(self) -> bool:
        """Whether no further answer will come."""
        return self.status in _OVER


class BatchEndpoint:
    """The batches of one endpoint. Only ``async`` code that awaits the SDK."""

    def __init__(self, chat: ChatEndpoint) -> None:
        """Share the connections and the manners of *chat*."""
        self.chat = chat
        self._sdk = chat.sdk.with_options(timeout=_TIMEOUT_SECONDS)

    def line(self, call_id: str, prompt: Prompt, model: str) -> bytes:
        """One request of a batch's file."""
        body = request_of(prompt, model, self.chat.manners)
        facts = {"custom_id": call_id, "method": "POST", "url": _PATH, "body": body}
        return json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

    async def submit(self, lines: Sequence[bytes], metadata: Mapping[str, str]) -> BatchState:
        """Send a file of requests and make a batch of it.

        Raises
        ------
        EndpointError
            No batch was made as far as is known; ask :meth:`find` before trying again.
        EndpointRefusedError
            The endpoint takes no such batch.
        """
        name = f"{metadata.get('calls', 'batch')}.jsonl"
        upload = self._sdk.files.with_raw_response.create(
            file=(name, b"".join(lines), "application/jsonl"), purpose="batch"
        )
        file = self._read(_File, await self._sent(upload))
        create = self._sdk.batches.with_raw_response.create(
            completion_window=_WINDOW,
            endpoint=_PATH,
            input_file_id=file.id,
            metadata=dict(metadata),
            extra_headers={"Idempotency-Key": name},
        )
        return _state(self._read(_Batch, await self._sent(create)))

    async def find(self, metadata: Mapping[str, str]) -> BatchState | None:
        """The batch that was made with this metadata, if there is one among the last thousand."""
        after: Any = openai.omit
        for _ in range(_MOST_PAGES):
            listing = self._sdk.batches.with_raw_response.list(limit=_PAGE, after=after)
            page = self._read(_Page, await self._sent(listing))
            for batch in page.data:
                if metadata.items() <= (batch.metadata or {}).items():
                    return _state(batch)
            if not page.has_more or not page.data:
                return None
            after = page.data[-1].id
        return None

    async def state(self, batch_id: str) -> BatchState:
        """Where a batch stands now."""
        found = await self._sent(self._sdk.batches.with_raw_response.retrieve(batch_id))
        return _state(self._read(_Batch, found))

    async def cancel(self, batch_id: str) -> None:
        """Ask for no further answers; what is done by then is still paid for."""
        await self._sent(self._sdk.batches.with_raw_response.cancel(batch_id))

    async def answers(
        self, state: BatchState, asked: Mapping[str, tuple[Prompt, str]], used: Manners
    ) -> dict[str, Outcome]:
        """What a batch that is over holds for each of its calls.

        Parameters
        ----------
        asked
            Prompt and model of each call.
        used
            How they were asked.
        """
        found: dict[str, Outcome] = {}
        for file_id in state.files:
            raw = await self._sent(self._sdk.files.with_raw_response.content(file_id))
            for line in _lines(raw.content):
                if line.custom_id not in found:
                    found[line.custom_id] = self._outcome(line, asked, used)
        return found

    def _outcome(
        self, line: _Line, asked: Mapping[str, tuple[Prompt, str]], used: Manners
    ) -> Outcome:
        chat, response = self.chat, line.response
        if response is None:
            return EndpointError(f"not answered in the batch: {error_text(line.error)}")
        if response.status_code == 200:
            try:
                return reply_of_json(response.body, chat.base_url)
            except EndpointError as error:
                return error
        said = chat.plain(error_text(response.body or line.error))
        prompt, model = asked.get(line.custom_id, (None, ""))
        request = request_of(prompt, model, used) if prompt else {}
        return chat.learn(used, response.status_code, said, request) or refusal_of(
            response.status_code, said, address=chat.base_url, model=model
        )

    async def _sent(self, asking: Awaitable[_R]) -> _R:
        chat = self.chat
        try:
            return await asking
        except openai.APIStatusError as error:
            if error.status_code in (404, 405):
                raise EndpointRefusedError(
                    f"{chat.base_url} {_NO_BATCHES} ({error.status_code}).", ends_run=True
                ) from error
            found = chat.translated(error, "")
            if isinstance(found, EndpointRefusedError):
                raise EndpointRefusedError(str(found), ends_run=True) from error
            raise found from error
        except openai.APIConnectionError as error:
            raise chat.unconnected(error) from error
        except (openai.OpenAIError, ValueError) as error:
            raise EndpointError(chat.plain(str(error)), may_be_billed=True) from error

    def _read(self, kind: type[_M], raw: _Raw) -> _M:
        try:
            return kind.model_validate_json(raw.content)
        except ValidationError as error:
            raise EndpointError(
                f"{self.chat.base_url} answered something that is no "
                f"{kind.__name__.strip('_').lower()} of a batch API",
                may_be_billed=True,
            ) from error


def _state(batch: _Batch) -> BatchState:
    counts = batch.request_counts or _Counts()
    faults = (batch.errors.data or []) if batch.errors else []
    return BatchState(
        batch_id=batch.id,
        status=batch.status,
        completed=counts.completed,
        failed=counts.failed,
        total=counts.total,
        files=tuple(name for name in (batch.output_file_id, batch.error_file_id) if name),
        faults={
            fault.line or 0: error_text(fault.message or fault.code or "no reason given")
            for fault in reversed(faults)
        },
    )


def _lines(content: bytes) -> Iterator[_Line]:
    """The whole lines of a file; one that is torn is as good as missing."""
    for row in content.split(b"\n"):
        try:
            yield _Line.model_validate_json(row)
        except ValidationError:
            continue
