"""Which candidate should a person judge next?

Candidates come up in one order that chance fixes once, for all pools of a run:
whoever goes on goes on where the draw was left, and the best half that was
labelled first is a part of the whole that is labelled later. A candidate that
comes up and was labelled before is not asked again; that it came up is recorded.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.labels.settled import Settled, settled
from core.errors import InputError
from core.workspace import Workspace, verdicts
from core.workspace.run_folder import is_being_written, run_folder

Pool = Literal["upper", "all"]

EVERYWHERE = 0.0
"""The limit of the pool that holds every judged candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLabel:
    """A candidate to be judged by a person, and how it was chosen."""

    candidate_id: str
    score: float
    """Of the critics; not to be shown before the person has judged."""
    drawn: float | None
    """Lowest score of the pool that it was drawn from; None in a second labelling."""
    of: int
    """Candidates that the run holds."""
    came_up: tuple[str, ...] = ()
    """Labelled already, and came up before it or, when it is the last of its pool, after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What to label next."""

    limit: float
    """Lowest score of the pool."""
    pool: int
    """Candidates in it."""
    left: int
    """Of them still to be labelled."""
    candidates: tuple[ToLabel, ...]
    came_up: tuple[str, ...] = ()
    """Labelled already; these came up among the *candidates*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """A run's judged candidates in the order in which chance lets them come up."""

    names: tuple[str, ...]
    score: NDArray[np.float64]
    of: int
    """Candidates that the run holds, judged or not."""

    def limit(self, pool: Pool) -> float:
        """The lowest score of a pool: the upper one begins at the median."""
        if pool == "all" or not self.names:
            return EVERYWHERE
        return float(np.quantile(self.score, 0.5, method="higher"))


def next_to_label(
    workspace: Workspace,
    run_id: str,
    n: int = 1,
    *,
    seed: int = 0,
    pool: Pool = "upper",
    labeller: str | None = None,
    again: bool = False,
) -> Draw:
    """The next *n* candidates of a draw without replacement, each as likely as any other.

    Parameters
    ----------
    seed
        Fixes the order; the same seed continues the same draw.
    pool
        ``upper``: those that score at least the median; ``all``: every judged one.
    labeller
        Who asks: what this person skipped does not come up again.
    again
        Second labelling: those that others have labelled and this labeller has not.

    Raises
    ------
    InputError
        The run is going on, or *again* without a labeller.
    """
    if n < 1:
        raise InputError(f"{n} candidates were asked for; expected 1 or more.")
    found = drawable(workspace, run_id, seed)
    return drawn_from(found, settled(workspace, run_id), n, pool, labeller=labeller, again=again)


def drawable(workspace: Workspace, run_id: str, seed: int = 0) -> Drawable:
    """The judged candidates of a run that has ended, in the order of the draw.

    Raises
    ------
    InputError
        The run is going on: what is drawn now would not be drawn from all of it.
    """
    if is_being_written(run_folder(workspace, run_id)):
        raise InputError(
            f"run {run_id} is going on, so a draw would leave out what it still proposes; label "
            "it when it has ended or stop it first."
        )
    found = verdicts.scores_frame(workspace, run_id)
    judged = found[found["score"].notna()]
    scored = dict(zip(judged["candidate_id"], judged["score"], strict=True))
    return in_chance_order(scored, len(found), seed)


def in_chance_order(scored: Mapping[str, float], of: int, seed: int = 0) -> Drawable:
    """Candidates with their scores, in an order that the seed fixes.

    By a hash and not by a shuffle: the order stays when the run goes on and grows.
    """
    names = sorted(scored, key=lambda name: _place(name, seed))
    score = np.array([scored[name] for name in names], dtype=np.float64)
    return Drawable(names=tuple(names), score=score, of=of)


def _place(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


def drawn_from(
    found: Drawable,
    said: Settled,
    n: int,
    pool: Pool = "upper",
    *,
    labeller: str | None = None,
    again: bool = False,
) -> Draw:
    """The next *n* candidates, given what was *said* so far; see :func:`next_to_label`."""
    if again and not labeller:
        raise InputError("a second labelling needs the labeller's name.")
    limit = found.limit(pool)
    inside = np.flatnonzero(found.score >= limit).tolist()
    names = [found.names[i] for i in inside]
    asked = [_is_asked(name, said, labeller, again) for name in names]
    chosen = [i for i, is_asked in enumerate(asked) if is_asked][:n]
    is_last = bool(chosen) and len(chosen) == sum(asked)
    ends = [*chosen[:-1], len(names)] if is_last else chosen
    taken: list[ToLabel] = []
    passed: list[str] = []
    start = 0
    for i, end in zip(chosen, ends, strict=True):
        # Those labelled before that came up before it; after the last one, all that are left.
        passed += [name for name in names[start:end] if not again and _widens(name, said, limit)]
        start = end
        taken.append(
            ToLabel(
                candidate_id=names[i],
                score=float(found.score[inside[i]]),
                drawn=None if again else limit,
                of=found.of,
                came_up=tuple(passed),
            )
        )
    came_up = tuple(passed)
    return Draw(
        limit=limit, pool=len(names), left=sum(asked), candidates=tuple(taken), came_up=came_up
    )


def _is_asked(name: str, said: Settled, labeller: str | None, again: bool) -> bool:
    skipped_by = said.skips.get(name, frozenset())
    if labeller in skipped_by:
        return False
    words = said.words.get(name, {})
    if again:
        return bool(words) and labeller not in words
    return not words and (labeller is not None or not skipped_by)


def _widens(name: str, said: Settled, limit: float) -> bool:
    """Whether it adds anything that a candidate with a word on it came up in this draw."""
    known = said.drawn.get(name)
    return name in said.drawn and (known is None or known > limit)
