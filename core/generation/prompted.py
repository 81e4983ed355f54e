"""The generator that asks a model: few-shot prompts from anchors, answers read as JSON.

All of a prompt that does not change from one candidate to the next stands
first, so that a vendor who remembers the beginnings of prompts charges less.
"""

import random
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from string import Template
from typing import Any

import pandas as pd
from pydantic import ValidationError

from core.datasets.asking import as_data, delimited, json_object
from core.datasets.content import content_columns, contents, row_keys, words_of
from core.datasets.kinds import kind_of
from core.generation.domain import allowed_values, value_lines
from core.generation.generator import Lesson, UnreadableAnswerError, Written
from core.generation.plan import GenerationPlan
from core.generation.seeds import SeedDesign, sub_slices
from core.records import Prompt

PROMPT_VERSION = "v2"
FACTS = "known facts"
"""The source of a quote that no anchor holds but a fact does."""

MOST_LESSONS = 8
_LONGEST_FACT, _LONGEST_CELL, _LONGEST_REASON = 500, 300, 200
_EXAMPLES = "$examples"


@cache
def template(name: str) -> Template:
    """A prompt text of this package."""
    return Template((files("core.generation") / "templates" / name).read_text("utf-8"))


def _versioned(name: str) -> Template:
    return template(f"{name}.{PROMPT_VERSION}.txt")


class EndpointGenerator:
    """Asks a model for one candidate at a time, showing it other anchors each time."""

    prompt_version = PROMPT_VERSION

    def __init__(
        self,
        plan: GenerationPlan,
        anchors: pd.DataFrame,
        *,
        facts: Sequence[str] = (),
        confused_with: Sequence[str] = (),
    ) -> None:
        """Prepare prompts from the slice's *anchors*, train-side only.

        Parameters
        ----------
        facts
            Sentences that a candidate must agree with.
        confused_with
            Labels that the current model takes the slice for; adversarial
            scenarios aim at them.
        """
        self.model = plan.generator.model
        self._plan = plan
        self._columns = content_columns(anchors, plan.label, plan.text)
        self._contents = contents(anchors, self._columns)
        self._keys = row_keys(anchors)
        self._facts = [_cut(fact, _LONGEST_FACT) for fact in facts]
        values = allowed_values(self._contents, self._columns)
        self._kind = kind_of(plan.kind, self._columns, plan.slice, values)
        self._design = SeedDesign(
            sub_slices(self._contents, self._columns), plan.generator.shots, plan.seed
        )
        head, _, tail = _versioned(plan.kind).template.partition(_EXAMPLES)
        self._head = Template(head).substitute(
            label=as_data(plan.slice),
            domain=self._domain(),
            confused=_confused(confused_with),
        )
        self._tail = Template(tail)

    def _domain(self) -> str:
        """The rules, values and facts that every candidate is held to."""
        values: Sequence[str] = ()
        if self._plan.kind != "knowledge_triple":
            values = value_lines(self._contents, self._columns)
        return "".join(
            (
                _block("constraints", [as_data(rule) for rule in self._plan.constraints]),
                _block("values", values),
                _block("facts", [as_data(fact) for fact in self._facts]),
            )
        )

    def parents(self, index: int) -> tuple[str, ...]:
        """Keys of the anchors that the prompt of this index shows."""
        return tuple(self._keys[i] for i in self._design.shown(index))

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """The question for the candidate of this index, after these rejections, newest last."""
        shown = [self._contents[i] for i in self._design.shown(index)]
        tail = self._tail.substitute(
            lessons=_block("lessons", [_told(lesson) for lesson in lessons[-MOST_LESSONS:]]),
            length=self._length(index),
            keys=", ".join(as_data(key) for key in self._kind.asked),
        )
        return Prompt(
            instructions="You answer with one JSON object and nothing else.",
            question=self._head + delimited(shown) + tail,
            schema_name="example",
            schema=self._kind.schema,
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
            plain = self._plan.text if self._plan.kind == "training_case" else None
            if plain is None or not _is_one_plain_text(answer):
                raise UnreadableAnswerError("the answer holds no JSON object")
            found = {plain: answer.strip()}
        try:
            content, extras = self._kind.read(found)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the object"
            raise UnreadableAnswerError(
                f"the answer does not fit: {where}: {first['msg']}"
            ) from error
        if "quote" in extras:
            extras = self._sourced(str(extras["quote"]))
        return Written(content=content, extras=extras)

    def _sourced(self, quote: str) -> dict[str, Any]:
        """The quote and where it stands; nothing when nothing that was given says so."""
        wanted = _even(quote)
        if " " not in wanted:
            return {}
        source = next((key for key, text in self._sayings if wanted in text), None)
        return {} if source is None else {"quote": quote.strip(), "source": source}

    @cached_property
    def _sayings(self) -> list[tuple[str, str]]:
        """All that may be quoted, and by which name."""
        own = [(k, _even(words_of(c))) for k, c in zip(self._keys, self._contents, strict=True)]
        return [*own, *((FACTS, _even(fact)) for fact in self._facts)]


def _block(name: str, lines: Sequence[str]) -> str:
    """A part of a prompt that lists something; nothing when there is nothing to list."""
    return _versioned(name).substitute(lines="\n".join(lines)) if lines else ""


def _confused(labels: Sequence[str]) -> str:
    if not labels:
        return ""
    return _versioned("confused").substitute(labels=", ".join(as_data(label) for label in labels))


def _told(lesson: Lesson) -> str:
    content: Mapping[str, Any] = {
        name: _cut(value, _LONGEST_CELL) if isinstance(value, str) else value
        for name, value in lesson.content.items()
    }
    reason = _cut(f"{lesson.critic}: {lesson.reason}", _LONGEST_REASON)
    return as_data({"turned down": content, "reason": reason})


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _is_one_plain_text(answer: str) -> bool:
    text = answer.strip()
    return bool(text) and "\n" not in text and not any(mark in text for mark in "{}[]`<>")
