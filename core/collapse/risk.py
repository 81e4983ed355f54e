"""From the alarms of each generation to one risk, its cause, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from core.critique.shift import Shift

Risk = Literal["none", "watch", "early collapse", "late collapse", "unknown"]

TAILS = ("rare classes", "rare groups", "tail mass", "recall")
"""What falls first: the rare cases."""

SPREAD = ("variety", "density", "compression", "self-repetition", "duplicates")
"""What falls in the end: the variety of everything."""

_SPREAD_NEEDED = 2
_TREND = 3
_ACTIONS: Mapping[str, str] = {
    "duplicates": "remove exact copies before training, and ask the generator for variety: "
    "a higher temperature, more seeds, more anchors in each prompt",
    "rare classes": "lower the strictness on the rare class, or generate for it alone; a critic "
    "that accepts less of it loses it generation by generation",
    "rare groups": "lower the strictness on the rare group and give it anchors of its own",
    "group shares": "draw the anchors of each prompt so that every group has its real share",
    "told apart": "look at what a learner tells them by; change the prompt or the critic of drift",
    "mean embedding": "raise the share of real anchors; the generations drift away from them",
    "sliced distance": "raise the share of real anchors; the generations drift away from them",
    "density": "raise the temperature, or accept less typical samples: they crowd where real ones "
    "are dense",
    "recall": "raise the share of real anchors and lower the strictness: part of the real "
    "examples has nothing near it",
    "variety": "raise the temperature and the share of real anchors: there is less variety than in "
    "real sets",
    "tail mass": "change the critic that rejects the unusual, or lower its strictness: the "
    "extremes are missing",
    "compression": "raise the temperature and vary the prompts: the wording repeats itself",
    "self-repetition": "vary the prompts and drop stock phrases: texts share runs of words",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """The risk of a loop as its last generation shows it."""

    risk: Risk
    cause: str | None
    """The metric that caused it."""
    why: str
    action: str


def risk_of(generations: Sequence[Sequence[Shift]], rare: Sequence[Shift | None]) -> Fate:
    """The risk after the last generation.

    Parameters
    ----------
    generations
        Findings of each generation, in order; empty where too little was there.
    rare
        What became of the classes in each, as a finding; None where it does not apply.
    """
    last = [*([rare[-1]] if rare and rare[-1] is not None else []), *generations[-1]]
    if not last:
        return Fate(
            risk="unknown", cause=None, action="",
            why="The last generation, or the real rows, are too few to tell anything.",
        )  # fmt: skip
    alarms = sorted((f for f in last if f.alarm), key=lambda f: -abs(f.z))
    if not alarms:
        return _trending(generations)
    names = {f.metric for f in alarms}
    spread = len(names & set(SPREAD))
    risk: Risk = "watch"
    if spread >= _SPREAD_NEEDED and names & set(TAILS):
        risk = "late collapse"
    elif alarms[0].metric in {*TAILS, *SPREAD}:
        risk = "early collapse"  # otherwise the generation lies elsewhere: drift, not collapse
    first = alarms[0]
    rest = f" So say {', '.join(f.metric for f in alarms[1:])}." if alarms[1:] else ""
    return Fate(
        risk=risk, cause=first.metric, action=_ACTIONS.get(first.metric, ""),
        why=f"{first.metric[0].upper()}{first.metric[1:]}: {first.words}.{rest}",
    )  # fmt: skip


def _trending(generations: Sequence[Sequence[Shift]]) -> Fate:
    """No alarm; a figure that moved one way for several generations is said all the same."""
    for metric in {f.metric for f in generations[-1]}:
        zs = [next((f.z for f in g if f.metric == metric), None) for g in generations]
        run = [z for z in zs[-_TREND - 1 :] if z is not None]
        apart = [b - a for a, b in pairwise(run)]
        if len(apart) == _TREND and abs(run[-1]) > 1.5 and _one_way(apart, run[-1]):
            return Fate(
                risk="watch", cause=metric, action=_ACTIONS.get(metric, ""),
                why=f"{metric[0].upper()}{metric[1:]} has moved away from real sets for {_TREND} "
                f"generations in a row, to {run[-1]:+.1f} standard deviations; it is still as real "
                "sets differ from one another.",
            )  # fmt: skip
    return Fate(
        risk="none", cause=None, action="",
        why="No figure lies further from real sets than real sets do from one another.",
    )  # fmt: skip


def _one_way(steps: Sequence[float], end: float) -> bool:
    return all(step > 0 for step in steps) if end > 0 else all(step < 0 for step in steps)
