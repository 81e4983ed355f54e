"""Slices that nobody named: found where errors gather on one half of the rows, tested on the other.

The largest of many error rates is mostly the luckiest find. So a slice is searched for on one
half and has to prove itself on the other, which is also where its score is read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.audit.conditions import Condition, column_conditions, in_words
from core.audit.conjunctions import strongest
from core.audit.examples import Examples
from core.audit.slices import Slice
from core.audit.topics import topics

Mask = NDArray[np.bool_]

FALSE_DISCOVERIES = 0.05
"""Expected share of the found slices that are no worse than the rest."""
_TRIED = 10
"""Slices per half and per number of conditions that are tested: each test costs power."""
_ALIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A slice that was found, and where its score may be read."""

    part: Slice
    scored_on: Mask
    """The half of all rows that took no part in finding it; its score is that of
    ``part.rows & scored_on``."""
    p_value: float
    """Probability of so many errors there if it were no worse than the rest, and than each
    slice with one condition fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    conditions: tuple[Condition, ...]
    rows: Mask
    scored_on: Mask
    p_value: float


def found_slices(
    examples: Examples,
    right: NDArray[np.float64],
    *,
    seed: int = 0,
    most: int = 10,
    ignore: Sequence[str] = (),
) -> tuple[Found, ...]:
    """Slices with clearly more errors than the rest, surest first.

    Parameters
    ----------
    examples
        Rows; every column of the frame but the label and the text is searched.
    right
        Share of the repeated out-of-fold predictions that were right, per row.
        A row counts as wrong when less than half of them were. [fraction]
    seed
        Of the halves and the topics.
    most
        How many at most.
    ignore
        Columns that are no property of a row, such as weights.
    """
    wrong = np.asarray(right) < 0.5
    conditions = column_conditions(examples, wrong, ignore)
    if examples.text is not None:
        conditions += topics(examples.frame[examples.text].astype(str).tolist(), seed)
    if not conditions or not wrong.any():
        return ()
    met = np.column_stack([c.rows for c in conditions])
    joins = np.array([[a.joins(b) for b in conditions] for a in conditions])
    first = _half(examples.group, seed)
    trials: list[_Trial] = []
    for searched, scored in ((first, ~first), (~first, first)):
        for ranked in strongest(met[searched], wrong[searched], joins):
            chosen = _unlike(ranked, conditions, met[searched])
            trials += [_trial([conditions[i] for i in one], wrong, scored) for one in chosen]
    kept = _telling(_sure(trials), wrong)
    return tuple(_found(trial) for trial in kept[:most])


def _half(group: NDArray[np.int64], seed: int) -> Mask:
    """Half of the contents: equal content never straddles."""
    _, content = np.unique(group, return_inverse=True)
    n = int(content.max()) + 1
    order = np.random.default_rng([seed, n]).permutation(n)
    return np.asarray(order[content] < n / 2)


def _unlike(
    ranked: Iterable[tuple[int, ...]], conditions: Sequence[Condition], met: Mask
) -> list[tuple[int, ...]]:
    """The strongest ones that differ: by their rows, and by more than where a cut is made."""
    chosen: list[tuple[int, ...]] = []
    taken: list[Mask] = []
    said: set[frozenset[str]] = set()
    for one in ranked:
        saying = _saying([conditions[i] for i in one])
        rows = np.asarray(met[:, one].all(axis=1))
        if saying not in said and all(_overlap(rows, other) <= _ALIKE for other in taken):
            chosen.append(one)
            taken.append(rows)
            said.add(saying)
        if len(chosen) == _TRIED:
            break
    return chosen


def _saying(conditions: Iterable[Condition]) -> frozenset[str]:
    """What is said, wherever the cuts are: ``{amount ≥, term = 60}``."""
    return frozenset(
        c.name
        if c.low is None and c.high is None
        else f"{c.column} {'<' if c.low is None else '≥'}"
        for c in conditions
    )


def _overlap(one: Mask, two: Mask) -> float:
    return float((one & two).sum() / max((one | two).sum(), 1))


def _trial(conditions: Sequence[Condition], wrong: Mask, scored_on: Mask) -> _Trial:
    rows = np.logical_and.reduce([c.rows for c in conditions])
    wider = [np.ones_like(rows)]
    if len(conditions) > 1:
        wider += [
            np.logical_and.reduce([c.rows for c in conditions if c is not dropped])
            for dropped in conditions
        ]
    p_value = max(_p_worse(rows & scored_on, w & scored_on, wrong) for w in wider)
    return _Trial(conditions=tuple(conditions), rows=rows, scored_on=scored_on, p_value=p_value)


def _p_worse(rows: Mask, among: Mask, wrong: Mask) -> float:
    """Probability of so many wrong rows or more in a random part of *among* (Fisher's exact)."""
    if not rows.any():
        return 1.0
    drawn, hits = rows.sum(), (rows & wrong).sum()
    return float(stats.hypergeom.sf(hits - 1, among.sum(), (among & wrong).sum(), drawn))


def _sure(trials: Sequence[_Trial]) -> list[_Trial]:
    """Those that hold up, with the expected share of false ones under control, surest first."""
    if not trials:
        return []
    adjusted = stats.false_discovery_control([t.p_value for t in trials], method="bh")
    held = [t for t, p in zip(trials, adjusted, strict=True) if p <= FALSE_DISCOVERIES]
    return sorted(held, key=lambda t: t.p_value)


def _telling(trials: Sequence[_Trial], wrong: Mask) -> list[_Trial]:
    """Those that say something which surer ones, or narrower ones inside them, do not."""
    kept: list[_Trial] = []
    for trial in trials:
        if all(_adds(trial, other, wrong) for other in kept):
            kept.append(trial)
    return [trial for trial in kept if not _explained(trial, kept, wrong)]


def _explained(trial: _Trial, kept: Sequence[_Trial], wrong: Mask) -> bool:
    """Whether it is no worse than the rest once narrower slices inside it are set aside."""
    narrower = [
        other.rows
        for other in kept
        if other.rows.sum() < trial.rows.sum()
        and (other.rows & trial.rows).sum() > _ALIKE * other.rows.sum()
    ]
    if not narrower:
        return False
    left = trial.scored_on & ~np.logical_or.reduce(narrower)
    return _p_worse(trial.rows & left, left, wrong) > FALSE_DISCOVERIES


def _adds(trial: _Trial, kept: _Trial, wrong: Mask) -> bool:
    """Whether it is worse beyond the one kept, or worse within it than the rest of it is."""
    if _overlap(trial.rows, kept.rows) > _ALIKE:
        return False
    if _saying(trial.conditions) == _saying(kept.conditions):
        return False
    rows, other, where = trial.rows, kept.rows, trial.scored_on
    beyond = _p_worse(rows & ~other & where, ~other & where, wrong)
    within = _p_worse(rows & other & where, other & where, wrong)
    return min(beyond, within) <= FALSE_DISCOVERIES / 2


def _found(trial: _Trial) -> Found:
    part = Slice(
        name=in_words(trial.conditions),
        rows=trial.rows,
        label=None,
        within=trial.rows,
    )
    return Found(part=part, scored_on=trial.scored_on, p_value=trial.p_value)
