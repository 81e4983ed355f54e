"""The first call to a model is alone: a wrong key or address costs one call, not one a task."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_TURNS, _TURN_SECONDS = 10, 0.05
"""How long the others wait once the first call is sent.

Counted in turns of the event loop, so that work of our own that blocks it, such as
making the first connection, does not shorten the endpoint's time.
"""


class FirstAlone:
    """Holds all questions back until the first one is answered, ends, or is long under way."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._is_taken = self._is_sent = False
        self._over = asyncio.Event()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn; how the block ends, in an answer or not, ends the first's."""
        if self._is_taken:
            await self._over.wait()
            yield
            return
        self._is_taken = True
        try:
            yield
        finally:
            self.end()

    def sent(self) -> None:
        """A call is sent; the first one starts the clock."""
        if not self._is_sent:
            self._is_sent = True
            self._wait(_TURNS)

    def _wait(self, turns: int) -> None:
        if turns and not self._over.is_set():
            asyncio.get_running_loop().call_later(_TURN_SECONDS, self._wait, turns - 1)
        else:
            self.end()

    def end(self) -> None:
        """Let the others go."""
        self._over.set()
