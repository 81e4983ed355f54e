"""Which of several things is meant by what somebody typed?"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol, TypeVar

from core.errors import InputError


class Named(Protocol):
    """Something with a short key and a name for people."""

    @property
    def key(self) -> str:
        """The short key."""

    @property
    def name(self) -> str:
        """The name for people."""


T = TypeVar("T", bound=Named)


def one_named(every: Sequence[T], name: str, what: str) -> T:
    """The one of a key or a name, whatever its case.

    Parameters
    ----------
    what
        What has no such thing, as ``the scorecard has no figure``.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    wanted = name.strip().lower()
    for one in every:
        if wanted in (one.key, one.name.lower()):
            return one
    keys = [one.key for one in every]
    near = get_close_matches(wanted, [*keys, *(one.name.lower() for one in every)], 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}."
    raise InputError(f"{what} {name!r}; {hint}")
