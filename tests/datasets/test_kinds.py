from typing import Any

import pytest
from pydantic import ValidationError

from core.datasets.content import ContentColumn
from core.datasets.kinds import CRITICS, kind_of
from core.records import SampleKind

TEXT = [ContentColumn(name="text", kind="text")]
READ: list[tuple[SampleKind, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("training_case", {"text": "a", "more": 1}, {"text": "a"}, {}),
    (
        "adversarial_scenario",
        {"text": "a", "failure": " It hides the verb. ", "mistaken_for": None},
        {"text": "a"},
        {"failure": "It hides the verb."},
    ),
    (
        "adversarial_scenario",
        {"text": "a", "failure": "It hides the verb.", "mistaken_for": "pay"},
        {"text": "a"},
        {"failure": "It hides the verb.", "mistaken_for": "pay"},
    ),
    (
        "eval_item",
        {"text": "a", "expected": "STOP", "rubric": ["It says stop."]},
        {"text": "a"},
        {"expected": "stop", "rubric": ["It says stop."]},
    ),
    (
        "eval_item",
        {"text": "a", "rubric": ["It says stop."]},
        {"text": "a"},
        {"expected": "stop", "rubric": ["It says stop."]},
    ),
    (
        "knowledge_triple",
        {"subject": "card", "relation": "issued by", "object": " bank "},
        {"subject": "card", "relation": "issued by", "object": "bank"},
        {},
    ),
]


@pytest.mark.parametrize(("name", "answer", "content", "extras"), READ)
def test_an_answer_is_parted_into_content_and_extras(
    name: SampleKind, answer: dict[str, Any], content: dict[str, Any], extras: dict[str, Any]
) -> None:
    """Content is the dataset's columns, or a triple; what an extra leaves open is left out."""
    assert kind_of(name, TEXT, "stop").read(answer) == (content, extras)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("adversarial_scenario", {"text": "a"}),
        ("adversarial_scenario", {"text": "a", "failure": " "}),
        ("eval_item", {"text": "a", "expected": "pay", "rubric": ["It says pay."]}),
        ("eval_item", {"text": "a", "rubric": []}),
        ("eval_item", {"text": "a", "rubric": "It says stop."}),
        ("eval_item", {"text": "a", "rubric": ["x"] * 7}),
        ("knowledge_triple", {"text": "a"}),
        ("knowledge_triple", {"subject": "card", "relation": " ", "object": "bank"}),
        ("knowledge_triple", {"subject": "card", "relation": "is", "object": "x" * 201}),
    ],
)
def test_an_answer_that_lacks_what_its_kind_needs_is_refused(
    name: SampleKind, answer: dict[str, Any]
) -> None:
    """No failure, an empty rubric, half a triple, or an item that contradicts its label."""
    with pytest.raises(ValidationError):
        kind_of(name, TEXT, "stop").read(answer)


@pytest.mark.parametrize("name", CRITICS)
def test_a_schema_is_strict_and_asks_for_each_key_once(name: SampleKind) -> None:
    """Strict servers want every key required and no other allowed."""
    schema = kind_of(name, TEXT, "stop").schema
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False


def test_an_extra_that_is_called_as_a_column_gets_another_key() -> None:
    """A dataset may have a column ``failure``; both are asked for and kept apart."""
    columns = [*TEXT, ContentColumn(name="failure", kind="category")]
    kind = kind_of("adversarial_scenario", columns, "stop")
    assert kind.asked == ("text", "failure", "failure_", "mistaken_for")
    content, extras = kind.read({"text": "a", "failure": "none", "failure_": "It hides it."})
    assert content == {"text": "a", "failure": "none"}
    assert extras == {"failure": "It hides it."}
