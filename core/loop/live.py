"""How the run goes while it goes: pace, projected cost, and whether it should pause."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from core.formats import count, duration, money
from core.loop.connection import Connection
from core.loop.gate import Gate
from core.loop.stops import StopRules
from core.workspace import Workspace
from core.workspace.control import LiveFigures, clear_live, is_paused, write_live
from core.workspace.run_folder import run_folder

_TICK_SECONDS = 0.5
_PACE_SECONDS, _SHORTEST_PACE_SECONDS = 20.0, 2.0


class Live:
    """Watches one session; other processes read what it writes."""

    def __init__(
        self,
        workspace: Workspace,
        run_id: str,
        *,
        connection: Connection,
        gates: Mapping[str, Gate],
        stops: StopRules,
        wanted: int,
        done: int,
    ) -> None:
        """Watch a session that has *done* of *wanted* candidates behind it."""
        self._workspace, self._run_id = workspace, run_id
        self._folder: Path = run_folder(workspace, run_id)
        self._attempts, self._budget = connection.attempts, connection.budget
        self._gates, self._stops = gates, stops
        self.wanted, self.done, self._calls = wanted, done, 0
        self._done_before, self._spent_before = done, self._budget.spent_usd
        self._pace: deque[tuple[float, int, int]] = deque()
        self._words, self._said_at = "", -1.0
        self.paused = False

    def settled(self) -> None:
        """One more candidate is settled."""
        self.done += 1

    def figures(self) -> LiveFigures:
        """How it goes now."""
        calls_per_second, per_second = self._rates()
        expected = max(self._stops.expected(self.wanted), self.done)
        fresh = self.done - self._done_before
        spent = self._budget.spent_usd
        projected = None
        if fresh:
            each = (spent - self._spent_before) / fresh
            projected = spent + each * (expected - self.done)
        gates = self._gates.values()
        return LiveFigures(
            settled=self.done,
            expected=expected,
            accepted=self._stops.accepted,
            wanted_accepted=self._stops.wanted,
            in_flight=sum(gate.in_flight for gate in gates),
            limit=sum(int(gate.limit) for gate in gates),
            refusals=sum(gate.refusals for gate in gates),
            calls_per_second=calls_per_second,
            cost_usd=spent,
            reserved_usd=self._budget.reserved_usd,
            saved_usd=self._attempts.saved_usd,
            projected_usd=projected,
            seconds_left=(expected - self.done) / per_second if per_second else None,
            paused=self.paused,
        )

    def words(self) -> str:
        """The figures in a line; a moment old at most."""
        if self.done >= self.wanted or time.monotonic() - self._said_at > _TICK_SECONDS / 2:
            self._words, self._said_at = self._said(), time.monotonic()
        return self._words

    def _said(self) -> str:
        now = self.figures()
        parts = [f"{money(now.cost_usd)} spent"]
        if now.wanted_accepted is not None:
            parts.insert(0, f"{count(now.accepted)} of {count(now.wanted_accepted)} accepted")
        if now.projected_usd is not None and now.projected_usd > now.cost_usd:
            parts.append(f"about {money(now.projected_usd)} in all")
        if now.saved_usd:
            parts.append(f"{money(now.saved_usd)} saved by the cache")
        if now.seconds_left is not None:
            parts.append(f"{duration(now.seconds_left)} left")
        return "paused" if now.paused else "candidates, " + ", ".join(parts)

    async def watch(self, changed: Callable[[], None]) -> None:
        """Write the figures twice a second; call *changed* when a pause begins or ends."""
        try:
            while True:
                await asyncio.sleep(_TICK_SECONDS)
                paused = is_paused(self._folder)
                if paused != self.paused:
                    self.paused = paused
                    changed()
                self._note()
                await asyncio.to_thread(write_live, self._workspace, self._run_id, self.figures())
        finally:
            clear_live(self._workspace, self._run_id)

    def _note(self) -> None:
        now = time.monotonic()
        answers = sum(gate.answers for gate in self._gates.values())
        self._pace.append((now, answers, self.done))
        while now - self._pace[0][0] > _PACE_SECONDS:
            self._pace.popleft()

    def _rates(self) -> tuple[float, float]:
        """Calls and candidates per second over the last while."""
        if not self._pace or self._pace[-1][0] - self._pace[0][0] < _SHORTEST_PACE_SECONDS:
            return 0.0, 0.0
        (start, calls, done), (end, calls_now, done_now) = self._pace[0], self._pace[-1]
        return (calls_now - calls) / (end - start), (done_now - done) / (end - start)
