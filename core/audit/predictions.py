"""Predictions of a model that somebody else trained: every slice's score, and joint curves.

A prediction is a row: the item's label, what was predicted, and optionally on
how many samples the model was trained and which repeat it was. Repeats are
averaged; the largest training size counts as today's model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audit.curves import CurvePoints
from core.audit.measurement import SliceScore
from core.audit.slices import Metric
from core.calculators.deficit import shrunk_share, wilson_interval

FEWEST_SIZES = 3
_PARTS = 4
"""Where repeats are missing, the items are judged in so many parts to see what is chance."""
_MOST_VALUES = 20

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Checked predictions; all arrays have one entry per row."""

    names: tuple[str, ...]
    """The labels; ``labels`` and ``predicted`` are places in it."""
    labels: Codes
    predicted: Codes
    """As many as there are names for whatever is no label."""
    item: Codes
    size: Codes | None
    """Samples trained on in all; None when the file does not say."""
    repeat: Codes
    columns: dict[str, NDArray[np.str_]]
    """Values of the columns to slice by."""

    @property
    def today(self) -> Mask:
        """The rows of the largest training size."""
        if self.size is None:
            return np.ones(self.labels.size, dtype=bool)
        return np.asarray(self.size == self.size.max())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A slice: the rows of a label, or of all labels, among those that a mask holds."""

    name: str
    label: int | None
    within: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The rows that a slice's score is counted on: its own, and those taken for its label."""

    own: Mask
    right: Mask
    claimed: Mask
    item: Codes
    repeat: Codes
    size: Codes

    def among(self, chosen: Mask) -> "_Counted":
        """Some of the rows."""
        return _Counted(
            own=self.own[chosen],
            right=self.right[chosen],
            claimed=self.claimed[chosen],
            item=self.item[chosen],
            repeat=self.repeat[chosen],
            size=self.size[chosen],
        )

    @property
    def tested(self) -> int:
        """Distinct items of the slice."""
        return int(np.unique(self.item[self.own]).size)


def prediction_scores(rows: Predictions, metric: Metric) -> tuple[SliceScore, ...]:
    """Every slice's score at the largest training size, worst first, with its joint curve.

    With training sizes, ``n`` and the curve's sizes are the slice's samples
    among those trained on, if these are mixed as the items are.
    """
    parts = _parts(rows)
    items = int(np.unique(rows.item[rows.today]).size)
    now = [_counted(rows, part, rows.today) for part in parts]
    right, total = np.array(
        [_right_and_total(c, metric, p.label) for c, p in zip(now, parts, strict=True)]
    ).T
    low, high = wilson_interval(right, total)
    shrunk = shrunk_share(right, total)
    scored = []
    for i, part in enumerate(parts):
        tested = now[i].tested
        scored.append(
            SliceScore(
                slice=part.name,
                label=None if part.label is None else rows.names[part.label],
                n=tested if rows.size is None else _trained(rows.size.max(), tested / items),
                prevalence=tested / items,
                score=float(right[i] / total[i]),
                score_low=float(low[i]),
                score_high=float(high[i]),
                shrunk_score=float(shrunk[i]),
                total=float(total[i]),
                joint=_curve(rows, part, metric, tested, items),
            )
        )
    return tuple(sorted(scored, key=lambda s: (s.shrunk_score, s.n)))


def _parts(rows: Predictions) -> list[_Part]:
    """Every label; for each column its values, and each label within them."""
    every = np.ones(rows.labels.size, dtype=bool)
    found = [_Part(name=n, label=i, within=every) for i, n in enumerate(rows.names)]
    for column, values in rows.columns.items():
        seen, counts = np.unique(values[rows.today], return_counts=True)
        for value in seen[np.argsort(-counts, kind="stable")][:_MOST_VALUES]:
            inside = values == value
            found.append(_Part(name=f"{column} = {value}", label=None, within=inside))
            found += [
                _Part(name=f"{name} & {column} = {value}", label=i, within=inside)
                for i, name in enumerate(rows.names)
            ]
    return [part for part in found if (_own(rows, part) & rows.today).any()]


def _own(rows: Predictions, part: _Part) -> Mask:
    return part.within if part.label is None else part.within & (rows.labels == part.label)


def _counted(rows: Predictions, part: _Part, among: Mask) -> _Counted:
    own = _own(rows, part)
    claimed = np.zeros_like(own) if part.label is None else rows.predicted == part.label
    claimed = claimed & part.within
    kept = np.flatnonzero((own | claimed) & among)
    return _Counted(
        own=own[kept],
        right=(rows.labels == rows.predicted)[kept],
        claimed=claimed[kept],
        item=rows.item[kept],
        repeat=rows.repeat[kept],
        size=np.zeros(kept.size, dtype=np.int64) if rows.size is None else rows.size[kept],
    )


def _right_and_total(rows: _Counted, metric: Metric, label: int | None) -> tuple[float, float]:
    """Numerator and denominator of a score; an item counts once, however many repeats it has."""
    right, total = float((rows.right & rows.own).sum()), float(rows.own.sum())
    times = total / max(rows.tested, 1)
    if metric == "f1" and label is not None:
        right, total = 2 * right, total + float(rows.claimed.sum())
    return (right / times, total / times) if times else (0.0, total)


def _trained(size: float, share: float) -> int:
    """Samples of the slice among those trained on, if they are mixed as the items are."""
    return max(round(float(size) * share), 1)


def _curve(
    rows: Predictions, part: _Part, metric: Metric, tested: int, items: int
) -> CurvePoints | None:
    """The slice's score over its samples when everything grows together."""
    if rows.size is None:
        return None
    counted = _counted(rows, part, np.ones(rows.labels.size, dtype=bool))
    groups = _groups(counted)
    points: dict[int, tuple[float, ...]] = {}
    for size in np.unique(counted.size[counted.own]):
        at = counted.size == size
        scores = tuple(
            right / total
            for group in np.unique(groups[at & counted.own])
            for right, total in [
                _right_and_total(counted.among(at & (groups == group)), metric, part.label)
            ]
        )
        if len(scores) > 1:
            points[_trained(size, tested / items)] = scores
    if len(points) < FEWEST_SIZES:
        return None
    return CurvePoints(
        n=tuple(points),
        scores=tuple(points.values()),
        n_test=tested,
        # What CurvePoints corrects for: test rows over training rows.
        n_folds=max(2, 1 + round(float(rows.size.max()) / items)),
    )


def _groups(rows: _Counted) -> Codes:
    """The repeats; where a size has only one, parts of the items dealt in turn."""
    pairs = np.unique(np.stack([rows.size[rows.own], rows.repeat[rows.own]], axis=1), axis=0)
    _, repeats = np.unique(pairs[:, 0], return_counts=True)
    if repeats.min() > 1:
        return rows.repeat
    dealt = np.zeros(rows.item.size, dtype=np.int64)
    for side in (rows.own, ~rows.own):
        _, place = np.unique(rows.item[side], return_inverse=True)
        dealt[side] = place % _PARTS
    return dealt
