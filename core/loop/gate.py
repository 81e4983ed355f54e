"""How many calls one endpoint and model bear at once, learnt while they are made.

Additive increase, multiplicative decrease, as TCP shares a line (Chiu and Jain
1989, doi:10.1016/0169-7552(89)90019-6): quick growth until the first refusal,
then the level that was borne is kept and seldom passed. A refusal for want of
capacity is a signal to this controller and never a failure of the question.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from core.loop.asking import RetryPolicy, StoppedError

_FEWEST_AT_START = 8
_CUT, _CUT_WHEN_SLOW = 0.75, 0.7
_SLOW_SHARE = 0.5
"""An answer that takes this share of the time limit is a warning."""

_QUEUEING = 2.0
"""Answers so many times slower than the first ones: more calls at once only wait in line."""

_FIRST_ANSWERS = 8
_FIRST_HOLD_SECONDS, _LONGEST_HOLD_SECONDS = 10.0, 300.0


class Gate:
    """Admits calls to one endpoint and model; shared by generator and critics."""

    def __init__(
        self,
        most: int,
        *,
        timeout_seconds: float,
        retry: RetryPolicy,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Admit at most *most* calls at once, whatever the endpoint bears."""
        self._most, self._timeout, self._retry, self._clock = most, timeout_seconds, retry, clock
        self.limit = float(min(most, max(_FEWEST_AT_START, most // 2)))
        self.in_flight = self.refusals = self.refused_in_a_row = 0
        self.bursts = 0
        self._doubling = True
        self._ceiling, self._hold_until, self._hold = float(most), 0.0, _FIRST_HOLD_SECONDS
        self._last_cut = self._quiet_until = -1.0
        self._before_burst, self._finds_level = self.limit, True
        self.answers, self._first_mean, self._mean = 0, 0.0, 0.0
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._closed = False

    async def enter(self) -> float:
        """Wait for a place, first come first served; the time at which it was given.

        Raises
        ------
        StoppedError
            The gate was closed.
        """
        if not self._waiting and not self._closed and self._has_place():
            self.in_flight += 1
            return self._clock()
        if self._closed or not await self._turn():
            raise StoppedError
        if self._closed:  # Since the place was given.
            self.leave()
            raise StoppedError
        return self._clock()

    async def _turn(self) -> bool:
        """Stand in line; whether a place was given, else the gate was closed."""
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1
        self._admit()

    def close(self) -> None:
        """Admit no one any more; whoever waits is told."""
        self._closed = True
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(False)

    def answered(self, seconds: float) -> None:
        """An answer came after so long: room for more, unless it came late."""
        self.refused_in_a_row = self.bursts = 0
        self._learn(seconds)
        if seconds > _SLOW_SHARE * self._timeout:
            self._cut(_CUT_WHEN_SLOW, self._clock() - seconds)
            return
        if self._clock() >= self._hold_until:
            self._ceiling = float(self._most)
        room = 1.0 if self._doubling else 1.0 / self.limit
        self.limit = min(self.limit + room, max(self._ceiling, 1.0))
        self._admit()

    def timed_out(self, sent_at: float) -> None:
        """No answer came in time."""
        self._cut(_CUT_WHEN_SLOW, sent_at)

    def refused(self, sent_at: float, wait_seconds: float | None, luck: float) -> None:
        """The endpoint refused for want of capacity a call that was sent at *sent_at*.

        To be told before the call gives its place back. Everyone is quiet for as
        long as it asked, or for a growing while if it did not; *luck* in [0, 1)
        spreads the wait.
        """
        self.refusals += 1
        self.refused_in_a_row += 1
        if sent_at > self._last_cut:
            self.bursts += 1
            self._begin_burst()
        if self._finds_level:
            # What is under way and was not refused is what it bears; where nothing is, it
            # counts calls in a time and not at once, and half as many come after the quiet.
            others = max(0, self.in_flight - 1)
            borne = min(self.limit, others) if others else self._before_burst / 2
            self.limit = self._ceiling = max(1.0, borne)
        retry = self._retry
        if wait_seconds is None:
            growth = 2.0 ** max(0, self.bursts - 1)
            wait = min(retry.longest_wait_seconds, retry.first_wait_seconds * growth)
            wait *= 0.5 + 0.5 * luck
        else:
            wait = min(wait_seconds, retry.longest_asked_wait_seconds) * (1.0 + 0.1 * luck)
        self._be_quiet(wait)

    def _begin_burst(self) -> None:
        """A refusal above the level that was borne finds that level; one below it is a cut."""
        now, self._doubling = self._clock(), False
        self._finds_level = now >= self._hold_until or self.limit > self._ceiling
        self._before_burst, is_first = self.limit, self._last_cut < 0
        self._last_cut = now
        if not self._finds_level:
            self.limit = max(1.0, self.limit * _CUT)
            return
        self._hold = _FIRST_HOLD_SECONDS if is_first else min(self._hold * 2, _LONGEST_HOLD_SECONDS)
        self._hold_until = now + self._hold

    def _cut(self, factor: float, sent_at: float) -> None:
        """Shrink once for all calls that were sent before the last cut."""
        self._doubling = False
        if sent_at <= self._last_cut:
            return
        self._last_cut = self._clock()
        self.limit = max(1.0, self.limit * factor)

    def _learn(self, seconds: float) -> None:
        self.answers += 1
        if self.answers <= _FIRST_ANSWERS:
            self._first_mean += (seconds - self._first_mean) / self.answers
            self._mean = self._first_mean
            return
        self._mean += (seconds - self._mean) / 16
        if self._mean > _QUEUEING * self._first_mean:
            self._doubling = False

    def _be_quiet(self, seconds: float) -> None:
        until = self._clock() + seconds
        if until > self._quiet_until:
            self._quiet_until = until
            asyncio.get_running_loop().call_later(seconds + 0.001, self._admit)

    def _has_place(self) -> bool:
        return self.in_flight < int(self.limit) and self._clock() >= self._quiet_until

    def _admit(self) -> None:
        """Give free places to those who wait, before anyone who comes later can take them."""
        while self._waiting and not self._closed and self._has_place():
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(True)
