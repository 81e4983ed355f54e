"""Samples as conversations that OpenAI's fine-tuning reads, and the rules these must keep.

References
----------
.. [1] OpenAI, "Data preparation and analysis for chat model fine-tuning", OpenAI
   Cookbook 2023: the shape of a line, tokens of a conversation, examples in epochs.
.. [2] OpenAI API reference, fine-tuning: input of chat and preference methods.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.analysis.export.parts import Part
from core.analysis.export.rows import contents, lineage

ROLES = ("system", "user", "assistant")
FEWEST_EXAMPLES = 10
"""A fine-tuning job refuses a file with fewer [1]_."""

MOST_TOKENS = 65_536
"""Tokens of an example from which on current models cut it."""


def chats(part: Part, *, bare: bool) -> list[dict[str, Any]]:
    """One training conversation per sample: the example is asked about, the label is the answer.

    Parameters
    ----------
    bare
        Leave out the marker and the lineage, for services that refuse what they
        do not know.
    """
    labels = sorted({str(value) for value in part.frame[part.label]})
    found = []
    for content, whence in zip(contents(part), lineage(part.frame), strict=True):
        row: dict[str, Any] = {"messages": conversation(content, part.label, labels)}
        found.append(row if bare else row | {"metadata": {"synthetic": True, **whence}})
    return found


def conversation(
    content: Mapping[str, Any], label: str, labels: Sequence[str]
) -> list[dict[str, str]]:
    """Question and answer about one example."""
    asked = {name: value for name, value in content.items() if name != label}
    return [
        {
            "role": "system",
            "content": f"Name the {label} of the user's message. Answer with the name alone.",
        },
        {"role": "user", "content": as_one_text(asked)},
        {"role": "assistant", "content": str(content[label])},
    ]


def as_one_text(content: Mapping[str, Any]) -> str:
    """A single column as it is, several as JSON."""
    if len(content) == 1:
        return str(next(iter(content.values())))
    return json.dumps(dict(content), ensure_ascii=False)


def problems(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the documented rules object to, one sentence each, by line."""
    found = []
    for number, row in enumerate(rows, 1):
        messages = row.get("messages")
        if not isinstance(messages, list) or not messages:
            found.append(f"line {number} has no messages.")
            continue
        found += [f"line {number}: {said}" for said in _of_messages(messages)]
    if len(rows) < FEWEST_EXAMPLES:
        found.append(
            f"A fine-tuning job needs {FEWEST_EXAMPLES} examples or more; the file has {len(rows)}."
        )
    return found


def _of_messages(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for message in messages:
        if message.get("role") not in ROLES:
            found.append(
                f"the role is {message.get('role')!r}, expected one of {', '.join(ROLES)}."
            )
        if not isinstance(message.get("content"), str) or not message["content"].strip():
            found.append(f"the {message.get('role')} message is empty.")
        if extra := set(message) - {"role", "content"}:
            found.append(f"a message has the unknown key {min(extra)!r}.")
    if messages[-1].get("role") != "assistant":
        found.append("the last message is not the assistant's.")
    return found
