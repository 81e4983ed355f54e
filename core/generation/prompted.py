"""The generator that asks a model: few-shot prompts from anchors, answers read as JSON."""

import json
import random
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from core.datasets.asking import delimited, json_object
from core.datasets.content import ContentColumn, content_columns, contents, row_keys
from core.generation.generator import Lesson, UnreadableAnswerError, Written
from core.generation.plan import GenerationPlan
from core.records import Prompt

PROMPT_VERSION = "v1"

_JSON_TYPES = {
    "text": "string",
    "category": "string",
    "date": "string",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
}
_PYTHON_TYPES: dict[str, type] = {
    "text": str,
    "category": str,
    "date": str,
    "boolean": bool,
    "integer": int,
    "number": float,
}


@cache
def template(name: str) -> Template:
    """A prompt text of this package."""
    return Template((files("core.generation") / "templates" / name).read_text("utf-8"))


class EndpointGenerator:
    """Asks a model for one candidate at a time, showing it other anchors each time."""

    def __init__(self, plan: GenerationPlan, anchors: pd.DataFrame) -> None:
        """Prepare prompts from the slice's *anchors*, train-side only."""
        self.model = plan.generator.model
        self._plan = plan
        self._columns = content_columns(anchors, plan.label, plan.text)
        self._contents = contents(anchors, self._columns)
        self._keys = row_keys(anchors)
        self._shape = _answer_shape(self._columns)
        self._schema = _schema(self._columns)
        self._template = template(f"{plan.kind}.{PROMPT_VERSION}.txt")

    def _shown(self, index: int) -> list[int]:
        dice = random.Random(f"{self._plan.seed}/{index}")
        size = len(self._contents)
        return dice.sample(range(size), min(self._plan.generator.shots, size))

    def parents(self, index: int) -> tuple[str, ...]:
        """Keys of the anchors that the prompt of this index shows."""
        return tuple(self._keys[i] for i in self._shown(index))

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """The question for the candidate of this index, after these rejections."""
        shown = [self._contents[i] for i in self._shown(index)]
        question = self._template.substitute(
            label=json.dumps(self._plan.slice, ensure_ascii=False),
            examples=delimited(shown),
            length=self._length(index),
            keys=", ".join(json.dumps(c.name, ensure_ascii=False) for c in self._columns),
        )
        return Prompt(
            instructions="You answer with one JSON object and nothing else.",
            question=question,
            schema_name="example",
            schema=self._schema,
            max_output_tokens=self._plan.generator.max_output_tokens,
            temperature=self._plan.generator.temperature,
        )

    def _length(self, index: int) -> str:
        """The length of an anchor drawn for this index, in words."""
        drawn = random.Random(f"{self._plan.seed}/length/{index}").choice(self._contents)
        texts = [str(drawn[c.name]) for c in self._columns if c.kind == "text" and drawn[c.name]]
        count = sum(len(text.split()) for text in texts)
        return f"{count} words" if texts else "the same form"

    def read(self, answer: str) -> Written:
        """What an answer holds.

        Raises
        ------
        UnreadableAnswerError
            The answer holds no JSON object of the shape asked for.
        """
        found = json_object(answer)
        if found is None:
            if self._plan.text is None or not _is_one_plain_text(answer):
                raise UnreadableAnswerError("the answer holds no JSON object")
            found = {self._plan.text: answer.strip()}
        try:
            value = self._shape.model_validate(found).model_dump(by_alias=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the object"
            raise UnreadableAnswerError(
                f"the answer does not fit: {where}: {first['msg']}"
            ) from error
        names = {c.name for c in self._columns}
        return Written(content={name: kept for name, kept in value.items() if name in names})


def _is_one_plain_text(answer: str) -> bool:
    text = answer.strip()
    return bool(text) and "\n" not in text and not any(mark in text for mark in "{}[]`<>")


def _answer_shape(columns: Sequence[ContentColumn]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for i, column in enumerate(columns):
        kind: Any = _PYTHON_TYPES[column.kind]
        wanted = kind | None if column.may_be_missing else kind
        fields[f"column_{i}"] = (
            wanted,
            Field(
                alias=column.name,
                default=None if column.may_be_missing else ...,
            ),
        )
    config = ConfigDict(extra="ignore", allow_inf_nan=False)
    return create_model("Answer", __config__=config, **fields)


def _schema(columns: Sequence[ContentColumn]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for column in columns:
        kind: Any = _JSON_TYPES[column.kind]
        properties[column.name] = {"type": [kind, "null"] if column.may_be_missing else kind}
    return {
        "type": "object",
        "properties": properties,
        "required": [c.name for c in columns],
        "additionalProperties": False,
    }
