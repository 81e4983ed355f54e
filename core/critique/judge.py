"""The critic that asks a model: four yes-or-no questions, anchors beside the candidate.

Questions with two answers are judged more steadily than grades. A candidate
that does not carry its label, or that addresses its judge, scores 0 whatever
else is right about it. What a candidate says is data: it stands between tags
with a word drawn for this one question, in letters that cannot close them, and
an answer counts only if it ends in that word.
"""

import json
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.critique.critic import Anchors, Verdict
from core.critique.verdict import JUDGE
from core.datasets.asking import delimited, json_objects
from core.errors import ProviderError
from core.records import Prompt

NAME = JUDGE
RUBRIC_VERSION = "v2"
MAX_OUTPUT_TOKENS = 256
QUESTIONS = ("belongs", "plausible", "sound", "clean")

_REAL, _OTHER = 6, 4
_LONGEST = 12_000
"""Characters of a candidate that are shown; more only where an anchor has more."""

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Categories of characters that a reader does not see, or that turn text around."""


class UnreadableVerdictError(ProviderError):
    """The judge's answer is not of the shape that was asked for."""


class _Rubric(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    reason: str
    belongs: bool
    plausible: bool
    sound: bool
    clean: bool
    check: str


@cache
def _template() -> Template:
    name = f"judge.{RUBRIC_VERSION}.txt"
    return Template((files("core.critique") / "templates" / name).read_text("utf-8"))


class Judge:
    """Words the question about a candidate and reads the answer; someone else sends it."""

    name = NAME

    def __init__(self, anchors: Anchors, jurors: Sequence[str] | str, seed: int) -> None:
        """Compare candidates with *anchors*; *jurors* are the models to ask, one a vote."""
        self.jurors = (jurors,) if isinstance(jurors, str) else tuple(jurors)
        self._anchors, self._seed = anchors, seed
        longest = max((_length(own) for own in anchors.own), default=0)
        self._longest = max(_LONGEST, 2 * longest)

    def refuses(self, content: Mapping[str, Any]) -> str:
        """Why a candidate cannot be shown to a judge; empty when it can."""
        length = _length(content)
        if length <= self._longest:
            return ""
        return f"{length:,} characters are more than the {self._longest:,} that a judge is shown"

    def prompt(self, content: Mapping[str, Any], index: int, vote: int = 0) -> Prompt:
        """The question about the candidate of this index, for one vote."""
        dice = random.Random(f"{self._seed}/judge/{index}" + (f"/{vote}" if vote else ""))
        own, others = self._anchors.own, self._anchors.others
        check = self._check(index, vote)
        question = _template().substitute(
            label=_shown(json.dumps(self._anchors.slice, ensure_ascii=False)),
            check=check,
            real=_shown(delimited(dice.sample(own, min(_REAL, len(own))))),
            other=_shown(delimited(dice.sample(others, min(_OTHER, len(others))))),
            proposed=_shown(delimited([content])),
        )
        return Prompt(
            instructions="You answer with one JSON object and nothing else.",
            question=question,
            schema_name="verdict",
            schema=_schema(check),
            max_output_tokens=MAX_OUTPUT_TOKENS,
            temperature=0.0,
        )

    def reader(self, index: int, vote: int = 0) -> Callable[[str], Verdict]:
        """What reads the verdict in the answer to one question.

        It raises ``UnreadableVerdictError`` when the answer holds no verdict, or
        one on another question; it is never taken for one.
        """
        return partial(_read, self._check(index, vote))

    def _check(self, index: int, vote: int) -> str:
        """A word that nobody who writes candidates can know."""
        facts = f"{self._seed}/check/{index}/{vote}/{self._anchors.slice}"
        return sha256(facts.encode()).hexdigest()[:10]


def _read(check: str, answer: str) -> Verdict:
    found = json_objects(answer)
    if not found:
        raise UnreadableVerdictError("the judge's answer holds no JSON object")
    own = [each for each in found if each.get("check") == check]
    if len(own) != 1:
        raise UnreadableVerdictError(
            "the judge's answer holds no verdict that is on this question: its check word "
            + ("stands in several" if own else "is missing")
        )
    try:
        rubric = _Rubric.model_validate(own[0])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the object"
        raise UnreadableVerdictError(
            f"the judge's answer does not fit: {where}: {first['msg']}"
        ) from error
    passes = rubric.belongs and rubric.clean
    score = (1 + rubric.plausible + rubric.sound) / 3 if passes else 0.0
    failed = [name for name in QUESTIONS if not getattr(rubric, name)]
    said = " ".join(rubric.reason.split())
    return Verdict(score=score, reason=f"not {' nor '.join(failed)}: {said}" if failed else said)


def _length(content: Mapping[str, Any]) -> int:
    return sum(len(str(value)) for value in content.values())


def _shown(lines: str) -> str:
    """Text with hidden characters and look-alike brackets written as escapes."""
    if lines.isascii():
        return lines
    return "".join(_escaped(c) if _deceives(c) else c for c in lines)


def _deceives(character: str) -> bool:
    if character == "\n" or character.isascii():
        return False
    if unicodedata.category(character) in _HIDDEN:
        return True
    plain = unicodedata.normalize("NFKC", character)
    return "<" in plain or ">" in plain


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _schema(check: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "reason": {"type": "string"},
            **{name: {"type": "boolean"} for name in QUESTIONS},
            "check": {"type": "string", "enum": [check]},
        },
        "required": ["reason", *QUESTIONS, "check"],
        "additionalProperties": False,
    }
