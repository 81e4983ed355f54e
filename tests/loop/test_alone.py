"""The first call to a model is alone until the endpoint has said whether it will answer at all."""

import asyncio

from clockwork import Clock, in_virtual_time

from core.loop.alone import FirstAlone


def began_at(answers_after: float) -> list[float]:
    """When each of three questions began; the first is sent at once and ends after so long."""

    async def work(clock: Clock) -> list[float]:
        first, start, began = FirstAlone(), clock.now, list[float]()

        async def one() -> None:
            async with first.turn():
                began.append(clock.now - start)
                first.sent()
                await asyncio.sleep(answers_after)

        await asyncio.gather(*(one() for _ in range(3)))
        return began

    return in_virtual_time(work)


def test_the_others_begin_when_the_first_has_ended() -> None:
    """Answered after 0.2 s: the other two begin then, both at once."""
    first, *others = began_at(0.2)
    assert first == 0
    assert [round(seconds, 2) for seconds in others] == [0.2, 0.2]


def test_nobody_waits_long_for_a_slow_first_answer() -> None:
    """An answer that takes 9 s holds the others back for ten turns of 0.05 s."""
    first, *others = began_at(9.0)
    assert first == 0
    assert [round(seconds, 2) for seconds in others] == [0.5, 0.5]


def test_work_that_blocks_the_loop_does_not_shorten_the_endpoints_time() -> None:
    """A loop that is blocked for 5 s after the first call is one turn, not a hundred."""

    async def work(clock: Clock) -> list[str]:
        first, order = FirstAlone(), list[str]()

        async def asked() -> None:
            async with first.turn():
                first.sent()
                await asyncio.sleep(0)
                clock.now += 5.0  # making a connection, say
                await asyncio.sleep(0.1)
                order.append("answered")

        async def waits() -> None:
            async with first.turn():
                order.append("second begins")

        await asyncio.gather(asked(), waits())
        return order

    assert in_virtual_time(work) == ["answered", "second begins"]


def test_a_first_question_that_fails_lets_the_others_go() -> None:
    """Its error reaches whoever asked; the next question has its turn."""

    async def work(clock: Clock) -> str:
        first = FirstAlone()
        try:
            async with first.turn():
                raise ValueError("lost")
        except ValueError as error:
            said = str(error)
        async with first.turn():
            return said

    assert in_virtual_time(work) == "lost"
