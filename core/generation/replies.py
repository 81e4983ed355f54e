"""What comes back from an endpoint: an answer that is on the bill, or an error in our words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from core.errors import ProviderError, ProviderRefusedError
from core.records import TokenUsage

_MOST_TOKENS = 1_000_000_000
_LONGEST_MESSAGE = 300


class EndpointError(ProviderError):
    """The endpoint failed in a way that asking again may mend."""

    def __init__(
        self,
        message: str,
        *,
        wait_seconds: float | None = None,
        is_capacity: bool = False,
        may_be_billed: bool = False,
        is_free_to_repeat: bool = False,
        is_unreachable: bool = False,
        is_timeout: bool = False,
    ) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        """How long the endpoint asked to wait."""
        self.is_capacity = is_capacity
        """It is too busy for us, rather than broken."""
        self.may_be_billed = may_be_billed
        """The question arrived, so the lost answer may be on the bill."""
        self.is_free_to_repeat = is_free_to_repeat
        """The next attempt is asked in another way, so this one does not count."""
        self.is_unreachable = is_unreachable
        """Nothing listens at the address, or the network does not know it."""
        self.is_timeout = is_timeout
        """It did not answer in the time that it was given."""


class EndpointRefusedError(ProviderRefusedError):
    """The endpoint refused this question, or every question when ``ends_run``."""

    def __init__(self, message: str, *, ends_run: bool) -> None:
        super().__init__(message)
        self.ends_run = ends_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that arrived, readable or not: it is on the bill."""

    text: str
    usage: TokenUsage | None
    """None when the endpoint does not count, or counts nonsense."""
    problem: str = ""
    """Why there is nothing to read; empty when there is."""
    model: str = ""
    """The model that the endpoint says has answered; empty when it does not say."""
    response_id: str = ""
    """The endpoint's own name of the answer."""


_Count = Annotated[int, Field(ge=0, le=_MOST_TOKENS, strict=True)]


class _Details(BaseModel):
    cached_tokens: _Count | None = None
    cache_write_tokens: _Count | None = None
    reasoning_tokens: _Count | None = None


class _Usage(BaseModel):
    prompt_tokens: Annotated[int, Field(ge=1, le=_MOST_TOKENS, strict=True)]
    completion_tokens: _Count
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None


class _Part(BaseModel):
    text: str | None = None


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """What was said, its parts joined."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class _Choice(BaseModel):
    message: _Message | None = None
    finish_reason: str | None = None


class _Body(BaseModel):
    choices: list[_Choice] | None = None
    usage: Any = None
    model: Any = None
    id: Any = None
    error: Any = None


def reply_of(body: str, kind: str, address: str) -> Reply:
    """The answer in the body of a 200 from *address*, whose content type is *kind*.

    Raises
    ------
    EndpointError
        The body is no chat completion.
    """
    try:
        found = json.loads(body)
    except ValueError as error:
        if body.lstrip()[:1] in ("{", "["):
            raise EndpointError("the answer is broken JSON", may_be_billed=True) from error
        what = kind.partition(";")[0] or "something"
        raise EndpointError(
            f"{address} answered {what} that is no JSON; expected an OpenAI-compatible "
            "address, which often ends in /v1",
        ) from error
    return reply_of_json(found, address)


def reply_of_json(found: object, address: str) -> Reply:
    """The answer in JSON that came from *address*.

    Raises
    ------
    EndpointError
        It is no chat completion.
    """
    try:
        answer = _Body.model_validate(found)
    except ValidationError as error:
        raise EndpointError(
            f"{address} answered JSON that is no chat completion", may_be_billed=True
        ) from error
    if not answer.choices and answer.error:
        said = error_text(answer.error)
        raise EndpointError(f"{address} answered 200 with an error: {said}", may_be_billed=True)
    text, problem = _said(answer.choices or [])
    return Reply(
        text=text,
        usage=_usage(answer.usage, text),
        problem=problem,
        model=answer.model if isinstance(answer.model, str) else "",
        response_id=answer.id if isinstance(answer.id, str) else "",
    )


def error_text(found: object) -> str:
    """The words in an error's JSON, whatever its form."""
    inner = found.get("error", found) if isinstance(found, Mapping) else found
    said = inner.get("message", inner) if isinstance(inner, Mapping) else inner
    return " ".join(str(said).split())[:_LONGEST_MESSAGE]


def names_other_model(asked: str, said: str) -> bool:
    """Whether an endpoint that was asked for one model names another as the one that answered.

    A dated version of a model is no other, nor is its name with its seller's.
    """
    names = [name.strip().lower().rpartition("/")[2] for name in (asked, said)]
    short, long = sorted((name.removesuffix("-latest") for name in names), key=len)
    if not short or not said.strip():
        return False
    return re.fullmatch(re.escape(short) + r"([-@:](\d.*|preview|latest))?", long) is None


def _said(choices: list[_Choice]) -> tuple[str, str]:
    """The text of the only choice, and why there is nothing to read in it."""
    if not choices:
        return "", "the answer holds no choices"
    message, end = choices[0].message or _Message(), choices[0].finish_reason
    if len(choices) > 1:
        return message.text, f"the answer holds {len(choices)} choices where one was asked for"
    if end == "length":
        return message.text, "the answer was cut off; raise generator.max_output_tokens"
    if end == "content_filter":
        return "", "the endpoint's content filter withheld the answer"
    if message.refusal:
        return "", f"the model declined to answer: {error_text(message.refusal)}"
    if end in ("tool_calls", "function_call") and not message.text.strip():
        return "", "the model called a tool instead of answering"
    if not message.text.strip():
        return "", "the answer is empty"
    return message.text, ""


def _usage(found: object, text: str) -> TokenUsage | None:
    """What was counted; None for counts that cannot be those of this answer."""
    try:
        usage = _Usage.model_validate(found)
    except ValidationError:
        return None
    if text.strip() and not usage.completion_tokens:
        return None
    read = usage.prompt_tokens_details or _Details()
    wrote = usage.completion_tokens_details or _Details()
    cached = min(read.cached_tokens or 0, usage.prompt_tokens)
    return TokenUsage(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        cached_tokens=cached,
        cache_write_tokens=min(read.cache_write_tokens or 0, usage.prompt_tokens - cached),
        reasoning_tokens=min(wrote.reasoning_tokens or 0, usage.completion_tokens),
        counted_by="provider",
    )
