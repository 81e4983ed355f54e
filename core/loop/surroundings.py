"""What a session works with, however it asks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.critique.verdict import FreeCritics
from core.loop.budget import Budget
from core.loop.caller import Caller
from core.loop.commits import GroupCommit
from core.loop.judging import Judging
from core.loop.lessons import Lessons
from core.loop.live import Live
from core.loop.proposing import Proposing
from core.loop.standing import Todo
from core.loop.stops import StopRules
from core.records import Progress, Run


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """What a session works with."""

    run: Run
    panel: FreeCritics
    proposing: Proposing
    judging: Judging | None
    caller: Caller
    commits: GroupCommit
    budget: Budget
    stopping: asyncio.Event
    """Set when no further call may be sent."""
    stops: StopRules
    lessons: Lessons | None
    """None when earlier rejections teach nothing."""
    live: Live
    progress: Progress
    todo: Sequence[Todo] = field(default_factory=list)
