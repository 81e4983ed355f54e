"""Concurrent work is put back in order, and waiting tasks hear of work when there is some."""

import asyncio

from clockwork import Clock, in_virtual_time
from hypothesis import given, settings
from hypothesis import strategies as st

from core.loop.order import Bell, InOrder


@settings(max_examples=100, derandomize=True)
@given(st.permutations(range(12)))
def test_any_order_of_arrival_gives_the_order_of_places(arrivals: list[int]) -> None:
    """Each item is handed on once, after all before it, as soon as they are there."""
    order: InOrder[str] = InOrder()
    handed: list[str] = []
    for n, place in enumerate(arrivals):
        handed += order.put(place, f"item {place}")
        gone = next((k for k in range(13) if k not in arrivals[: n + 1]), 12)
        assert len(handed) == order.next == gone
        assert order.waiting == n + 1 - gone
    assert handed == [f"item {place}" for place in range(12)]


def test_an_item_that_came_to_nothing_holds_up_no_other() -> None:
    """None is an item like any other: 0 is lost, 1 and 2 follow."""
    order: InOrder[int | None] = InOrder()
    assert order.put(2, 2) == []
    assert order.put(1, 1) == []
    assert order.put(0, None) == [None, 1, 2]


def test_the_bell_wakes_as_many_as_there_is_work_for_longest_waiting_first() -> None:
    """Five wait; two rings wake the first two, one more the third, and all the rest at last."""

    async def work(clock: Clock) -> list[list[int]]:
        bell, woken, seen = Bell(), [], []

        async def waits(name: int) -> None:
            await bell.wait()
            woken.append(name)

        tasks = [asyncio.create_task(waits(n)) for n in range(5)]
        for ring in (lambda: bell.ring(2), bell.ring, lambda: bell.ring(0), bell.ring_all):
            await asyncio.sleep(0.01)
            ring()
            await asyncio.sleep(0.01)
            seen.append(list(woken))
        await asyncio.gather(*tasks)
        return seen

    assert in_virtual_time(work) == [[0, 1], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3, 4]]


def test_a_task_that_is_gone_takes_no_ring_from_those_that_wait() -> None:
    """The first of three is cancelled; one ring wakes the second."""

    async def work(clock: Clock) -> list[bool]:
        bell = Bell()
        tasks = [asyncio.create_task(bell.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        bell.ring()
        await asyncio.sleep(0.01)
        done = [task.done() for task in tasks]
        bell.ring_all()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    assert in_virtual_time(work) == [True, True, False]
