"""A run's facts as lines of its journal, and as tables.

Every line is ``{"schema": 2, "fact": ..., ...}``. The facts of one kind have
the columns named here, in the journal and in Parquet alike; a column that an
earlier version did not have is null there, and its default is put in its place.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from core.records import (
    BatchTicket,
    Call,
    Candidate,
    Critique,
    Reservation,
    RunClosing,
    TokenUsage,
)

JOURNAL_SCHEMA = 2
"""Version of a journal line; readers understand every earlier one."""

Fact = Call | Reservation | Candidate | Critique | BatchTicket | RunClosing
Table = Literal["calls", "candidates", "critiques", "reservations", "batches"]

FACT_OF: dict[Table, str] = {
    "calls": "call",
    "candidates": "candidate",
    "critiques": "critique",
    "reservations": "reservation",
    "batches": "batch",
}
KEYS: dict[Table, tuple[str, ...]] = {
    "calls": ("call_id",),
    "candidates": ("candidate_id",),
    "critiques": ("candidate_id", "critic"),
    "reservations": ("call_id",),
    "batches": ("batch_id",),
}
COLUMNS: dict[Table, dict[str, str]] = {
    "calls": {
        "call_id": "VARCHAR",
        "run_id": "VARCHAR",
        "at": "TIMESTAMP",
        "role": "VARCHAR",
        "model": "VARCHAR",
        "attempt": "INTEGER",
        "candidate_index": "INTEGER",
        "input_tokens": "BIGINT",
        "output_tokens": "BIGINT",
        "cached_tokens": "BIGINT",
        "reasoning_tokens": "BIGINT",
        "counted_by": "VARCHAR",
        "cost_usd": "DOUBLE",
        "unsettled_usd": "DOUBLE",
        "price_source": "VARCHAR",
        "latency_seconds": "DOUBLE",
        "outcome": "VARCHAR",
        "reason": "VARCHAR",
        "cache_write_tokens": "BIGINT",
        "saved_usd": "DOUBLE",
        "request_key": "VARCHAR",
        "response_hash": "VARCHAR",
        "model_said": "VARCHAR",
    },
    "candidates": {
        "candidate_id": "VARCHAR",
        "run_id": "VARCHAR",
        "index": "INTEGER",
        "kind": "VARCHAR",
        "label": "VARCHAR",
        "content": "JSON",
        "written_by": "VARCHAR",
        "call_id": "VARCHAR",
        "parents": "VARCHAR[]",
        "extras": "JSON",
    },
    "critiques": {
        "candidate_id": "VARCHAR",
        "run_id": "VARCHAR",
        "critic": "VARCHAR",
        "score": "DOUBLE",
        "reason": "VARCHAR",
        "call_id": "VARCHAR",
    },
    "reservations": {
        "call_id": "VARCHAR",
        "run_id": "VARCHAR",
        "at": "TIMESTAMP",
        "role": "VARCHAR",
        "model": "VARCHAR",
        "attempt": "INTEGER",
        "candidate_index": "INTEGER",
        "reserved_usd": "DOUBLE",
    },
    "batches": {
        "batch_id": "VARCHAR",
        "run_id": "VARCHAR",
        "at": "TIMESTAMP",
        "role": "VARCHAR",
        "call_ids": "VARCHAR[]",
    },
}
DEFAULTS: dict[str, str] = {
    "cache_write_tokens": "0",
    "saved_usd": "0.0",
    "request_key": "''",
    "response_hash": "''",
    "model_said": "''",
    "extras": "'{}'",
}
"""SQL of what stands where an earlier version had no such column."""

_NAMES = {
    Call: "call",
    Reservation: "reservation",
    Candidate: "candidate",
    Critique: "critique",
    BatchTicket: "batch",
    RunClosing: "closing",
}


_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _NAMES}
_USAGE = tuple(field.name for field in fields(TokenUsage))


def line_of(fact: Fact) -> bytes:
    """A fact as one line of the journal."""
    values = {name: getattr(fact, name) for name in _FIELDS[type(fact)]}
    if isinstance(fact, Call):
        usage = values.pop("usage")
        values |= {name: getattr(usage, name) for name in _USAGE}
    return encoded({"fact": _NAMES[type(fact)], **values})


def encoded(values: dict[str, Any]) -> bytes:
    """One JSON line; a character that is not text becomes a question mark."""
    text = _ENCODER.encode({"schema": JOURNAL_SCHEMA, **values})
    return text.encode("utf-8", "replace") + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a fact")


# Made once: a run encodes many lines.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":")
)


def call_of(row: dict[str, Any]) -> Call:
    """A call from a row of the ledger."""
    usage = {
        name: row.pop(name)
        for name in (
            "input_tokens",
            "output_tokens",
            "cached_tokens",
            "reasoning_tokens",
            "cache_write_tokens",
            "counted_by",
        )
    }
    return Call(**row, usage=TokenUsage(**usage))


def candidate_of(row: dict[str, Any]) -> Candidate:
    """A candidate from a row of the ledger."""
    content, extras = json.loads(row.pop("content")), json.loads(row.pop("extras"))
    parents = tuple(row.pop("parents") or ())
    return Candidate(**row, content=content, extras=extras, parents=parents)


def batch_of(row: dict[str, Any]) -> BatchTicket:
    """A batch from a row of the ledger."""
    return BatchTicket(**{**row, "call_ids": tuple(row["call_ids"])})
