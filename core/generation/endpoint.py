"""How a question travels to an OpenAI-compatible endpoint, and what can come back.

Errors are translated here and only here. The SDK's own retries are off: an
attempt is a row of the ledger, so whoever keeps the ledger decides to retry.
"""

import os
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import openai
from openai import AsyncOpenAI, DefaultAioHttpClient

from core.errors import PlanError, ProviderError
from core.generation.plan import check_base_url
from core.generation.replies import EndpointError, EndpointRefusedError, Reply, reply_of
from core.records import Prompt
from core.workspace.run_folder import now_utc

KEY_VARIABLE, ADDRESS_VARIABLE = "OPENAI_API_KEY", "OPENAI_BASE_URL"
VENDOR = "https://api.openai.com/v1"
_NO_KEY = "not-needed"
_LONGEST_MESSAGE = 300
_CONNECT_SECONDS = 10.0


_Answers = Literal["json_schema", "json_object", "plain"]
_Limit = Literal["max_completion_tokens", "max_tokens"]

_OTHER_LIMIT: dict[_Limit, _Limit] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}
_SHAPE_WORDS = ("response_format", "json_object", "schema", "structured", "guided")
_PASSING = (408, 409, 425, 429)
_REFUSED_KEY = (
    "refused the key",
    f"; set {KEY_VARIABLE} to a key that may use this model, then resume the run.",
)
_NOT_FOUND = (
    "knows no model {model} or no such address",
    "; check generator.model and generator.base_url, which often ends in /v1.",
)
_NO_CREDIT = ("says that the account's credit is spent", "; raise it, then resume the run.")
_ENDINGS = {
    401: _REFUSED_KEY,
    402: _NO_CREDIT,
    403: _REFUSED_KEY,
    404: _NOT_FOUND,
    405: _NOT_FOUND,
    429: _NO_CREDIT,
}
"""Refusals that end the run, and what mends them."""


@dataclass
class _Manners:
    """How this endpoint likes to be asked; learnt from its refusals."""

    answers: _Answers = "json_schema"
    limit: _Limit = "max_tokens"
    limit_switched: bool = False
    temperature: bool = True


def address_and_key(base_url: str | None = None) -> tuple[str, str]:
    """Where to ask and with which key: *base_url*, else ``OPENAI_BASE_URL``, else the vendor.

    Raises
    ------
    PlanError
        The address is none, or the vendor needs a key and the environment holds none.
    """
    given = base_url or os.environ.get(ADDRESS_VARIABLE, "").strip() or VENDOR
    check_base_url(given, "base_url" if base_url else ADDRESS_VARIABLE)
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if _is_vendor(given) and not key:
        raise PlanError(
            f"{given} needs a key: set the variable {KEY_VARIABLE}, or set generator.base_url "
            'to a server of your own, or use generator.type = "embedded".'
        )
    return given, key


def _is_vendor(address: str) -> bool:
    return urlsplit(address).hostname == urlsplit(VENDOR).hostname


class ChatEndpoint:
    """One OpenAI-compatible endpoint. Only ``async`` code that awaits the SDK."""

    def __init__(self, base_url: str | None = None) -> None:
        """Connect to *base_url*, else ``OPENAI_BASE_URL``, else the vendor.

        Raises
        ------
        PlanError
            The vendor needs a key and the environment holds none.
        """
        given, key = address_and_key(base_url)
        is_vendor = _is_vendor(given)
        self.base_url, self._key = given, key
        self._manners = _Manners(limit="max_completion_tokens" if is_vendor else "max_tokens")
        patience = openai.Timeout(None, connect=_CONNECT_SECONDS)
        self._client = AsyncOpenAI(
            api_key=key or _NO_KEY,
            base_url=given,
            max_retries=0,
            timeout=patience,
            http_client=DefaultAioHttpClient(timeout=patience),
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.close()

    async def ask(self, prompt: Prompt, model: str, idempotency_key: str) -> Reply:
        """Send one question once.

        Raises
        ------
        EndpointError
            No answer came, or none that this protocol knows; asking again may help.
        EndpointRefusedError
            The endpoint refused, and asking the same again cannot help.
        """
        try:
            raw = await self._client.chat.completions.with_raw_response.create(
                **_request(prompt, model, self._manners),
                extra_headers={"Idempotency-Key": idempotency_key},
            )
            body, kind = raw.text, raw.headers.get("content-type", "")
        except openai.APIStatusError as error:
            raise self._translated(error, prompt, model) from error
        except openai.APIConnectionError as error:
            raise self._unconnected(error) from error
        except (openai.OpenAIError, ValueError) as error:
            raise EndpointError(self._plain(str(error)), may_be_billed=True) from error
        return reply_of(body, kind, self.base_url)

    def _translated(
        self, error: openai.APIStatusError, prompt: Prompt, model: str
    ) -> ProviderError:
        status, said = error.status_code, self._plain(_said(error))
        spent = status == 429 and "insufficient_quota" in f"{error.code} {said}"
        if not spent and (status in _PASSING or status >= 500):
            return EndpointError(
                f"{self.base_url} answered {status}: {said}",
                is_capacity=status in (429, 503),
                wait_seconds=_wanted_wait(error),
            )
        if status in (400, 422) and (change := self._other_manner(said, prompt)):
            return EndpointError(f"{change} ({status}: {said})", is_free_to_repeat=True)
        what, mend = _ENDINGS.get(status, ("refused", ""))
        return EndpointRefusedError(
            f"{self.base_url} {what.format(model=repr(model))} ({status}): {said}{mend}",
            ends_run=bool(mend),
        )

    def _other_manner(self, said: str, prompt: Prompt) -> str:
        """Ask differently from now on, if the refusal is about how it was asked; what changed."""
        manners, low = self._manners, said.lower()
        if manners.limit in low and not manners.limit_switched:
            manners.limit_switched = True
            manners.limit = _OTHER_LIMIT[manners.limit]
            return f"asking with {manners.limit} instead"
        if "temperature" in low and manners.temperature and prompt.temperature is not None:
            manners.temperature = False
            return "asking without a temperature"
        if any(word in low for word in _SHAPE_WORDS) and manners.answers != "plain":
            manners.answers = "json_object" if manners.answers == "json_schema" else "plain"
            return f"asking for {manners.answers} answers instead"
        return ""

    def _unconnected(self, error: openai.APIConnectionError) -> EndpointError:
        cause = error.__cause__ or error
        said = self._plain(str(cause))
        if type(cause).__name__ in ("ConnectError", "ConnectTimeout"):
            return EndpointError(f"cannot reach {self.base_url}: {said}", is_unreachable=True)
        return EndpointError(f"the connection broke: {said}", may_be_billed=True)

    def _plain(self, text: str) -> str:
        """One short line without the key."""
        if self._key:
            text = text.replace(self._key, "***")
        return " ".join(text.split())[:_LONGEST_MESSAGE]


def _request(prompt: Prompt, model: str, manners: _Manners) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": prompt.instructions},
            {"role": "user", "content": prompt.question},
        ],
        manners.limit: prompt.max_output_tokens,
    }
    if prompt.temperature is not None and manners.temperature:
        request["temperature"] = prompt.temperature
    if manners.answers == "json_schema":
        request["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": prompt.schema_name,
                "strict": True,
                "schema": dict(prompt.schema),
            },
        }
    elif manners.answers == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return error.message


def _wanted_wait(error: openai.APIStatusError) -> float | None:
    headers = error.response.headers
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            return max(0.0, float(value) * scale)
        except ValueError:
            pass
        try:
            until = parsedate_to_datetime(value).replace(tzinfo=None)
            return max(0.0, (until - now_utc()).total_seconds())
        except (TypeError, ValueError):
            continue
    return None
