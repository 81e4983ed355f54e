"""Group commit: facts of many calls share one write and one fsync."""

import asyncio
from collections.abc import Sequence

from core.workspace.facts import Fact
from core.workspace.journal import RunWriter


class GroupCommit:
    """Appends facts from many tasks; each is told when its own would survive a kill."""

    def __init__(self, writer: RunWriter) -> None:
        """Write through *writer*."""
        self._writer = writer
        self._waiting: list[tuple[Sequence[Fact], asyncio.Future[None]]] = []
        self._drain: asyncio.Task[None] | None = None

    async def append(self, facts: Sequence[Fact]) -> None:
        """Record facts; returns once they would survive a killed process."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((facts, told))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._drained())
        await asyncio.shield(told)

    def append_now(self, facts: Sequence[Fact]) -> None:
        """Record facts at once, for a task that may not wait because it is being cancelled."""
        self._writer.append(facts)

    async def _drained(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(
                    self._writer.append, [f for facts, _ in batch for f in facts]
                )
            except Exception as error:
                for _, told in batch:
                    told.set_exception(error)
                    told.exception()  # Marked as seen: its task may be gone.
            else:
                for _, told in batch:
                    told.set_result(None)

    async def settled(self) -> None:
        """Wait until nothing is waiting to be written."""
        if self._drain is not None:
            await self._drain
