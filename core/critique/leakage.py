"""Does a candidate give away what it must not: secrets, people's data, a real record?

A secret scores 0 whatever real records hold. A person's datum scores 0 where a
real record holds it too: then it is remembered, not made up. Made up, it is a
warning, unless examples of the slice usually hold such a datum. A reason never
repeats what it warns of.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core.critique.critic import Anchors, Verdict
from core.critique.patterns import Found, found_in
from core.critique.runs_of_words import MOST_RECORDS, Records, Run
from core.datasets.content import ContentColumn

NAME = "leakage"
MADE_UP, LIKELY = 0.6, 0.2
"""Scores of a personal datum that no record holds: any, and one whose check digits are right."""

_USUAL = 0.2
"""Share of anchors that hold a kind of datum from which on it belongs to the form."""

_LEAST_WORDS, _LEAST_LETTERS, _LETTERS_ALONE = 8, 30, 50
_MOST_NEEDED = 24
_BY_CHANCE = 0.99
_NEARLY = 0.8
_MOST_HELD = 500
_MOST_OTHERS = 50_000
_LEAST_COLUMNS = 5
_COARSE = 0.01
_FINE = Verdict(score=1.0, reason="gives away no secret, no person and no real record")


class LeakageCritic:
    """1 for what gives nothing away; 0 for a secret or a remembered record."""

    name = NAME

    def __init__(self, anchors: Anchors) -> None:
        """Read the real records, those of other labels as well."""
        self._real = [*anchors.own, *_some(anchors.others)]
        self._keys = anchors.keys
        found = [_personal(row) for row in self._real]
        self._held = Counter(v for row in found for v in {each.value.casefold() for each in row})
        kinds = Counter(k for row in found[: len(anchors.own)] for k in {each.kind for each in row})
        self._usual = {kind for kind, n in kinds.items() if n >= _USUAL * len(anchors.own)}
        self._texts = {
            column.name: _Texts([row.get(column.name) for row in self._real])
            for column in anchors.columns
            if column.kind == "text" and self._real
        }
        self._rows = _Rows(anchors.columns, self._real)

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """The worst that each gives away."""
        return [self._one(content) for content in proposed]

    def _one(self, content: Mapping[str, Any]) -> Verdict:
        worst = _FINE
        for found in (*self._patterns(content), *self._memory(content)):
            if (found.score or 0.0) < (worst.score or 0.0):
                worst = found
        return worst

    def _patterns(self, content: Mapping[str, Any]) -> Iterable[Verdict]:
        for value in content.values():
            if isinstance(value, str):
                yield from (self._datum(found) for found in found_in(value))

    def _datum(self, found: Found) -> Verdict:
        if found.is_secret:
            return Verdict(score=0.0, reason=f"holds a secret: {found.masked}")
        held = self._held[found.value.casefold()]
        if held > MOST_RECORDS:
            return _FINE
        if held:
            return Verdict(score=0.0, reason=f"repeats from a real record: {found.masked}")
        if found.kind in self._usual:
            return _FINE
        score = LIKELY if found.is_checked else MADE_UP
        return Verdict(score=score, reason=f"holds a person's datum: {found.masked}")

    def _memory(self, content: Mapping[str, Any]) -> Iterable[Verdict]:
        for name, texts in self._texts.items():
            value = content.get(name)
            if isinstance(value, str):
                run, score = texts.remembered(value)
                if score < 1:
                    yield Verdict(score=score, reason=self._shared(run, value))
        place = self._rows.copied(content)
        if place >= 0:
            yield Verdict(
                score=0.0, reason=f"is {self._named(place)} in all columns but one at most"
            )

    def _shared(self, run: Run, value: str) -> str:
        where = self._named(run.record)
        return (
            f"{run.words} of its {run.of_text} words stand in the same order in {where}, which "
            f"has {run.of_record}"
        )

    def _named(self, place: int) -> str:
        return (
            f"anchor {self._keys[place]}" if place < len(self._keys) else "a row of another label"
        )


def _some(others: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The rows of other labels, or a fixed random part of very many."""
    if len(others) <= _MOST_OTHERS:
        return others
    return random.Random(0).sample(others, _MOST_OTHERS)


def _personal(row: Mapping[str, Any]) -> list[Found]:
    return [
        found
        for value in row.values()
        if isinstance(value, str)
        for found in found_in(value)
        if not found.is_secret
    ]


class _Texts:
    """Which runs of words are longer than real records share by chance?"""

    def __init__(self, values: Sequence[Any]) -> None:
        texts = [value if isinstance(value, str) else "" for value in values]
        self._records = Records(texts)
        step = max(1, len(texts) // _MOST_HELD)
        shared = [
            self._records.longest(texts[i], without=i).words for i in range(0, len(texts), step)
        ]
        usual = float(np.quantile(shared, _BY_CHANCE, method="inverted_cdf"))
        self._needed = min(max(_LEAST_WORDS, int(usual) + 1), _MOST_NEEDED)

    def remembered(self, text: str) -> tuple[Run, float]:
        """The longest run shared with one record, and 1 where it means nothing, 0 where it does.

        Nearly all of a short text or record must be shared, for such texts are
        put alike by many; a run of three times the words that are needed is
        remembered however long the texts are.
        """
        run = self._records.longest(text)
        is_long = run.words >= self._needed or (
            run.characters >= _LETTERS_ALONE and self._needed == _LEAST_WORDS
        )
        if not is_long or run.characters < _LEAST_LETTERS:
            return run, 1.0
        share = run.words / max(run.of_text, run.of_record)
        length = (run.words - self._needed) / (2 * self._needed)
        return run, float(np.clip(1 - max((share - _NEARLY) / (1 - _NEARLY), length), 0.0, 1.0))


class _Rows:
    """Real rows, found again by all columns but one."""

    def __init__(self, columns: Sequence[ContentColumn], rows: Sequence[Mapping[str, Any]]) -> None:
        self._names = [column.name for column in columns]
        self._known: dict[int, int] = {}
        if len(columns) < _LEAST_COLUMNS or not rows:
            return
        alike = 0
        for place, row in enumerate(rows):
            keys = self._partial(row)
            alike += any(key in self._known for key in keys)
            for key in keys:
                self._known.setdefault(key, place)
        if alike > _COARSE * len(rows):  # Rows that real people share are no one's.
            self._known = {}

    def copied(self, content: Mapping[str, Any]) -> int:
        """The place of a real row that differs in one column at most; −1 for none."""
        if not self._known:
            return -1
        return next((self._known[k] for k in self._partial(content) if k in self._known), -1)

    def _partial(self, row: Mapping[str, Any]) -> list[int]:
        """One number for each column left out: the same for rows that differ in it alone."""
        parts = [hash((name, row.get(name))) for name in self._names]
        return [hash((i, *parts[:i], *parts[i + 1 :])) for i in range(len(parts))]
