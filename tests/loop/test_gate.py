"""How many calls at once an endpoint bears is learnt, by laws that hold for every endpoint."""

import asyncio
from dataclasses import dataclass

import pytest
from clockwork import Clock, in_virtual_time
from hypothesis import given, settings
from hypothesis import strategies as st

from core.loop.asking import RetryPolicy, StoppedError
from core.loop.gate import Gate

TIMEOUT = 10.0


def gate_of(most: int, clock: Clock | None = None) -> Gate:
    """A gate that admits at most so many."""
    return Gate(most, timeout_seconds=TIMEOUT, retry=RetryPolicy(), clock=clock or Clock())


@pytest.mark.parametrize(("most", "start"), [(64, 32), (20, 10), (12, 8), (3, 3), (1, 1)])
def test_a_run_starts_below_its_cap(most: int, start: int) -> None:
    """Half of what is allowed, eight at least, and never more than is allowed."""
    assert gate_of(most).limit == start


def test_the_limit_doubles_with_each_round_of_answers_until_the_cap() -> None:
    """32 answers to 32 calls give 64; the next 64 give no more than the cap of 64."""
    gate = gate_of(64)
    for _ in range(32):
        gate.answered(0.1)
    assert gate.limit == 64
    for _ in range(64):
        gate.answered(0.1)
    assert gate.limit == 64


def test_after_a_refusal_it_grows_by_one_a_round_and_not_before_the_hold_is_over() -> None:
    """From 31: held for 10 s at what was borne, then 31 answers of 1/limit each give about 32."""

    async def work(clock: Clock) -> tuple[float, float]:
        gate = gate_of(64, clock)
        gate.in_flight = 32
        gate.refused(clock.now, 1.0, 0.0)
        for _ in range(100):
            gate.answered(0.1)
        held = gate.limit
        clock.now += 10.0
        for _ in range(31):
            gate.answered(0.1)
        return held, gate.limit

    held, grown = in_virtual_time(work)
    assert held == 31  # 32 at once, of which one was refused
    assert 31.9 < grown < 32


def test_one_burst_of_refusals_is_one_cut() -> None:
    """Of 32 calls sent at once four are refused: 28 were borne. A refusal below that cuts by 0.75.

    28 x 0.75 = 21, once; and the way back to 28 stays open.
    """

    async def work(clock: Clock) -> list[float]:
        gate, found = gate_of(64, clock), []
        gate.in_flight = 32
        sent_at = clock.now
        clock.now += 1
        for _ in range(4):
            gate.refused(sent_at, 1.0, 0.0)
            gate.in_flight -= 1
            found.append(gate.limit)
        clock.now += 5
        gate.refused(clock.now - 1, 1.0, 0.0)  # Sent after the cut: a burst of its own.
        cut, refusals, bursts = gate.limit, gate.refusals, gate.bursts
        for _ in range(400):
            gate.answered(0.1)
        return [*found, cut, refusals, bursts, gate.limit]

    assert in_virtual_time(work) == [31, 30, 29, 28, 21, 5, 2, 28]


def test_what_was_borne_is_kept() -> None:
    """Of 30 calls at once 22 are refused: the eight that were not are what it bears."""

    async def work(clock: Clock) -> float:
        gate = gate_of(60, clock)
        gate.in_flight, sent_at = 30, clock.now
        clock.now += 0.01
        for _ in range(22):
            gate.refused(sent_at, 0.2, 0.5)
            gate.in_flight -= 1
        for _ in range(8):
            gate.answered(0.05)
        return gate.limit

    assert in_virtual_time(work) == 8


@pytest.mark.parametrize(
    ("asked", "luck", "wait"), [(5.0, 0.0, 5.0), (5.0, 1.0, 5.5), (900, 0, 60)]
)
def test_everyone_is_quiet_for_as_long_as_was_asked(asked: float, luck: float, wait: float) -> None:
    """One refusal that asks for 5 s keeps back every call for 5 s; beyond 60 s it is 60 s."""

    async def work(clock: Clock) -> float:
        gate, start = gate_of(8, clock), clock.now
        gate.refused(start, asked, luck)
        await gate.enter()
        return clock.now - start

    assert in_virtual_time(work) == pytest.approx(wait, abs=0.01)


def test_without_a_wait_that_is_asked_for_the_own_one_doubles_with_each_burst() -> None:
    """0.5, 1, 2, 4, 8, 16, then 20 s; an answer begins at 0.5 s again."""

    async def work(clock: Clock) -> list[float]:
        gate, waits = gate_of(8, clock), []
        for answer in (*[False] * 7, True):
            if answer:
                gate.answered(0.1)
            start = clock.now = clock.now + 1
            gate.refused(start, None, 1.0)
            await gate.enter()
            gate.leave()
            waits.append(round(clock.now - start, 1))
        return waits

    assert in_virtual_time(work) == [0.5, 1, 2, 4, 8, 16, 20, 0.5]


def test_slow_answers_and_timeouts_shrink_it() -> None:
    """An answer after more than half the time limit, or none in time: 0.7 of what was."""
    gate = gate_of(64)
    gate.answered(0.51 * TIMEOUT)
    assert gate.limit == pytest.approx(22.4)
    other = gate_of(64)
    other.timed_out(sent_at=99.0)
    other.timed_out(sent_at=99.5)  # Sent before the cut as well.
    assert other.limit == pytest.approx(22.4)


def test_answers_that_take_ever_longer_end_the_doubling() -> None:
    """Three times the first answers' time: more calls at once would only wait in line."""
    gate = gate_of(512)
    for _ in range(8):
        gate.answered(0.1)
    for _ in range(40):
        gate.answered(0.3)
    before = gate.limit
    gate.answered(0.3)
    assert gate.limit - before == pytest.approx(1 / before)


def test_a_closed_gate_tells_everyone_who_waits() -> None:
    """Nobody is left behind it."""

    async def work(clock: Clock) -> list[bool]:
        gate = gate_of(1, clock)
        await gate.enter()
        waiting = [asyncio.create_task(gate.enter()) for _ in range(5)]
        await asyncio.sleep(0)
        gate.close()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        return [isinstance(end, StoppedError) for end in ends]

    assert in_virtual_time(work) == [True] * 5


@dataclass
class _World:
    """An endpoint that bears so many calls at once, and what was seen at the gate."""

    capacity: int
    in_flight: int = 0
    admitted: int = 0
    answers: int = 0
    worst: float = 0.0
    limits: tuple[float, float] = (1e9, 0.0)


async def _asks(gate: Gate, world: _World, clock: Clock, seconds: float, asked: float) -> None:
    """One question until it is answered."""
    while True:
        sent_at = await gate.enter()
        world.admitted += 1
        world.worst = max(world.worst, gate.in_flight - int(gate.limit))
        refused = world.in_flight >= world.capacity
        world.in_flight += not refused
        await asyncio.sleep(0.001 if refused else seconds)
        world.in_flight -= not refused
        if refused:
            gate.refused(sent_at, asked or None, 0.5)
        elif seconds >= TIMEOUT:
            gate.timed_out(sent_at)
        else:
            gate.answered(seconds)
        gate.leave()
        low, high = world.limits
        world.limits = min(low, gate.limit), max(high, gate.limit)
        if not refused:
            world.answers += 1
            return


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    most=st.integers(1, 64),
    capacity=st.integers(1, 64),
    seconds=st.lists(st.sampled_from([0.01, 0.1, 1.0, 4.0, 6.0, 12.0]), min_size=1, max_size=60),
    asked=st.sampled_from([0.0, 0.05, 2.0]),
)
def test_never_more_than_the_limit_never_below_one_and_everyone_gets_through(
    most: int, capacity: int, seconds: list[float], asked: float
) -> None:
    """Whatever the endpoint bears: each admission fits, and no question is left waiting."""
    world = _World(capacity)

    async def work(clock: Clock) -> None:
        gate = gate_of(most, clock)
        await asyncio.gather(*(_asks(gate, world, clock, s, asked) for s in seconds))
        assert gate.in_flight == 0

    in_virtual_time(work)
    assert world.answers == len(seconds)
    assert world.worst <= 0
    assert world.limits[0] >= 1
    assert world.limits[1] <= most


def test_an_endpoint_that_bears_eight_is_found_with_few_refusals() -> None:
    """300 calls of 20 ms, 64 allowed, eight borne: fewer than 78 refusals, seldom below six."""
    world = _World(8)

    async def work(clock: Clock) -> tuple[int, float]:
        gate, start = gate_of(64, clock), clock.now
        await asyncio.gather(*(_asks(gate, world, clock, 0.02, 0.2) for _ in range(300)))
        return gate.refusals, clock.now - start

    refusals, took = in_virtual_time(work)
    assert world.answers == 300
    assert refusals < 78
    assert took < 2.0  # 300 x 0.02 / 8 = 0.75 s is the least.


def test_who_waits_longest_goes_first() -> None:
    """A place that becomes free is given to the first in line, not to whoever comes just then."""

    async def line() -> list[str]:
        gate, order = Gate(1, timeout_seconds=10.0, retry=RetryPolicy()), list[str]()

        async def one(name: str) -> None:
            await gate.enter()
            order.append(name)

        await one("first")
        waiting = [asyncio.ensure_future(one(name)) for name in ("second", "third")]
        await asyncio.sleep(0)
        gate.leave()
        late = asyncio.ensure_future(one("late"))
        for _ in range(3):
            await asyncio.sleep(0.01)
            gate.leave()
        await asyncio.gather(*waiting, late)
        return order

    assert asyncio.run(line()) == ["first", "second", "third", "late"]
