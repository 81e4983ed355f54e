"""What an endpoint's refusals and broken connections mean, and what mends them, in our words."""

import socket
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import openai

from core.errors import ProviderError
from core.generation.address import KEY_VARIABLE
from core.generation.replies import EndpointError, EndpointRefusedError, error_text
from core.workspace.run_folder import now_utc

_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "RECORD_LAYER_FAILURE")
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


def refusal_of(
    status: int,
    said: str,
    *,
    address: str,
    model: str,
    code: str = "",
    wait_seconds: float | None = None,
) -> EndpointError | EndpointRefusedError:
    """What a status and its words mean for whoever asked *model* at *address*."""
    spent = status == 429 and "insufficient_quota" in f"{code} {said}"
    if not spent and (status in _PASSING or status >= 500):
        return EndpointError(
            f"{address} answered {status}: {said}",
            is_capacity=status in (429, 503),
            wait_seconds=wait_seconds,
        )
    what, mend = _ENDINGS.get(status, ("refused", ""))
    return EndpointRefusedError(
        f"{address} {what.format(model=repr(model))} ({status}): {said}{mend}",
        ends_run=bool(mend),
    )


def broken_connection(error: openai.APIConnectionError, address: str, said: str) -> ProviderError:
    """Why no answer came over the line to *address*."""
    causes = list(_causes(error))
    host = urlsplit(address).hostname
    for cause in causes:
        if reason := getattr(cause, "verify_message", None):
            return EndpointRefusedError(
                f"the certificate of {address} is not trusted: {reason}; set "
                "SSL_CERT_FILE to a file with the certificate of the authority that signed it, "
                "often that of a proxy, then resume the run.",
                ends_run=True,
            )
        if getattr(cause, "reason", None) in _NO_TLS:
            return EndpointRefusedError(
                f"{address} does not speak TLS as expected ({said}); check whether "
                "generator.base_url begins with http or https.",
                ends_run=True,
            )
        if isinstance(cause, socket.gaierror):
            return EndpointError(
                f"cannot reach {address}: the network knows no host {host!r}; check "
                "generator.base_url and the connection",
                is_unreachable=True,
            )
    if any(type(cause).__name__ in ("ConnectError", "ConnectTimeout") for cause in causes):
        return EndpointError(f"cannot reach {address}: {said}", is_unreachable=True)
    return EndpointError(f"the connection broke: {said}", may_be_billed=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, outermost first."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def words_of(error: openai.APIStatusError) -> str:
    """What the endpoint said with a status."""
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return error_text(error.message)


def wanted_wait(error: openai.APIStatusError) -> float | None:
    """How long the endpoint asked to wait. [seconds]"""
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
