"""The critic that asks a model: three yes-or-no questions, anchors beside the candidate.

Questions with two answers are judged more steadily than grades. A candidate
that does not carry its label scores 0 whatever else is right about it.
"""

import json
import random
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.critique.critic import Anchors, Verdict
from core.critique.verdict import JUDGE
from core.datasets.asking import delimited, json_object
from core.errors import ProviderError
from core.records import Prompt

NAME = JUDGE
RUBRIC_VERSION = "v1"
MAX_OUTPUT_TOKENS = 256

_REAL, _OTHER = 6, 4


class UnreadableVerdictError(ProviderError):
    """The judge's answer is not of the shape that was asked for."""


class _Rubric(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    reason: str
    belongs: bool
    plausible: bool
    sound: bool


@cache
def _template() -> Template:
    name = f"judge.{RUBRIC_VERSION}.txt"
    return Template((files("core.critique") / "templates" / name).read_text("utf-8"))


class Judge:
    """Words the question about a candidate and reads the answer; someone else sends it."""

    name = NAME

    def __init__(self, anchors: Anchors, model: str, seed: int) -> None:
        """Compare candidates with *anchors*; *model* is who will be asked."""
        self.model = model
        self._anchors, self._seed = anchors, seed

    def prompt(self, content: Mapping[str, Any], index: int) -> Prompt:
        """The question about the candidate of this index."""
        dice = random.Random(f"{self._seed}/judge/{index}")
        own, others = self._anchors.own, self._anchors.others
        question = _template().substitute(
            label=json.dumps(self._anchors.slice, ensure_ascii=False),
            real=delimited(dice.sample(own, min(_REAL, len(own)))),
            other=delimited(dice.sample(others, min(_OTHER, len(others)))),
            proposed=delimited([content]),
        )
        return Prompt(
            instructions="You answer with one JSON object and nothing else.",
            question=question,
            schema_name="verdict",
            schema=_SCHEMA,
            max_output_tokens=MAX_OUTPUT_TOKENS,
            temperature=0.0,
        )

    def read(self, answer: str) -> Verdict:
        """The verdict in an answer.

        Raises
        ------
        UnreadableVerdictError
            The answer holds no verdict; it is never taken for one.
        """
        found = json_object(answer)
        if found is None:
            raise UnreadableVerdictError("the judge's answer holds no JSON object")
        try:
            rubric = _Rubric.model_validate(found)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the object"
            raise UnreadableVerdictError(
                f"the judge's answer does not fit: {where}: {first['msg']}"
            ) from error
        score = (1 + rubric.plausible + rubric.sound) / 3 if rubric.belongs else 0.0
        failed = [n for n in ("belongs", "plausible", "sound") if not getattr(rubric, n)]
        said = " ".join(rubric.reason.split())
        return Verdict(
            score=score, reason=f"not {' nor '.join(failed)}: {said}" if failed else said
        )


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "belongs": {"type": "boolean"},
        "plausible": {"type": "boolean"},
        "sound": {"type": "boolean"},
    },
    "required": ["reason", "belongs", "plausible", "sound"],
    "additionalProperties": False,
}
