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
        self._reserved: list[float] = []
        self._changed = asyncio.Event()

    async def reserve(self, usd: float) -> None:
        """Set money aside, waiting for open calls to settle if there is not enough.

        Raises
        ------
        BudgetSpentError
            There is not enough, and there will not be.
        """
        while self.spent_usd + sum(self._reserved) + usd > self._limit + _DUST:
            if not self._reserved:
                raise BudgetSpentError
            self._changed.clear()
            await self._changed.wait()
        self._reserved.append(usd)

    def settle(self, reserved_usd: float, usd: float) -> None:
        """Exchange a reservation for what the call did cost."""
        self._reserved.remove(reserved_usd)
        self.spent_usd += usd
        self._changed.set()
