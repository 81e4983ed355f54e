"""A hard limit on money: reserved before a call is sent, settled when it is answered."""

import asyncio
from math import inf

_DUST = 1e-12


class BudgetSpentError(Exception):
    """The next call could pass the limit, and no open call can still give money back."""


class Budget:
    """Never lets what was spent and what may yet be spent pass the limit."""

    def __init__(self, limit_usd: float | None, spent_usd: float) -> None:
        """Allow *limit_usd* in all, of which *spent_usd* is gone; None is no limit."""
        self._limit = inf if limit_usd is None else limit_usd
        self.spent_usd = spent_usd
        self.reserved_usd = 0.0
        self._open = 0
        self._changed = asyncio.Event()

    @property
    def left_usd(self) -> float:
        """What may still be reserved; infinite without a limit."""
        return max(0.0, self._limit - self.spent_usd - self.reserved_usd)

    async def reserve(self, usd: float) -> None:
        """Set money aside, waiting for open calls to settle if there is not enough.

        Raises
        ------
        BudgetSpentError
            There is not enough, and there will not be.
        """
        while self.spent_usd + self.reserved_usd + usd > self._limit + _DUST:
            if not self._open:
                raise BudgetSpentError
            self._changed.clear()
            await self._changed.wait()
        self.reserved_usd += usd
        self._open += 1

    def settle(self, reserved_usd: float, usd: float) -> None:
        """Exchange a reservation for what the call did cost."""
        self._open -= 1
        # Sums of many floats drift; with nothing open there is nothing reserved.
        self.reserved_usd = self.reserved_usd - reserved_usd if self._open else 0.0
        self.spent_usd += usd
        self._changed.set()
