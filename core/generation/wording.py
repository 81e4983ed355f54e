"""Texts as words with the space before each, so that parts of several can be put together."""

import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"(\s*)([^\W_]+(?:['’.\-][^\W_]+)*|\S)", re.UNICODE)
_ENDS_SENTENCE = frozenset(".!?…")
_SHORT_FORMS = (
    ("i am", "i'm"),
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("did not", "didn't"),
    ("can not", "can't"),
    ("cannot", "can't"),
    ("is not", "isn't"),
    ("was not", "wasn't"),
    ("have not", "haven't"),
    ("has not", "hasn't"),
    ("will not", "won't"),
    ("would not", "wouldn't"),
    ("could not", "couldn't"),
    ("i have", "i've"),
    ("i would", "i'd"),
    ("i will", "i'll"),
    ("it is", "it's"),
    ("what is", "what's"),
    ("that is", "that's"),
    ("there is", "there's"),
    ("we are", "we're"),
    ("you are", "you're"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark as written, and what stood before it."""

    text: str
    space: str
    key: str
    """The word in lower case: what is compared."""


Words = tuple[Word, ...]


def words(text: str) -> Words:
    """A text in words and marks."""
    return tuple(Word(w, " " if s else "", w.casefold()) for s, w in _TOKEN.findall(text.strip()))


def keys(text: Words) -> tuple[str, ...]:
    """The words in lower case."""
    return tuple(word.key for word in text)


def written(text: Words) -> str:
    """Words as a text, with its spaces."""
    return "".join(word.space + word.text for word in text).strip()


def is_word(key: str) -> bool:
    """Whether it is a word and no mark."""
    return key[0].isalnum()


def joined(head: Words, tail: Words) -> Words:
    """Two parts one after the other, spaced, and cased as a sentence that goes on."""
    if not head or not tail:
        return head or tail
    first = tail[0]
    text = first.text
    if head[-1].text[-1] in _ENDS_SENTENCE:
        text = text[:1].upper() + text[1:] if head[0].text[:1].isupper() else text
    elif text[:1].isupper() and text[1:].islower() and not text.startswith("I'"):
        text = text[:1].lower() + text[1:]
    space = " " if is_word(first.key) or first.space else ""
    return (*head, Word(text, space, first.key), *tail[1:])


def opening_like(text: Words, model: Words) -> Words:
    """The text with its first letter cased as that of *model*."""
    if not text or not model:
        return text
    first, upper = text[0], model[0].text[:1].isupper()
    cased = first.text[:1].upper() if upper else first.text[:1].lower()
    if first.text in {"I"} or first.text.startswith("I'"):
        cased = "I"
    return (Word(cased + first.text[1:], "", first.key), *text[1:])


def with_short_form(text: str, dice: random.Random) -> str:
    """One full form shortened or one short form written out, where the text has any."""
    changes = []
    for full, short in _SHORT_FORMS:
        for old, new in ((full, short), (short, full)):
            found = re.search(rf"\b{re.escape(old)}\b", text, re.IGNORECASE)
            if found:
                fitted = new[:1].upper() + new[1:] if found[0][:1].isupper() else new
                changes.append(text[: found.start()] + fitted + text[found.end() :])
    return dice.choice(changes) if changes else text


def with_other_numbers(text: str, dice: random.Random) -> str:
    """Every number of two digits and more replaced by one of the same shape."""

    def other(found: re.Match[str]) -> str:
        digits = found[0]
        first = dice.choice("123456789") if digits[0] != "0" else "0"
        return first + "".join(dice.choice("0123456789") for _ in digits[1:])

    return re.sub(r"(?<![\w.])\d{2,}(?![\w])", other, text)


def with_slip(text: str, dice: random.Random) -> str:
    """One slip of the keyboard: two letters swapped, one dropped or one doubled."""
    places = [m.span() for m in re.finditer(r"[^\W\d_]{5,}", text)]
    if not places:
        return text
    start, end = dice.choice(places)
    at = dice.randrange(start + 1, end - 2)
    kind = dice.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]
