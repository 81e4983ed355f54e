"""How a question travels to an OpenAI-compatible endpoint.

Errors are translated at this seam and only here. The SDK's own retries are
off: an attempt is a row of the ledger, so whoever keeps the ledger decides to
retry.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openai
from openai import AsyncOpenAI, DefaultAioHttpClient

from core.errors import ProviderError
from core.generation.address import address_and_key, is_vendor
from core.generation.manners import Manners, learnt, request_of
from core.generation.refusals import (
    broken_connection,
    refusal_of,
    wanted_wait,
    words_of,
)
from core.generation.replies import EndpointError, EndpointRefusedError, Reply, reply_of
from core.records import Prompt

_NO_KEY = "not-needed"
_LONGEST_MESSAGE = 300
_CONNECT_SECONDS = 10.0


class ChatEndpoint:
    """One OpenAI-compatible endpoint. Only ``async`` code that awaits the SDK."""

    def __init__(self, base_url: str | None = None) -> None:
        """Connect to *base_url*, else ``OPENAI_BASE_URL``, else the vendor.

        Raises
        ------
        PlanError
            The vendor needs a key and the environment holds none.
        """
        self.base_url, self._key = address_and_key(base_url)
        vendors_own = is_vendor(self.base_url)
        self.manners = Manners(limit="max_completion_tokens" if vendors_own else "max_tokens")
        patience = openai.Timeout(None, connect=_CONNECT_SECONDS)
        self.sdk = AsyncOpenAI(
            api_key=self._key or _NO_KEY,
            base_url=self.base_url,
            max_retries=0,
            timeout=patience,
            http_client=DefaultAioHttpClient(timeout=patience),
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self.sdk.close()

    async def ask(self, prompt: Prompt, model: str, idempotency_key: str) -> Reply:
        """Send one question once.

        Raises
        ------
        EndpointError
            No answer came, or none that this protocol knows; asking again may help.
        EndpointRefusedError
            The endpoint refused, and asking the same again cannot help.
        """
        used = self.manners
        request = request_of(prompt, model, used)
        try:
            raw = await self.sdk.chat.completions.with_raw_response.create(
                model=model,
                messages=[],
                # The SDK would walk through every part of these by its own types; they are
                # plain JSON already, and an extra body is sent as it is.
                extra_body=request,
                extra_headers={"Idempotency-Key": idempotency_key},
            )
            body, kind = self._masked(raw.text), raw.headers.get("content-type", "")
        except openai.APIStatusError as error:
            said = self.plain(words_of(error))
            change = self.learn(used, error.status_code, said, request)
            raise change or self.translated(error, model) from error
        except openai.APIConnectionError as error:
            raise self.unconnected(error) from error
        except (openai.OpenAIError, ValueError) as error:
            raise EndpointError(self.plain(str(error)), may_be_billed=True) from error
        return reply_of(body, kind, self.base_url)

    def learn(
        self, used: Manners, status: int, said: str, request: Mapping[str, Any]
    ) -> EndpointError | None:
        """Ask differently from now on, if a refusal is about how it was asked; None if not."""
        if status not in (400, 422):
            return None
        changes, words = learnt(used, said, request)
        if not changes:
            return None
        self.manners = replace(self.manners, **changes)
        return EndpointError(f"{words} ({status}: {said})", is_free_to_repeat=True)

    def translated(
        self, error: openai.APIStatusError, model: str
    ) -> EndpointError | EndpointRefusedError:
        """A status as an error in our words."""
        return refusal_of(
            error.status_code,
            self.plain(words_of(error)),
            address=self.base_url,
            model=model,
            code=error.code or "",
            wait_seconds=wanted_wait(error),
        )

    def unconnected(self, error: openai.APIConnectionError) -> ProviderError:
        """A broken connection as an error in our words."""
        said = self.plain(str(error.__cause__ or error))
        return broken_connection(error, self.base_url, said)

    def plain(self, text: str) -> str:
        """One short line without the key."""
        text = self._masked(text)
        return " ".join(text.split())[:_LONGEST_MESSAGE]

    def _masked(self, text: str) -> str:
        """The text without the key, which an endpoint may echo; nothing that is kept holds it."""
        return text.replace(self._key, "***") if self._key else text
