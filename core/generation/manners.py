"""How an endpoint likes to be asked: learnt from its refusals, so that one code asks them all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.records import Prompt

Answers = Literal["json_schema", "json_object", "plain"]
Limit = Literal["max_completion_tokens", "max_tokens"]

_OTHER_LIMIT: dict[Limit, Limit] = {
    "max_completion_tokens": "max_tokens",
    "max_tokens": "max_completion_tokens",
}
_SHAPE_WORDS = ("response_format", "json_object", "schema", "structured", "guided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a request may say, and under which name."""

    answers: Answers = "json_schema"
    limit: Limit = "max_tokens"
    limit_switched: bool = False
    temperature: bool = True
    seed: bool = True


def request_of(prompt: Prompt, model: str, manners: Manners) -> dict[str, Any]:
    """The body of a chat completion."""
    request: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": prompt.instructions},
            {"role": "user", "content": prompt.question},
        ],
        manners.limit: prompt.max_output_tokens,
    }
    if prompt.temperature is not None and manners.temperature:
        request["temperature"] = prompt.temperature
    if prompt.seed is not None and manners.seed:
        request["seed"] = prompt.seed
    if manners.answers == "json_schema":
        request["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": prompt.schema_name,
                "strict": True,
                "schema": dict(prompt.schema),
            },
        }
    elif manners.answers == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request


def learnt(used: Manners, said: str, request: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What to change of the manners a refused *request* was asked with, and that in words.

    Nothing and "" when the refusal is not about how it was asked. Refusals of
    many requests that were asked alike teach the same.
    """
    low = said.lower()
    if used.limit in low and not used.limit_switched:
        other = _OTHER_LIMIT[used.limit]
        return {"limit": other, "limit_switched": True}, f"asking with {other} instead"
    if "temperature" in low and "temperature" in request:
        return {"temperature": False}, "asking without a temperature"
    if re.search(r"\bseed\b", low) and "seed" in request:
        return {"seed": False}, "asking without a seed"
    if any(word in low for word in _SHAPE_WORDS) and used.answers != "plain":
        answers = "json_object" if used.answers == "json_schema" else "plain"
        return {"answers": answers}, f"asking for {answers} answers instead"
    return {}, ""
