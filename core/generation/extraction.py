"""The generator that reads documents: one chunk asked about, one candidate of triples."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.datasets.asking import delimited, json_object
from core.generation.generator import Lesson, UnreadableAnswerError, Written
from core.generation.plan import GenerationPlan
from core.generation.prompted import template
from core.knowledge.documents import Documents
from core.knowledge.grounding import even
from core.records import Prompt

TEMPLATE = "extraction.v1.txt"
MOST_FACTS = 25

_KEYS = ("subject", "relation", "object", "quote")
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]


class _Triple(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    subject: _Words
    relation: _Words
    object: _Words
    quote: _Words


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    chunk: str = ""
    triples: list[_Triple] = Field(max_length=4 * MOST_FACTS)


class ExtractionGenerator:
    """Asks for the facts of one chunk at a time; the candidate's index is the chunk's."""

    def __init__(self, plan: GenerationPlan, documents: Documents) -> None:
        """Prepare a prompt per chunk of *documents*."""
        self.model = plan.generator.model
        self._plan = plan
        self._chunks = documents.chunks
        self._texts = {chunk.chunk_id: even(chunk.text) for chunk in documents.chunks}
        self._template = template(TEMPLATE)

    def parents(self, index: int) -> tuple[str, ...]:
        """The chunk that the prompt of this index shows."""
        return (self._chunks[index].chunk_id,)

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """What to ask about the chunk of this index; every chunk is asked about once."""
        chunk = self._chunks[index]
        question = self._template.substitute(
            document=delimited([{"chunk": chunk.chunk_id, "text": chunk.text}]),
            chunk=json.dumps(chunk.chunk_id),
            most=MOST_FACTS,
        )
        return Prompt(
            instructions="You answer with one JSON object and nothing else.",
            question=question,
            schema_name="facts",
            schema=_schema(chunk.chunk_id),
            max_output_tokens=self._plan.generator.max_output_tokens,
            temperature=self._plan.generator.temperature,
        )

    def read(self, answer: str) -> Written:
        """The triples of an answer, and the chunk it is about.

        Raises
        ------
        UnreadableAnswerError
            The answer holds no JSON object of the shape asked for, or is about
            no chunk.
        """
        found = json_object(answer)
        if found is None:
            raise UnreadableAnswerError("the answer holds no JSON object")
        try:
            value = _Answer.model_validate(found)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the object"
            raise UnreadableAnswerError(
                f"the answer does not fit: {where}: {first['msg']}"
            ) from error
        triples = [triple.model_dump() for triple in value.triples]
        return Written(content={"triples": triples, "chunk": self._chunk(value)})

    def _chunk(self, answer: _Answer) -> str:
        """The chunk that the answer names; if it names none, the one that it quotes most."""
        if answer.chunk in self._texts:
            return answer.chunk
        quoted: Counter[str] = Counter()
        for triple in answer.triples:
            words = even(triple.quote)
            quoted.update(name for name, text in self._texts.items() if words and words in text)
        if not quoted:
            raise UnreadableAnswerError("the answer names no chunk, and quotes none")
        return max(quoted, key=lambda name: quoted[name])


def _schema(chunk_id: str) -> dict[str, Any]:
    triple = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in _KEYS},
        "required": list(_KEYS),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "chunk": {"type": "string", "enum": [chunk_id]},
            "triples": {"type": "array", "items": triple},
        },
        "required": ["chunk", "triples"],
        "additionalProperties": False,
    }
