"""Has the candidate the form of an anchor: columns, types, ranges, length, language, characters?"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.critique.critic import Anchors, Verdict
from core.critique.language import Language
from core.datasets.content import ContentColumn

_FLAWS = {
    "control characters": re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]"),
    # Joiners within words and emoji (U+200C, U+200D) are no disguise.
    "hidden characters": re.compile(
        r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
        r"\U000e0000-\U000e007f]"
    ),
    "marks of a conversation": re.compile(
        r"<\|[^|<>]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|"
        r"^\s*(?:#{2,}\s*)?(?:human|user|assistant|system|instruction|response|prompt)\s*:",
        re.IGNORECASE | re.MULTILINE,
    ),
    "markup": re.compile(
        r"</?[a-zA-Z!][^<>]*>|```|~~~|\*\*\S|^#{1,6} |&(?:[a-z]+|#x?\d+);|javascript:|"
        r"\[[^\]\n]+\]\(\w+:",
        re.MULTILINE | re.IGNORECASE,
    ),
    "remains of JSON": re.compile(
        r"^\s*[\[{]\s*[\"{\[]|[\"\]}]\s*[}\]]\s*,?\s*$|\"\w+\"\s*:\s*[\"\[{\dtfn]|\\[nt\"u]"
    ),
    "an echo of the prompt": re.compile(
        r"\b(as an ai|language model|json object|training example|new example|"
        r"here(?: is|'s) (?:a|an|the|one|your) (?:new |possible )*(?:example|message|text)|"
        r"label\s*[:=])",
        re.IGNORECASE,
    ),
    "quotation marks around it": re.compile(r"^\s*([\"“«]).*[\"”»]\s*$", re.DOTALL),
    "an unfilled blank": re.compile(
        r"\[(?:your |insert |name|date|amount|city)[^\]]*\]|\{\w+\}", re.IGNORECASE
    ),
}
_SHORTER, _LONGER, _SLACK = 0.5, 1.5, 10
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "category": (str,),
    "date": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


class FormatCritic:
    """1 for a candidate that could stand among the anchors by its form alone."""

    name = "format"

    def __init__(self, anchors: Anchors) -> None:
        """Learn lengths, ranges, values and which marks are usual."""
        self._columns = anchors.columns
        self._dates = {column.name for column in anchors.columns if column.kind == "date"}
        self._lengths: dict[str, tuple[float, float]] = {}
        self._ranges: dict[str, tuple[float, float]] = {}
        self._values: dict[str, set[str]] = {}
        self._flaws: dict[str, list[str]] = {}
        self._languages: dict[str, Language] = {}
        for column in anchors.columns:
            self._learn(column, anchors)

    def _learn(self, column: ContentColumn, anchors: Anchors) -> None:
        own = [row[column.name] for row in anchors.own if row[column.name] is not None]
        if column.kind == "text" and own:
            sizes = [len(text) for text in own]
            self._lengths[column.name] = (min(sizes) * _SHORTER, max(sizes) * _LONGER + _SLACK)
            self._flaws[column.name] = [
                flaw for flaw, seen in _FLAWS.items() if not any(map(seen.search, own))
            ]
        everywhere = [*own, *(r[column.name] for r in anchors.others if r[column.name] is not None)]
        if column.kind == "text":
            self._languages[column.name] = Language([str(value) for value in everywhere])
        if column.kind == "category":
            self._values[column.name] = set(everywhere)
        numbers = everywhere
        if column.kind == "date":
            numbers = [day for value in everywhere if (day := _day(value)) is not None]
        if column.kind in ("integer", "number", "date") and numbers:
            self._ranges[column.name] = (min(numbers), max(numbers))

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """The worst column's score and what is wrong with it."""
        return [self._one(content) for content in proposed]

    def _one(self, content: Mapping[str, Any]) -> Verdict:
        surplus = [name for name in content if name not in {c.name for c in self._columns}]
        if surplus:
            return Verdict(score=0.0, reason=f"has a column {surplus[0]!r} that no anchor has")
        worst = Verdict(score=1.0, reason="has the form of an anchor")
        for column in self._columns:
            found = self._cell(column, content)
            if (found.score or 0.0) < (worst.score or 0.0):
                worst = found
        return worst

    def _cell(self, column: ContentColumn, content: Mapping[str, Any]) -> Verdict:
        name = column.name
        if name not in content:
            return Verdict(score=0.0, reason=f"column {name!r} is missing")
        value: Any = content[name]
        if value is None:
            fine = column.may_be_missing
            return Verdict(score=1.0 if fine else 0.0, reason=f"column {name!r} has no value")
        kinds = _TYPES[column.kind]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            return Verdict(score=0.0, reason=f"column {name!r} holds no {column.kind}")
        if column.kind == "date":
            return self._date(name, str(value))
        if isinstance(value, str):
            return self._words(column, value)
        number = float(content[name])
        if not math.isfinite(number):
            return Verdict(score=0.0, reason=f"column {name!r} holds no finite number")
        return self._number(name, number, f"{number:g}")

    def _words(self, column: ContentColumn, value: str) -> Verdict:
        name = column.name
        if not value.strip():
            return Verdict(score=0.0, reason=f"column {name!r} is empty")
        for flaw in self._flaws.get(name, ()):
            if _FLAWS[flaw].search(value):
                return Verdict(score=0.0, reason=f"column {name!r} holds {flaw}")
        if column.kind == "category" and value not in self._values[name]:
            return Verdict(score=0.5, reason=f"{value!r} is no known value of {name!r}")
        if name in self._languages:
            written = self._languages[name].of(value)
            if (written.score or 0.0) < 1:
                return Verdict(score=written.score, reason=f"column {name!r}: {written.reason}")
        if name in self._lengths:
            return self._length(name, len(value))
        return _GOOD

    def _length(self, name: str, size: int) -> Verdict:
        low, high = self._lengths[name]
        if size < low:
            return Verdict(
                score=size / low,
                reason=(
                    f"{size} characters in {name!r}, shorter than the anchors allow ({low:.0f})"
                ),
            )
        if size > high:
            return Verdict(
                score=max(0.0, 2 - size / high),
                reason=(
                    f"{size} characters in {name!r}, longer than the anchors allow ({high:.0f})"
                ),
            )
        return _GOOD

    def _date(self, name: str, value: str) -> Verdict:
        day = _day(value)
        if day is None:
            return Verdict(score=0.0, reason=f"column {name!r} holds no date")
        return self._number(name, day, value)

    def _number(self, name: str, value: float, shown: str) -> Verdict:
        if name not in self._ranges:
            return _GOOD
        low, high = self._ranges[name]
        beyond = max(low - value, value - high, 0.0)
        if not beyond:
            return _GOOD
        span = (high - low) or abs(high) or 1.0
        write = _written if name in self._dates else "{:g}".format
        return Verdict(
            score=max(0.0, 1 - beyond / span),
            reason=f"{name!r} is {shown}, outside the known range {write(low)} to {write(high)}",
        )


def _day(value: Any) -> float | None:
    """A date as days since year 1; None for what is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    seconds = moment.hour * 3_600 + moment.minute * 60 + moment.second
    return moment.toordinal() + seconds / 86_400


def _written(day: float) -> str:
    return date.fromordinal(int(day)).isoformat()


_GOOD = Verdict(score=1.0, reason="has the form of an anchor")
