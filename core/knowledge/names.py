"""When are two names the same, and which names does a text mention?"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_RAISED = re.compile(r"(?<=\w)(?=[⁰¹²³⁴-⁹])")
_TOKEN = re.compile(r"[+\-]?\d+(?:[.,:]\d+)*|[^\W\d]+|\d+|[^\w\s]")
_NUMBER = re.compile(r"[+\-]?\d+(?:[.,:]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MINUS = str.maketrans({"−": "-", "_": " ", "’": "'"})
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def is_number(token: str) -> bool:
    """Whether a token of a normalised name is a number."""
    return _NUMBER.fullmatch(token) is not None


def tokens(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text that tell names apart.

    Case, blanks, punctuation and the way a character is encoded do not; a
    number keeps its sign and decimals, and signs such as #, % or $ count.
    """
    plain = unicodedata.normalize("NFKC", _RAISED.sub("^", text)).translate(_MINUS).casefold()
    plain = _APOSTROPHE.sub("", plain)
    found: list[str] = []
    end = 0
    for match in _TOKEN.finditer(plain):
        token = match[0]
        # A sign right after a word is a hyphen: "EC-10" has no minus.
        if token[0] in "+-" and len(token) > 1 and match.start() == end and found:
            token = token[1:]
        end = match.end()
        if token[0].isalnum() or is_number(token) or _tells_apart(token):
            found.append(_number(token) if token[-1].isdigit() else token)
    return tuple(found)


def _tells_apart(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "S" or sign in "#%&@"


def _number(token: str) -> str:
    """1,000 as 1000, and 1.50 as 1.5; every other number as it is written."""
    if re.fullmatch(r"[+\-]?\d{1,3}(,\d{3})+(\.\d+)?", token):
        token = token.replace(",", "")
    if re.fullmatch(r"[+\-]?\d+\.\d+", token):
        token = token.rstrip("0").rstrip(".")
    return token.removeprefix("+")


@lru_cache(maxsize=100_000)
def normalised(name: str) -> str:
    """A name as it is compared: equal for two spellings of one name."""
    return " ".join(tokens(name)) or " ".join(name.split()).casefold()


def shown(relation: str) -> str:
    """A relation as words: underscores are blanks."""
    return " ".join(relation.replace("_", " ").split())


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that a text mentions."""

    name: str
    """Normalised."""
    start: int
    end: int
    """Its place among the tokens of the text."""


class Mentions:
    """Finds names in texts: at each place the longest that fits."""

    def __init__(self, names: Iterable[str]) -> None:
        """Look for these names, in any spelling that is normalised to the same."""
        self._starting: dict[str, list[tuple[str, ...]]] = {}
        for known in sorted({tokens(name) for name in names}):
            if known and not _is_too_short(known):
                self._starting.setdefault(known[0], []).append(known)
        for options in self._starting.values():
            options.sort(key=len, reverse=True)

    def within(self, text: Sequence[str]) -> list[Mention]:
        """The names that the tokens of a text mention, in their order.

        A plural s at the end of the last word is no other name.
        """
        found: list[Mention] = []
        at = 0
        while at < len(text):
            known = self._longest(text, at)
            if known is None:
                at += 1
                continue
            found.append(Mention(name=" ".join(known), start=at, end=at + len(known)))
            at += len(known)
        return found

    def _longest(self, text: Sequence[str], at: int) -> tuple[str, ...] | None:
        options = self._starting.get(text[at], [])
        if not options and text[at].endswith("s"):
            options = self._starting.get(text[at][:-1], [])
        for known in options:
            here = tuple(text[at : at + len(known)])
            if here == known or (here[:-1] == known[:-1] and here[-1] == f"{known[-1]}s"):
                return known
        return None


def _is_too_short(name: Sequence[str]) -> bool:
    """One letter, or one number: it would be found everywhere."""
    return len(name) == 1 and (len(name[0]) == 1 or is_number(name[0]))
