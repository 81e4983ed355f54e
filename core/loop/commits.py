"""Group commit: facts of many calls share one write and one fsync."""

import asyncio
from collections.abc import Sequence

from core.workspace.exchanges import Exchange, Exchanges
from core.workspace.facts import Fact
from core.workspace.journal import RunWriter


class GroupCommit:
    """Appends facts from many tasks; each is told when its own would survive a kill."""

    def __init__(self, writer: RunWriter, exchanges: Exchanges | None = None) -> None:
        """Write facts through *writer*, and texts to *exchanges* where they are kept."""
        self._writer, self._exchanges = writer, exchanges
        self._waiting: list[tuple[Sequence[Fact], asyncio.Future[None]]] = []
        self._texts: list[Exchange] = []
        self._drain: asyncio.Task[None] | None = None

    async def append(self, facts: Sequence[Fact]) -> None:
        """Record facts; returns once they would survive a killed process."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((facts, told))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._drained())
        await asyncio.shield(told)

    def keep(self, exchange: Exchange) -> None:
        """Keep the texts of a call, together with the facts that are appended next."""
        self._texts.append(exchange)

    def append_now(self, facts: Sequence[Fact]) -> None:
        """Record facts at once, for a task that may not wait because it is being cancelled."""
        self._writer.append(facts)

    async def _drained(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            texts, self._texts = self._texts, []
            try:
                await asyncio.to_thread(
                    self._write, [f for facts, _ in batch for f in facts], texts
                )
            except Exception as error:
                for _, told in batch:
                    told.set_exception(error)
                    told.exception()  # Marked as seen: its task may be gone.
            else:
                for _, told in batch:
                    told.set_result(None)

    def _write(self, facts: Sequence[Fact], texts: Sequence[Exchange]) -> None:
        self._writer.append(facts)
        if self._exchanges is not None:
            self._exchanges.add(texts)

    async def settled(self) -> None:
        """Wait until nothing is waiting to be written."""
        if self._drain is not None:
            await self._drain
        if self._texts:
            await self.append([])
