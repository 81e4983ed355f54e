"""Is a text in the language of the anchors? Their script, and how their letters follow one another.

No language is known beforehand and none is named: letters of another script are
counted, and a text whose letters follow one another as in no text of theirs is
strange. Short texts say too little and are never strange but for their script.
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.critique.verdict import Verdict

_FEWEST_TEXTS, _MOST_TEXTS = 100, 4_000
_FEWEST_LETTERS = 20
_USED = 0.005
"""Share of the anchors' letters from which on a script is theirs."""

_TRUSTED = 4.0
"""Weight, in letters, of how often a letter is at all, against what it follows."""

_STRANGE, _FOREIGN = 5.0, 8.0
"""Standard deviations below the anchors at which a text begins to be strange, and scores 0."""

_STARTS = (
    (0x0041, "Latin"),
    (0x0370, "Greek"),
    (0x0400, "Cyrillic"),
    (0x0530, "Armenian"),
    (0x0590, "Hebrew"),
    (0x0600, "Arabic"),
    (0x0900, "Indian"),
    (0x0E00, "Thai"),
    (0x0F00, "another"),
    (0x10A0, "Georgian"),
    (0x1100, "Korean"),
    (0x1200, "another"),
    (0x1E00, "Latin"),
    (0x1F00, "Greek"),
    (0x2000, "another"),
    (0x3040, "Japanese"),
    (0x3100, "another"),
    (0x3400, "Chinese"),
    (0xA000, "another"),
    (0xAC00, "Korean"),
    (0xD800, "another"),
    (0xF900, "Chinese"),
    (0xFB00, "Latin"),
    (0xFB1D, "Hebrew"),
    (0xFB50, "Arabic"),
    (0xFF00, "Latin"),
    (0xFF66, "Japanese"),
    (0xFFA0, "Korean"),
    (0xFFE0, "another"),
    (0x20000, "Chinese"),
)
_FIRST = [start for start, _ in _STARTS]
_NO_LETTERS = re.compile(r"[\W\d_]+")
_FINE = Verdict(score=1.0, reason="is in the language of the anchors")


class Language:
    """What the anchors' texts are written in."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn their scripts and, of enough texts, their words and which letter follows which."""
        some = texts[:: max(1, len(texts) // _MOST_TEXTS)]
        self._scripts = _used(some)
        plain = [_plain(text) for text in some]
        self._model: _Letters | None = None
        if len(plain) < _FEWEST_TEXTS:
            return
        # Each half as the other sees it: what a text unseen before is like.
        null = [
            _Seen(len(text), *model.surprises(text))
            for half in (0, 1)
            for model in [_Letters(plain[half::2])]
            for text in plain[1 - half :: 2]
            if len(text) >= _FEWEST_LETTERS
        ]
        if len(null) < _FEWEST_TEXTS // 2:
            return
        self._model = _Letters(plain)
        self._letters = _Usual([seen.size for seen in null], [seen.letters for seen in null])
        self._words = _Usual([seen.size for seen in null], [seen.words for seen in null])
        self._together = 1.0
        self._together = float(np.std([self._off(seen) for seen in null])) or 1.0

    def _off(self, seen: "_Seen") -> float:
        """How far off a text is, by its letters and its words, in standard deviations."""
        letters = self._letters.off(seen.size, seen.letters)
        return (letters + self._words.off(seen.size, seen.words)) / self._together

    def of(self, text: str) -> Verdict:
        """1 for a text in the anchors' language, 0 for one that is surely not."""
        own = _counted(text)
        letters = sum(own.values())
        if not letters or not self._scripts:
            return _FINE
        strange = {script: n for script, n in own.items() if script not in self._scripts}
        if strange:
            most = max(strange, key=lambda script: strange[script])
            share = sum(strange.values()) / letters
            return Verdict(
                score=max(0.0, 1 - 2 * share),
                reason=f"{share:.0%} of its letters are {most}, a script that anchors do not use",
            )
        return self._followed(text)

    def _followed(self, text: str) -> Verdict:
        plain = _plain(text)
        if self._model is None or len(plain) < _FEWEST_LETTERS:
            return _FINE
        off = self._off(_Seen(len(plain), *self._model.surprises(plain)))
        score = float(np.interp(off, (_STRANGE, _FOREIGN), (1.0, 0.0)))
        if score >= 1:
            return _FINE
        return Verdict(
            score=score,
            reason="neither its words nor its letters are those of the anchors' language",
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as a model of others sees it."""

    size: int
    letters: float
    words: float


class _Usual:
    """What a figure of a text usually is, and how far off the usual is far."""

    def __init__(self, sizes: Sequence[int], values: Sequence[float]) -> None:
        self._middle = float(np.median(values))
        apart = (np.array(values) - self._middle) ** 2
        # Texts differ by their words, less the longer they are, and by their style.
        design = np.stack([np.ones(len(sizes)), 1 / np.array(sizes)], axis=1)
        self._style, self._chance = np.maximum(np.linalg.lstsq(design, apart)[0], 0.0).tolist()
        self._least = float(apart.mean()) / 4 or 1.0

    def off(self, size: int, value: float) -> float:
        """Standard deviations above the usual."""
        spread = max(self._style + self._chance / size, self._least)
        return (value - self._middle) / math.sqrt(spread)


def _script(letter: str) -> str:
    return _STARTS[bisect_right(_FIRST, ord(letter)) - 1][1]


def _counted(text: str) -> Counter[str]:
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        return Counter({"Latin": letters} if letters else {})
    return Counter(_script(c) for c in text if c.isalpha())


def _used(texts: Sequence[str]) -> set[str]:
    found: Counter[str] = Counter()
    for text in texts:
        found.update(_counted(text))
    return {script for script, n in found.items() if n >= _USED * found.total()}


def _plain(text: str) -> str:
    return f" {_NO_LETTERS.sub(' ', text.casefold()).strip()} "


class _Letters:
    """How surprising a text's letters and words are to one who knows some other texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        alone: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        triples: Counter[str] = Counter()
        self._known: set[str] = set()
        for text in texts:
            self._known.update(text.split())
            alone.update(text)
            pairs.update(text[i : i + 2] for i in range(len(text) - 1))
            triples.update(text[i : i + 3] for i in range(len(text) - 2))
        every = alone.total() + len(alone) + 1
        self._rare = math.log(every)
        self._alone = {c: -math.log((n + 1) / every) for c, n in alone.items()}
        self._weight = {pair: -math.log(_TRUSTED / (n + _TRUSTED)) for pair, n in pairs.items()}
        self._after: dict[str, float] = {}
        for triple, n in triples.items():
            share = (alone[triple[2]] + 1) / every
            told = (n + _TRUSTED * share) / (pairs[triple[:2]] + _TRUSTED)
            self._after[triple] = -math.log(told)

    def surprises(self, text: str) -> tuple[float, float]:
        """The mean surprise of a letter after the two before it [nats]; the share of new words."""
        total = 0.0
        for i in range(len(text) - 2):
            triple = text[i : i + 3]
            told = self._after.get(triple)
            if told is None:
                told = self._alone.get(triple[2], self._rare) + self._weight.get(triple[:2], 0.0)
            total += told
        words = text.split()
        new = sum(word not in self._known for word in words)
        return total / max(1, len(text) - 2), new / max(1, len(words))
