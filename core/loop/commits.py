"""Group commit: facts of many calls share one write and one fsync."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Sequence

from core.workspace.exchanges import Exchange, Exchanges
from core.workspace.facts import Fact
from core.workspace.journal import RunWriter

_TURN_SECONDS = 0.0005


class GroupCommit:
    """Appends facts from many tasks; each is told when its own would survive a kill."""

    def __init__(self, writer: RunWriter, exchanges: Exchanges | None = None) -> None:
        """Write facts through *writer*, and texts to *exchanges* where they are kept."""
        self._writer, self._exchanges = writer, exchanges
        self._waiting: list[tuple[Sequence[Fact], asyncio.Future[None]]] = []
        self._texts: list[Exchange] = []
        self._drain: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def append(self, facts: Sequence[Fact]) -> None:
        """Record facts; returns once they would survive a killed process."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((facts, told))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._drained())
        await asyncio.shield(told)

    def keep(self, exchange: Exchange) -> None:
        """Keep the texts of a call; nobody waits for them."""
        self._texts.append(exchange)
        if self._exchanges is not None and (self._keeping is None or _is_over(self._keeping)):
            self._keeping = asyncio.create_task(self._kept(self._exchanges))

    async def _kept(self, exchanges: Exchanges) -> None:
        while self._texts:
            texts, self._texts = self._texts, []
            await asyncio.to_thread(exchanges.add, texts)

    def append_now(self, facts: Sequence[Fact]) -> None:
        """Record facts at once, for a task that may not wait because it is being cancelled."""
        self._writer.append(facts)

    async def _drained(self) -> None:
        with _quick_turns():
            await self._drain_all()

    async def _drain_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            facts = [fact for facts, _ in batch for fact in facts]
            try:
                await asyncio.to_thread(self._writer.append, facts)
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
        if self._keeping is not None:
            await self._keeping


@contextlib.contextmanager
def _quick_turns() -> Iterator[None]:
    """Let the thread that writes have its turn soon.

    Python hands over every 5 ms, several times for one write and fsync; a call may not
    be sent before its reservation is on disk, so a busy loop would wait for itself.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _is_over(task: asyncio.Task[None]) -> bool:
    """Whether it did its work; one that failed stays, to be told when the run ends."""
    return task.done() and not task.cancelled() and task.exception() is None
