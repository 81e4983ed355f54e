"""An event loop whose time is virtual: a sleep takes none, and a deadlock is an error."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class Clock:
    """Tells the virtual time."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time. [seconds]"""
        return self.now


class _Hurried(selectors.SelectSelector):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        """Let the time pass at once."""
        assert timeout is not None, "everyone waits, and nothing will ever wake them"
        self._clock.now += max(0.0, timeout)
        return super().select(0)


def in_virtual_time(work: Callable[[Clock], Coroutine[Any, Any, Found]]) -> Found:
    """What *work* comes to; it is given the clock that its loop goes by."""
    clock = Clock()

    def new_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop(_Hurried(clock))
        loop.time = clock  # type: ignore[method-assign]
        return loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work(clock))
