"""Frozen facts: what was asked, answered, judged and paid.

Records are written once and never updated; a correction is a new record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

SampleKind = Literal["training_case", "adversarial_scenario", "eval_item", "knowledge_triple"]
CountedBy = Literal["provider", "tokenizer", "estimate", "none"]
CallRole = Literal["generator", "critic"]
CallOutcome = Literal["ok", "unparsed", "refused", "failed", "cached"]
TextPolicy = Literal["keep", "hash", "drop"]
StopReason = Literal["done", "budget", "cancelled", "failed"]

Progress = Callable[[int, int, str], None]
"""Told ``(done, total, what)`` now and then; raises ``Cancelled`` to stop the work."""


def no_progress(done: int, total: int, what: str) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """Tokens billed for one model call."""

    input_tokens: int = 0
    """All prompt tokens, those read from a cache included."""
    output_tokens: int = 0
    """All answer tokens, reasoning included."""
    cached_tokens: int = 0
    """The part of ``input_tokens`` that the provider read from its cache."""
    reasoning_tokens: int = 0
    """The part of ``output_tokens`` that was spent on reasoning."""
    cache_write_tokens: int = 0
    """The part of ``input_tokens`` that the provider wrote to its cache."""
    counted_by: CountedBy = "none"
    """Who counted; an estimate never overwrites a provider's count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One attempt to call a model: a row of the ledger, whatever came of it."""

    call_id: str
    run_id: str
    at: datetime
    role: CallRole
    model: str
    attempt: int
    usage: TokenUsage
    cost_usd: float
    price_source: str
    latency_seconds: float
    outcome: CallOutcome
    reason: str = ""
    candidate_index: int | None = None
    """The candidate that the call was made for."""
    unsettled_usd: float = 0.0
    """At most so much more may have been billed: the answer was lost on its way."""
    saved_usd: float = 0.0
    """What this answer had cost when it was asked for; it came from the cache."""
    request_key: str = ""
    """SHA-256 of what was asked; empty when the policy is to drop it."""
    response_hash: str = ""
    """SHA-256 of the answer's text; empty when there was none, or it is dropped."""
    model_said: str = ""
    """The model that the endpoint says has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTicket:
    """A batch that an endpoint took in: its calls are answered together, later."""

    batch_id: str
    run_id: str
    at: datetime
    role: CallRole
    call_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Money set aside for a call, recorded before the call is sent."""

    call_id: str
    run_id: str
    at: datetime
    role: CallRole
    model: str
    attempt: int
    candidate_index: int
    reserved_usd: float
    """The most that the call can cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked, and the shape its answer must have."""

    instructions: str
    question: str
    schema_name: str
    schema: Mapping[str, Any]
    """JSON schema of the answer, an object."""
    max_output_tokens: int
    temperature: float | None = None
    seed: int | None = None
    """Asks for the same answer to the same question; endpoints may ignore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a generator proposed. Rejected ones are kept: they were paid for."""

    candidate_id: str
    run_id: str
    index: int
    kind: SampleKind
    label: str
    content: Mapping[str, Any]
    """Column name to value, as in the dataset it is meant for."""
    written_by: str
    """The model's name, or ``embedded`` when no language model wrote it."""
    call_id: str | None = None
    parents: tuple[str, ...] = ()
    """Row keys of the anchors it was made from."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What its kind adds: the failure that a scenario targets, an item's answer and rubric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique:
    """One critic's judgement of one candidate. A critic never deletes."""

    candidate_id: str
    run_id: str
    critic: str
    score: float | None
    """In [0, 1]; None when the critic could not judge (never taken as accepted)."""
    reason: str
    call_id: str | None = None


SKIPPED = "skipped"
TAKEN_BACK = "taken back"
CAME_UP = "came up in the draw"
"""Notes of acts that say neither good nor bad; this one only adds a draw to what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One act of a person who judges candidates; the last word of each labeller counts."""

    candidate_id: str
    run_id: str
    good: bool | None
    """None: taken back, skipped, or nothing but a draw; ``note`` says which."""
    labeller: str
    at: datetime
    drawn: float | None
    """Lowest score of the candidates it was drawn from by chance; None: picked by hand."""
    note: str = ""
    of: int | None = None
    """How many candidates the run held when it was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a generation plan, written before its first call."""

    run_id: str
    started_at: datetime
    seed: int
    dataset: str
    """Fingerprint of the dataset that holds the anchors."""
    label_column: str
    slice: str
    kind: SampleKind
    generator: str
    model: str
    plan: Mapping[str, Any] = field(default_factory=dict)
    plan_digest: str = ""
    code_version: str = ""
    critics: tuple[str, ...] = ()
    """Names of the critics; a candidate that one of them has not scored is never accepted."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of what decides a candidate and its verdict: prompt, rubric."""
    estimate: Mapping[str, float] = field(default_factory=dict)
    """What the run was expected to cost before it began, ``p10, p50, p90``. [USD]"""
    schema: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClosing:
    """How a run ended; the last fact written to its journal."""

    run_id: str
    at: datetime
    stopped: StopReason
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """A figure with its 80 % interval; None where that quantile is never reached or unknown."""

    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple:
    """A fact of the knowledge graph, and where it is from."""

    subject: str
    relation: str
    object: str
    source: str
    """What a reader would look it up in: a file, a document, or what the user named."""
    place: str = ""
    """Where in it: a line or a chunk."""
    file: str = ""
    """The file that it was read from, when the user named another source."""
    quote: str = ""
    """The words it was extracted from."""
    run_id: str = ""
    candidate_id: str = ""
    triple_id: str = ""
    """Given when it is recorded."""

    @property
    def where(self) -> str:
        """Source and place in words."""
        inside = ", ".join(part for part in (self.file, self.place) if part)
        if self.file:
            return f"{self.source} ({inside})"
        return f"{self.source}, {inside}" if inside else self.source
