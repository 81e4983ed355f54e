"""Does a chunk really say what was extracted from it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.knowledge.documents import Chunk
from core.knowledge.names import tokens

SHORTEST_QUOTE = 2
"""Words of a quote at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A triple that a model read in a chunk, and whether the chunk says so."""

    subject: str
    relation: str
    object: str
    quote: str
    problem: str
    """Why it is not grounded; empty when it is."""


def even(text: str) -> str:
    """A text as quotes are compared: without case, and blanks evened."""
    return " ".join(text.casefold().split())


def extracted(content: Mapping[str, Any], chunk: Chunk | None) -> list[Extracted]:
    """The triples of a candidate with what is wrong with each.

    Parameters
    ----------
    chunk
        What the candidate was read from; None when it is not known.
    """
    found = [
        {name: str(row.get(name) or "").strip() for name in ("subject", "relation", "object")}
        | {"quote": str(row.get("quote") or "").strip()}
        for row in _rows(content)
    ]
    return [Extracted(**row, problem=_problem(row, chunk)) for row in found]


def _rows(content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = content.get("triples")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _problem(row: Mapping[str, str], chunk: Chunk | None) -> str:
    empty = next((name for name in ("subject", "relation", "object") if not row[name]), None)
    if empty:
        return f"its {empty} is empty"
    if chunk is None:
        return "its chunk is not known"
    if len(row["quote"].split()) < SHORTEST_QUOTE:
        return "it has no quote"
    if even(row["quote"]) not in even(chunk.text):
        return "its quote is not in the chunk"
    quote = tokens(row["quote"])
    absent = next((n for n in ("subject", "object") if not _holds(quote, tokens(row[n]))), None)
    return f"its {absent} {row[absent]!r} is not in its quote" if absent else ""


def _holds(quote: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the words of a name stand one after the other in a quote."""
    size = len(name)
    return size > 0 and any(
        tuple(quote[i : i + size]) == tuple(name) for i in range(len(quote) - size + 1)
    )


def named(row: Extracted) -> str:
    """A triple with what is wrong with it, in words."""
    return f"“{row.subject} {row.relation} {row.object}”: {row.problem}"
