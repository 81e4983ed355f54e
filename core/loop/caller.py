"""One question until it is answered: paid within budget, retried, recorded attempt by attempt."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from core.errors import ProviderError
from core.generation.replies import EndpointError, EndpointRefusedError, Reply
from core.loop.alone import FirstAlone
from core.loop.asking import (
    Answered,
    LostError,
    Question,
    Read,
    RetryPolicy,
    StoppedError,
    seeded,
)
from core.loop.attempts import Outcome
from core.loop.cache import Request
from core.loop.connection import Connection
from core.loop.gate import Gate
from core.loop.standing import MOST_UNREADABLE, lost
from core.records import Call, CallOutcome

__all__ = ["Answered", "Caller", "LostError", "Question", "RetryPolicy", "StoppedError"]


class Caller:
    """Asks questions of one run; shared by all its tasks."""

    def __init__(
        self,
        connection: Connection,
        *,
        seed: int,
        most_at_once: int,
        timeout_seconds: float,
        retry: RetryPolicy,
    ) -> None:
        """Ask through *connection*, within its budget, and record in its ledger."""
        self._endpoint, self._attempts = connection.endpoint, connection.attempts
        self._budget, self._commits = connection.budget, connection.commits
        self._seed, self._most = seed, most_at_once
        self._timeout, self._retry = timeout_seconds, retry
        self._dice = random.Random(connection.attempts.run_id)
        self.gates: dict[str, Gate] = {}
        """One per model; generator and critics of one model share it."""
        self._firsts: dict[str, FirstAlone] = defaultdict(FirstAlone)
        self.stopping = asyncio.Event()
        self.answered = asyncio.Event()
        """Set once the endpoint has answered anything."""

    def stop(self) -> None:
        """Send nothing more."""
        self.stopping.set()
        for gate in self.gates.values():
            gate.close()
        for first in self._firsts.values():
            first.end()

    def _gate(self, model: str) -> Gate:
        if model not in self.gates:
            self.gates[model] = Gate(self._most, timeout_seconds=self._timeout, retry=self._retry)
        return self.gates[model]

    async def ask(self, question: Question, read: Callable[[str], Read]) -> Answered[Read]:
        """The answer, read; its call is for the caller to record with what follows from it.

        Raises
        ------
        LostError
            It was refused, could not be read, or the endpoint kept failing.
        EndpointRefusedError
            Every question would be refused.
        BudgetSpentError, StoppedError
            No further call may be sent.
        """
        async with self._firsts[question.model].turn():
            return await self._answer(question, read)

    async def _answer(self, question: Question, read: Callable[[str], Read]) -> Answered[Read]:
        attempt, failures = question.attempts_before, 0
        while True:
            attempt += 1
            outcome, call = await self._outcome(question, attempt)
            if isinstance(outcome, Reply):
                try:
                    return Answered(_readable(outcome, read), call)
                except ProviderError as error:
                    question = replace(question, unreadable_before=question.unreadable_before + 1)
                    await self._record(call, "unparsed", str(error))
                    if question.unreadable_before >= MOST_UNREADABLE:
                        raise LostError(str(error), is_outage=False) from error
            elif isinstance(outcome, EndpointRefusedError):
                # A wrong key is no refusal of this question: resuming asks it again.
                await self._record(call, "failed" if outcome.ends_run else "refused", str(outcome))
                if outcome.ends_run:
                    raise outcome
                raise LostError(str(outcome), is_outage=False)
            else:
                await self._record(call, "failed", str(outcome))
                failures += not (outcome.is_free_to_repeat or outcome.is_capacity)
                await self._be_patient(outcome, question, failures)

    async def _outcome(self, question: Question, attempt: int) -> tuple[Outcome, Call]:
        """What one attempt came to: an answer from before, or a call that was sent."""
        question = seeded(self._seed, question)
        request = self._attempts.cache.request(question)
        found = self._attempts.cache.find(request)
        if found is not None:
            return self._attempts.recalled(question, attempt, request, found)
        gate = self._gate(question.model)
        sent_at = await gate.enter()
        try:
            outcome, call = await self._attempt(question, attempt, request)
            self._tell(gate, outcome, call, sent_at)
        finally:
            gate.leave()
        return outcome, call

    def _tell(self, gate: Gate, outcome: Outcome, call: Call, sent_at: float) -> None:
        """What the attempt says about how much the endpoint bears."""
        if not isinstance(outcome, EndpointError):
            if isinstance(outcome, Reply) or not outcome.ends_run:
                self._firsts[call.model].end()
            gate.answered(call.latency_seconds)
        elif outcome.is_capacity:
            gate.refused(sent_at, outcome.wait_seconds, self._dice.random())
        elif outcome.is_timeout:
            gate.timed_out(sent_at)

    async def _attempt(
        self, question: Question, attempt: int, request: Request
    ) -> tuple[Outcome, Call]:
        """Send once; the ledger knew of it before it left."""
        worst = self._attempts.costing.worst_case(question)
        await self._budget.reserve(worst)
        if self.stopping.is_set():
            self._budget.settle(worst, 0.0)
            raise StoppedError
        reservation = self._attempts.reservation(question, attempt, worst)
        call = lost(reservation, "stopped before the answer came")
        try:
            await self._commits.append([reservation])
            self._firsts[question.model].sent()
            started = time.monotonic()
            outcome = await self._sent(question)
            seconds = time.monotonic() - started
            call = self._attempts.settled(
                question, replace(call, latency_seconds=seconds), outcome, request
            )
        except asyncio.CancelledError:
            self._commits.append_now([call])
            raise
        finally:
            self._budget.settle(worst, call.cost_usd + call.unsettled_usd)
        return outcome, call

    async def _sent(self, question: Question) -> Outcome:
        # Equal for every attempt at one answer: an endpoint that knows such keys bills it once.
        parts = [self._attempts.run_id, question.index, question.role, question.unreadable_before]
        if question.vote:
            parts.append(question.vote)
        key = "/".join(map(str, parts))
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._endpoint.ask(question.prompt, question.model, key)
        except TimeoutError:
            return EndpointError(
                f"no answer within {self._timeout:g} s", may_be_billed=True, is_timeout=True
            )
        except (EndpointError, EndpointRefusedError) as error:
            error.args = (self._attempts.cache.worded(question, str(error)),)
            if isinstance(error, EndpointRefusedError) and not error.ends_run:
                self.answered.set()
            return error
        self.answered.set()
        return reply

    async def _record(self, call: Call, outcome: CallOutcome, why: str) -> None:
        await self._commits.append([replace(call, outcome=outcome, reason=why)])

    async def _be_patient(self, error: EndpointError, question: Question, failures: int) -> None:
        """Wait before the next attempt, or give up.

        Raises
        ------
        LostError
            It failed or was refused too often.
        """
        if error.is_free_to_repeat:
            return
        retry = self._retry
        if error.is_capacity:  # The gate holds everyone back.
            if self._gate(question.model).bursts > retry.most_refusals:
                raise LostError(str(error), is_outage=True)
            return
        never_there = error.is_unreachable and not self.answered.is_set()
        most = retry.most_attempts_to_reach if never_there else retry.most_attempts
        if failures >= most:
            raise LostError(str(error), is_outage=True)
        own = min(retry.longest_wait_seconds, retry.first_wait_seconds * 2 ** (failures - 1))
        wait = own * self._dice.uniform(0.5, 1.0)
        if error.wait_seconds is not None:
            wait = min(error.wait_seconds, retry.longest_asked_wait_seconds)
            wait *= self._dice.uniform(1.0, 1.1)
        await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


def _readable(reply: Reply, read: Callable[[str], Read]) -> Read:
    if reply.problem:
        raise ProviderError(reply.problem)
    return read(reply.text)
