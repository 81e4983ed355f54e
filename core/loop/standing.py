"""Where a run stands: what its ledger says is settled, so that nothing is paid for twice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.loop.stops import Settled
from core.records import Call, CallRole, Candidate, Critique, Reservation, TokenUsage
from core.workspace import Workspace, ledger

MOST_UNREADABLE = 2
"""Answers paid for, for one question, that could not be read; after that it is given up."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A candidate that is not settled, and what is there of it."""

    index: int
    candidate: Candidate | None
    critiques: tuple[Critique, ...]


class Standing:
    """What earlier sessions of a run left behind; empty for a new one."""

    def __init__(self, workspace: Workspace, run_id: str) -> None:
        """Read the ledger of the run."""
        self.candidates = sorted(ledger.candidates(workspace, run_id), key=lambda c: c.index)
        self._by_index = {candidate.index: candidate for candidate in self.candidates}
        self._critiques: dict[str, list[Critique]] = defaultdict(list)
        for critique in ledger.critiques(workspace, run_id):
            self._critiques[critique.candidate_id].append(critique)
        self._attempts: Counter[tuple[int, CallRole]] = Counter()
        self._unreadable: Counter[tuple[int, CallRole]] = Counter()
        self._refused: set[int] = set()
        self.spent_usd = 0.0
        for call in ledger.calls(workspace, run_id):
            self._learn(call)
        self.unanswered = ledger.open_reservations(workspace, run_id)
        for reservation in self.unanswered:
            key = (reservation.candidate_index, reservation.role)
            self._attempts[key] = max(self._attempts[key], reservation.attempt)
            self.spent_usd += reservation.reserved_usd

    def _learn(self, call: Call) -> None:
        self.spent_usd += call.cost_usd + call.unsettled_usd
        if call.candidate_index is None:
            return
        key = (call.candidate_index, call.role)
        self._attempts[key] = max(self._attempts[key], call.attempt)
        self._unreadable[key] += call.outcome == "unparsed"
        if call.outcome == "refused" and call.role == "generator":
            self._refused.add(call.candidate_index)

    def attempts(self, index: int, role: CallRole) -> int:
        """Attempts already made at one question."""
        return self._attempts[index, role]

    def unreadable(self, index: int, role: CallRole) -> int:
        """Answers to one question that could not be read."""
        return self._unreadable[index, role]

    def critiques_of(self, candidate: Candidate) -> list[Critique]:
        """What critics already said."""
        return self._critiques.get(candidate.candidate_id, [])

    def settled(self, critics: Sequence[str]) -> list[Settled]:
        """Candidates that every critic has seen, by index."""
        return [
            Settled(candidate.index, candidate, tuple(said))
            for candidate in self.candidates
            for said in [self.critiques_of(candidate)]
            if self._is_settled(candidate.index, candidate, said, critics)
        ]

    def todo(self, wanted: int, critics: Sequence[str]) -> list[Todo]:
        """Every candidate up to *wanted* that is not settled, by index."""
        return [
            Todo(index, candidate, tuple(said))
            for index in range(wanted)
            for candidate in [self._by_index.get(index)]
            for said in [self.critiques_of(candidate) if candidate else []]
            if not self._is_settled(index, candidate, said, critics)
        ]

    def _is_settled(
        self,
        index: int,
        candidate: Candidate | None,
        said: Sequence[Critique],
        critics: Sequence[str],
    ) -> bool:
        if candidate is not None:
            return {critique.critic for critique in said} >= set(critics)
        return index in self._refused or self._unreadable[index, "generator"] >= MOST_UNREADABLE


def lost(reservation: Reservation, why: str) -> Call:
    """The ledger row of a call whose answer will never be known."""
    return Call(
        call_id=reservation.call_id,
        run_id=reservation.run_id,
        at=reservation.at,
        role=reservation.role,
        model=reservation.model,
        attempt=reservation.attempt,
        candidate_index=reservation.candidate_index,
        usage=TokenUsage(),
        cost_usd=0.0,
        unsettled_usd=reservation.reserved_usd,
        price_source="",
        latency_seconds=0.0,
        outcome="failed",
        reason=why,
    )
