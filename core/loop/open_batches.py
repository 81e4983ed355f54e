"""What is known of batches under way, and what one that was not begun means for its calls."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from core.generation.batches import BatchState
from core.generation.manners import Manners
from core.generation.replies import EndpointError, EndpointRefusedError
from core.loop.attempts import Outcome
from core.loop.standing import lost
from core.records import Call, Reservation
from core.workspace.run_folder import now_utc

INTENT = "intent:"
"""A ticket whose batch has this prefix says that a batch is about to be submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPolicy:
    """How large batches are, how often they are looked at, and what a stop does to them."""

    most_requests: int = 50_000
    most_bytes: int = 200_000_000
    most_attempts: int = 3
    """Failures of one question."""
    first_look_seconds: float = 5.0
    longest_look_seconds: float = 300.0
    growth: float = 1.5
    most_failed_looks: int = 100
    """One after the other; the run stops then, the batch goes on at the endpoint."""
    cancels_when_stopped: bool = False
    """False: a stopped run leaves its batches running, and resuming it takes them up."""


@dataclass
class OpenBatch:
    """A batch that the endpoint has, and its calls that are not settled."""

    batch_id: str
    rows: dict[str, Reservation]
    held_usd: float
    is_held: bool
    """Set aside in the budget by this session, rather than counted as spent by an earlier."""
    used: Manners
    paid_usd: float = 0.0
    settled: set[str] = field(default_factory=set)

    def lost(self, call_id: str) -> Call:
        """The row of a call as if its answer never came."""
        row = self.rows[call_id]
        waited = (now_utc() - row.at).total_seconds()
        return replace(lost(row, ""), latency_seconds=waited)

    @property
    def open_usd(self) -> float:
        """What may yet be billed."""
        rows = self.rows.items()
        return sum(row.reserved_usd for call_id, row in rows if call_id not in self.settled)


def digest(rows: Sequence[Reservation]) -> str:
    """The name of a batch of these calls."""
    return digest_of([row.call_id for row in rows])


def digest_of(call_ids: Sequence[str]) -> str:
    """The name of a batch of the calls of these names, in this order."""
    return sha256("\n".join(call_ids).encode()).hexdigest()[:32]


def unseen(batch: OpenBatch, error: EndpointError) -> str:
    """Why a run stops that cannot look at its batch."""
    return (
        f"batch {batch.batch_id} cannot be looked at: {error}; it goes on there, resume the run "
        "to take it up"
    )


def not_begun(state: BatchState, calls: Sequence[str]) -> dict[str, Outcome]:
    """Of a file that was refused: the lines at fault are refused, the others asked again."""
    said = dict(state.faults)
    first = next(iter(said.values()), "no reason given")
    at_fault = {n: words for n, words in said.items() if 0 < n <= len(calls)}
    every = len(at_fault) == len(calls)
    again = EndpointError(f"the batch was not begun: {first}", is_free_to_repeat=bool(at_fault))
    return {
        call: EndpointRefusedError(f"refused in the batch: {at_fault[n]}", ends_run=every)
        if n in at_fault
        else again
        for n, call in enumerate(calls, start=1)
    }
