"""What comes back from an endpoint: an answer that is on the bill, or an error in our words."""

from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from core.errors import ProviderError, ProviderRefusedError
from core.records import TokenUsage


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
    """None when the endpoint does not count."""
    problem: str = ""
    """Why there is nothing to read; empty when there is."""


class _Details(BaseModel):
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """What was said, its parts joined."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class _Choice(BaseModel):
    message: _Message | None = None
    finish_reason: str | None = None


class _Body(BaseModel):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None


def reply_of(body: str, kind: str, address: str) -> Reply:
    """The answer in the body of a 200 from *address*, whose content type is *kind*.

    Raises
    ------
    EndpointError
        The body is no chat completion.
    """
    try:
        answer = _Body.model_validate_json(body)
    except ValidationError as error:
        if body.lstrip()[:1] in ("{", "["):
            raise EndpointError("the answer is broken JSON", may_be_billed=True) from error
        found = kind.partition(";")[0] or "something"
        raise EndpointError(
            f"{address} answered {found} that is no JSON; expected an OpenAI-compatible "
            "address, which often ends in /v1",
        ) from error
    usage = _usage(answer.usage)
    if not answer.choices:
        return Reply(text="", usage=usage, problem="the answer holds no choices")
    choice = answer.choices[0]
    message = choice.message or _Message()
    if choice.finish_reason == "length":
        return Reply(
            text=message.text,
            usage=usage,
            problem="the answer was cut off; raise generator.max_output_tokens",
        )
    if choice.finish_reason == "content_filter" or message.refusal:
        return Reply(text="", usage=usage, problem="the model declined to answer")
    if not message.text.strip():
        return Reply(text="", usage=usage, problem="the answer is empty")
    return Reply(text=message.text, usage=usage)


def _usage(found: _Usage | None) -> TokenUsage | None:
    if found is None:
        return None
    read, wrote = found.prompt_tokens_details, found.completion_tokens_details
    prompt = max(0, found.prompt_tokens or 0)
    cached = (read.cached_tokens or 0) if read else 0
    return TokenUsage(
        input_tokens=prompt,
        output_tokens=max(0, found.completion_tokens or 0),
        cached_tokens=min(max(0, cached), prompt),
        reasoning_tokens=(wrote.reasoning_tokens or 0) if wrote else 0,
        counted_by="provider",
    )
