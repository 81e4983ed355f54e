"""Deterministic critics for many tasks at once: whoever waits is scored in one batch."""

import asyncio

from core.critique.panel import Panel
from core.records import Candidate, Critique


class BatchScorer:
    """Scores candidates of concurrent tasks, off the event loop."""

    def __init__(self, panel: Panel) -> None:
        """Ask *panel*; one batch at a time, for its critics remember what they saw."""
        self._panel = panel
        self._waiting: list[tuple[Candidate, asyncio.Future[list[Critique]]]] = []
        self._drain: asyncio.Task[None] | None = None

    async def critiques(self, candidate: Candidate) -> list[Critique]:
        """What the panel says about one candidate."""
        told: asyncio.Future[list[Critique]] = asyncio.get_running_loop().create_future()
        self._waiting.append((candidate, told))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._drained())
        return await asyncio.shield(told)

    async def _drained(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            batch.sort(key=lambda waiting: waiting[0].index)
            try:
                said = await asyncio.to_thread(self._panel.critiques, [c for c, _ in batch])
            except Exception as error:
                for _, told in batch:
                    told.set_exception(error)
                    told.exception()  # Marked as seen: its task may be gone.
            else:
                for (_, told), critiques in zip(batch, said, strict=True):
                    told.set_result(critiques)
