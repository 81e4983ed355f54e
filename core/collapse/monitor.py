"""Is the user's own loop collapsing? Each generation against what real sets differ by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.collapse.classes import LostClass, lost_classes
from core.collapse.risk import Fate, risk_of
from core.collapse.wording import worded
from core.critique.critic import Anchors
from core.critique.shift import MOST, Bands, Shift, bands, comparable, held_against, points_of
from core.datasets.content import words_of

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Rows that were trained on, or could be."""

    name: str
    rows: Sequence[Content]
    labels: Sequence[str]
    """Empty where the rows have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What one generation shows."""

    name: str
    rows: int
    read: int
    """Rows that the figures about neighbourhoods read, of real and of made ones alike."""
    tokens: int
    """Tokens of each set that the figures about wording read."""
    copies: float
    """Share of the rows that another one repeats exactly."""
    real_share: float
    """Share of the rows that are real rows, word for word: what is left of the anchors."""
    unknown_labels: float
    findings: tuple[Shift, ...]
    lost: tuple[LostClass, ...]
    rare: Shift | None
    """What became of the rare classes, as a finding."""


def watched(
    anchors: Anchors,
    labels: Sequence[str],
    generations: Sequence[Generation],
    seed: int = 0,
    step: Callable[[str], None] = lambda name: None,
) -> tuple[list[Watched], Fate]:
    """Every generation beside its null bands, and the risk.

    Parameters
    ----------
    anchors
        Real rows that may train; their ``others`` help to find features.
    labels
        Of the real rows; empty where only one class is compared.
    step
        Called after each generation; may raise to stop the work.
    """
    known: dict[int, Bands] = {}
    real = {_key(row) for row in anchors.own}
    found = []
    for each in generations:
        found.append(_watched(anchors, labels, each, known, real, seed, len(generations)))
        step(each.name)
    fate = risk_of([w.findings for w in found], [w.rare for w in found])
    return found, fate


def _watched(
    anchors: Anchors,
    labels: Sequence[str],
    of: Generation,
    known: dict[int, Bands],
    real_keys: set[str],
    seed: int,
    sets: int,
) -> Watched:
    dice = np.random.default_rng([seed, 6])
    some = [of.rows[i] for i in dice.permutation(len(of.rows))[: 2 * MOST]]
    findings, read = _points(anchors, some, known, seed, sets)
    said: list[Shift] = []
    tokens = 0
    if anchors.text is not None:
        texts = [words_of(row) for row in anchors.own], [words_of(row) for row in some]
        said, tokens = worded(*texts, seed, sets)
    lost, unknown = lost_classes(labels, of.labels, sets) if labels and of.labels else ([], 0.0)
    keys = [_key(row) for row in of.rows]
    ordered = sorted([*findings, *said], key=lambda f: (not f.alarm, -abs(f.z)))
    return Watched(
        name=of.name,
        rows=len(of.rows),
        read=read,
        tokens=tokens,
        copies=1 - len(set(keys)) / max(len(keys), 1),
        real_share=sum(key in real_keys for key in keys) / max(len(keys), 1),
        unknown_labels=unknown,
        findings=tuple(ordered),
        lost=tuple(lost),
        rare=_as_finding(lost),
    )


def _points(
    anchors: Anchors, made: Sequence[Content], known: dict[int, Bands], seed: int, sets: int
) -> tuple[list[Shift], int]:
    """The figures that read points; bands of one size are made once."""
    real, points = points_of(anchors, made, seed)
    size = comparable(real, points)
    if not size:
        return [], 0
    if size not in known:
        known[size] = bands(real, size, seed)
    return held_against(real, points, known[size], seed, sets), size


def _as_finding(lost: Sequence[LostClass]) -> Shift | None:
    if not lost:
        return None
    worst = lost[0]
    share = worst.real / worst.real_of
    expected = share * worst.made_of
    spread = float(np.sqrt(max(expected * (1 - share), 1e-9)))
    words = (
        f"{worst.label} has {worst.made:,} of {worst.made_of:,} rows, and {worst.real:,} of "
        f"{worst.real_of:,} real ones"
    )
    return Shift(
        metric="rare classes", value=worst.made / worst.made_of, null_mean=share,
        null_sd=spread / worst.made_of, z=(worst.made - expected) / spread, alarm=True, words=words,
    )  # fmt: skip


def _key(row: Content) -> str:
    return "\x1f".join(" ".join(str(value).split()).casefold() for value in row.values())
