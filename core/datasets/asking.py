"""How contents are shown to a model, and how its JSON answer is found."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def delimited(examples: Sequence[Mapping[str, Any]]) -> str:
    """Contents as JSON lines that cannot close the tag around them."""
    lines = (json.dumps(dict(example), ensure_ascii=False) for example in examples)
    return "\n".join(line.replace("<", "\\u003c") for line in lines)


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
