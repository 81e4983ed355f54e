"""What each kind of candidate is: its content, what it adds to it, its answer, its critics.

A candidate's content is what a file of its kind holds in columns. Extras say
what the candidate is for and are never compared with anchors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    create_model,
)

from core.datasets.content import ContentColumn
from core.records import SampleKind

TRIPLE = ("subject", "relation", "object")
MOST_CRITERIA = 6
MOST_LISTED = 50
"""Values of a category that an answer's schema lists; a longer list is not sent."""

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


_Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One thing that a kind adds to its content."""

    name: str
    type: Any
    """What an answer must hold, as pydantic reads it."""
    schema: Mapping[str, Any]
    """The same as a JSON schema, which strict servers fill."""
    is_required: bool = True
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """All that one kind of candidate decides."""

    name: SampleKind
    columns: tuple[ContentColumn, ...]
    """What its content consists of."""
    extras: tuple[Extra, ...]
    shape: type[BaseModel]
    """What an answer must be."""
    schema: Mapping[str, Any]
    """What a strict server makes of it, as JSON schema."""
    critics: tuple[str, ...]
    """Names of the critics that can judge it, cheapest first."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of an answer, those of the content first."""
        return tuple(self.schema["required"])

    def read(self, found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Content and extras of an answer; extras that say nothing are left out.

        Raises
        ------
        pydantic.ValidationError
            The answer has another shape.
        """
        value = self.shape.model_validate(found)
        content = {c.name: getattr(value, f"column_{i}") for i, c in enumerate(self.columns)}
        extras = {e.name: getattr(value, f"extra_{i}") for i, e in enumerate(self.extras)}
        return content, {name: said for name, said in extras.items() if said is not None}


def kind_of(
    name: SampleKind,
    columns: Sequence[ContentColumn],
    label: str,
    values: Mapping[str, Sequence[Any]] | None = None,
) -> Kind:
    """The kind of this name, for a dataset of these *columns* and candidates of this *label*.

    Parameters
    ----------
    values
        The values that a category is held to, by column.
    """
    own = _triple_columns() if name == "knowledge_triple" else tuple(columns)
    extras = _EXTRAS[name](label)
    keys = _keys([c.name for c in own], [e.name for e in extras])
    return Kind(
        name=name,
        columns=own,
        extras=extras,
        shape=_shape(own, extras, keys, is_row=name != "knowledge_triple"),
        schema=_schema(own, extras, keys, values or {}),
        critics=CRITICS[name],
    )


CRITICS: Mapping[SampleKind, tuple[str, ...]] = {
    "training_case": ("format", "leakage", "duplicate", "drift", "agreement"),
    "adversarial_scenario": ("format", "leakage", "duplicate", "drift", "hard"),
    "eval_item": ("format", "leakage", "duplicate", "drift", "agreement"),
    "knowledge_triple": ("format", "leakage", "duplicate"),
}
"""Critics that need no model. A scenario is meant to defy agreement; a triple is no row."""


def _none(label: str) -> tuple[Extra, ...]:
    return ()


def _of_scenario(label: str) -> tuple[Extra, ...]:
    return (
        Extra(
            name="failure",
            type=_Sentence,
            schema={"type": "string", "description": "the failure it targets, in one sentence"},
        ),
        Extra(
            name="mistaken_for",
            type=_Name | None,
            schema={
                "type": ["string", "null"],
                "description": "the label it is likely mistaken for, or null",
            },
            is_required=False,
        ),
    )


def _of_item(label: str) -> tuple[Extra, ...]:
    return (
        Extra(
            name="expected",
            type=Annotated[str, AfterValidator(_only(label))],
            schema={"type": "string", "enum": [label]},
            is_required=False,
            default=label,
        ),
        Extra(
            name="rubric",
            type=Annotated[list[_Sentence], Field(min_length=1, max_length=MOST_CRITERIA)],
            schema={
                "type": "array",
                "items": {"type": "string"},
                "description": f"1 to {MOST_CRITERIA} criteria that an answer can be checked by",
            },
        ),
    )


def _only(label: str) -> Callable[[str], str]:
    """Takes the label, however it is cased, and nothing else."""

    def checked(said: str) -> str:
        if said.strip().casefold() != label.strip().casefold():
            raise ValueError(f"the expected answer must be {label!r}")
        return label

    return checked


def _of_triple(label: str) -> tuple[Extra, ...]:
    return (
        Extra(
            name="quote",
            type=str | None,
            schema={
                "type": ["string", "null"],
                "description": "the words above that say so, copied exactly, or null",
            },
            is_required=False,
        ),
    )


_EXTRAS: Mapping[SampleKind, Callable[[str], tuple[Extra, ...]]] = {
    "training_case": _none,
    "adversarial_scenario": _of_scenario,
    "eval_item": _of_item,
    "knowledge_triple": _of_triple,
}


def _triple_columns() -> tuple[ContentColumn, ...]:
    return tuple(ContentColumn(name=name, kind="text") for name in TRIPLE)


def _keys(columns: Sequence[str], extras: Sequence[str]) -> list[str]:
    """The keys of an answer: an extra that is called as a column is gets an underscore."""
    keys = list(columns)
    for name in extras:
        while name in keys:
            name += "_"
        keys.append(name)
    return keys


def _shape(
    columns: Sequence[ContentColumn],
    extras: Sequence[Extra],
    keys: Sequence[str],
    *,
    is_row: bool,
) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for i, column in enumerate(columns):
        kind: Any = _PYTHON_TYPES[column.kind] if is_row else _Name
        fields[f"column_{i}"] = (
            kind | None if column.may_be_missing else kind,
            Field(alias=keys[i], default=None if column.may_be_missing else ...),
        )
    for i, extra in enumerate(extras):
        default = ... if extra.is_required else extra.default
        fields[f"extra_{i}"] = (
            extra.type,
            Field(alias=keys[len(columns) + i], default=default),
        )
    config = ConfigDict(extra="ignore", allow_inf_nan=False)
    return create_model("Answer", __config__=config, **fields)


def _schema(
    columns: Sequence[ContentColumn],
    extras: Sequence[Extra],
    keys: Sequence[str],
    values: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    properties = {c.name: _column_schema(c, values.get(c.name, ())) for c in columns}
    for key, extra in zip(keys[len(columns) :], extras, strict=True):
        properties[key] = dict(extra.schema)
    return {
        "type": "object",
        "properties": properties,
        "required": list(keys),
        "additionalProperties": False,
    }


def _column_schema(column: ContentColumn, values: Sequence[Any]) -> dict[str, Any]:
    kind: Any = _JSON_TYPES[column.kind]
    found: dict[str, Any] = {"type": [kind, "null"] if column.may_be_missing else kind}
    if values and len(values) <= MOST_LISTED:
        found["enum"] = [*values, None] if column.may_be_missing else list(values)
    return found
