"""How contents are shown to a model, and how its JSON answer is found."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def as_data(value: Any) -> str:
    """A value as one line of JSON that cannot open or close a tag."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def delimited(examples: Sequence[Mapping[str, Any]]) -> str:
    """Contents as JSON lines that cannot close the tag around them."""
    return "\n".join(as_data(dict(example)) for example in examples)


def json_object(answer: str) -> dict[str, Any] | None:
    """The JSON object in an answer, fences and words around it removed; None if there is none."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        found = json.loads(answer[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def json_objects(answer: str) -> list[dict[str, Any]]:
    """Every JSON object that stands in an answer, outermost ones only, in their order."""
    decoder = json.JSONDecoder(strict=False)
    found, start = [], answer.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(answer, start)
        except (ValueError, RecursionError):
            start = answer.find("{", start + 1)
            continue
        found.append(value)
        start = answer.find("{", end)
    return found
