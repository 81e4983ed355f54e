"""Batches under way: submitted once, recorded first, found again after a kill, looked at."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from core.generation.batches import BatchEndpoint, BatchState
from core.generation.replies import EndpointError, EndpointRefusedError, Reply
from core.loop.asking import Question, RetryPolicy, StoppedError
from core.loop.attempts import Attempts, Outcome
from core.loop.budget import Budget
from core.loop.commits import GroupCommit
from core.loop.open_batches import (
    INTENT,
    BatchPolicy,
    OpenBatch,
    digest,
    digest_of,
    not_begun,
    unseen,
)
from core.loop.standing import lost
from core.records import BatchTicket, Call, Reservation
from core.workspace.run_folder import now_utc

Got = TypeVar("Got")


class Tickets:
    """Keeps the batches of one run."""

    def __init__(
        self,
        endpoint: BatchEndpoint,
        attempts: Attempts,
        budget: Budget,
        commits: GroupCommit,
        stopping: asyncio.Event,
        retry: RetryPolicy,
        policy: BatchPolicy,
    ) -> None:
        """Hold the money of batches in *budget*, their tickets in *commits*."""
        self._endpoint, self._run_id = endpoint, attempts.run_id
        self._budget, self._commits, self._stopping = budget, commits, stopping
        self._retry, self._policy = retry, policy
        self._cancelled = False
        self.open: list[OpenBatch] = []

    async def recover(
        self, tickets: Sequence[BatchTicket], unanswered: Sequence[Reservation]
    ) -> list[Reservation]:
        """Open the batches of earlier sessions; the reservations that no batch holds."""
        rest = {row.call_id: row for row in unanswered}
        taken = {ticket.call_ids for ticket in tickets if not ticket.batch_id.startswith(INTENT)}
        for ticket in tickets:
            rows = [rest[call_id] for call_id in ticket.call_ids if call_id in rest]
            is_intent = ticket.batch_id.startswith(INTENT)
            if not rows or (is_intent and ticket.call_ids in taken):
                continue
            batch_id = ticket.batch_id
            if is_intent:
                found = await self._found(ticket.call_ids)
                if found is None:
                    await self._free(rows, "the process ended before the batch was taken in")
                    self._budget.spent_usd -= sum(row.reserved_usd for row in rows)
                else:
                    batch_id = found.batch_id
                    await self._record(batch_id, rows)
            if not batch_id.startswith(INTENT):
                self._open(batch_id, rows, is_held=False)
            for row in rows:
                del rest[row.call_id]
        return list(rest.values())

    async def submit(self, rows: Sequence[Reservation], lines: Sequence[bytes]) -> None:
        """Make one batch of these calls: recorded, sent, its ticket recorded.

        Raises
        ------
        EndpointRefusedError
            It was refused, or it cannot be known whether it was taken in.
        """
        usd = sum(row.reserved_usd for row in rows)
        await self._budget.reserve(usd)
        try:
            await self._commits.append([*rows, self._ticket(INTENT + digest(rows), rows)])
            batch_id = await self._sent(rows, lines)
            await self._record(batch_id, rows)
        except EndpointRefusedError:
            self._budget.settle(usd, 0.0)
            raise
        self._open(batch_id, rows, is_held=True)

    async def _sent(self, rows: Sequence[Reservation], lines: Sequence[bytes]) -> str:
        """Submit until the endpoint has the batch, looking for it before every new try."""
        metadata = self._metadata(digest(rows))
        failures = 0
        while True:
            try:
                return (await self._endpoint.submit(lines, metadata)).batch_id
            except EndpointRefusedError as error:
                await self._free(rows, str(error))
                raise
            except EndpointError as error:
                failures += 1
                await self._pause(self._wait(error, failures))
                found = await self._found([row.call_id for row in rows])
                if found is not None:
                    return found.batch_id
                if failures >= self._retry.most_attempts or self._stopping.is_set():
                    await self._free(rows, str(error))
                    raise EndpointRefusedError(str(error), ends_run=True) from error

    async def next_over(
        self, wanted: Collection[str], told: Callable[[str], None]
    ) -> tuple[OpenBatch, BatchState]:
        """Wait for the next batch that is over and holds a wanted call.

        Raises
        ------
        StoppedError
            The run is being stopped.
        EndpointRefusedError
            The batches cannot be looked at.
        """
        policy, failures = self._policy, 0
        wait = policy.first_look_seconds
        mine = [batch for batch in self.open if batch.rows.keys() & set(wanted)]
        while True:
            await self._heed_stop(mine)
            for batch in mine:
                try:
                    state = await self._endpoint.state(batch.batch_id)
                except EndpointError as error:
                    failures += 1
                    if failures >= policy.most_failed_looks:
                        raise EndpointRefusedError(unseen(batch, error), ends_run=True) from error
                    continue
                failures = 0
                if state.is_over:
                    return batch, state
                done = state.completed + state.failed
                told(f"batch {batch.batch_id} {state.status}, {done} of {len(batch.rows)} answered")
            await self._pause(wait)
            wait = min(policy.longest_look_seconds, wait * policy.growth)

    async def _heed_stop(self, batches: Sequence[OpenBatch]) -> None:
        if not self._stopping.is_set():
            return
        if not self._policy.cancels_when_stopped:
            raise StoppedError
        if self._cancelled:
            await asyncio.sleep(self._policy.first_look_seconds)
            return
        self._cancelled = True
        for batch in batches:
            await self._patiently(partial(self._endpoint.cancel, batch.batch_id))

    async def outcomes(
        self, batch: OpenBatch, state: BatchState, questions: Mapping[str, Question]
    ) -> dict[str, Outcome]:
        """What became of each call of a batch that is over; missing answers may be billed."""
        if state.status == "failed":
            return not_begun(state, list(questions))
        asked = {name: (question.prompt, question.model) for name, question in questions.items()}
        for _ in range(self._retry.most_attempts):
            found = await self._patiently(
                lambda: self._endpoint.answers(state, asked, batch.used), heeding=False
            )
            answered = sum(isinstance(outcome, Reply) for outcome in found.values())
            if answered >= state.completed:
                break
            await self._pause(self._retry.first_wait_seconds)
        missing = EndpointError(
            f"the files of batch {batch.batch_id}, which is {state.status}, do not hold the answer",
            may_be_billed=answered < state.completed,
        )
        return {name: found.get(name, missing) for name in questions}

    def settle(self, batch: OpenBatch, call: Call) -> None:
        """Exchange what was set aside for a call for what it did cost."""
        usd = call.cost_usd + call.unsettled_usd
        batch.settled.add(call.call_id)
        if batch.is_held:
            batch.paid_usd += usd
        else:
            self._budget.spent_usd += usd - batch.rows[call.call_id].reserved_usd

    def close(self, batch: OpenBatch) -> None:
        """Every call of the batch is settled."""
        self._release(batch)
        self.open.remove(batch)

    def let_go(self) -> None:
        """Count what open batches may cost as spent, for no one waits for them now."""
        for batch in self.open:
            self._release(batch)

    def _release(self, batch: OpenBatch) -> None:
        if batch.is_held:
            self._budget.settle(batch.held_usd, batch.paid_usd + batch.open_usd)
            batch.is_held = False

    async def back_off(self, failures: int) -> None:
        """Wait before asking again what failed in a batch."""
        await self._pause(self._wait(None, failures))

    def _open(self, batch_id: str, rows: Sequence[Reservation], *, is_held: bool) -> None:
        self.open.append(
            OpenBatch(
                batch_id=batch_id,
                rows={row.call_id: row for row in rows},
                held_usd=sum(row.reserved_usd for row in rows),
                is_held=is_held,
                used=self._endpoint.chat.manners,
            )
        )

    async def _found(self, call_ids: Sequence[str]) -> BatchState | None:
        """The batch of these calls, if the endpoint took it in.

        Raises
        ------
        EndpointRefusedError
            The endpoint does not say.
        """
        metadata = self._metadata(digest_of(call_ids))
        return await self._patiently(lambda: self._endpoint.find(metadata), heeding=False)

    async def _patiently(self, ask: Callable[[], Awaitable[Got]], *, heeding: bool = True) -> Got:
        """Ask the endpoint until it answers, which costs nothing."""
        failures = 0
        while True:
            try:
                return await ask()
            except EndpointError as error:
                failures += 1
                if failures >= self._retry.most_attempts or (heeding and self._stopping.is_set()):
                    raise EndpointRefusedError(
                        f"{error}; the batch goes on there, resume the run to take it up",
                        ends_run=True,
                    ) from error
                await self._pause(self._wait(error, failures))

    async def _record(self, batch_id: str, rows: Sequence[Reservation]) -> None:
        await self._commits.append([self._ticket(batch_id, rows)])

    async def _free(self, rows: Sequence[Reservation], why: str) -> None:
        """Settle calls that never reached a batch: they cost nothing."""
        await self._commits.append([replace(lost(row, why), unsettled_usd=0.0) for row in rows])

    def _ticket(self, batch_id: str, rows: Sequence[Reservation]) -> BatchTicket:
        return BatchTicket(
            batch_id=batch_id,
            run_id=self._run_id,
            at=now_utc(),
            role=rows[0].role,
            call_ids=tuple(row.call_id for row in rows),
        )

    def _metadata(self, calls: str) -> dict[str, str]:
        return {"run": self._run_id, "calls": calls}

    def _wait(self, error: EndpointError | None, failures: int) -> float:
        retry = self._retry
        if error is not None and error.wait_seconds is not None:
            return min(error.wait_seconds, retry.longest_asked_wait_seconds)
        return min(retry.longest_wait_seconds, retry.first_wait_seconds * 2.0 ** (failures - 1))

    async def _pause(self, seconds: float) -> None:
        if self._stopping.is_set():
            await asyncio.sleep(min(seconds, self._retry.first_wait_seconds))
            return
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
