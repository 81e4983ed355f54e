"""One question until it is answered: paid within budget, retried, recorded attempt by attempt."""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Generic, TypeVar

from core.errors import ProviderError
from core.generation.endpoint import ChatEndpoint
from core.generation.replies import EndpointError, EndpointRefusedError, Reply
from core.loop.budget import Budget
from core.loop.commits import GroupCommit
from core.loop.standing import MOST_UNREADABLE, lost
from core.prices import PriceBook
from core.records import Call, CallOutcome, CallRole, Prompt, Reservation, TokenUsage
from core.tokens import token_count
from core.workspace.run_folder import now_utc

Read = TypeVar("Read")
Outcome = Reply | EndpointError | EndpointRefusedError

_ENVELOPE_TOKENS = 64
"""What roles, separators and the answer's schema may add to a counted prompt."""

_MARGIN = 1.5
"""How much more tokens than in prompts before a prompt may have for its estimate."""


class StoppedError(Exception):
    """The run is being stopped; no further call is sent."""


class LostError(Exception):
    """A question will get no answer that can be used."""

    def __init__(self, why: str, *, is_outage: bool) -> None:
        super().__init__(why)
        self.is_outage = is_outage
        """The endpoint failed, rather than refused or misunderstood this question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When to ask again, and how long to wait before."""

    most_attempts: int = 6
    most_attempts_to_reach: int = 3
    """For an address where nothing has answered yet."""
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 20.0
    longest_asked_wait_seconds: float = 60.0
    """An endpoint that asks for a longer wait gets this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask, for which candidate, and what was tried before."""

    prompt: Prompt
    role: CallRole
    model: str
    index: int
    attempts_before: int = 0
    unreadable_before: int = 0


@dataclass(frozen=True, slots=True)
class Answered(Generic[Read]):
    """What was read from an answer, and the call to record together with it."""

    value: Read
    call: Call


class Caller:
    """Asks questions of one run; shared by all its tasks."""

    def __init__(
        self,
        run_id: str,
        endpoint: ChatEndpoint,
        prices: PriceBook,
        budget: Budget,
        commits: GroupCommit,
        *,
        timeout_seconds: float,
        retry: RetryPolicy,
    ) -> None:
        """Ask *endpoint* within *budget* and record through *commits*."""
        self._run_id, self._endpoint, self._prices = run_id, endpoint, prices
        self._budget, self._commits, self._retry = budget, commits, retry
        self._timeout = timeout_seconds
        self._dearest: dict[CallRole, float] = defaultdict(float)
        self._tokens_per_estimate = 0.0
        self._quiet_until = 0.0
        self._dice = random.Random(run_id)
        self.stopping = asyncio.Event()
        self.answered = asyncio.Event()
        """Set once the endpoint has answered anything; until then one call at a time is sent."""

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
        attempt, failures = question.attempts_before, 0
        while True:
            await self._ready()
            attempt += 1
            outcome, call = await self._attempt(question, attempt)
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
                failures += not outcome.is_free_to_repeat
                if failures >= self._most_attempts(outcome):
                    raise LostError(str(outcome), is_outage=True)
                await self._wait(outcome, failures)

    def _most_attempts(self, error: EndpointError) -> int:
        retry = self._retry
        never_there = error.is_unreachable and not self.answered.is_set()
        return retry.most_attempts_to_reach if never_there else retry.most_attempts

    async def _attempt(self, question: Question, attempt: int) -> tuple[Outcome, Call]:
        """Send once; the ledger knew of it before it left."""
        worst = self._worst_case(question)
        await self._budget.reserve(worst)
        if self.stopping.is_set():
            self._budget.settle(worst, 0.0)
            raise StoppedError
        reservation = Reservation(
            call_id=f"{self._run_id}/{question.index}/{question.role}/{attempt}",
            run_id=self._run_id,
            at=now_utc(),
            role=question.role,
            model=question.model,
            attempt=attempt,
            candidate_index=question.index,
            reserved_usd=worst,
        )
        call = lost(reservation, "stopped before the answer came")
        try:
            await self._commits.append([reservation])
            started = time.monotonic()
            outcome = await self._sent(question)
            call = self._settled(question, call, outcome, time.monotonic() - started)
        except asyncio.CancelledError:
            self._commits.append_now([call])
            raise
        finally:
            self._budget.settle(worst, call.cost_usd + call.unsettled_usd)
        return outcome, call

    async def _sent(self, question: Question) -> Outcome:
        # Equal for every attempt at one answer: an endpoint that knows such keys bills it once.
        key = f"{self._run_id}/{question.index}/{question.role}/{question.unreadable_before}"
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._endpoint.ask(question.prompt, question.model, key)
        except TimeoutError:
            return EndpointError(f"no answer within {self._timeout:g} s", may_be_billed=True)
        except (EndpointError, EndpointRefusedError) as error:
            if isinstance(error, EndpointRefusedError) and not error.ends_run:
                self.answered.set()
            return error
        self.answered.set()
        return reply

    def _settled(self, question: Question, row: Call, outcome: Outcome, seconds: float) -> Call:
        """The ledger row of an attempt that ended."""
        row = replace(row, latency_seconds=seconds, reason="")
        if not isinstance(outcome, Reply):
            billed = isinstance(outcome, EndpointError) and outcome.may_be_billed
            return row if billed else replace(row, unsettled_usd=0.0)
        usage = outcome.usage or _counted(question, outcome.text)
        price = self._prices.request_cost(question.model, usage)
        if usage.counted_by == "provider":
            estimate = token_count(_sent_text(question), question.model).tokens
            self._tokens_per_estimate = max(
                self._tokens_per_estimate, usage.input_tokens / max(1, estimate)
            )
        self._dearest[question.role] = max(self._dearest[question.role], price.usd)
        return replace(
            row,
            usage=usage,
            cost_usd=price.usd,
            unsettled_usd=0.0,
            price_source=price.source,
            outcome="ok",
        )

    def _worst_case(self, question: Question) -> float:
        """The most that a call can cost, as far as can be known before it is sent."""
        text = _sent_text(question)
        count = token_count(text, question.model)
        most = float(count.tokens)
        if count.counted_by != "tokenizer":
            # No token is shorter than a byte, whatever vocabulary the model has; once the
            # endpoint has counted a prompt, it is known better than that.
            seen = self._tokens_per_estimate * _MARGIN
            most = min(len(text.encode()), most * seen) if seen else len(text.encode())
        usage = TokenUsage(
            input_tokens=ceil(most) + _ENVELOPE_TOKENS,
            output_tokens=question.prompt.max_output_tokens,
        )
        price = self._prices.request_cost(question.model, usage)
        return max(price.usd, self._dearest[question.role])

    async def _record(self, call: Call, outcome: CallOutcome, why: str) -> None:
        await self._commits.append([replace(call, outcome=outcome, reason=why)])

    async def _ready(self) -> None:
        """Wait while the endpoint asked for quiet."""
        while (left := self._quiet_until - time.monotonic()) > 0 and not self.stopping.is_set():
            await self._pause(left)
        if self.stopping.is_set():
            raise StoppedError

    async def _wait(self, error: EndpointError, failures: int) -> None:
        """Back off before the next attempt; a busy endpoint is left alone by every task."""
        if error.is_free_to_repeat:
            return
        retry = self._retry
        own = min(retry.longest_wait_seconds, retry.first_wait_seconds * 2 ** (failures - 1))
        wait = own * self._dice.uniform(0.5, 1.0)
        if error.wait_seconds is not None:
            wait = min(error.wait_seconds, retry.longest_asked_wait_seconds)
            wait *= self._dice.uniform(1.0, 1.1)
        if error.is_capacity and error.wait_seconds is not None:
            self._quiet_until = max(self._quiet_until, time.monotonic() + wait)
        else:
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


def _sent_text(question: Question) -> str:
    prompt = question.prompt
    return f"{prompt.instructions}\n{prompt.question}\n{json.dumps(dict(prompt.schema))}"


def _counted(question: Question, answer: str) -> TokenUsage:
    """Tokens counted here, for an endpoint that does not say."""
    asked = token_count(_sent_text(question), question.model)
    said = token_count(answer, question.model)
    return TokenUsage(
        input_tokens=asked.tokens, output_tokens=said.tokens, counted_by=asked.counted_by
    )
