"""What is asked for a candidate, what can come of it, and how patient the asker is."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Generic, TypeVar

from core.records import Call, CallRole, Prompt

Read = TypeVar("Read")


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
    """Failures of one question; being refused for want of capacity is none."""
    most_attempts_to_reach: int = 3
    """For an address where nothing has answered yet."""
    most_refusals: int = 10
    """Refusals for want of capacity, one after the other, with no answer between them."""
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
    vote: int = 0
    """Which of a jury's votes is asked for."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[Read]):
    """What was read from an answer, and the call to record together with it."""

    value: Read
    call: Call


def call_seed(seed: int, question: Question) -> int:
    """The seed of one call: another for each candidate, role, vote and unreadable answer before."""
    facts = f"{seed}/{question.index}/{question.role}/{question.unreadable_before}"
    if question.vote:
        facts += f"/{question.vote}"
    return int.from_bytes(sha256(facts.encode()).digest()[:4], "big") >> 1


def seeded(seed: int, question: Question) -> Question:
    """The question as it is sent, with the seed of its call."""
    return replace(question, prompt=replace(question.prompt, seed=call_seed(seed, question)))
