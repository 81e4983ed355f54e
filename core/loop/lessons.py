"""What rejected candidates teach the prompts of later ones.

The lessons for a candidate are taken from rejections at least two blocks before
it. So they are the same however fast the calls were, and no candidate waits for
the one just before it.
"""

from bisect import bisect_left
from collections.abc import Sequence

from core.generation.generator import Lesson
from core.loop.stops import Settled

_BLOCK = 25
_MOST = 6


class Lessons:
    """Keeps rejections in the order of their candidates."""

    def __init__(self) -> None:
        self._indices: list[int] = []
        self._lessons: list[Lesson] = []

    def saw(self, settled: Settled, *, accepted: bool) -> None:
        """Learn from the next candidate, if it was rejected."""
        worst = settled.worst
        if accepted or settled.candidate is None or worst is None:
            return
        lesson = Lesson(content=settled.candidate.content, critic=worst.critic, reason=worst.reason)
        place = bisect_left(self._indices, settled.index)
        self._indices.insert(place, settled.index)
        self._lessons.insert(place, lesson)

    @staticmethod
    def needed(index: int) -> int:
        """How many candidates must be settled before this one is proposed."""
        return max(0, (index // _BLOCK - 1) * _BLOCK)

    def for_candidate(self, index: int) -> Sequence[Lesson]:
        """The latest rejections that this candidate may know of, critics in turn, newest last."""
        end = bisect_left(self._indices, self.needed(index))
        by_critic: dict[str, list[Lesson]] = {}
        for lesson in self._lessons[max(0, end - 4 * _MOST) : end][::-1]:
            by_critic.setdefault(lesson.critic, []).append(lesson)
        chosen: list[Lesson] = []
        while len(chosen) < _MOST and any(by_critic.values()):
            chosen += [rest.pop(0) for rest in by_critic.values() if rest]
        return chosen[:_MOST][::-1]
