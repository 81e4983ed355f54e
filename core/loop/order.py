"""Putting concurrent work back in order, and telling waiting tasks that there is some."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class InOrder(Generic[Item]):
    """Hands items on by their places 0, 1, 2 …, in whatever order they arrive."""

    def __init__(self) -> None:
        self.next = 0
        """The first place whose item has not arrived."""
        self._early: dict[int, Item] = {}

    @property
    def waiting(self) -> int:
        """Items that wait for one before them."""
        return len(self._early)

    def put(self, place: int, item: Item) -> list[Item]:
        """Take the item of a place; the items that can be handed on now."""
        self._early[place] = item
        ready = []
        while self.next in self._early:
            ready.append(self._early.pop(self.next))
            self.next += 1
        return ready


class Bell:
    """Wakes as many waiting tasks as there is work for."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait(self) -> None:
        """Wait until the bell rings for this task."""
        rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(rung)
        await rung

    def ring(self, count: int = 1) -> None:
        """Wake so many of those that wait longest."""
        while self._waiting and count > 0:
            rung = self._waiting.popleft()
            if not rung.done():
                rung.set_result(None)
                count -= 1

    def ring_all(self) -> None:
        """Wake everyone who waits."""
        self.ring(len(self._waiting))
