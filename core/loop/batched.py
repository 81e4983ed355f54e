"""Many questions answered together through the batch API, each paid for once.

A batch's worst case is reserved whole. Its reservations and the intent to
submit them are in the ledger before it leaves, its ticket as soon as the
endpoint took it in; so whatever is killed when, the same batch is polled
again and never a second one submitted.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from core.errors import ProviderError
from core.generation.batches import BatchEndpoint, BatchState
from core.generation.replies import EndpointRefusedError, Reply
from core.loop.asking import (
    Answered,
    LostError,
    Question,
    Read,
    RetryPolicy,
    StoppedError,
    call_seed,
)
from core.loop.attempts import Attempts, Outcome
from core.loop.budget import Budget, BudgetSpentError
from core.loop.commits import GroupCommit
from core.loop.open_batches import BatchPolicy, OpenBatch
from core.loop.standing import MOST_UNREADABLE
from core.loop.tickets import Tickets
from core.records import BatchTicket, Call, Prompt, Reservation

Asked = tuple[Question, Callable[[str], Read]]

_UNASKED = Prompt(instructions="", question="", schema_name="none", schema={}, max_output_tokens=1)


@dataclass
class _Item(Generic[Read]):
    """A question on its way to an answer."""

    place: int
    question: Question
    read: Callable[[str], Read]
    attempt: int
    failures: int = 0


@dataclass
class _Turn(Generic[Read]):
    """One call of :meth:`BatchCaller.ask_all`."""

    waiting: list[_Item[Read]] = field(default_factory=list)
    """To be submitted."""
    sent: dict[str, _Item[Read]] = field(default_factory=dict)
    """Under way, by their call."""
    given: list[tuple[int, Answered[Read] | LostError]] = field(default_factory=list)
    """Done, and not told yet."""
    ending: EndpointRefusedError | None = None
    """A refusal that every question would meet."""


class BatchCaller:
    """Asks many questions of one run at once; the costing it is given prices batches."""

    def __init__(
        self,
        endpoint: BatchEndpoint,
        attempts: Attempts,
        budget: Budget,
        commits: GroupCommit,
        *,
        seed: int,
        stopping: asyncio.Event,
        retry: RetryPolicy,
        policy: BatchPolicy | None = None,
        told: Callable[[str], None] = lambda what: None,
    ) -> None:
        """Ask *endpoint* within *budget*; *told* hears of every look at a batch."""
        self._endpoint, self._attempts, self._commits = endpoint, attempts, commits
        self._budget, self._seed, self._stopping = budget, seed, stopping
        self._policy, self._told = policy or BatchPolicy(), told
        self._tickets = Tickets(endpoint, attempts, budget, commits, stopping, retry, self._policy)
        self._most = self._policy.most_requests

    async def recover(
        self, tickets: Sequence[BatchTicket], unanswered: Sequence[Reservation]
    ) -> list[Reservation]:
        """Take up the batches of earlier sessions; the reservations that were none of a batch.

        Raises
        ------
        EndpointRefusedError
            The endpoint cannot be asked whether it took a batch in.
        """
        return await self._tickets.recover(tickets, unanswered)

    async def ask_all(
        self, asked: Sequence[Asked[Read]]
    ) -> AsyncIterator[tuple[int, Answered[Read] | LostError]]:
        """Each question's place and answer, as batches end; the call is yours to record.

        What was asked in a batch of an earlier session is waited for, not asked again.

        Raises
        ------
        BudgetSpentError
            The rest does not fit into the budget.
        StoppedError
            The run is being stopped; batches go on at the endpoint, or were cancelled.
        EndpointRefusedError
            Every question would be refused, or the batch cannot be looked at any more.
        """
        turn = _Turn[Read]()
        await self._begin(turn, asked)
        try:
            while True:
                for given in turn.given:
                    yield given
                turn.given = []
                if turn.ending is not None:
                    raise turn.ending
                await self._submit(turn)
                if not turn.sent:
                    break
                batch, state = await self._tickets.next_over(turn.sent, self._told)
                await self._settle(turn, batch, state)
        finally:
            self._tickets.let_go()
        if turn.waiting:
            raise StoppedError if self._stopping.is_set() else BudgetSpentError

    async def _begin(self, turn: _Turn[Read], asked: Sequence[Asked[Read]]) -> None:
        """Sort what is asked into answered before, under way, and to be submitted."""
        under_way = {
            (row.candidate_index, row.role): call_id
            for batch in self._tickets.open
            for call_id, row in batch.rows.items()
        }
        for place, (question, read) in enumerate(asked):
            item = _Item(place, question, read, question.attempts_before)
            call_id = under_way.get((question.index, question.role))
            if call_id is not None:
                turn.sent[call_id] = item
            elif not await self._recalled(turn, item):
                turn.waiting.append(item)

    def _seeded(self, item: _Item[Read]) -> Question:
        question = item.question
        return replace(
            question, prompt=replace(question.prompt, seed=call_seed(self._seed, question))
        )

    async def _recalled(self, turn: _Turn[Read], item: _Item[Read]) -> bool:
        """Whether the cache has the answer; it is given then."""
        cache = self._attempts.cache
        while item.question.unreadable_before < MOST_UNREADABLE:
            question = self._seeded(item)
            request = cache.request(question)
            found = cache.find(request)
            if found is None:
                return False
            item.attempt += 1
            reply, call = self._attempts.recalled(question, item.attempt, request, found)
            row = self._taken(turn, item, reply, call)
            if row is None:
                return True
            await self._commits.append([row])
        return True

    async def _submit(self, turn: _Turn[Read]) -> None:
        """Send what waits, in batches as large as limits and budget permit."""
        while turn.waiting and not self._stopping.is_set():
            part = list(self._fitting(turn.waiting))
            if not part:
                return
            for item, _, _ in part:
                item.attempt += 1
            rows = [
                self._attempts.reservation(item.question, item.attempt, usd)
                for item, _, usd in part
            ]
            lines = [
                self._endpoint.line(row.call_id, question.prompt, question.model)
                for row, (_, question, _) in zip(rows, part, strict=True)
            ]
            await self._tickets.submit(rows, lines)
            turn.waiting = turn.waiting[len(part) :]
            turn.sent |= {row.call_id: item for row, (item, _, _) in zip(rows, part, strict=True)}

    def _fitting(
        self, waiting: Sequence[_Item[Read]]
    ) -> Iterator[tuple[_Item[Read], Question, float]]:
        """The first items that fit into one batch and into the budget; their worst cases."""
        left, room = self._budget.left_usd, self._policy.most_bytes
        for item in waiting[: self._most]:
            question = self._seeded(item)
            usd = self._attempts.costing.worst_case(question)
            size = len(self._endpoint.line("", question.prompt, question.model)) + 100
            left, room = left - usd, room - size
            if left < 0 or room < 0:
                return
            yield item, question, usd

    async def _settle(self, turn: _Turn[Read], batch: OpenBatch, state: BatchState) -> None:
        """Record what became of every call of a batch that is over."""
        questions = {
            call_id: self._seeded(turn.sent[call_id]) if call_id in turn.sent else _unasked(row)
            for call_id, row in batch.rows.items()
        }
        outcomes = await self._tickets.outcomes(batch, state, questions)
        rows: list[Call] = []
        for call_id, question in questions.items():
            row, outcome = batch.lost(call_id), outcomes[call_id]
            request = self._attempts.cache.request(question)
            call = self._attempts.settled(question, row, outcome, request)
            self._tickets.settle(batch, call)
            item = turn.sent.pop(call_id, None)
            if item is None:
                rows.append(replace(call, reason=f"{outcome}; no longer asked for"[:300]))
            elif (row_now := self._taken(turn, item, outcome, call)) is not None:
                rows.append(row_now)
        await self._commits.append(rows)
        self._tickets.close(batch)
        if not state.completed and any(item.failures for item in turn.waiting):
            self._most = max(1, len(batch.rows) // 2)
            await self._tickets.back_off(max(item.failures for item in turn.waiting))

    def _taken(
        self, turn: _Turn[Read], item: _Item[Read], outcome: Outcome, call: Call
    ) -> Call | None:
        """Give the answer, or ask again, or give up; the row to record here, if it is ours."""
        if isinstance(outcome, Reply):
            try:
                if outcome.problem:
                    raise ProviderError(outcome.problem)
                value = item.read(outcome.text)
            except ProviderError as error:
                return self._unreadable(turn, item, call, error)
            turn.given.append((item.place, Answered(value, call)))
            return None
        if isinstance(outcome, EndpointRefusedError):
            if outcome.ends_run:
                turn.ending = outcome
                return replace(call, outcome="failed", reason=str(outcome))
            turn.given.append((item.place, LostError(str(outcome), is_outage=False)))
            return replace(call, outcome="refused", reason=str(outcome))
        item.failures += not outcome.is_free_to_repeat
        if item.failures >= self._policy.most_attempts:
            turn.given.append((item.place, LostError(str(outcome), is_outage=True)))
        else:
            turn.waiting.append(item)
        return replace(call, outcome="failed", reason=str(outcome))

    def _unreadable(
        self, turn: _Turn[Read], item: _Item[Read], call: Call, error: ProviderError
    ) -> Call:
        before = item.question.unreadable_before + 1
        item.question = replace(item.question, unreadable_before=before)
        if before >= MOST_UNREADABLE:
            turn.given.append((item.place, LostError(str(error), is_outage=False)))
        elif call.outcome != "cached":
            turn.waiting.append(item)
        return replace(call, outcome="unparsed", reason=str(error))


def _unasked(row: Reservation) -> Question:
    """Stands for a question that an earlier session asked and this one does not."""
    return Question(prompt=_UNASKED, role=row.role, model=row.model, index=row.candidate_index)
