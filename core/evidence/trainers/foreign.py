"""Words of others, scripts and services, fit to be shown."""

import re
from typing import TypeVar

from core.errors import ProviderError

Spoken = TypeVar("Spoken")

NONSENSE = "answers something else than the API that it should speak."
KEPT = "What was done is kept; run the same command again to go on."
_LONGEST = 400
_COLOURS = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?)")


def printable(text: str, longest: int) -> str:
    """A line, fit for a terminal: no colours, no control characters, not too long."""
    plain = _COLOURS.sub("", text[: 10 * longest])
    return "".join(c if c.isprintable() else " " for c in plain)[:longest].strip()


def complaint(error: Exception, key: str) -> str:
    """What a service objects to, without the key, should it repeat that."""
    said = str(error)
    return printable(said.replace(key, "[key]") if key else said, _LONGEST).rstrip(".")


def understood(found: object, kind: type[Spoken], *needed: str) -> Spoken:
    """An answer of the service as the client's class, with what is *needed* in it.

    Raises
    ------
    ProviderError
        It is something else: the client passes on whatever JSON it gets.
    """
    if not isinstance(found, kind) or not all(getattr(found, name, None) for name in needed):
        raise ProviderError(f"the service {NONSENSE} {KEPT}")
    return found
